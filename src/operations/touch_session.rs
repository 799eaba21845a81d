//! A session is in use.

use chrono::{DateTime, Utc};
use entity::ids::SessionId;

use crate::{
    domain::access::{AccountScope, By},
    error::AppError,
    state::AppState,
    store::people,
};

/// Which, and when.
#[derive(Debug, Clone, Copy)]
pub struct TouchSession {
    /// Which.
    pub session: SessionId,
    /// When it was last seen.
    pub at: DateTime<Utc>,
}

impl TouchSession {
    /// Notes it.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<(), AppError> {
        let Self { session, at } = self;
        app.writer
            .write(by, move |tx| Box::pin(async move { Ok(people::touch_session(tx.conn(), session, at).await?) }))
            .await
    }
}
