//! An organisation makes a key for a program.

use chrono::Duration;
use entity::ids::ApiKeyId;
use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::{Authority, By, KeyScope, OrganisationScope},
    error::AppError,
    operations::Written,
    state::AppState,
    store::{
        api_keys::{self, ApiKeyRow},
        tries,
    },
    writer::Tx,
};

/// Keys of an organisation that work at a time.
pub const MOST_KEYS: u64 = 20;
/// Days that a key may live.
pub const LIVES: [u16; 3] = [30, 90, 365];

/// A key was made.
#[derive(Debug, Serialize)]
struct KeyMade {
    key: ApiKeyId,
    scopes: String,
    days: u16,
}

impl Event for KeyMade {
    const NAME: &'static str = "key.made";
}

/// A key.
#[derive(Debug, Clone)]
pub struct MakeApiKey {
    /// Made by the client.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: String,
    /// How far it goes.
    pub scopes: Vec<KeyScope>,
    /// How long, one of [`LIVES`].
    pub days: u16,
    /// Hash of the key.
    pub secret_hash: String,
}

impl MakeApiKey {
    /// Writes it. Sent again it stands for the key of the first time, whose secret nobody has any more but its holder.
    ///
    /// # Errors
    /// [`AppError::Invalid`] where a field cannot be taken, or the organisation has as many keys as it may;
    /// [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<OrganisationScope>) -> Result<Written, AppError> {
        let offered = KeyScope::offered_to(by.scope().role());
        if self.scopes.is_empty() || !self.scopes.iter().all(|scope| offered.contains(scope)) {
            return Err(AppError::field("scopes", "Choose what the program may do"));
        }
        if !LIVES.contains(&self.days) {
            return Err(AppError::field("days", "Choose how long the key works"));
        }
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<OrganisationScope>) -> Result<Written, AppError> {
        let scope = by.scope();
        let (organisation, at) = (scope.organisation(), tx.read(scope));
        // Of two at once each sees the other's.
        tries::hold(tx.conn(), &[&format!("keys of {organisation}")]).await?;
        let scopes: Vec<&str> = self.scopes.iter().map(|scope| scope.code()).collect();
        let scopes = scopes.join(" ");
        if let Some(known) = api_keys::key(at, self.id).await? {
            let same = known.name == self.name && known.scopes == scopes;
            return if same { Ok(Written::Repeat) } else { Err(AppError::IdReused) };
        }
        if api_keys::living(at, tx.now()).await? >= MOST_KEYS {
            let full = format!("There are {MOST_KEYS} keys that work, which is the most: end one first");
            return Err(AppError::field("name", full));
        }
        let row = ApiKeyRow {
            organisation: organisation.clone(),
            id: self.id,
            role: scope.role().code().to_owned(),
            name: self.name,
            scopes: scopes.clone(),
            secret_hash: self.secret_hash,
            created_at: tx.now(),
            created_by: by.id(),
            expires_at: tx.now() + Duration::days(self.days.into()),
            last_used_at: None,
            last_files_at: None,
            revoked_at: None,
        };
        if !api_keys::add(tx.conn(), row).await? {
            return Err(AppError::Unavailable { retry_after: 1 });
        }
        let event = KeyMade { key: self.id, scopes, days: self.days };
        tx.audit(organisation, &event).await?;
        Ok(Written::New)
    }
}
