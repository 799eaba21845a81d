//! Enrolling a device by a link that works once. Opening the link changes nothing: scanners follow links in messages.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::Duration;
use entity::ids::DeviceId;
use serde::Deserialize;

use super::{
    events::DeviceEnrolled,
    home, pages,
    session::{self, no_cookie},
};
use crate::{
    domain::{access::Actor, calendar},
    error::{AppError, FieldError},
    live::What,
    state::AppState,
    store::{
        enrolment,
        people::{self, ClinicianRow, DeviceRow, LinkRow},
    },
    web::{
        caller::Caller,
        cookies::{self, Held},
        forms::{self, Form},
        passwords, secrets,
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
}

/// What the link is for, and one button.
pub(super) async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Path(secret): Path<String>,
) -> Result<Response, AppError> {
    match invited(&app, &secret).await? {
        Some((_, clinician)) => {
            let page = page(&app, &caller, &secret, &clinician, &[]).await?;
            Ok(page.into_response())
        }
        None => Ok(gone(&app, &caller)),
    }
}

/// Uses the link up and enrols this device.
pub(super) async fn enrol(
    State(app): State<AppState>,
    caller: Caller,
    Path(secret): Path<String>,
    Form(form): Form<Enrol>,
) -> Result<Response, AppError> {
    let id = forms::id(&form.device, "device").map_err(|error| AppError::Invalid(vec![error]))?;
    // The same from link and form: whoever sends both again is the same browser.
    let own = secrets::derived(&app.token_key, &["device", &secret, &id.to_string()])?;
    let Some((link, clinician)) = invited(&app, &secret).await? else {
        return repeated(&app, &caller, &own).await;
    };
    if let Err(errors) = check_pin(&form.pin, &form.pin_again) {
        let page = page(&app, &caller, &secret, &clinician, &errors).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let pin_hash = match form.pin.trim() {
        "" => None,
        pin => Some(passwords::hash(&app, pin.to_owned()).await?),
    };
    let row = device(
        &app,
        DeviceId(id),
        &clinician,
        secrets::hash(&own),
        pin_hash,
    );
    if add(&app, &caller, link, row.clone()).await? {
        welcome(&app, &row, &own)
    } else {
        repeated(&app, &caller, &own).await
    }
}

/// The link and the clinician, unless they have left.
async fn invited(
    app: &AppState,
    secret: &str,
) -> Result<Option<(LinkRow, ClinicianRow)>, AppError> {
    let now = app.clock.now();
    let found = enrolment::invited(app.db.identify(), &secrets::hash(secret), now).await?;
    let today = app.clock.today();
    Ok(found.filter(|(_, clinician)| clinician.left_on.is_none_or(|left| left > today)))
}

async fn page(
    app: &AppState,
    caller: &Caller,
    secret: &str,
    clinician: &ClinicianRow,
    errors: &[FieldError],
) -> Result<maud::Markup, AppError> {
    let tree = app.organisations().await?;
    let practice = tree.practice(&clinician.practice).map_or_else(
        || clinician.practice.to_string(),
        |found| found.name.to_string(),
    );
    Ok(pages::enrol(
        app,
        caller,
        &pages::Invitation {
            secret,
            practice: &practice,
            label: &clinician.label,
            staff_group: &clinician.staff_group,
        },
        errors,
    ))
}

/// Used or too old.
fn gone(app: &AppState, caller: &Caller) -> Response {
    let page = pages::gone(
        app,
        caller,
        "This link does not work any more",
        "An enrolment link works once, for seven days, and ends when a newer one is made. Ask your practice manager for a \
         new link. If you have just enrolled this device, go to the start page.",
    );
    (StatusCode::GONE, page).into_response()
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

fn device(
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
        expires_at: clinician
            .left_on
            .map_or(until, |left| until.min(calendar::day_begins(left))),
        last_seen_at: now,
        pin_hash,
        revoked_at: None,
    }
}

/// Writes the device; false where the link was used meanwhile.
async fn add(
    app: &AppState,
    caller: &Caller,
    link: LinkRow,
    row: DeviceRow,
) -> Result<bool, AppError> {
    let permit = caller.sign_in()?;
    app.writer
        .write(&permit, move |tx| {
            Box::pin(async move {
                if !people::use_link(tx.conn(), link.id, tx.now()).await? {
                    return Ok(false);
                }
                let taken = enrolment::device(tx.conn(), &row.practice, row.id).await?;
                if taken.is_some() {
                    return Err(AppError::IdReused);
                }
                let event = DeviceEnrolled {
                    clinician: row.clinician,
                    device: row.id,
                    with_pin: row.pin_hash.is_some(),
                };
                let practice = row.practice.clone();
                people::add_device(tx.conn(), row).await?;
                tx.audit(&(&practice).into(), &event).await?;
                tx.changed(&practice, What::People);
                Ok(true)
            })
        })
        .await
}

/// The link is used up: by this very browser a moment ago, or by another.
async fn repeated(app: &AppState, caller: &Caller, own: &str) -> Result<Response, AppError> {
    let known = people::device_by_secret(app.db.identify(), &secrets::hash(own)).await?;
    match known.filter(|device| device.enrolled_at + REPEAT > app.clock.now()) {
        Some(device) => welcome(app, &device, own),
        None => Ok(gone(app, caller)),
    }
}

/// Sends the device to its clinician's page with its cookie. Whoever has just chosen a PIN need not type it again.
fn welcome(app: &AppState, device: &DeviceRow, own: &str) -> Result<Response, AppError> {
    let now = app.clock.now();
    let seconds = (device.expires_at - now).num_seconds();
    let held = Held::Device(own.to_owned());
    let mut set = vec![cookies::set(&app.settings, &held, seconds).ok_or_else(no_cookie)?];
    if device.pin_hash.is_some() {
        set.push(cookies::unlock(
            &app.settings,
            &app.token_key,
            device.id,
            now,
        )?);
    }
    let actor = Actor::Device {
        id: device.id,
        practice: device.practice.clone(),
        clinician: device.clinician,
    };
    session::redirect(&home::of(&actor).href(), set)
}

/// Enrols this browser for a clinician without a link: the demo's way in.
pub(super) async fn enrol_for_demo(
    app: &AppState,
    caller: &Caller,
    clinician: &ClinicianRow,
) -> Result<Response, AppError> {
    let own = secrets::fresh();
    let id = DeviceId(uuid::Uuid::now_v7());
    let row = device(app, id, clinician, secrets::hash(&own), None);
    let permit = caller.sign_in()?;
    let written = row.clone();
    app.writer
        .write(&permit, move |tx| {
            Box::pin(async move {
                let event = DeviceEnrolled {
                    clinician: written.clinician,
                    device: written.id,
                    with_pin: false,
                };
                let practice = written.practice.clone();
                people::add_device(tx.conn(), written).await?;
                Ok(tx.audit(&practice.into(), &event).await?)
            })
        })
        .await?;
    welcome(app, &row, &own)
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
