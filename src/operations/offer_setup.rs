//! While there is no administrator: a link for the first one. Links made before go on working, since nobody can print them
//! again: a restart must not kill what somebody has open in a browser.

use chrono::Duration;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    audit::Event,
    domain::access::{By, Role, ServiceScope},
    error::AppError,
    state::AppState,
    store::{
        admin::{self, SETUP},
        people::{self, LinkRow},
    },
    writer::Tx,
};

/// How an administrator is made without a link, by whoever has the machine.
pub const MAKE_ADMINISTRATOR: &str = "headroom user add --role administrator --email you@example.org";

/// How long the link works at most. What ends it is the first administrator.
const LIFE: Duration = Duration::days(3650);

/// The link for the first administrator was made.
#[derive(Debug, Serialize)]
struct SetupOffered {
    link: Uuid,
}

impl Event for SetupOffered {
    const NAME: &'static str = "setup.offered";
}

/// The address of the link with this secret.
pub fn address(app: &AppState, secret: &str) -> String {
    format!("{}/setup/{secret}", app.settings.public_url)
}

/// A link.
#[derive(Debug, Clone)]
pub struct OfferSetup {
    /// Hash of the secret in it.
    pub secret_hash: String,
}

impl OfferSetup {
    /// Writes it; false where there is an administrator.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<ServiceScope>) -> Result<bool, AppError> {
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx).await })).await
    }

    async fn run(self, tx: &Tx) -> Result<bool, AppError> {
        if admin::is_held(tx.conn(), Role::Administrator).await? {
            return Ok(false);
        }
        let row = LinkRow {
            id: Uuid::now_v7(),
            secret_hash: self.secret_hash,
            purpose: SETUP.to_owned(),
            practice: None,
            subject: None,
            created_at: tx.now(),
            expires_at: tx.now() + LIFE,
            used_at: None,
        };
        let event = SetupOffered { link: row.id };
        people::add_link(tx.conn(), row).await?;
        tx.audit_service(&event).await?;
        Ok(true)
    }
}
