//! The administrator takes away the authenticator app of somebody who lost it and its recovery codes: they are signed out
//! everywhere, and set up another one with their password.

use entity::ids::PersonId;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    audit::Event,
    domain::access::{By, ServiceScope},
    error::AppError,
    state::AppState,
    store::{account_mails::AccountMail, admin, people, second_factors},
    writer::Tx,
};

/// The authenticator app of a person was taken away.
#[derive(Debug, Serialize)]
struct SecondFactorRemoved {
    person: PersonId,
}

impl Event for SecondFactorRemoved {
    const NAME: &'static str = "second-factor.removed";
}

/// Whose.
#[derive(Debug, Clone)]
pub enum RemoveSecondFactor {
    /// Chosen on a page.
    Of(PersonId),
    /// Named by their address.
    At(String),
}

impl RemoveSecondFactor {
    /// Removes it; says whether there was one.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where there is no such person; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<ServiceScope>) -> Result<bool, AppError> {
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx).await })).await
    }

    async fn run(self, tx: &Tx) -> Result<bool, AppError> {
        let (conn, now) = (tx.conn(), tx.now());
        let person = match self {
            Self::Of(person) => person,
            Self::At(email) => admin::person_by_email(conn, &email).await?.ok_or(AppError::NotFound)?.id,
        };
        admin::hold(conn, person).await?.ok_or(AppError::NotFound)?;
        if !second_factors::end(conn, person, now).await? {
            return Ok(false);
        }
        people::end_sessions(conn, person, now).await?;
        AccountMail::AppRemoved.queue(conn, Uuid::now_v7(), person, now).await?;
        tx.audit_service(&SecondFactorRemoved { person }).await?;
        Ok(true)
    }
}
