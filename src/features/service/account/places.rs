//! The places that a device counts for: which they are, how one is given up, and what becomes of them when the device is
//! enrolled once more.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use entity::ids::{ClinicianId, DeviceId, OdsCode};
use serde::Deserialize;

use super::{
    home::{self, Home},
    place_pages,
    session::{self, no_cookie},
};
use crate::{
    domain::access::{Actor, By, Permit, SeeOwnDay, SeeOwnTotal, SignIn},
    error::AppError,
    href,
    operations::sign_out_device::SignOutDevice,
    state::AppState,
    store::people,
    ui::href::Href,
    web::{
        caller::Caller,
        cookies,
        forms::{self, Form},
        seats::{self, Held},
    },
};

/// One place as the pages name it.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) device: DeviceId,
    /// "Dr A · Alder Lane Surgery"; the practice alone while it waits for its PIN.
    pub(super) title: String,
    pub(super) home: Href,
    pub(super) locked: bool,
    pub(super) until: DateTime<Utc>,
}

/// Names places. What a PIN guards is not read before it is given.
pub(super) async fn named(app: &AppState, held: &[Held]) -> Result<Vec<Place>, AppError> {
    let tree = app.organisations().await?;
    let mut places = Vec::new();
    for one in held {
        let (seat, practice) = (one.seat(), &one.row.practice);
        let name = tree.practice(practice).map_or_else(|| practice.to_string(), |known| known.name.to_string());
        let clinician = match seat.own_clinician() {
            Some(own) => people::clinician(app.db.read(own.scope())).await?,
            None => None,
        };
        places.push(Place {
            device: seat.device,
            title: match clinician {
                Some(clinician) => format!("{} · {name}", clinician.label),
                None => name,
            },
            home: home::of(&seat.actor()).href(),
            locked: seat.locked,
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
    let held = seats::of_browser(&app, &headers).await?;
    let places = named(&app, &held).await?;
    Ok(place_pages::places(&app, &caller, &places).into_response())
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
    let id = forms::id(&form.device, "device").map_err(|error| AppError::Invalid(vec![error]))?;
    let held = seats::of_browser(&app, &headers).await?;
    let (gone, rest): (Vec<Held>, Vec<Held>) = held.into_iter().partition(|held| held.row.id.0 == id);
    if gone.is_empty() {
        return session::redirect(&home::of(permit.actor()).href(), Vec::new());
    }
    end(&app, &gone).await?;
    let Some(cookie) = cookie(&app, &rest)? else {
        let none = cookies::clear(&app.settings).ok_or_else(no_cookie)?;
        return session::redirect(&Home::Front.href(), vec![none]);
    };
    session::redirect(&href!("/device"), vec![cookie])
}

/// The cookie of these places, as long as the last of them; nothing without any.
pub(super) fn cookie(app: &AppState, held: &[Held]) -> Result<Option<HeaderValue>, AppError> {
    let Some(until) = held.iter().map(|held| held.row.expires_at).max() else {
        return Ok(None);
    };
    let secrets = held.iter().map(|held| held.secret.clone()).collect();
    let seconds = (until - app.clock.now()).num_seconds();
    let cookie = cookies::set(&app.settings, &cookies::Held::Device(secrets), seconds);
    cookie.ok_or_else(no_cookie).map(Some)
}

/// Signs places out. One that waits for its PIN leaves this browser and is ended by its practice or by time: until the
/// PIN is given nobody may ask.
pub(super) async fn end(app: &AppState, places: &[Held]) -> Result<(), AppError> {
    for place in places {
        if let Some(own) = place.seat().own_clinician() {
            sign_out(app, &own).await?;
        }
    }
    Ok(())
}

/// Ends the enrolment that this permit was made for.
pub(super) async fn sign_out(app: &AppState, own: &Permit<SeeOwnDay>) -> Result<(), AppError> {
    let Actor::Device { id: device, .. } = *own.actor() else {
        return Ok(());
    };
    SignOutDevice(device).perform(app, &By::from(own)).await
}

/// What a device that is enrolled once more held before.
#[derive(Debug)]
pub(super) struct Before {
    /// At other clinician rows.
    pub(super) others: Vec<Held>,
    /// At the same one: the new enrolment takes its place.
    pub(super) same: Vec<Held>,
}

impl Before {
    /// Reads it from the browser's cookie. What was revoked or has expired is in neither, and so leaves the cookie.
    pub(super) async fn of(
        app: &AppState,
        headers: &HeaderMap,
        (practice, clinician): (&OdsCode, ClinicianId),
    ) -> Result<Self, AppError> {
        let held = seats::of_browser(app, headers).await?;
        let (same, others) =
            held.into_iter().partition(|held| held.row.practice == *practice && held.row.clinician == clinician);
        Ok(Self { others, same })
    }

    /// Whether there is no room for one more.
    pub(super) fn is_full(&self) -> bool {
        self.others.len() >= cookies::MOST_PLACES
    }

    /// Signs out what ends with the new enrolment, which is no part of it, and answers what stays beside it.
    pub(super) async fn settle(self, app: &AppState, keep: Others, new: DeviceId) -> Result<Vec<Held>, AppError> {
        let (mut ended, mut kept) = (self.same, self.others);
        if keep == Others::End {
            ended.append(&mut kept);
        }
        ended.retain(|held| held.row.id != new);
        end(app, &ended).await?;
        Ok(kept)
    }
}

/// What becomes of the places that a device counts for already. It is asked: a phone is one person's, and a desk in a
/// consulting room may be several people's, none of whom may see another's count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Others {
    /// The same person works there too.
    Keep,
    /// They were somebody else's.
    End,
}

impl Others {
    /// As the form says it.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::End => "end",
        }
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        [Self::Keep, Self::End].into_iter().find(|choice| choice.code() == text)
    }
}
