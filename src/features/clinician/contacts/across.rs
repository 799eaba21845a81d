//! A person's own total across the places that their device counts for. Each place is read with a permit of its own, which
//! only the device has: no practice's page, figure or answer contains it.

use axum::{Json as Answer, extract::State};
use entity::ids::{ClinicianId, LocalDate, OdsCode};
use futures::{future::try_join_all, try_join};
use serde::Serialize;
use utoipa::ToSchema;

use super::api::DayOut;
use crate::{
    domain::{
        access::{ClinicianScope, Permit, SeeOwnTotal},
        limit::{self, Day, Share, Total},
    },
    error::AppError,
    state::AppState,
    web::{caller::Caller, problem::Problem, routes::Routes, shell},
};

/// The routes.
pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/api/v1/me/day", SeeOwnTotal, me)
}

/// One place's part of the day.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) scope: ClinicianScope,
    pub(super) label: String,
    /// The practice's name.
    pub(super) practice: String,
    pub(super) share: Share,
    /// The practice, and as whom where the device counts for two clinician rows of it.
    pub(super) name: String,
}

/// A person's day at every place of their device.
#[derive(Debug)]
pub(super) struct Across {
    pub(super) parts: Vec<Part>,
    /// Practices whose PIN was not given: they are not read and not in the total.
    pub(super) locked: Vec<(String, crate::ui::href::Href)>,
    pub(super) total: Total,
}

/// Reads it, for a device with more than one place. `known` is a day that was read already: what a page says twice is the
/// same number.
pub(super) async fn read(
    app: &AppState,
    caller: &Caller,
    on: LocalDate,
    known: (&ClinicianScope, &Day),
) -> Result<Option<Across>, AppError> {
    if caller.seats.len() < 2 {
        return Ok(None);
    }
    let mut across = all(app, caller, on).await?;
    if let Some(across) = &mut across {
        let (scope, day) = known;
        if let Some(part) = across.parts.iter_mut().find(|part| part.scope == *scope) {
            part.share.day = *day;
            across.total = total(&across.parts, on).ok_or(AppError::NotFound)?;
        }
    }
    Ok(across)
}

async fn all(app: &AppState, caller: &Caller, on: LocalDate) -> Result<Option<Across>, AppError> {
    let own = caller.own_clinicians();
    let mut parts = try_join_all(own.iter().map(|own| part(app, own.scope(), on))).await?;
    let practices: Vec<OdsCode> = parts.iter().map(|part| part.scope.practice().clone()).collect();
    for part in &mut parts {
        let here = practices.iter().filter(|practice| *practice == part.scope.practice());
        part.name = match here.count() {
            0 | 1 => part.practice.clone(),
            _ => format!("{} as {}", part.practice, part.label),
        };
    }
    let mut locked = Vec::new();
    for seat in caller.seats.iter().filter(|seat| seat.locked) {
        let home = shell::contacts(&seat.practice, seat.clinician);
        let unlock = shell::unlock_then(shell::day_of(home.as_str()));
        if let Some(unlock) = shell::own_path(&unlock) {
            locked.push((name(app, &seat.practice).await?, unlock));
        }
    }
    Ok(total(&parts, on).map(|total| Across { parts, locked, total }))
}

async fn part(app: &AppState, scope: &ClinicianScope, on: LocalDate) -> Result<Part, AppError> {
    let (known, beside) = try_join!(app.often.own_day(scope, on), app.often.beside(scope, on))?;
    Ok(Part {
        scope: scope.clone(),
        name: String::new(),
        label: beside.ok_or(AppError::NotFound)?.label,
        practice: name(app, scope.practice()).await?,
        share: Share { clinician: scope.clinician(), day: known.day, rules: known.rules },
    })
}

async fn name(app: &AppState, practice: &OdsCode) -> Result<String, AppError> {
    let tree = app.organisations().await?;
    Ok(tree.practice(practice).map_or_else(|| practice.to_string(), |known| known.name.to_string()))
}

fn total(parts: &[Part], on: LocalDate) -> Option<Total> {
    let shares: Vec<Share> = parts.iter().map(|part| part.share.clone()).collect();
    limit::across(&shares, on)
}

/// A person's day across the places that their device counts for.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnDayOut {
    /// London day.
    #[schema(value_type = String, format = Date, example = "2026-11-20")]
    pub day: LocalDate,
    /// Contacts of all places.
    #[schema(example = 19)]
    pub counted: u32,
    /// The limit of a day with the sessions of all of them.
    #[schema(example = 25)]
    pub limit: u32,
    /// What is left; 0 at the limit and past it.
    #[schema(example = 6)]
    pub left: u32,
    /// Contacts past the limit: left + counted − over = limit.
    #[schema(example = 0)]
    pub over: u32,
    /// `available`, `nearing`, `at-limit` or `over`.
    #[schema(example = "available")]
    pub state: &'static str,
    /// Places that wait for their PIN: they are not counted here.
    #[schema(example = 0)]
    pub locked: usize,
    /// Each place with its own day.
    pub places: Vec<OwnPlace>,
}

/// One place of a person's day.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnPlace {
    /// Practice.
    #[schema(value_type = String, example = "Z90001")]
    pub practice: OdsCode,
    /// Its name.
    #[schema(example = "Alder Lane Surgery")]
    pub name: String,
    /// Who the person is there.
    #[schema(value_type = Uuid, example = "019a9f6e-7c00-7000-8000-0000000000aa")]
    pub clinician: ClinicianId,
    /// Their label there.
    #[schema(example = "Dr A")]
    pub label: String,
    /// The day there.
    #[serde(flatten)]
    pub day: DayOut,
}

/// Today across every place that the asking device counts for. Only an enrolled device may ask: the total is the person's
/// own, and no practice sees it.
#[utoipa::path(get, path = "/api/v1/me/day", tag = "contacts",
    responses(
        (status = 200, description = "Today", body = OwnDayOut),
        (status = 401, description = "No device, or one that waits for its PIN", body = Problem),
        (status = 403, description = "Not a clinician's device", body = Problem),
    ))]
pub(super) async fn me(
    _: Permit<SeeOwnTotal>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Answer<OwnDayOut>, AppError> {
    let on = app.clock.today();
    let across = all(&app, &caller, on).await?.ok_or(AppError::NotFound)?;
    let places = across.parts.into_iter().map(|part| OwnPlace {
        practice: part.scope.practice().clone(),
        name: part.practice,
        clinician: part.scope.clinician(),
        label: part.label,
        day: DayOut::new(on, &part.share.day),
    });
    Ok(Answer(OwnDayOut {
        day: on,
        counted: across.total.counted,
        limit: across.total.limit.contacts,
        left: across.total.headroom.left(),
        over: across.total.headroom.over(),
        state: across.total.headroom.code(),
        locked: across.locked.len(),
        places: places.collect(),
    }))
}
