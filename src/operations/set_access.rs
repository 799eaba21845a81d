//! An account is disabled, or enabled again. A disabled one is signed out everywhere at once, for a person is looked up on
//! every request; what it holds stays. The last administrator stays enabled.

use entity::ids::PersonId;
use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::{By, Role, ServiceScope},
    error::AppError,
    state::AppState,
    store::{admin, people},
    writer::Tx,
};

/// An account was disabled, and signed out everywhere.
#[derive(Debug, Serialize)]
struct PersonDisabled {
    person: PersonId,
}

impl Event for PersonDisabled {
    const NAME: &'static str = "person.disabled";
}

/// An account was enabled again.
#[derive(Debug, Serialize)]
struct PersonEnabled {
    person: PersonId,
}

impl Event for PersonEnabled {
    const NAME: &'static str = "person.enabled";
}

/// Whether a person may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// With what they hold.
    Enabled,
    /// Not at all.
    Disabled,
}

/// Whose account, and what becomes of it.
#[derive(Debug, Clone)]
pub struct SetAccess {
    /// Address of the person.
    pub email: String,
    /// From now on.
    pub access: Access,
}

impl SetAccess {
    /// Writes it; says whether it was a change.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where nobody has the address; [`AppError::Conflict`] for the last administrator;
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<ServiceScope>) -> Result<bool, AppError> {
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx).await })).await
    }

    async fn run(self, tx: &Tx) -> Result<bool, AppError> {
        let (conn, now) = (tx.conn(), tx.now());
        let administrators = admin::holders(conn, Role::Administrator).await?;
        let known = admin::person_by_email(conn, &self.email).await?.ok_or(AppError::NotFound)?;
        let (person, disabled) = (known.id, self.access == Access::Disabled);
        if known.disabled_at.is_some() == disabled {
            return Ok(false);
        }
        let grants = people::grants(conn, person).await?;
        let is_administrator = grants.iter().any(|grant| grant.role == Role::Administrator);
        if disabled && is_administrator && administrators <= 1 {
            return Err(AppError::Conflict("This is the last administrator: make somebody else one first"));
        }
        admin::set_disabled(conn, person, disabled.then_some(now)).await?;
        if disabled {
            people::end_sessions(conn, person, now).await?;
            tx.audit_service(&PersonDisabled { person }).await?;
        } else {
            tx.audit_service(&PersonEnabled { person }).await?;
        }
        Ok(true)
    }
}
