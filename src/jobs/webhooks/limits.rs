//! Finds out that a practice reached its limit. It follows from taps, files, numbers of a day and limits that were set, on
//! whatever node; so it is read from how the day stands, soon after something changed, and once a minute where that was
//! not heard. Whoever finds it out, it is told once.

use std::{collections::BTreeSet, future, time::Duration};

use entity::ids::{LocalDate, OdsCode};
use tokio::{
    sync::broadcast::{
        Receiver,
        error::{RecvError, TryRecvError},
    },
    time::Instant,
};

use crate::{
    domain::{access::JobAuthority, limit::PracticeDay, webhook::News},
    error::AppError,
    live::{Change, What},
    operations::tell_webhooks::TellLimitReached,
    state::AppState,
    store::{days, webhooks},
};

/// How long changes are gathered before they are looked at.
const GATHER: Duration = Duration::from_secs(1);
/// How often all are looked at.
const ALL: Duration = Duration::from_mins(1);

/// Looks until the server stops.
pub(super) async fn watch(app: &AppState) {
    let mut heard = app.live.subscribe();
    let mut all_at = Instant::now();
    loop {
        let changed = tokio::select! {
            () = app.stopping.cancelled() => return,
            () = tokio::time::sleep_until(all_at) => None,
            changed = gather(&mut heard) => changed,
        };
        if changed.is_none() {
            all_at = Instant::now() + ALL;
        }
        if let Err(error) = run_once(app, changed.as_ref()).await {
            tracing::warn!(%error, "whether practices reached their limit is looked at again in a minute");
        }
    }
}

/// The practices whose day changed; nothing where some were missed, so that all are looked at.
async fn gather(heard: &mut Receiver<Change>) -> Option<BTreeSet<OdsCode>> {
    let mut changed = BTreeSet::new();
    while changed.is_empty() {
        match heard.recv().await {
            Ok(change) => changed.extend(of_day(change)),
            Err(RecvError::Lagged(_)) => return None,
            // Nobody changes anything any more.
            Err(RecvError::Closed) => future::pending().await,
        }
    }
    tokio::time::sleep(GATHER).await;
    loop {
        match heard.try_recv() {
            Ok(change) => changed.extend(of_day(change)),
            Err(TryRecvError::Lagged(_)) => return None,
            Err(TryRecvError::Empty | TryRecvError::Closed) => return Some(changed),
        }
    }
}

fn of_day(change: Change) -> Option<OdsCode> {
    matches!(change.what, What::Contacts | What::People).then_some(change.practice)
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
