//! Somebody signs in.

use entity::ids::{PersonId, SessionId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::second_factor_code::{self, Given};
use crate::{
    audit::Event,
    domain::access::{AccountScope, By},
    error::AppError,
    state::AppState,
    store::{
        account_mails::AccountMail,
        outside_identities,
        people::{self, SessionRow},
        push, sessions, tries,
    },
    writer::Tx,
};

/// Somebody signed in.
#[derive(Debug, Serialize)]
struct SessionOpened {
    person: PersonId,
    session: SessionId,
    kind: String,
    /// As whom the organisation's sign-in knows them, where they came in by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<Uuid>,
}

impl Event for SessionOpened {
    const NAME: &'static str = "session.opened";
}

/// A session that is about to be written.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// What is stored.
    pub row: SessionRow,
    /// Hash of the session whose cookie this browser is about to lose; it ends.
    pub replaces: Option<String>,
    /// As whom the organisation's sign-in knows its person, where they came in by it.
    pub identity: Option<Uuid>,
}

impl NewSession {
    /// Within another act.
    pub(super) async fn write(self, tx: &Tx) -> Result<(), AppError> {
        if let Some(session) = &self.replaces {
            push::follow(tx.conn(), session, (self.row.person, self.row.id)).await?;
            sessions::end(tx.conn(), session, tx.now()).await?;
        }
        let event = SessionOpened {
            person: self.row.person,
            session: self.row.id,
            kind: self.row.kind.clone(),
            identity: self.identity,
        };
        people::add_session(tx.conn(), self.row).await?;
        Ok(tx.audit_service(&event).await?)
    }
}

/// The try that was right: it and those like it are forgotten, and the person is known at the address from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RightTry {
    /// Name of the account; nothing where it is known at the place.
    pub account: Option<String>,
    /// Name of the place.
    pub place: String,
    /// Name of the address.
    pub address: String,
}

/// A session.
#[derive(Debug, Clone)]
pub struct OpenSession {
    /// What is written.
    pub session: NewSession,
    /// The try, where a password was asked for.
    pub right: Option<RightTry>,
    /// The second factor, where one was given.
    pub given: Option<Given>,
}

impl OpenSession {
    /// Writes it; false where what was given is not right, or what was come in by was removed meanwhile.
    ///
    /// # Errors
    /// [`AppError::TooManyTries`] where too many codes in a row were not; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<bool, AppError> {
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx).await })).await
    }

    async fn run(self, tx: &Tx) -> Result<bool, AppError> {
        let person = self.session.row.person;
        if let Some(given) = self.given
            && !second_factor_code::take(tx, person, given).await?
        {
            return Ok(false);
        }
        if let Some(identity) = self.session.identity
            && !outside_identities::touch(tx.conn(), person, identity, tx.now()).await?
        {
            return Ok(false);
        }
        if let Some(right) = self.right {
            if right.account.is_some() && tries::is_known_anywhere(tx.conn(), person).await? {
                AccountMail::NewPlace.queue(tx.conn(), Uuid::now_v7(), person, tx.now()).await?;
            }
            tries::forget(tx.conn(), right.account.as_deref(), &right.place).await?;
            tries::know(tx.conn(), person, &right.address, tx.now()).await?;
        }
        self.session.write(tx).await?;
        Ok(true)
    }
}
