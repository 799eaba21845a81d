//! A link with which a person sets a password; it ends earlier ones of the person. One that somebody else made is mailed to
//! them too.

use chrono::Duration;
use entity::ids::PersonId;
use serde::Serialize;
use uuid::Uuid;

use super::{Written, link_row};
use crate::{
    audit::Event,
    domain::access::{By, ServiceScope},
    error::AppError,
    state::AppState,
    store::{
        account_mails::AccountMail,
        admin::{self, PASSWORD},
        people::LinkRow,
    },
    writer::Tx,
};

/// How long a link works that somebody asked for who forgot their password: they wait for it.
const FORGOTTEN_LIFE: Duration = Duration::hours(1);

/// A link to set a password was made; it ended earlier ones.
#[derive(Debug, Serialize)]
struct PasswordLinkMade {
    person: PersonId,
    link: Uuid,
}

impl Event for PasswordLinkMade {
    const NAME: &'static str = "password-link.made";
}

/// A link.
#[derive(Debug, Clone)]
pub struct MakePasswordLink {
    /// Made by the client.
    pub id: Uuid,
    /// For whom.
    pub person: PersonId,
    /// Hash of the secret in the link.
    pub secret_hash: String,
    /// What the mail with it is about.
    pub why: AccountMail,
}

impl MakePasswordLink {
    /// Writes it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where there is no such person; [`AppError::Conflict`] where the link was used or replaced;
    /// [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<ServiceScope>) -> Result<(), AppError> {
        app.writer
            .write(by, move |tx| {
                Box::pin(async move {
                    if admin::hold(tx.conn(), self.person).await?.is_none() {
                        return Err(AppError::NotFound);
                    }
                    self.run(tx).await
                })
            })
            .await
    }

    /// Within another act, which holds the person.
    pub(super) async fn run(self, tx: &Tx) -> Result<(), AppError> {
        let (link, person) = (self.id, self.person);
        let life = self.life();
        let row = LinkRow {
            id: link,
            secret_hash: self.secret_hash,
            purpose: PASSWORD.to_owned(),
            practice: None,
            subject: Some(person.0),
            created_at: tx.now(),
            expires_at: tx.now() + life,
            used_at: None,
        };
        if link_row::write(tx, row).await? == Written::New {
            let event = PasswordLinkMade { person, link };
            tx.audit_service(&event).await?;
            // The mail of somebody who forgot theirs is there already: it asks for the link.
            self.why.queue(tx.conn(), link, person, tx.now()).await?;
        }
        Ok(())
    }

    fn life(&self) -> Duration {
        match self.why {
            AccountMail::Forgotten => FORGOTTEN_LIFE,
            _ => link_row::LIFE,
        }
    }
}
