//! A device with a PIN asks for it once, until its browser is closed or twelve hours have passed.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use axum_extra::extract::Query;
use serde::Deserialize;

use super::{
    events::PinRefused,
    home, pages, session,
    sign_in::{Next, onward},
};
use crate::{
    domain::access::Actor,
    error::{AppError, FieldError},
    href,
    state::{AppState, Key},
    store::people::{self, DeviceRow},
    ui::href::Href,
    web::{
        caller::Caller,
        cookies::{self, Held},
        forms::Form,
        passwords, secrets, shell,
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
) -> Result<Response, AppError> {
    if caller.locked.is_some() {
        return Ok(pages::unlock(&app, &caller, &next.next, &[]).into_response());
    }
    session::redirect(&unlocked(&caller.actor, &next.next), Vec::new())
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
    let Some(device) = locked(&app, &caller, &headers).await? else {
        return session::redirect(&unlocked(&caller.actor, &form.next), Vec::new());
    };
    let keys = [Key::one(format!("device {}", device.id))];
    app.tries.begin(&keys, &app.clock)?;
    let pin = form.pin.trim().to_owned();
    if !passwords::verify(&app, pin, device.pin_hash.clone()).await? {
        refused(&app, &caller, &device).await?;
        let wrong = FieldError::new("pin", "This is not the PIN of this device");
        let page = pages::unlock(&app, &caller, &form.next, &[wrong]);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    app.tries.succeeded(&keys);
    let open = cookies::unlock(&app.settings, &app.token_key, device.id, app.clock.now())?;
    let actor = Actor::Device {
        id: device.id,
        practice: device.practice,
        clinician: device.clinician,
    };
    session::redirect(&unlocked(&actor, &form.next), vec![open])
}

/// The device of this browser, where it waits for its PIN.
async fn locked(
    app: &AppState,
    caller: &Caller,
    headers: &HeaderMap,
) -> Result<Option<DeviceRow>, AppError> {
    let (Some(id), Some(Held::Device(secret))) =
        (caller.locked, cookies::read(headers, &app.settings))
    else {
        return Ok(None);
    };
    let row = people::device_by_secret(app.db.identify(), &secrets::hash(&secret)).await?;
    Ok(row.filter(|row| row.id == id))
}

async fn refused(app: &AppState, caller: &Caller, device: &DeviceRow) -> Result<(), AppError> {
    let permit = caller.sign_in()?;
    let (practice, event) = (device.practice.clone(), PinRefused { device: device.id });
    app.writer
        .write(&permit, move |tx| {
            Box::pin(async move { Ok(tx.audit(&practice.into(), &event).await?) })
        })
        .await
}
