//! A person adds a passkey; what was signed in elsewhere ends.

use entity::ids::{PersonId, SessionId};
use serde::Serialize;
use uuid::Uuid;

use super::open_session::RightTry;
use crate::{
    audit::Event,
    domain::{
        access::{AccountScope, By},
        passkey::MOST,
    },
    error::AppError,
    state::AppState,
    store::{
        account_mails::AccountMail,
        admin,
        passkeys::{self, PasskeyRow},
        second_factors, sessions, tries,
    },
    writer::Tx,
};

/// A person added a passkey.
#[derive(Debug, Serialize)]
struct PasskeyAdded {
    person: PersonId,
    passkey: Uuid,
}

impl Event for PasskeyAdded {
    const NAME: &'static str = "passkey.added";
}

/// A passkey that an authenticator made.
#[derive(Debug, Clone)]
pub struct AddPasskey {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub person: PersonId,
    /// The challenge it answers.
    pub challenge: Uuid,
    /// What its person calls it.
    pub name: String,
    /// What its authenticator calls it.
    pub credential_id: String,
    /// What is verified with.
    pub credential: String,
    /// The number it counted to.
    pub counter: u32,
    /// Whether it is kept on several devices.
    pub backed_up: bool,
    /// The session that asks, which goes on and counts as proven.
    pub stays: SessionId,
    /// The try with the password, where one was asked for.
    pub right: Option<RightTry>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeyAddition {
    /// It is theirs from now on.
    Added,
    /// They have as many as one may have.
    TooMany,
    /// Somebody has it already.
    Known,
    /// The account was disabled meanwhile.
    Gone,
}

impl AddPasskey {
    /// Adds it.
    ///
    /// # Errors
    /// [`AppError::IdReused`] where its challenge was answered before; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<PasskeyAddition, AppError> {
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx).await })).await
    }

    async fn run(self, tx: &Tx) -> Result<PasskeyAddition, AppError> {
        let (conn, now, person, passkey) = (tx.conn(), tx.now(), self.person, self.id);
        // Held, so that two that are added at once see each other.
        if admin::hold(conn, person).await?.is_none() {
            return Ok(PasskeyAddition::Gone);
        }
        if !passkeys::take_challenge(conn, self.challenge, now).await? {
            return Err(AppError::IdReused);
        }
        if let Some(right) = &self.right {
            tries::forget(conn, right.account.as_deref(), &right.place).await?;
            tries::know(conn, person, &right.address, now).await?;
        }
        if passkeys::of(conn, person).await?.len() >= MOST {
            return Ok(PasskeyAddition::TooMany);
        }
        let row = PasskeyRow {
            id: self.id,
            person,
            name: self.name,
            credential_id: self.credential_id,
            credential: self.credential,
            counter: i64::from(self.counter),
            backed_up: self.backed_up,
            added_at: now,
            last_used_at: None,
        };
        if !passkeys::add(conn, row).await? {
            return Ok(PasskeyAddition::Known);
        }
        second_factors::prove(conn, self.stays, now).await?;
        sessions::end_others(conn, person, self.stays, now).await?;
        AccountMail::PasskeyAdded.queue(conn, Uuid::now_v7(), person, now).await?;
        tx.audit_service(&PasskeyAdded { person, passkey }).await?;
        Ok(PasskeyAddition::Added)
    }
}
