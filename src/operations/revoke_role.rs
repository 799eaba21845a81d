//! The administrator takes a role away, at once: it is looked up on every request. The last administrator stays.

use entity::ids::{GrantId, PersonId};
use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::{By, Role, ServiceScope},
    error::AppError,
    state::AppState,
    store::{admin, people},
    writer::Tx,
};

/// A role was taken away.
#[derive(Debug, Serialize)]
struct RoleRevoked {
    person: PersonId,
    grant: GrantId,
}

impl Event for RoleRevoked {
    const NAME: &'static str = "role.revoked";
}

/// Which role of whom.
#[derive(Debug, Clone, Copy)]
pub struct RevokeRole(pub GrantId);

impl RevokeRole {
    /// Takes it away; nothing where it was taken away before.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Conflict`] for the last administrator; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<ServiceScope>) -> Result<(), AppError> {
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx).await })).await
    }

    async fn run(self, tx: &Tx) -> Result<(), AppError> {
        let Self(grant) = self;
        let administrators = admin::holders(tx.conn(), Role::Administrator).await?;
        let row = admin::grant(tx.conn(), grant).await?.ok_or(AppError::NotFound)?;
        if row.revoked_at.is_some() {
            return Ok(());
        }
        if row.role == Role::Administrator.code() && administrators <= 1 {
            return Err(AppError::Conflict("This is the last administrator: make somebody else one first"));
        }
        people::revoke_grant(tx.conn(), grant, tx.now()).await?;
        let event = RoleRevoked { person: row.person, grant };
        Ok(tx.audit_service(&event).await?)
    }
}
