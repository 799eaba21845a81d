//! Tells practices' own programs what happened. What is told was written down with what it tells of; here it is delivered,
//! again after a failure, with the same `webhook-id`.
//!
//! Any node delivers any of them. An attempt is claimed before it is made: of two nodes one has it, and one that dies in the
//! middle makes the next attempt wait.

use std::time::{Duration, Instant};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use futures::{StreamExt, stream};

use crate::{
    config::Purpose,
    domain::access::{By, JobAuthority, PracticeScope},
    error::AppError,
    exchange::webhook::{Delivery, Reach, Teller, Unanswered},
    operations::deliver_webhook::{Tried, claim_webhook, forget_webhook_messages, settle_webhook},
    state::AppState,
    store::webhooks::{self, MessageState, WebhookMessageRow, WebhookRow},
    web::secrets,
};

pub mod limits;

/// How often a node looks.
const LOOK: Duration = Duration::from_secs(2);
/// Addresses looked at in one go, one message of each.
const BATCH: u64 = 64;
/// Attempts at a time.
const AT_ONCE: usize = 16;
/// How long it is kept what became of a message.
const KEPT: TimeDelta = TimeDelta::days(30);
/// How often those of before are forgotten.
const FORGET: Duration = Duration::from_hours(1);

/// Which computers this service may tell.
pub fn reach(app: &AppState) -> Reach {
    Reach { internet: !app.demo, here: app.settings.webhooks_here }
}

/// Delivers until the server stops, finds out what reached its limit, and forgets old messages.
pub async fn run(app: AppState) {
    let teller = match Teller::new(reach(&app)) {
        Ok(teller) => teller,
        Err(error) => {
            tracing::error!(%error, "webhooks are not told: there is no HTTP client");
            return;
        }
    };
    tokio::join!(deliver_all(&app, &teller), limits::watch(&app), forget_all(&app));
}

async fn deliver_all(app: &AppState, teller: &Teller) {
    loop {
        let done = run_once(app, teller).await;
        if let Err(error) = &done {
            tracing::error!(%error, "webhooks stopped; they go on in a moment");
        }
        // Where much waits, the next are not kept waiting.
        let pause = if matches!(done, Ok(1..)) { Duration::from_millis(50) } else { LOOK };
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn forget_all(app: &AppState) {
    loop {
        let before = app.clock.now() - KEPT;
        // A clock that jumped ahead would forget what is new.
        if !app.clock.is_doubted()
            && let Err(error) = forget_webhook_messages(app, JobAuthority::new(), before).await
        {
            tracing::warn!(%error, "old messages of webhooks were not forgotten; it is tried again");
        }
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = tokio::time::sleep(FORGET) => {}
        }
    }
}

/// Delivers what is due, one message for each address; says how many programs took theirs.
///
/// # Errors
/// The first one met; what was delivered stays noted, and the next run goes on from there.
pub async fn run_once(app: &AppState, teller: &Teller) -> Result<usize, AppError> {
    // A receiver refuses what is signed with a wrong time.
    if app.clock.is_doubted() {
        return Ok(0);
    }
    let everywhere = JobAuthority::new().everywhere();
    let due = webhooks::due(app.db.read(&everywhere), app.clock.now(), BATCH).await?;
    let attempts = stream::iter(due).map(|message| deliver(app, teller, message)).buffer_unordered(AT_ONCE);
    let came: Vec<Result<MessageState, AppError>> = attempts.collect().await;
    let mut taken = 0_usize;
    for state in came {
        taken = taken.saturating_add(usize::from(state? == MessageState::Delivered));
    }
    Ok(taken)
}

async fn deliver(app: &AppState, teller: &Teller, message: WebhookMessageRow) -> Result<MessageState, AppError> {
    let job = JobAuthority::new();
    let by: By<PracticeScope> = job.within(job.everywhere().of(&message.practice));
    let Some(row) = claim_webhook(app, &by, &message).await? else {
        return Ok(MessageState::Waiting);
    };
    let begun = Instant::now();
    let answer = match secret(app, &row)? {
        Some(secret) => {
            let delivery = Delivery {
                address: &row.address,
                id: message.id.0,
                seconds: app.clock.now().timestamp(),
                body: &message.body,
                secret: &secret,
            };
            teller.tell(&delivery).await
        }
        // The master key that made its secret is gone.
        None => Err(Unanswered::NoSecret),
    };
    let took_ms = i32::try_from(begun.elapsed().as_millis()).unwrap_or(i32::MAX);
    let state = settle_webhook(app, &by, &message, Tried { answer, took_ms }).await?;
    if state != MessageState::Delivered {
        tracing::info!(message = %message.id, ?answer, ?state, "a webhook was not taken");
    }
    Ok(state)
}

/// The bytes of a webhook's secret, of the master key that made it.
fn secret(app: &AppState, row: &WebhookRow) -> Result<Option<Vec<u8>>, AppError> {
    let parts = [row.practice.as_str(), &row.id.to_string()];
    let made = secrets::derived_before(&app.keys, Purpose::Webhook, &parts, &row.secret_hash)?;
    Ok(made.and_then(|made| URL_SAFE_NO_PAD.decode(made).ok()))
}
