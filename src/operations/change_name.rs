//! A person changes what they are called here.

use entity::ids::PersonId;
use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::{AccountScope, By},
    error::AppError,
    state::AppState,
    store::admin,
    writer::Tx,
};

/// A person changed their own name. Neither name is in it: it could not be taken out of the trail again.
#[derive(Debug, Serialize)]
struct PersonRenamed {
    person: PersonId,
}

impl Event for PersonRenamed {
    const NAME: &'static str = "person.renamed";
}

/// Another name.
#[derive(Debug, Clone)]
pub struct ChangeName {
    /// Whose.
    pub person: PersonId,
    /// As they want to be called.
    pub name: String,
}

impl ChangeName {
    /// Writes it; false where the account was disabled meanwhile.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<bool, AppError> {
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx).await })).await
    }

    async fn run(self, tx: &Tx) -> Result<bool, AppError> {
        let Self { person, name } = self;
        match admin::hold(tx.conn(), person).await? {
            None => return Ok(false),
            Some(known) if known.name == name => return Ok(true),
            Some(_) => {}
        }
        admin::set_name(tx.conn(), person, name).await?;
        tx.audit_service(&PersonRenamed { person }).await?;
        Ok(true)
    }
}
