//! A practice ends a webhook, tries it, or has it told again after it was given up.

use chrono::Duration;
use entity::ids::{WebhookId, WebhookMessageId};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    audit::Event,
    domain::{
        access::{By, PracticeScope},
        webhook::News,
    },
    error::AppError,
    state::AppState,
    store::{tries, webhooks},
    writer::Tx,
};

/// Tests of an address in an hour.
pub const MOST_TESTS: u64 = 10;

/// A webhook was ended.
#[derive(Debug, Serialize)]
struct WebhookRevoked {
    webhook: WebhookId,
}

impl Event for WebhookRevoked {
    const NAME: &'static str = "webhook.revoked";
}

/// One that was given up is told again.
#[derive(Debug, Serialize)]
struct WebhookStarted {
    webhook: WebhookId,
}

impl Event for WebhookStarted {
    const NAME: &'static str = "webhook.started";
}

/// A test was sent.
#[derive(Debug, Serialize)]
struct WebhookTested {
    webhook: WebhookId,
}

impl Event for WebhookTested {
    const NAME: &'static str = "webhook.tested";
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookChange {
    /// It is told nothing any more, what waits included.
    Revoke,
    /// It is told again.
    Start,
    /// It is told that this is a test; the id is the client's.
    Test(Uuid),
}

/// To which.
#[derive(Debug, Clone, Copy)]
pub struct ChangeWebhook {
    /// The address.
    pub webhook: WebhookId,
    /// What.
    pub change: WebhookChange,
}

impl ChangeWebhook {
    /// Does it; nothing where it was done before.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the practice has no such address; [`AppError::Conflict`] for a test of one that is given up;
    /// [`AppError::TooManyTries`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, own.scope()).await })).await
    }

    async fn run(self, tx: &Tx, scope: &PracticeScope) -> Result<(), AppError> {
        let (at, webhook) = (tx.read(scope), self.webhook);
        // Of two at once the second sees what the first did.
        tries::hold(tx.conn(), &[&format!("webhooks of {}", scope.practice())]).await?;
        let row = webhooks::webhook(at, webhook).await?.ok_or(AppError::NotFound)?;
        let chain = scope.practice().into();
        match self.change {
            WebhookChange::Revoke => {
                if webhooks::revoke(at, webhook, tx.now()).await? {
                    webhooks::end_waiting(at, webhook, tx.now()).await?;
                    tx.audit(&chain, &WebhookRevoked { webhook }).await?;
                }
            }
            _ if row.revoked_at.is_some() => return Err(AppError::NotFound),
            WebhookChange::Start => {
                if webhooks::start(at, webhook).await? {
                    tx.audit(&chain, &WebhookStarted { webhook }).await?;
                }
            }
            WebhookChange::Test(_) if row.stopped_at.is_some() => {
                return Err(AppError::Conflict("This webhook was given up: have it told again first"));
            }
            WebhookChange::Test(id) => {
                let hour = tx.now() - Duration::hours(1);
                let id = WebhookMessageId(id);
                if webhooks::message(at, id).await?.is_some() {
                    return Ok(());
                }
                if webhooks::tests_since(at, webhook, hour).await? >= MOST_TESTS {
                    return Err(AppError::TooManyTries { retry_after: 3_600 });
                }
                webhooks::queue(at, (webhook, id), &News::test(tx.now()), tx.now()).await?;
                tx.audit(&chain, &WebhookTested { webhook }).await?;
            }
        }
        Ok(())
    }
}
