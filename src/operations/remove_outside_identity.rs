//! A person takes the organisation's sign-in off their account, while they can still come in another way. What was signed in
//! elsewhere ends.

use entity::ids::{PersonId, SessionId};
use serde::Serialize;
use uuid::Uuid;

use super::open_session::RightTry;
use crate::{
    audit::Event,
    domain::access::{AccountScope, By},
    error::AppError,
    state::AppState,
    store::{account_mails::AccountMail, admin, outside_identities, sessions, tries},
    writer::Tx,
};

/// A person took the organisation's sign-in off their account.
#[derive(Debug, Serialize)]
struct OutsideIdentityRemoved {
    person: PersonId,
    identity: Uuid,
}

impl Event for OutsideIdentityRemoved {
    const NAME: &'static str = "outside-identity.removed";
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// It is gone.
    Removed,
    /// It is the only way in that is left.
    LastWay,
    /// It was gone before, is another's, or the account was disabled meanwhile.
    Gone,
}

/// Which.
#[derive(Debug, Clone)]
pub struct RemoveOutsideIdentity {
    /// Whose.
    pub person: PersonId,
    /// Which of theirs.
    pub identity: Uuid,
    /// Who vouches now: what another one vouched for before is no way in.
    pub issuer: String,
    /// The session that asks, which goes on.
    pub stays: SessionId,
    /// The try with the password, where one was asked for.
    pub right: Option<RightTry>,
}

impl RemoveOutsideIdentity {
    /// Removes it.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<Removal, AppError> {
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx).await })).await
    }

    async fn run(self, tx: &Tx) -> Result<Removal, AppError> {
        let (conn, now, person) = (tx.conn(), tx.now(), self.person);
        // Held, so that two who remove one each see each other.
        let Some(held) = admin::hold(conn, person).await? else {
            return Ok(Removal::Gone);
        };
        if let Some(right) = self.right {
            tries::forget(conn, right.account.as_deref(), &right.place).await?;
            tries::know(conn, person, &right.address, now).await?;
        }
        let all = outside_identities::all_of(conn, person).await?;
        if !all.iter().any(|row| row.id == self.identity) {
            return Ok(Removal::Gone);
        }
        let another = all.iter().any(|row| row.id != self.identity && row.issuer == self.issuer);
        if held.password_hash.is_none() && !another {
            return Ok(Removal::LastWay);
        }
        if !outside_identities::remove(conn, person, self.identity).await? {
            return Ok(Removal::Gone);
        }
        sessions::end_others(conn, person, self.stays, now).await?;
        tx.audit_service(&OutsideIdentityRemoved { person, identity: self.identity }).await?;
        AccountMail::OutsideRemoved.queue(conn, Uuid::now_v7(), person, now).await?;
        Ok(Removal::Removed)
    }
}
