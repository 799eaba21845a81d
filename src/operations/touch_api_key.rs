//! A key is in use.

use entity::ids::{ApiKeyId, OrgCode};

use crate::{
    domain::access::{AccountScope, By},
    error::AppError,
    state::AppState,
    store::api_keys::{self, KeyUse},
};

/// Which, and for what.
#[derive(Debug, Clone)]
pub struct TouchApiKey {
    /// Whose.
    pub organisation: OrgCode,
    /// Which.
    pub key: ApiKeyId,
    /// For what.
    pub how: KeyUse,
}

impl TouchApiKey {
    /// Notes it.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<(), AppError> {
        let Self { organisation, key, how } = self;
        app.writer
            .write(by, move |tx| {
                Box::pin(async move {
                    let now = tx.now();
                    Ok(api_keys::touch(tx.conn(), (&organisation, key), how, now).await?)
                })
            })
            .await
    }
}
