//! Somebody who forgot their password asks for a mail with a link. The same is written whether or not somebody has the
//! address, so that neither the answer nor its time tells.

use chrono::Duration;
use entity::ids::PersonId;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    audit::Event,
    domain::access::{AccountScope, By},
    error::AppError,
    state::AppState,
    store::account_mails::{self, AccountMail},
    writer::Tx,
};

/// Mails of this kind that a person gets a day: more would be a way to pester them.
const MOST: u64 = 3;

/// Somebody asked for a mail with a link to set a password.
#[derive(Debug, Serialize)]
struct PasswordAskedFor {
    /// Nothing where nobody has the address that was given.
    person: Option<PersonId>,
}

impl Event for PasswordAskedFor {
    const NAME: &'static str = "password.asked-for";
}

/// Whose password.
#[derive(Debug, Clone, Copy)]
pub struct AskForPassword {
    /// Nothing where nobody has the address that was given.
    pub person: Option<PersonId>,
}

impl AskForPassword {
    /// Writes it.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<(), AppError> {
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx).await })).await
    }

    async fn run(self, tx: &Tx) -> Result<(), AppError> {
        let (conn, now, kind) = (tx.conn(), tx.now(), AccountMail::Forgotten);
        let lately = match self.person {
            Some(person) => account_mails::since(conn, person, kind, now - Duration::days(1)).await?,
            None => 0,
        };
        if lately < MOST {
            kind.queue(conn, Uuid::now_v7(), self.person, now).await?;
        }
        Ok(tx.audit_service(&PasswordAskedFor { person: self.person }).await?)
    }
}
