//! A person changes their own password: what was signed in elsewhere ends, where they are stays open.

use entity::ids::{PersonId, SessionId};
use serde::Serialize;
use uuid::Uuid;

use super::open_session::RightTry;
use crate::{
    audit::Event,
    domain::access::{AccountScope, By},
    error::AppError,
    state::AppState,
    store::{account_mails::AccountMail, admin, sessions, tries},
    writer::Tx,
};

/// A person changed their own password.
#[derive(Debug, Serialize)]
struct PasswordChanged {
    person: PersonId,
}

impl Event for PasswordChanged {
    const NAME: &'static str = "password.changed";
}

/// A new password in the place of one that was given.
#[derive(Debug, Clone)]
pub struct ChangePassword {
    /// Whose.
    pub person: PersonId,
    /// Hashed.
    pub password_hash: String,
    /// The session that asks, which goes on.
    pub stays: SessionId,
    /// The try with the old one.
    pub right: RightTry,
}

impl ChangePassword {
    /// Writes it; false where the account was disabled meanwhile.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<bool, AppError> {
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx).await })).await
    }

    async fn run(self, tx: &Tx) -> Result<bool, AppError> {
        let (conn, now, person) = (tx.conn(), tx.now(), self.person);
        if admin::hold(conn, person).await?.is_none() {
            return Ok(false);
        }
        tries::forget(conn, self.right.account.as_deref(), &self.right.place).await?;
        tries::know(conn, person, &self.right.address, now).await?;
        admin::set_password(conn, person, self.password_hash).await?;
        sessions::end_others(conn, person, self.stays, now).await?;
        AccountMail::PasswordChanged.queue(conn, Uuid::now_v7(), person, now).await?;
        tx.audit_service(&PasswordChanged { person }).await?;
        Ok(true)
    }
}
