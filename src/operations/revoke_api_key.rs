//! An organisation revokes a key: its program is refused from the next request on, on every node.

use entity::ids::ApiKeyId;
use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::{By, OrganisationScope},
    error::AppError,
    state::AppState,
    store::api_keys,
    writer::Tx,
};

/// A key was revoked.
#[derive(Debug, Serialize)]
struct KeyRevoked {
    key: ApiKeyId,
}

impl Event for KeyRevoked {
    const NAME: &'static str = "key.revoked";
}

/// Which key.
#[derive(Debug, Clone, Copy)]
pub struct RevokeApiKey(pub ApiKeyId);

impl RevokeApiKey {
    /// Revokes it; nothing where it was revoked before.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the organisation has no such key; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<OrganisationScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, own.scope()).await })).await
    }

    async fn run(self, tx: &Tx, scope: &OrganisationScope) -> Result<(), AppError> {
        let (at, Self(key)) = (tx.read(scope), self);
        if api_keys::revoke(at, key, tx.now()).await? {
            return Ok(tx.audit(scope.organisation(), &KeyRevoked { key }).await?);
        }
        api_keys::key(at, key).await?.map(drop).ok_or(AppError::NotFound)
    }
}
