//! Enrolling a device by a link that works once. Opening the link changes nothing: scanners follow links in messages.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use chrono::Duration;
use entity::ids::DeviceId;
use serde::Deserialize;

use super::{
    places::{self, Before},
    view::{self, Others},
};
use crate::{
    config::Purpose,
    domain::{
        access::{Actor, By},
        calendar,
    },
    error::{AppError, FieldError},
    operations::enrol_device::{EnrolDevice, Invitation},
    state::AppState,
    store::{
        enrolment,
        people::{self, ClinicianRow, DeviceRow, LinkRow},
    },
    ui::sheet::Sheet,
    web::{
        browser::Browser,
        caller::Caller,
        cookies,
        enrolments::HeldEnrolment,
        forms::{self, Form},
        home, outside, passwords, secrets,
        sessions::{self, no_cookie},
        shell,
    },
};

/// How long a device stays enrolled.
const ENROLLED: Duration = Duration::days(90);
/// How long a repeated request still gets the answer of the first.
const REPEAT: Duration = Duration::minutes(10);

/// The form.
#[derive(Debug, Deserialize)]
pub(super) struct Enrol {
    device: String,
    #[serde(default)]
    pin: String,
    #[serde(default)]
    pin_again: String,
    /// What becomes of other places of this device, where it has any.
    #[serde(default)]
    others: String,
}

/// What the link is for, and one button.
pub(super) async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Path(secret): Path<String>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let Some((_, clinician)) = invited(&app, &secret).await? else {
        return Ok(gone(&app, &caller));
    };
    let before = before(&app, &headers, &clinician).await?;
    if before.is_full() {
        return Ok(full(&app, &caller));
    }
    let sheet = sheet(&app, (&secret, &clinician), &before, (&[], "")).await?;
    Ok(shell::outside(&app, &caller, sheet))
}

/// Uses the link up and enrols this device.
pub(super) async fn enrol(
    State(app): State<AppState>,
    caller: Caller,
    Path(secret): Path<String>,
    headers: HeaderMap,
    Form(form): Form<Enrol>,
) -> Result<Response, AppError> {
    let id = forms::id(&form.device, "device")?;
    // The same from link and form: whoever sends both again is the same browser. The link is of one practice.
    let own = secrets::derived(&app.keys, Purpose::Device, &[&secret, &id.to_string()])?;
    let Some((link, clinician)) = invited(&app, &secret).await? else {
        return repeated(&app, &caller, &headers, &own, &form).await;
    };
    let before = before(&app, &headers, &clinician).await?;
    if before.is_full() {
        return Ok(full(&app, &caller));
    }
    let others = match check(&form, &before) {
        Ok(others) => others,
        Err(errors) => {
            let again = (&*errors, &*form.others);
            let sheet = sheet(&app, (&secret, &clinician), &before, again).await?;
            return Ok(shell::outside(&app, &caller, sheet));
        }
    };
    let row = fresh(&app, DeviceId(id), &clinician, &own, &form.pin).await?;
    let browser = Browser::of(&headers, &app.settings);
    if !add(&app, (&caller, browser), link, row.clone()).await? {
        return repeated(&app, &caller, &headers, &own, &form).await;
    }
    let kept = before.settle(&app, others, row.id).await?;
    welcome(&app, &headers, row, own, kept)
}

/// What this device counts for already.
async fn before(app: &AppState, headers: &HeaderMap, clinician: &ClinicianRow) -> Result<Before, AppError> {
    Before::of(app, headers, (&clinician.practice, clinician.id)).await
}

/// The PIN, and what becomes of other places.
fn check(form: &Enrol, before: &Before) -> Result<Others, Vec<FieldError>> {
    let others = Others::read(&form.others);
    let mut errors = check_pin(&form.pin, &form.pin_again).err().unwrap_or_default();
    if others.is_none() && !before.others.is_empty() {
        let why = "Choose whether this device goes on counting for the others";
        errors.insert(0, FieldError::new("others", why));
    }
    if errors.is_empty() { Ok(others.unwrap_or(Others::Keep)) } else { Err(errors) }
}

/// The row of a new device.
async fn fresh(
    app: &AppState,
    id: DeviceId,
    clinician: &ClinicianRow,
    own: &str,
    pin: &str,
) -> Result<DeviceRow, AppError> {
    let pin_hash = match pin.trim() {
        "" => None,
        pin => Some(passwords::hash(app, pin.to_owned()).await?),
    };
    Ok(device(app, id, clinician, secrets::hash(own), pin_hash))
}

/// The link and the clinician, unless they have left.
async fn invited(app: &AppState, secret: &str) -> Result<Option<(LinkRow, ClinicianRow)>, AppError> {
    let now = app.clock.now();
    let found = enrolment::invited(app.db.unscoped(), &secrets::hash(secret), now).await?;
    let today = app.clock.today();
    Ok(found.filter(|(_, clinician)| clinician.left_on.is_none_or(|left| left > today)))
}

