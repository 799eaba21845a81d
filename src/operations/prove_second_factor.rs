//! Somebody who is signed in gives a second factor again, before something changes that lets them in.

use entity::ids::{PersonId, SessionId};
use serde::Serialize;

use super::second_factor_code::{self, Given};
use crate::{
    audit::Event,
    domain::access::{AccountScope, By},
    error::AppError,
    state::AppState,
    store::second_factors,
    writer::Tx,
};

/// A second factor was given again.
#[derive(Debug, Serialize)]
struct SecondFactorProven {
    person: PersonId,
    session: SessionId,
}

impl Event for SecondFactorProven {
    const NAME: &'static str = "second-factor.proven";
}

/// What was given, and where.
#[derive(Debug, Clone)]
pub struct ProveSecondFactor {
    /// Whose.
    pub person: PersonId,
    /// The session that asks.
    pub session: SessionId,
    /// What.
    pub given: Given,
}

impl ProveSecondFactor {
    /// Takes it; false where it is not right.
    ///
    /// # Errors
    /// [`AppError::TooManyTries`] where too many in a row were not; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<bool, AppError> {
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx).await })).await
    }

    async fn run(self, tx: &Tx) -> Result<bool, AppError> {
        let Self { person, session, given } = self;
        if !second_factor_code::take(tx, person, given).await? {
            return Ok(false);
        }
        second_factors::prove(tx.conn(), session, tx.now()).await?;
        tx.audit_service(&SecondFactorProven { person, session }).await?;
        Ok(true)
    }
}
