//! A message to a browser on its way: claimed for each attempt, settled, forgotten.

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::LocalDate;

use super::end_push;
use crate::{
    domain::{
        access::{By, JobAuthority, PracticeScope},
        push::{PushEnd, keep_for, wait_after},
    },
    error::AppError,
    exchange::webhook::Unanswered,
    state::AppState,
    store::push::{self, PushCame, PushMessageRow, PushState, PushSubscriptionRow},
};

/// How long an attempt is its node's; longer than one can take.
const OWN: TimeDelta = TimeDelta::minutes(1);

/// Claims an attempt, and says where it goes. Nothing where another node claimed it, it is too late, or nothing is told there
/// any more.
///
/// # Errors
/// Where the database cannot be written.
pub async fn claim_push(
    app: &AppState,
    by: &By<PracticeScope>,
    message: &PushMessageRow,
) -> Result<Option<PushSubscriptionRow>, AppError> {
    let (own, message) = (by.clone(), message.clone());
    app.writer
        .write(by, move |tx| {
            Box::pin(async move {
                let (at, now) = (tx.read(own.scope()), tx.now());
                let row = push::subscription(at, message.subscription).await?;
                let Some(row) = row.filter(|row| row.ended_at.is_none()) else {
                    push::end_waiting(tx.conn(), (&message.practice, message.subscription), now).await?;
                    return Ok(None);
                };
                if keep_for(message.day, message.queued_at, now).is_none() {
                    let late = PushCame { state: PushState::Ended, next_at: now, answered: message.answered };
                    push::settle(at, message.id, late, now).await?;
                    return Ok(None);
                }
                let is_ours = push::attempt(at, (message.id, message.attempts), now + OWN).await?;
                Ok(is_ours.then_some(row))
            })
        })
        .await
}

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Means {
    Taken,
    /// The browser is not there any more.
    Gone,
    Again,
    /// It would be answered like that again.
    Never,
}

fn means(answer: Result<u16, Unanswered>) -> Means {
    match answer {
        Ok(200..=299) => Means::Taken,
        Ok(404 | 410) => Means::Gone,
        Ok(408 | 413 | 429 | 500..=599) | Err(Unanswered::TooLate | Unanswered::NotReached) => Means::Again,
        Ok(_) | Err(Unanswered::Inside | Unanswered::NoSecret) => Means::Never,
    }
}

/// Notes what became of an attempt; a browser that is gone is told nothing any more.
///
/// # Errors
/// As [`claim_push`].
pub async fn settle_push(
    app: &AppState,
    by: &By<PracticeScope>,
    (message, row): (&PushMessageRow, &PushSubscriptionRow),
    answer: Result<u16, Unanswered>,
) -> Result<PushState, AppError> {
    let (own, message, which) = (by.clone(), message.clone(), (row.id, row.clinician));
    app.writer
        .write(by, move |tx| {
            Box::pin(async move {
                let now = tx.now();
                let means = means(answer);
                let again = wait_after(message.attempts.saturating_add(1))
                    .map(|wait| now + wait)
                    .filter(|_| means == Means::Again)
                    .filter(|next| keep_for(message.day, message.queued_at, *next).is_some());
                let state = match (means, again) {
                    (Means::Taken, _) => PushState::Delivered,
                    (_, Some(_)) => PushState::Waiting,
                    (..) => PushState::Dropped,
                };
                let answered = answer.ok().map(i32::from);
                let came = PushCame { state, next_at: again.unwrap_or(now), answered };
                push::settle(tx.read(own.scope()), message.id, came, now).await?;
                match means {
                    Means::Taken => push::touch(tx.conn(), (&message.practice, which.0), now).await?,
                    Means::Gone => end_push::end(tx, &message.practice, which, PushEnd::Gone).await?,
                    Means::Again | Means::Never => {}
                }
                Ok(state)
            })
        })
        .await
}

/// Forgets messages of before a day, and browsers that ended before a moment.
///
/// # Errors
/// As [`claim_push`].
pub async fn forget_push(
    app: &AppState,
    by: JobAuthority,
    (day, then): (LocalDate, DateTime<Utc>),
) -> Result<u64, AppError> {
    app.writer.write(&by, move |tx| Box::pin(async move { Ok(push::forget_before(tx.conn(), day, then).await?) })).await
}
