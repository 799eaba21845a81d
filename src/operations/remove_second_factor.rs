//! The administrator takes away every second factor of somebody who lost it: the authenticator app with its recovery codes, and the
//! passkeys. They are signed out everywhere, and set up another one with their password.

use entity::ids::PersonId;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    audit::Event,
    domain::access::{By, ServiceScope},
    error::AppError,
    state::AppState,
    store::{account_mails::AccountMail, admin, passkeys, people, second_factors},
    writer::Tx,
};

/// The second factor of a person was taken away.
#[derive(Debug, Serialize)]
struct SecondFactorRemoved {
    person: PersonId,
    /// How many passkeys were among it.
    #[serde(skip_serializing_if = "Option::is_none")]
    passkeys: Option<u64>,
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
        let had_app = second_factors::end(conn, person, now).await?;
        let passkeys = passkeys::remove_all(conn, person).await?;
        if !had_app && passkeys == 0 {
            return Ok(false);
        }
        second_factors::forget_wrong(conn, person).await?;
        people::end_sessions(conn, person, now).await?;
        if had_app {
            AccountMail::AppRemoved.queue(conn, Uuid::now_v7(), person, now).await?;
        }
        if passkeys > 0 {
            AccountMail::PasskeyRemoved.queue(conn, Uuid::now_v7(), person, now).await?;
        }
        tx.audit_service(&SecondFactorRemoved { person, passkeys: (passkeys > 0).then_some(passkeys) }).await?;
        Ok(true)
    }
}
