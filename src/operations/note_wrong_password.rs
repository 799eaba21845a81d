//! Somebody gave a wrong password.

use entity::ids::PersonId;
use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::{AccountScope, By},
    error::AppError,
    state::AppState,
};

/// Somebody gave a wrong password; the person is named where the address is known.
#[derive(Debug, Serialize)]
struct SessionRefused {
    person: Option<PersonId>,
}

impl Event for SessionRefused {
    const NAME: &'static str = "session.refused";
}

/// Whose, where the address is known.
#[derive(Debug, Clone, Copy)]
pub struct NoteWrongPassword(pub Option<PersonId>);

impl NoteWrongPassword {
    /// Notes it.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<(), AppError> {
        let refused = SessionRefused { person: self.0 };
        app.writer.write(by, move |tx| Box::pin(async move { Ok(tx.audit_service(&refused).await?) })).await
    }
}
