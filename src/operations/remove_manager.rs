//! Somebody who manages a practice takes the role from somebody. The last one stays.

use entity::ids::{GrantId, OrgCode, PersonId};
use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::{By, PracticeScope},
    error::AppError,
    state::AppState,
    store::{joinings, people},
    writer::Tx,
};

/// In the practice's chain.
#[derive(Debug, Serialize)]
struct ManagerRemoved {
    person: PersonId,
    grant: GrantId,
}

impl Event for ManagerRemoved {
    const NAME: &'static str = "manager.removed";
}

/// From whom, by what gives them the role.
#[derive(Debug, Clone, Copy)]
pub struct RemoveManager(pub GrantId);

impl RemoveManager {
    /// Takes it away, at once: it is looked up on every request.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where nobody has it; [`AppError::Conflict`] for the last one; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<PracticeScope>) -> Result<(), AppError> {
        let Self(grant) = self;
        let (held, person) = joinings::manager(tx.read(by.scope()), grant).await?.ok_or(AppError::NotFound)?;
        // Two who take it from each other at once: the second waits, and finds itself alone.
        if joinings::hold_managers(tx.conn(), by.scope().practice()).await? <= 1 {
            return Err(AppError::Conflict("Nobody else manages this practice here: let somebody in first"));
        }
        people::revoke_grant(tx.conn(), held.id, tx.now()).await?;
        let event = ManagerRemoved { person: person.id, grant };
        Ok(tx.audit(&OrgCode::from(by.scope().practice()), &event).await?)
    }
}
