//! A person removes a passkey of theirs, unless a role of theirs would then be open to a password alone; what was signed in elsewhere ends.

use entity::ids::{PersonId, SessionId};
use serde::Serialize;
use uuid::Uuid;

use super::open_session::RightTry;
use crate::{
    audit::Event,
    domain::access::{AccountScope, By},
    error::AppError,
    state::AppState,
    store::{account_mails::AccountMail, admin, passkeys, people, second_factors, sessions, tries},
    writer::Tx,
};

/// A person removed a passkey.
#[derive(Debug, Serialize)]
struct PasskeyRemoved {
    person: PersonId,
    passkey: Uuid,
}

impl Event for PasskeyRemoved {
    const NAME: &'static str = "passkey.removed";
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeyRemoval {
    /// It opens nothing any more.
    Removed,
    /// It is the last second factor of somebody whose role asks for one.
    LastNeeded,
    /// It is not theirs, or was removed before.
    Gone,
}

/// Which.
#[derive(Debug, Clone)]
pub struct RemovePasskey {
    /// Whose.
    pub person: PersonId,
    /// Which of theirs.
    pub passkey: Uuid,
    /// The session that asks, which goes on.
    pub stays: SessionId,
    /// The try with the password, where one was asked for.
    pub right: Option<RightTry>,
}

impl RemovePasskey {
    /// Removes it.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<PasskeyRemoval, AppError> {
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx).await })).await
    }

    async fn run(self, tx: &Tx) -> Result<PasskeyRemoval, AppError> {
        let (conn, now, person, passkey) = (tx.conn(), tx.now(), self.person, self.passkey);
        // Held, so that two who remove one each see each other.
        if admin::hold(conn, person).await?.is_none() {
            return Ok(PasskeyRemoval::Gone);
        }
        if let Some(right) = &self.right {
            tries::forget(conn, right.account.as_deref(), &right.place).await?;
            tries::know(conn, person, &right.address, now).await?;
        }
        let all = passkeys::of(conn, person).await?;
        let another = all.iter().any(|row| row.id != passkey) || second_factors::of(conn, person).await?.is_some();
        if all.iter().all(|row| row.id != passkey) {
            return Ok(PasskeyRemoval::Gone);
        }
        if !another && is_needed(tx, person).await? {
            return Ok(PasskeyRemoval::LastNeeded);
        }
        passkeys::remove(conn, person, passkey).await?;
        sessions::end_others(conn, person, self.stays, now).await?;
        AccountMail::PasskeyRemoved.queue(conn, Uuid::now_v7(), person, now).await?;
        tx.audit_service(&PasskeyRemoved { person, passkey }).await?;
        Ok(PasskeyRemoval::Removed)
    }
}

async fn is_needed(tx: &Tx, person: PersonId) -> Result<bool, AppError> {
    let grants = people::grants(tx.conn(), person).await?;
    Ok(grants.iter().any(|grant| grant.role.sees_many()))
}
