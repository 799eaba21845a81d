//! A person sets a password by a link; what was signed in before ends, and they are signed in.

use entity::ids::PersonId;
use serde::Serialize;
use uuid::Uuid;

use super::open_session::NewSession;
use crate::{
    audit::Event,
    domain::access::{AccountScope, By},
    error::AppError,
    state::AppState,
    store::{account_mails::AccountMail, admin, people, second_factors},
    writer::Tx,
};

/// A person set a password by a link.
#[derive(Debug, Serialize)]
struct PasswordSet {
    person: PersonId,
}

impl Event for PasswordSet {
    const NAME: &'static str = "password.set";
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The password is saved, and the person signed in.
    SignedIn,
    /// It is saved; the person has a second factor, and signs in with both.
    Saved,
    /// The link is used up, or the account was disabled meanwhile.
    Gone,
}

/// A password.
#[derive(Debug, Clone)]
pub struct SetPassword {
    /// The link.
    pub link: Uuid,
    /// Hashed.
    pub password_hash: String,
    /// Of the person whose password it is.
    pub session: NewSession,
}

impl SetPassword {
    /// Writes it.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<Outcome, AppError> {
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx).await })).await
    }

    async fn run(self, tx: &Tx) -> Result<Outcome, AppError> {
        let (conn, now, person) = (tx.conn(), tx.now(), self.session.row.person);
        let used = people::use_link(conn, self.link, now).await?;
        if !used || admin::hold(conn, person).await?.is_none() {
            return Ok(Outcome::Gone);
        }
        admin::set_password(conn, person, self.password_hash).await?;
        people::end_sessions(conn, person, now).await?;
        AccountMail::PasswordChanged.queue(conn, Uuid::now_v7(), person, now).await?;
        tx.audit_service(&PasswordSet { person }).await?;
        if second_factors::is_there(conn, person).await? {
            return Ok(Outcome::Saved);
        }
        self.session.write(tx).await?;
        Ok(Outcome::SignedIn)
    }
}
