//! The nightly work on the past: anchors what was counted the day before, then folds what is older than thirteen weeks, and
//! forgets sessions as old.
//!
//! One node does it, whoever takes the lease; each step is a small transaction that stands by itself, so whoever goes on
//! after a stop or a crash finds what is left to do and no more.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, OdsCode};
use uuid::Uuid;

use crate::{
    domain::{
        access::{EverywhereScope, JobAuthority},
        calendar,
        contact::BACKFILL_DAYS,
        history::{self, Span},
    },
    error::AppError,
    operations::{
        forget_sessions::forget_sessions,
        keep_history::{self, anchor_rows, clear_folded, close_gates, empty_log, fold_day},
    },
    state::AppState,
    store::{anchors, digests, retention},
};

use super::leases::{held_until, hold, is_over, let_go};

/// How often a node looks whether the night's work is due.
const LOOK: Duration = Duration::from_mins(1);
/// Held while the work is being done, and renewed.
const WORK: &str = "history";
/// Held from the end of the work to the next night.
const DONE: &str = "history-done";

/// What was recorded so long ago is committed.
const SETTLES_MINUTES: i64 = 2;

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Done {
    /// Practices looked at.
    pub practices: usize,
    /// Practices whose new rows were anchored.
    pub anchored: usize,
    /// Practices' days that were folded.
    pub folded: usize,
}

/// Looks at the clock until the server stops.
pub async fn run(app: AppState) {
    loop {
        match is_over(&app, DONE).await {
            Ok(true) if app.clock.is_doubted() => {}
            Ok(true) => night(&app).await,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "the nightly work cannot be looked at"),
        }
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

async fn night(app: &AppState) {
    match run_once(app).await {
        Ok(Some(done)) => tell(done),
        // Another node does it.
        Ok(None) => {}
        Err(error) => {
            tracing::error!(%error, "the night's work stopped; it goes on in a minute");
        }
    }
}

fn tell(done: Done) {
    tracing::info!(
        practices = done.practices,
        anchored = done.anchored,
        folded = done.folded,
        "the night's work on the past is done"
    );
}

/// Anchors and folds everything that is due. Does nothing while another node holds the lease.
///
/// # Errors
/// The first one met; what was done before stays done, and the next run goes on from there.
pub async fn run_once(app: &AppState) -> Result<Option<Done>, AppError> {
    app.believed().await?;
    let holder = Uuid::now_v7();
    if !hold(app, WORK, holder, held_until(app.clock.now())).await? {
        return Ok(None);
    }
    let done = work(app, holder).await;
    if matches!(&done, Ok(Some(_))) {
        // Somebody's earlier mark of tonight stands as well.
        hold(app, DONE, holder, history::next_night(app.clock.now())).await?;
    }
    let_go(app, WORK, holder).await?;
    done
}

/// Nothing where the lease was lost on the way: then another node goes on.
async fn work(app: &AppState, holder: Uuid) -> Result<Option<Done>, AppError> {
    let everywhere = JobAuthority::new().everywhere();
    let mut done = Done::default();
    let mut until = held_until(app.clock.now());
    for practice in retention::practices(app.db.read(&everywhere)).await? {
        if app.stopping.is_cancelled() {
            return Ok(None);
        }
        let next = held_until(app.clock.now());
        if next > until {
            if !hold(app, WORK, holder, next).await? {
                return Ok(None);
            }
            until = next;
        }
        done.practices = done.practices.saturating_add(1);
        let anchored = anchor(app, everywhere, &practice).await?;
        done.anchored = done.anchored.saturating_add(usize::from(anchored));
        done.folded = done.folded.saturating_add(fold(app, everywhere, &practice).await?);
    }
    forget_sessions(app, JobAuthority::new()).await?;
    if done.folded > 0 && !empty_log(app).await? {
        tracing::debug!("readers kept the log of the database from being emptied");
    }
    Ok(Some(done))
}

/// Digests what was recorded since the last anchor and before today.
///
/// # Errors
/// Where the database cannot be used.
pub async fn anchor(app: &AppState, everywhere: EverywhereScope, practice: &OdsCode) -> Result<bool, AppError> {
    let read = app.db.read(&everywhere);
    let span = Span { from: anchors::anchored_until(read.conn, practice).await?, until: until(app) };
    if span.from.is_some_and(|from| from >= span.until) {
        return Ok(false);
    }
    // What is recorded may be for a day up to a month back; one more for the clock.
    let first = match span.from {
        Some(from) => calendar::london_day(from).minus_days(BACKFILL_DAYS.saturating_add(1)),
        None => LocalDate(chrono::NaiveDate::MIN),
    };
    let Some(anchor) = anchors::anchor(read, practice, span, first).await? else {
        forget_digests(app, everywhere, practice, span).await?;
        return Ok(false);
    };
    let practice = practice.clone();
    anchor_rows(app, JobAuthority::new(), practice, anchor).await
}

/// The last moment that may be anchored: today's beginning, and never past the time that surely passed. A clock that is a
/// day ahead does not close a day that is not over.
fn until(app: &AppState) -> DateTime<Utc> {
    let midnight = calendar::day_begins(app.clock.today());
    let settled =
        app.clock.steady().and_then(|steady| steady.checked_sub_signed(chrono::Duration::minutes(SETTLES_MINUTES)));
    settled.map_or(midnight, |settled| settled.min(midnight))
}

/// Of days of which everything was anchored before, nothing was recorded since: their digests are not needed any more.
async fn forget_digests(
    app: &AppState,
    everywhere: EverywhereScope,
    practice: &OdsCode,
    span: Span,
) -> Result<(), AppError> {
    let covered = calendar::london_day(span.until);
    if !digests::has_before(app.db.read(&everywhere), practice, covered).await? {
        return Ok(());
    }
    let practice = practice.clone();
    keep_history::forget_digests(app, JobAuthority::new(), practice, covered).await
}

/// Folds every day of a practice that is older than thirteen weeks, a few clinicians in a transaction. Each step stands by
/// itself: after a crash the clinicians who are left are found again, and nobody is folded twice.
async fn fold(app: &AppState, everywhere: EverywhereScope, practice: &OdsCode) -> Result<usize, AppError> {
    let first_kept = history::first_kept(calendar::london_day(app.clock.surely()));
    let read = app.db.read(&everywhere);
    let mut folded = 0_usize;
    for (day, due) in retention::due(read, practice, first_kept).await? {
        let mut any = false;
        for whose in history::steps(due) {
            let practice = practice.clone();
            any |= fold_day(app, JobAuthority::new(), practice, (day, whose)).await?;
        }
        folded = folded.saturating_add(usize::from(any));
    }
    let before = calendar::day_begins(first_kept);
    if folded > 0 || retention::has_lone_voids(read, practice, before).await? {
        let practice = practice.clone();
        clear_folded(app, JobAuthority::new(), practice, first_kept).await?;
    }
    Ok(folded)
}

/// Closes a retention gate that is open where no transaction is: somebody put it there by hand, and rows could be deleted
/// as long as it stands.
///
/// # Errors
/// Where the database cannot be used.
pub async fn close_gate(app: &AppState) -> Result<u64, AppError> {
    if !retention::is_left_open(app.db.unscoped()).await? {
        return Ok(0);
    }
    let closed = close_gates(app, JobAuthority::new()).await?;
    tracing::error!(
        gates = closed,
        "the retention gate stood open: rows of history could be deleted; it is closed now"
    );
    Ok(closed)
}
