//! A person adds the organisation's sign-in to their account as another way in. Of one person it is then, and of no other.

use entity::ids::PersonId;
use serde::Serialize;
use uuid::Uuid;

use super::open_session::RightTry;
use crate::{
    audit::Event,
    domain::access::{AccountScope, By},
    error::AppError,
    state::AppState,
    store::{
        account_mails::AccountMail,
        admin,
        outside_identities::{self, OutsideIdentityRow},
        tries,
    },
    writer::Tx,
};

/// A person added the organisation's sign-in to their account. What it calls them is not said: the row says it.
#[derive(Debug, Serialize)]
struct OutsideIdentityAdded {
    person: PersonId,
    identity: Uuid,
}

impl Event for OutsideIdentityAdded {
    const NAME: &'static str = "outside-identity.added";
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addition {
    /// It is this person's, from now on or since before.
    Theirs(Uuid),
    /// It is somebody else's.
    AnothersAlready,
    /// The account was disabled meanwhile.
    Gone,
}

/// Somebody as the organisation's sign-in knows them.
#[derive(Debug, Clone)]
pub struct OutsideIdentity {
    /// Who vouches.
    pub issuer: String,
    /// What it calls them.
    pub subject: String,
}

impl OutsideIdentity {
    /// Within another act, which holds the person.
    pub(super) async fn add(self, tx: &Tx, person: PersonId) -> Result<Addition, AppError> {
        let Self { issuer, subject } = self;
        let id = Uuid::now_v7();
        let row = OutsideIdentityRow {
            id,
            person,
            issuer: issuer.clone(),
            subject: subject.clone(),
            added_at: tx.now(),
            last_used_at: None,
        };
        if outside_identities::add(tx.conn(), row).await? {
            tx.audit_service(&OutsideIdentityAdded { person, identity: id }).await?;
            AccountMail::OutsideAdded.queue(tx.conn(), Uuid::now_v7(), person, tx.now()).await?;
            return Ok(Addition::Theirs(id));
        }
        let held = outside_identities::of_subject(tx.conn(), &issuer, &subject).await?;
        Ok(match held {
            Some(row) if row.person == person => Addition::Theirs(row.id),
            _ => Addition::AnothersAlready,
        })
    }
}

/// Another way in.
#[derive(Debug, Clone)]
pub struct AddOutsideIdentity {
    /// Whose.
    pub person: PersonId,
    /// As whom they came back.
    pub identity: OutsideIdentity,
    /// The try with the password, where one was asked for.
    pub right: Option<RightTry>,
}

impl AddOutsideIdentity {
    /// Writes it.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<Addition, AppError> {
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx).await })).await
    }

    async fn run(self, tx: &Tx) -> Result<Addition, AppError> {
        let person = self.person;
        if admin::hold(tx.conn(), person).await?.is_none() {
            return Ok(Addition::Gone);
        }
        if let Some(right) = self.right {
            tries::forget(tx.conn(), right.account.as_deref(), &right.place).await?;
            tries::know(tx.conn(), person, &right.address, tx.now()).await?;
        }
        self.identity.add(tx, person).await
    }
}
