//! Secret addresses that count one contact a request. A key on a desk, a watch or a tag signs in nowhere, so the address is
//! the key: it counts for its clinician and reads what their day has left, asked anew on every request.

use chrono::Duration;
use entity::ids::TapAddressId;

use super::{facts::facts, secrets};
use crate::{
    domain::access::{self, Actor, By, Permit, RecordContacts, SeeOwnDay, Target},
    error::AppError,
    operations::touch_tap_address::TouchTapAddress,
    state::AppState,
    store::tap_addresses::{self, TapAddressRow},
};

/// Characters of a secret.
const SECRET_LENGTH: usize = 43;
/// How often "last used" is written.
const TOUCH: Duration = Duration::seconds(60);

/// An address that only its holder will know.
#[derive(Debug, Clone)]
pub struct NewTapAddress {
    /// To be shown once.
    pub url: String,
    /// What is stored.
    pub secret_hash: String,
}

/// Makes an address.
pub fn make(app: &AppState) -> NewTapAddress {
    let secret = secrets::fresh();
    NewTapAddress { url: format!("{}/tap/{secret}", app.settings.public_url), secret_hash: secrets::hash(&secret) }
}

/// What an address opens.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Which it is.
    pub id: TapAddressId,
    /// To count.
    pub record: Permit<RecordContacts>,
    /// To see what is left.
    pub see: Permit<SeeOwnDay>,
    row: TapAddressRow,
}

/// What the address with this secret opens.
///
/// # Errors
/// [`AppError::NotFound`] where it was ended, its device is enrolled no more, or its clinician has left: the same as for
/// one that never was.
pub async fn open(app: &AppState, secret: &str) -> Result<Opened, AppError> {
    if secret.len() != SECRET_LENGTH {
        return Err(AppError::NotFound);
    }
    let now = app.clock.now();
    let found = tap_addresses::by_secret(app.db.unscoped(), &secrets::hash(secret), now).await?;
    let row = found.ok_or(AppError::NotFound)?;
    let actor = Actor::TapAddress { id: row.id, practice: row.practice.clone(), clinician: row.clinician };
    let target = Target::Clinician(row.practice.clone(), row.clinician);
    let facts = facts(app, &actor, &target, app.clock.today()).await?;
    let record = access::permit(&actor, &target, facts).map_err(|_| AppError::NotFound)?;
    let see = access::permit(&actor, &target, facts).map_err(|_| AppError::NotFound)?;
    Ok(Opened { id: row.id, record, see, row })
}

impl Opened {
    /// What it is for.
    pub fn name(&self) -> &str {
        &self.row.name
    }

    /// Notes aside that it is in use; the answer does not wait for it.
    pub fn note_use(&self, app: &AppState) {
        let now = app.clock.now();
        if self.row.last_used_at.is_some_and(|last| last + TOUCH > now) {
            return;
        }
        let (app, by, address) = (app.clone(), By::from(&self.record), self.id);
        tokio::spawn(async move {
            if let Err(error) = TouchTapAddress(address).perform(&app, &by).await {
                tracing::debug!(%error, "could not note that a one-tap address is in use");
            }
        });
    }
}