async fn sheet(
    app: &AppState,
    (secret, clinician): (&str, &ClinicianRow),
    before: &Before,
    (errors, chosen): (&[FieldError], &str),
) -> Result<Sheet, AppError> {
    let invitation = view::Invitation {
        secret,
        practice: &shell::practice_name(app, &clinician.practice).await?,
        label: &clinician.label,
        staff_group: &clinician.staff_group,
        others: &places::named(app, &before.others).await?,
        chosen,
    };
    Ok(view::enrol(&invitation, errors))
}

/// As many places as a device may have: the link stays unused.
fn full(app: &AppState, caller: &Caller) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, shell::outside(app, caller, view::full())).into_response()
}

/// Used or too old.
fn gone(app: &AppState, caller: &Caller) -> Response {
    let why = "An enrolment link works once, for seven days, and ends when a newer one is made. Ask your practice manager for a \
               new link. If you have just enrolled this device, go to the start page.";
    outside::gone(app, caller, why, None)
}

/// A PIN has 4 to 8 digits and is typed twice; none is fine.
fn check_pin(pin: &str, again: &str) -> Result<(), Vec<FieldError>> {
    let (pin, again) = (pin.trim(), again.trim());
    if pin.is_empty() && again.is_empty() {
        return Ok(());
    }
    if !(4..=8).contains(&pin.len()) || !pin.bytes().all(|byte| byte.is_ascii_digit()) {
        let why = "Enter a PIN of 4 to 8 digits, or leave both boxes empty";
        return Err(vec![FieldError::new("pin", why)]);
    }
    if pin != again {
        let why = "Enter the same PIN in both boxes";
        return Err(vec![FieldError::new("pin_again", why)]);
    }
    Ok(())
}

pub(super) fn device(
    app: &AppState,
    id: DeviceId,
    clinician: &ClinicianRow,
    secret_hash: String,
    pin_hash: Option<String>,
) -> DeviceRow {
    let now = app.clock.now();
    let until = now + ENROLLED;
    DeviceRow {
        practice: clinician.practice.clone(),
        id,
        clinician: clinician.id,
        secret_hash,
        enrolled_at: now,
        // Nobody's device outlives their time at the practice.
        expires_at: clinician.left_on.map_or(until, |left| until.min(calendar::day_begins(left))),
        last_seen_at: now,
        pin_hash,
        revoked_at: None,
    }
}

/// Writes the device; false where the link was used meanwhile.
async fn add(
    app: &AppState,
    (caller, browser): (&Caller, Browser),
    link: LinkRow,
    row: DeviceRow,
) -> Result<bool, AppError> {
    let device =
        EnrolDevice { invited: Invitation::Link(link.id), device: row, replaces: browser.session().map(str::to_owned) };
    device.perform(app, &By::from(&caller.sign_in()?)).await
}

/// The link is used up: by this very browser a moment ago, or by another.
async fn repeated(
    app: &AppState,
    caller: &Caller,
    headers: &HeaderMap,
    own: &str,
    form: &Enrol,
) -> Result<Response, AppError> {
    let known = people::device_by_secret(app.db.unscoped(), &secrets::hash(own)).await?;
    let Some(row) = known.filter(|device| device.enrolled_at + REPEAT > app.clock.now()) else {
        return Ok(gone(app, caller));
    };
    let before = Before::of(app, headers, (&row.practice, row.clinician)).await?;
    if before.is_full() {
        return Ok(full(app, caller));
    }
    let others = Others::read(&form.others).unwrap_or(Others::Keep);
    let kept = before.settle(app, others, row.id).await?;
    welcome(app, headers, row, own.to_owned(), kept)
}

/// Sends the device to its clinician's page with its cookie, beside the places it keeps. Whoever has just chosen a PIN
/// need not type it again.
pub(super) fn welcome(
    app: &AppState,
    headers: &HeaderMap,
    row: DeviceRow,
    own: String,
    mut held: Vec<HeldEnrolment>,
) -> Result<Response, AppError> {
    let actor = Actor::Device { id: row.id, practice: row.practice.clone(), clinician: row.clinician };
    let unlocked = if row.pin_hash.is_some() {
        let others: Vec<&DeviceRow> = held.iter().map(|held| &held.row).collect();
        let (settings, now) = (&app.settings, app.clock.now());
        let cookie = cookies::unlock(headers, settings, &app.keys, &row, &others, now)?;
        Some(cookie)
    } else {
        None
    };
    held.push(HeldEnrolment { secret: own, row, locked: false });
    let mut set = vec![places::cookie(app, &held)?.ok_or_else(no_cookie)?];
    set.extend(unlocked);
    sessions::redirect(&home::of(&actor).href(), set)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_four_to_eight_digits_twice_or_nothing() {
        for (pin, again) in [("", ""), ("1234", "1234"), ("12345678", " 12345678 ")] {
            assert!(check_pin(pin, again).is_ok(), "{pin}");
        }
        for (pin, again, field) in [
            ("123", "123", "pin"),
            ("123456789", "123456789", "pin"),
            ("12a4", "12a4", "pin"),
            ("٤٤٤٤", "٤٤٤٤", "pin"),
            ("", "1234", "pin"),
            ("1234", "", "pin_again"),
            ("1234", "4321", "pin_again"),
        ] {
            assert_eq!(check_pin(pin, again).unwrap_err()[0].field, field, "{pin}");
        }
    }
}
