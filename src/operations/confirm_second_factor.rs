//! A person confirms an authenticator app with a first code; an earlier one ends, and so does what was signed in elsewhere.

use entity::ids::{PersonId, SessionId};
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
        second_factors::{self, SecondFactorRow},
        sessions, tries,
    },
    writer::Tx,
};

/// A person confirmed an authenticator app.
#[derive(Debug, Serialize)]
struct SecondFactorConfirmed {
    person: PersonId,
    factor: Uuid,
}

impl Event for SecondFactorConfirmed {
    const NAME: &'static str = "second-factor.confirmed";
}

/// An app.
#[derive(Debug, Clone)]
pub struct ConfirmSecondFactor {
    /// As it was offered.
    pub id: Uuid,
    /// Whose.
    pub person: PersonId,
    /// Hash of its secret.
    pub secret_hash: String,
    /// Of the code that confirms it.
    pub step: i64,
    /// Hashes of its recovery codes.
    pub codes: Vec<String>,
    /// The session that asks, which goes on and counts as proven.
    pub stays: SessionId,
    /// The try with the password, where one was asked for.
    pub right: Option<RightTry>,
}

impl ConfirmSecondFactor {
    /// Writes it; false where the account was disabled meanwhile.
    ///
    /// # Errors
    /// [`AppError::IdReused`] where this app was confirmed before; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<bool, AppError> {
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx).await })).await
    }

    async fn run(self, tx: &Tx) -> Result<bool, AppError> {
        let (conn, now, person) = (tx.conn(), tx.now(), self.person);
        if admin::hold(conn, person).await?.is_none() {
            return Ok(false);
        }
        if let Some(right) = self.right {
            tries::forget(conn, right.account.as_deref(), &right.place).await?;
            tries::know(conn, person, &right.address, now).await?;
        }
        second_factors::end(conn, person, now).await?;
        let row = SecondFactorRow {
            id: self.id,
            person,
            secret_hash: self.secret_hash,
            confirmed_at: now,
            last_step: self.step,
            ended_at: None,
        };
        if !second_factors::add(conn, row, self.codes).await? {
            return Err(AppError::IdReused);
        }
        second_factors::forget_wrong(conn, person).await?;
        second_factors::prove(conn, self.stays, now).await?;
        sessions::end_others(conn, person, self.stays, now).await?;
        AccountMail::AppAdded.queue(conn, Uuid::now_v7(), person, now).await?;
        tx.audit_service(&SecondFactorConfirmed { person, factor: self.id }).await?;
        Ok(true)
    }
}
