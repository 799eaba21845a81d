//! Finds out that a practice reached its limit. It follows from taps, files, numbers of a day and limits that were set, on
//! whatever node; so it is read from how the day stands. Whoever finds it out, it is told once.

use std::collections::BTreeSet;

use entity::ids::{LocalDate, OdsCode};

use crate::{
    domain::{access::JobAuthority, limit::PracticeDay, webhook::News},
    error::AppError,
    jobs::changed_days,
    operations::tell_webhooks::TellLimitReached,
    state::AppState,
    store::{days, webhooks},
};

/// Looks until the server stops.
pub(super) async fn watch(app: &AppState) {
    changed_days::watch(app, |app, only| Box::pin(run_once(app, only))).await;
}

/// Tells of practices, or of some, whose day of today is at its limit.
///
/// # Errors
/// The first one met.
pub async fn run_once(app: &AppState, only: Option<&BTreeSet<OdsCode>>) -> Result<(), AppError> {
    if app.clock.is_doubted() {
        return Ok(());
    }
    let (job, today) = (JobAuthority::new(), app.clock.today());
    let everywhere = job.everywhere();
    let mut waiting = webhooks::awaiting_limit(app.db.read(&everywhere), today).await?;
    waiting.retain(|practice| only.is_none_or(|only| only.contains(practice)));
    for practice in waiting {
        let sum = sum(app, &practice, today).await?;
        if let Some(news) = News::limit_reached(today, sum, app.clock.now()) {
            let by = job.within(job.everywhere().of(&practice));
            TellLimitReached { day: today, news }.perform(app, &by).await?;
        }
    }
    Ok(())
}

/// The same sum as everywhere else.
async fn sum(app: &AppState, practice: &OdsCode, on: LocalDate) -> Result<PracticeDay, AppError> {
    let scope = JobAuthority::new().everywhere().of(practice);
    Ok(days::practice_day(app.db.read(&scope), on).await?.sum)
}
