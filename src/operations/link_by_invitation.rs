//! A person opens the link they were sent and comes in by the organisation's sign-in instead of choosing a password: what was
//! signed in before ends, and they are signed in.

use uuid::Uuid;

use super::{
    add_outside_identity::{Addition, OutsideIdentity},
    open_session::NewSession,
};
use crate::{
    domain::access::{AccountScope, By},
    error::AppError,
    state::AppState,
    store::{admin, people, second_factors},
    writer::Tx,
};

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invited {
    /// The sign-in is theirs, and they are signed in.
    SignedIn,
    /// It is theirs; they have an authenticator app, and sign in with both.
    Linked,
    /// The link is used up, or the account was disabled meanwhile.
    Gone,
    /// The sign-in is somebody else's. The link still works.
    AnothersAlready,
}

/// A way in.
#[derive(Debug, Clone)]
pub struct LinkByInvitation {
    /// The link.
    pub link: Uuid,
    /// As whom they came back.
    pub identity: OutsideIdentity,
    /// Of the person the link is for. Proven where the provider vouched for a second factor.
    pub session: NewSession,
}

impl LinkByInvitation {
    /// Writes it.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<Invited, AppError> {
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx).await })).await
    }

    async fn run(mut self, tx: &Tx) -> Result<Invited, AppError> {
        let (conn, now, person) = (tx.conn(), tx.now(), self.session.row.person);
        if !people::is_unused(conn, self.link).await? || admin::hold(conn, person).await?.is_none() {
            return Ok(Invited::Gone);
        }
        let id = match self.identity.add(tx, person).await? {
            Addition::Theirs(id) => id,
            Addition::AnothersAlready => return Ok(Invited::AnothersAlready),
            Addition::Gone => return Ok(Invited::Gone),
        };
        if !people::use_link(conn, self.link, now).await? {
            // Somebody was faster, and nothing of this may stay.
            return Err(AppError::Conflict("this link was used a moment ago: sign in, or ask for a new one"));
        }
        people::end_sessions(conn, person, now).await?;
        let is_proven = self.session.row.second_factor_at.is_some();
        if !is_proven && second_factors::is_there(conn, person).await? {
            return Ok(Invited::Linked);
        }
        self.session.identity = Some(id);
        self.session.write(tx).await?;
        Ok(Invited::SignedIn)
    }
}
