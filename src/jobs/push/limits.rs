//! Finds out that somebody came to their limit, for whoever asked to be told in a browser. As with a practice's limit it is read
//! from how the day stands; an import tells nobody, whatever day it is about.

use std::collections::BTreeSet;

use entity::ids::{ClinicianId, LocalDate, OdsCode};

use crate::{
    domain::{
        access::{JobAuthority, PracticeScope},
        push::{PushKind, id_of, tells},
    },
    error::AppError,
    jobs::changed_days,
    operations::tell_push::TellPush,
    state::AppState,
    store::{days, push},
};

/// Looks until the server stops.
pub(super) async fn watch(app: &AppState) {
    changed_days::watch(app, |app, only| Box::pin(run_once(app, only))).await;
}

/// Tells of clinicians of all practices, or of some, whose day of today is at its limit.
///
/// # Errors
/// The first one met.
pub async fn run_once(app: &AppState, only: Option<&BTreeSet<OdsCode>>) -> Result<(), AppError> {
    if app.clock.is_doubted() {
        return Ok(());
    }
    let (job, today) = (JobAuthority::new(), app.clock.today());
    let everywhere = job.everywhere();
    let mut told = push::practices_told(app.db.read(&everywhere)).await?;
    told.retain(|practice| only.is_none_or(|only| only.contains(practice)));
    for practice in told {
        let scope = job.everywhere().of(&practice);
        let full = full(app, &scope, today).await?;
        if !full.is_empty() && is_news(app, &scope, today, &full).await? {
            TellPush { day: today, full }.perform(app, &job.within(scope)).await?;
        }
    }
    Ok(())
}

async fn full(app: &AppState, scope: &PracticeScope, today: LocalDate) -> Result<Vec<ClinicianId>, AppError> {
    let day = days::practice_day(app.db.read(scope), today).await?;
    Ok(day.clinicians.iter().filter(|one| tells(&one.day)).map(|one| one.row.id).collect())
}

/// Whether a browser is to be told something that it was not.
async fn is_news(
    app: &AppState,
    scope: &PracticeScope,
    today: LocalDate,
    full: &[ClinicianId],
) -> Result<bool, AppError> {
    let at = app.db.read(scope);
    let enough = push::heard_enough(at, today).await?;
    let mut wanted = Vec::new();
    for row in push::living(at).await? {
        let Some(hearer) = push::hearer(&row) else { continue };
        if hearer.hears() == PushKind::Somebodys && enough.contains(&row.id) {
            continue;
        }
        let of = full.iter().filter(|clinician| hearer.hears_of(**clinician));
        wanted.extend(of.map(|clinician| id_of(row.id, hearer.hears(), today, Some(*clinician))));
    }
    let many = wanted.len();
    Ok(push::known(at, wanted).await?.len() < many)
}
