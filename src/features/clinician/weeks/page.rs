//! A clinician's own past as pages, and the data as a file.

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use entity::ids::LocalDate;
use serde::Deserialize;

use super::view::{self, Kept};
use crate::{
    domain::{
        access::{ClinicianScope, Permit, SeeOwnDay},
        calendar,
        contact::Entered,
        history,
    },
    error::AppError,
    exchange::own_csv,
    state::AppState,
    store::{
        history::{self as stored, Entry},
        people::{self, ClinicianRow},
    },
    web::{
        caller::Caller,
        download,
        shell::{self, Place},
    },
};

/// Reads what is kept, or one week of it.
pub(super) async fn kept(app: &AppState, scope: &ClinicianScope, week: Option<LocalDate>) -> Result<Kept, AppError> {
    let today = app.clock.today();
    let read = app.db.read(scope);
    let oldest = history::first_kept(today);
    let (first, last) = match week {
        Some(friday) => (friday.minus_days(4), friday.plus_days(2)),
        None => (oldest, today),
    };
    let days = stored::own_days(read, first, last).await?;
    let entries = stored::entries(read, first, last).await?;
    let (own, late): (Vec<_>, Vec<_>) = entries
        .iter()
        .filter_map(|entry| match entry {
            Entry::Contact { occurred_at, entered, voided: false, .. } => Some((*occurred_at, entered)),
            _ => None,
        })
        .partition(|(_, entered)| *entered != Entered::SetTo.code());
    // Weeks before the first count would be empty.
    let counted = days.iter().find(|own| own.day.source.is_some());
    let since = counted.map_or(today, |own| own.on);
    Ok(Kept {
        weeks: history::by_week(&days, since, last),
        months: history::by_month(&days),
        hours: history::by_hour(own.into_iter().map(|(at, _)| at)),
        without_hour: u32::try_from(late.len()).unwrap_or(u32::MAX),
        notice: history::notice(app.clock.now()),
        days,
    })
}

#[derive(Debug, Deserialize)]
pub(super) struct WeekQuery {
    week: Option<String>,
}

pub(super) async fn weeks(
    permit: Permit<SeeOwnDay>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<WeekQuery>,
) -> Result<Response, AppError> {
    let scope = permit.scope();
    let week = query.week.and_then(|text| text.parse::<LocalDate>().ok()).map(calendar::week_ending);
    let kept = kept(&app, scope, week).await?;
    let sheet = match week {
        Some(friday) => view::week(scope, friday, &kept),
        None => view::weeks(scope, &kept),
    };
    let (place, _) = place(&app, scope).await?;
    Ok(shell::page(&app, &caller, &place, sheet))
}

pub(super) async fn place(app: &AppState, scope: &ClinicianScope) -> Result<(Place, ClinicianRow), AppError> {
    let clinician = people::clinician(app.db.read(scope)).await?.ok_or(AppError::NotFound)?;
    Ok((shell::clinician_place(app, scope, &clinician.label).await?, clinician))
}

/// Everything that is kept, as a file: at most thirteen weeks of one clinician, so it is made in memory.
pub(super) async fn file(permit: Permit<SeeOwnDay>, State(app): State<AppState>) -> Result<Response, AppError> {
    let today = app.clock.today();
    // A night's folding may be late: what is still there is theirs to have.
    let first = history::first_kept(today).minus_days(31);
    let entries = stored::entries(app.db.read(permit.scope()), first, today).await?;
    Ok(download::file(download::CSV, &format!("my-contacts-{today}.csv"), own_csv::write(&entries)))
}
