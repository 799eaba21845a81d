//! A message to a practice's program on its way: claimed for each attempt, settled, forgotten.

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::WebhookId;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    audit::Event,
    domain::{
        access::{By, JobAuthority, PracticeScope},
        webhook::wait_after,
    },
    error::AppError,
    exchange::webhook::Unanswered,
    state::AppState,
    store::{
        account_mails::AccountMail,
        webhooks::{self, AttemptCame, MessageState, WebhookMessageRow, WebhookRow},
    },
    writer::Tx,
};

/// How long an attempt is its node's; longer than one can take.
const OWN: TimeDelta = TimeDelta::minutes(1);
/// What a program answers that wants nothing any more.
const GONE: u16 = 410;

/// A webhook was given up.
#[derive(Debug, Serialize)]
struct WebhookStopped {
    webhook: WebhookId,
}

impl Event for WebhookStopped {
    const NAME: &'static str = "webhook.stopped";
}

/// Claims an attempt, and says where it goes. Nothing where another node claimed it, or its address is told nothing any
/// more.
///
/// # Errors
/// Where the database cannot be written.
pub async fn claim_webhook(
    app: &AppState,
    by: &By<PracticeScope>,
    message: &WebhookMessageRow,
) -> Result<Option<WebhookRow>, AppError> {
    let (own, id, made, to) = (by.clone(), message.id, message.attempts, message.webhook);
    app.writer
        .write(by, move |tx| {
            Box::pin(async move {
                let (at, now) = (tx.read(own.scope()), tx.now());
                let row = webhooks::webhook(at, to).await?;
                let Some(row) = row.filter(|row| row.revoked_at.is_none() && row.stopped_at.is_none()) else {
                    webhooks::end_waiting(at, to, now).await?;
                    return Ok(None);
                };
                let is_ours = webhooks::attempt(at, (id, made), (now, now + OWN)).await?;
                Ok(is_ours.then_some(row))
            })
        })
        .await
}

/// One attempt that was made.
#[derive(Debug, Clone, Copy)]
pub struct Tried {
    /// The status that was answered, or why there was none.
    pub answer: Result<u16, Unanswered>,
    /// Milliseconds.
    pub took_ms: i32,
}

impl Tried {
    fn is_taken(self) -> bool {
        self.answer.is_ok_and(|status| (200..300).contains(&status))
    }

    /// What it comes to, as the attempt of this number.
    fn came(self, attempts: i32, now: DateTime<Utc>) -> AttemptCame {
        let again = wait_after(u32::try_from(attempts).unwrap_or(0)).filter(|_| self.answer != Ok(GONE));
        let state = match again {
            _ if self.is_taken() => MessageState::Delivered,
            Some(_) => MessageState::Waiting,
            None => MessageState::GivenUp,
        };
        AttemptCame {
            state,
            next_at: again.map_or(now, |wait| now + wait),
            took_ms: self.took_ms,
            answered: self.answer.ok().map(i32::from),
            failure: self.answer.err().map(Unanswered::code),
        }
    }
}

/// Notes what became of an attempt. With the last one that failed the address is given up, and whoever runs the practice hears
/// of it.
///
/// # Errors
/// As [`claim_webhook`].
pub async fn settle_webhook(
    app: &AppState,
    by: &By<PracticeScope>,
    message: &WebhookMessageRow,
    tried: Tried,
) -> Result<MessageState, AppError> {
    let (own, id, to) = (by.clone(), message.id, message.webhook);
    let attempts = message.attempts.saturating_add(1);
    app.writer
        .write(by, move |tx| {
            Box::pin(async move {
                let came = tried.came(attempts, tx.now());
                webhooks::settle(tx.read(own.scope()), id, came, tx.now()).await?;
                if came.state == MessageState::GivenUp {
                    give_up(tx, own.scope(), to).await?;
                }
                Ok(came.state)
            })
        })
        .await
}

async fn give_up(tx: &Tx, scope: &PracticeScope, webhook: WebhookId) -> Result<(), AppError> {
    let (at, now) = (tx.read(scope), tx.now());
    if !webhooks::stop(at, webhook, now).await? {
        return Ok(());
    }
    webhooks::end_waiting(at, webhook, now).await?;
    for person in webhooks::managers(at).await? {
        AccountMail::WebhookStopped.queue(tx.conn(), Uuid::now_v7(), person, now).await?;
    }
    Ok(tx.audit(&scope.practice().into(), &WebhookStopped { webhook }).await?)
}

/// Forgets messages of before a moment.
///
/// # Errors
/// As [`claim_webhook`].
pub async fn forget_webhook_messages(app: &AppState, by: JobAuthority, before: DateTime<Utc>) -> Result<u64, AppError> {
    app.writer
        .write(&by, move |tx| Box::pin(async move { Ok(webhooks::forget_before(tx.conn(), before).await?) }))
        .await
}
