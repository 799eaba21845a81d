//! The places that a device counts for: which they are, how one is given up, and what becomes of them when the device is
//! enrolled once more.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue},
    response::Response,
};
use entity::ids::{ClinicianId, DeviceId, OdsCode};
use serde::Deserialize;

use super::view::{self, Others, Place};
use crate::{
    domain::access::{Permit, SeeOwnTotal, SignIn},
    error::AppError,
    href,
    state::AppState,
    store::people,
    web::{
        caller::Caller,
        cookies::{self, Cookie},
        enrolments::{self, HeldEnrolment},
        forms::{self, Form},
        home::{self, Home},
        sessions::{self, no_cookie},
        shell,
    },
};

/// Names places. What a PIN guards is not read before it is given.
pub(super) async fn named(app: &AppState, held: &[HeldEnrolment]) -> Result<Vec<Place>, AppError> {
    let tree = app.organisations().await?;
    let mut places = Vec::new();
    for one in held {
        let (enrolment, practice) = (one.enrolment(), &one.row.practice);
        let name = tree.name_of(&practice.into());
        let clinician = match enrolment.own_clinician() {
            Some(own) => people::clinician(app.db.read(own.scope())).await?,
            None => None,
        };
        places.push(Place {
            device: enrolment.device,
            title: match clinician {
                Some(clinician) => format!("{} · {name}", clinician.label),
                None => name,
            },
            home: home::of(&enrolment.actor()).href(),
            locked: enrolment.locked,
            until: one.row.expires_at,
        });
    }
    Ok(places)
}

/// The places of this device.
pub(super) async fn show(
    _: Permit<SeeOwnTotal>,
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let held = enrolments::of_browser(&app, &headers).await?;
    let places = named(&app, &held).await?;
    Ok(shell::outside(&app, &caller, view::places(&places)))
}

/// The form.
#[derive(Debug, Deserialize)]
pub(super) struct Leave {
    device: String,
}

/// Gives one place up; the others stay. Asked again, or by whoever has no such place, it changes nothing.
pub(super) async fn leave(
    permit: Permit<SignIn>,
    State(app): State<AppState>,
    headers: HeaderMap,
    Form(form): Form<Leave>,
) -> Result<Response, AppError> {
    let id = forms::id(&form.device, "device")?;
    let held = enrolments::of_browser(&app, &headers).await?;
    let (gone, rest): (Vec<HeldEnrolment>, Vec<HeldEnrolment>) = held.into_iter().partition(|held| held.row.id.0 == id);
    if gone.is_empty() {
        return sessions::redirect(&home::of(permit.actor()).href(), Vec::new());
    }
    end(&app, &gone).await?;
    let Some(cookie) = cookie(&app, &rest)? else {
        let none = cookies::clear(&app.settings).ok_or_else(no_cookie)?;
        return sessions::redirect(&Home::Front.href(), vec![none]);
    };
    sessions::redirect(&href!("/device"), vec![cookie])
}

/// The cookie of these places, as long as the last of them; nothing without any.
pub(super) fn cookie(app: &AppState, held: &[HeldEnrolment]) -> Result<Option<HeaderValue>, AppError> {
    let Some(until) = held.iter().map(|held| held.row.expires_at).max() else {
        return Ok(None);
    };
    let secrets = held.iter().map(|held| held.secret.clone()).collect();
    let seconds = (until - app.clock.now()).num_seconds();
    let cookie = cookies::set(&app.settings, &Cookie::Device(secrets), seconds);
    cookie.ok_or_else(no_cookie).map(Some)
}

/// Signs places out. One that waits for its PIN leaves this browser and is ended by its practice or by time: until the
/// PIN is given nobody may ask.
async fn end(app: &AppState, places: &[HeldEnrolment]) -> Result<(), AppError> {
    for place in places {
        if let Some(own) = place.enrolment().own_clinician() {
            sessions::end_enrolment(app, &own).await?;
        }
    }
    Ok(())
}

/// What a device that is enrolled once more held before.
#[derive(Debug)]
pub(super) struct Before {
    /// At other clinician rows.
    pub(super) others: Vec<HeldEnrolment>,
    /// At the same one: the new enrolment takes its place.
    pub(super) same: Vec<HeldEnrolment>,
}

impl Before {
    /// Reads it from the browser's cookie. What was revoked or has expired is in neither, and so leaves the cookie.
    pub(super) async fn of(
        app: &AppState,
        headers: &HeaderMap,
        (practice, clinician): (&OdsCode, ClinicianId),
    ) -> Result<Self, AppError> {
        let held = enrolments::of_browser(app, headers).await?;
        let (same, others) =
            held.into_iter().partition(|held| held.row.practice == *practice && held.row.clinician == clinician);
        Ok(Self { others, same })
    }

    /// Whether there is no room for one more.
    pub(super) fn is_full(&self) -> bool {
        self.others.len() >= cookies::MOST_PLACES
    }

    /// Signs out what ends with the new enrolment, which is no part of it, and answers what stays beside it.
    pub(super) async fn settle(
        self,
        app: &AppState,
        keep: Others,
        new: DeviceId,
    ) -> Result<Vec<HeldEnrolment>, AppError> {
        let (mut ended, mut kept) = (self.same, self.others);
        if keep == Others::End {
            ended.append(&mut kept);
        }
        ended.retain(|held| held.row.id != new);
        end(app, &ended).await?;
        Ok(kept)
    }
}
