//! A person signs out everywhere: browsers and tokens at once.

use entity::ids::PersonId;
use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::{AccountScope, By},
    error::AppError,
    state::AppState,
    store::people,
};

/// Somebody signed out everywhere.
#[derive(Debug, Serialize)]
struct SessionsEnded {
    person: PersonId,
}

impl Event for SessionsEnded {
    const NAME: &'static str = "session.ended";
}

/// Who.
#[derive(Debug, Clone, Copy)]
pub struct EndSessions(pub PersonId);

impl EndSessions {
    /// Ends them.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<(), AppError> {
        let Self(person) = self;
        app.writer
            .write(by, move |tx| {
                Box::pin(async move {
                    people::end_sessions(tx.conn(), person, tx.now()).await?;
                    Ok(tx.audit_service(&SessionsEnded { person }).await?)
                })
            })
            .await
    }
}
