//! A device with a PIN asks for it once, until its browser is closed or twelve hours have passed. A PIN belongs to one
//! place of a device and opens no other: each is asked for where it is needed.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue},
    response::Response,
};
use axum_extra::extract::Query;
use serde::Deserialize;

use super::{places, view};
use crate::{
    domain::access::{Actor, By},
    error::{AppError, FieldError},
    href,
    operations::note_wrong_pin::NoteWrongPin,
    state::AppState,
    store::people::DeviceRow,
    ui::href::Href,
    web::{
        caller::Caller,
        cookies,
        enrolments::{self, HeldEnrolment},
        forms::Form,
        home::{self, Next, onward},
        passwords, sessions, shell, tries,
    },
};

/// The form.
#[derive(Debug, Deserialize)]
pub(super) struct Unlock {
    #[serde(default)]
    pin: String,
    #[serde(default)]
    next: String,
}

/// Asks for the PIN; whoever need not give one is led on.
pub(super) async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Query(next): Query<Next>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let held = enrolments::of_browser(&app, &headers).await?;
    match waiting(&caller, &held, &next.next) {
        Some(place) => page(&app, &caller, place, held.len(), &next.next, &[]).await,
        None => sessions::redirect(&unlocked(&caller.actor, &next.next), Vec::new()),
    }
}

/// The place that waits for its PIN: the one where somebody wanted to go; where nothing else is open, any.
fn waiting<'a>(caller: &Caller, held: &'a [HeldEnrolment], next: &str) -> Option<&'a HeldEnrolment> {
    let wanted = shell::target_of(next);
    let about = |held: &&HeldEnrolment| wanted.as_ref().is_some_and(|to| held.enrolment().is_about(to));
    if held.iter().filter(about).any(|held| !held.locked) {
        return None;
    }
    let nothing_is_open = caller.actor == Actor::Stranger;
    let any = || held.iter().find(|held| held.locked && nothing_is_open);
    held.iter().find(about).or_else(any)
}

/// The page, which names the practice where there are several.
async fn page(
    app: &AppState,
    caller: &Caller,
    place: &HeldEnrolment,
    of: usize,
    next: &str,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    let named = places::named(app, std::slice::from_ref(place)).await?;
    let title = named.first().filter(|_| of > 1);
    let title = title.map(|place| place.title.as_str());
    Ok(shell::outside(app, caller, view::unlock(title, next, errors)))
}

fn unlocked(actor: &Actor, next: &str) -> Href {
    if *actor == Actor::Stranger {
        // The device was revoked or has expired.
        return shell::own_path(&shell::sign_in_then(next)).unwrap_or(href!("/sign-in"));
    }
    onward(next).unwrap_or_else(|| home::of(actor).href())
}

/// Checks the PIN.
pub(super) async fn unlock(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    Form(form): Form<Unlock>,
) -> Result<Response, AppError> {
    let held = enrolments::of_browser(&app, &headers).await?;
    let Some(place) = waiting(&caller, &held, &form.next) else {
        return sessions::redirect(&unlocked(&caller.actor, &form.next), Vec::new());
    };
    let device = &place.row;
    tries::begin_pin(&app, &caller, device).await?;
    let pin = form.pin.trim().to_owned();
    let looking = passwords::verify(&app, pin, device.pin_hash.clone());
    if !tries::looked_at_pin(&app, &caller, device, looking).await? {
        refused(&app, &caller, device).await?;
        let wrong = [FieldError::new("pin", "This is not the PIN of this device")];
        return page(&app, &caller, place, held.len(), &form.next, &wrong).await;
    }
    let open = proof(&app, &headers, device, &held)?;
    let actor = place.enrolment().actor();
    sessions::redirect(&unlocked(&actor, &form.next), vec![open])
}

/// The cookie that says so, beside what other PINs have opened.
fn proof(
    app: &AppState,
    headers: &HeaderMap,
    device: &DeviceRow,
    held: &[HeldEnrolment],
) -> Result<HeaderValue, AppError> {
    let others: Vec<&DeviceRow> = held.iter().map(|held| &held.row).collect();
    let (settings, now) = (&app.settings, app.clock.now());
    cookies::unlock(headers, settings, &app.keys, device, &others, now)
}

async fn refused(app: &AppState, caller: &Caller, device: &DeviceRow) -> Result<(), AppError> {
    let wrong = NoteWrongPin { practice: device.practice.clone(), device: device.id };
    wrong.perform(app, &By::from(&caller.sign_in()?)).await
}
