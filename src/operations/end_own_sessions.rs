//! A person ends one of their own sessions, or all but the one they are in.

use entity::ids::{PersonId, SessionId};
use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::{AccountScope, By},
    error::AppError,
    state::AppState,
    store::sessions,
    writer::Tx,
};

/// A person ended sessions of their own.
#[derive(Debug, Serialize)]
struct OwnSessionsEnded {
    person: PersonId,
    sessions: u64,
}

impl Event for OwnSessionsEnded {
    const NAME: &'static str = "session.ended-by-owner";
}

/// Which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// This one.
    One(SessionId),
    /// All but this one.
    AllBut(SessionId),
}

/// Sessions of a person.
#[derive(Debug, Clone, Copy)]
pub struct EndOwnSessions {
    /// Whose; another's are never touched.
    pub person: PersonId,
    /// Which.
    pub which: Which,
}

impl EndOwnSessions {
    /// Ends them; one that has ended already, or is another's, ends nothing.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<(), AppError> {
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx).await })).await
    }

    async fn run(self, tx: &Tx) -> Result<(), AppError> {
        let (conn, now, person) = (tx.conn(), tx.now(), self.person);
        let sessions = match self.which {
            Which::One(session) => sessions::end_own(conn, person, session, now).await?,
            Which::AllBut(stays) => sessions::end_others(conn, person, stays, now).await?,
        };
        if sessions > 0 {
            tx.audit_service(&OwnSessionsEnded { person, sessions }).await?;
        }
        Ok(())
    }
}
