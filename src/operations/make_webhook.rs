//! A practice names an address of its own program that Headroom tells what happens.

use chrono::Duration;
use entity::ids::WebhookId;
use serde::Serialize;

use crate::{
    audit::Event,
    domain::{
        access::{Authority, By, PracticeScope},
        webhook::{MOST_WEBHOOKS, WebhookEvent},
    },
    error::AppError,
    state::AppState,
    store::{
        tries,
        webhooks::{self, WebhookRow},
    },
    writer::Tx,
};

/// How long the same form sent again, by the same person, still gets the answer of the first.
const REPEAT: Duration = Duration::minutes(10);

/// A webhook was made.
#[derive(Debug, Serialize)]
struct WebhookMade {
    webhook: WebhookId,
    events: String,
}

impl Event for WebhookMade {
    const NAME: &'static str = "webhook.made";
}

/// An address.
#[derive(Debug, Clone)]
pub struct MakeWebhook {
    /// Made by the client.
    pub id: WebhookId,
    /// Where.
    pub address: String,
    /// What it is told of.
    pub events: Vec<WebhookEvent>,
    /// Hash of its secret.
    pub secret_hash: String,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookDone {
    /// It was made, a moment ago: its secret may be shown.
    Fresh,
    /// It was made before.
    Before,
}

impl MakeWebhook {
    /// Writes it.
    ///
    /// # Errors
    /// [`AppError::Invalid`] where a field cannot be taken, or the practice has as many as it may; [`AppError::IdReused`];
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<WebhookDone, AppError> {
        if self.events.is_empty() || !self.events.iter().all(|event| WebhookEvent::CHOICES.contains(event)) {
            return Err(AppError::field("events", "Choose what the program is told"));
        }
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<PracticeScope>) -> Result<WebhookDone, AppError> {
        let (practice, at) = (by.scope().practice(), tx.read(by.scope()));
        // Of two at once each sees the other's.
        tries::hold(tx.conn(), &[&format!("webhooks of {practice}")]).await?;
        let events: Vec<&str> = self.events.iter().map(|event| event.code()).collect();
        let events = events.join(" ");
        if let Some(known) = webhooks::webhook(at, self.id).await? {
            let is_same = known.address == self.address && known.events == events && known.revoked_at.is_none();
            let is_fresh = known.created_by == by.id() && known.created_at + REPEAT > tx.now();
            return match (is_same, is_fresh) {
                (true, true) => Ok(WebhookDone::Fresh),
                (true, false) => Ok(WebhookDone::Before),
                (false, _) => Err(AppError::IdReused),
            };
        }
        let living = webhooks::of_practice(at).await?;
        if living.iter().any(|row| row.address == self.address) {
            return Err(AppError::field("address", "There is a webhook to this address: end it first"));
        }
        if living.len() >= MOST_WEBHOOKS {
            let full = format!("There are {MOST_WEBHOOKS} webhooks, which is the most: end one first");
            return Err(AppError::field("address", full));
        }
        let row = WebhookRow {
            practice: practice.clone(),
            id: self.id,
            address: self.address,
            events: events.clone(),
            secret_hash: self.secret_hash,
            created_at: tx.now(),
            created_by: by.id(),
            stopped_at: None,
            revoked_at: None,
        };
        if !webhooks::add(tx.conn(), row).await? {
            return Err(AppError::Unavailable { retry_after: 1 });
        }
        tx.audit(&practice.into(), &WebhookMade { webhook: self.id, events }).await?;
        Ok(WebhookDone::Fresh)
    }
}
