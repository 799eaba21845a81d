//! Passwords: argon2id at 46 MiB, hashed off the request threads, a few at a time, and refused where too many wait.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

use entity::ids::PersonId;
use uuid::Uuid;

use super::secrets;
use crate::{
    config::Purpose,
    domain::{grant, password},
    error::{AppError, FieldError},
    state::AppState,
    store::{admin::PASSWORD, people},
};

/// Memory in KiB (46 MiB), passes, lanes: OWASP's first choice.
const COST: (u32, u32, u32) = (47_104, 1, 1);

fn hasher() -> Result<Argon2<'static>, AppError> {
    let params = Params::new(COST.0, COST.1, COST.2, None).map_err(|error| AppError::Fault(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Checks a new password; `context` is what others know of its owner.
///
/// # Errors
/// What is wrong with it, for the field.
pub fn check(password: &str, context: &[&str], field: &'static str) -> Result<(), FieldError> {
    password::check(password, context).map_err(|weak| FieldError::new(field, weak.says()))
}

/// What others know of a person: address, name, and the codes and names of their organisations.
///
/// # Errors
/// Where the database cannot be read.
pub async fn context_of(app: &AppState, person: PersonId) -> Result<Vec<String>, AppError> {
    let mut known = Vec::new();
    if let Some(row) = people::person(app.db.unscoped(), person).await? {
        known.extend([row.email, row.name]);
    }
    let tree = app.organisations().await?;
    for grant in people::grants(app.db.unscoped(), person).await? {
        if let Some(found) = tree.organisation(&grant.organisation) {
            known.push(found.name.to_string());
        }
        known.push(grant.organisation.to_string());
    }
    Ok(known)
}

/// A link with which a person sets a password.
#[derive(Debug, Clone)]
pub struct Link {
    /// Its id, made by whoever asks for it.
    pub id: Uuid,
    /// What the database keeps of it.
    pub secret_hash: String,
    /// What the person opens.
    pub address: String,
}

/// The link with this id. The same each time, so that a page that is loaded again shows the same link.
///
/// # Errors
/// A fault of the hashing library.
pub fn link(app: &AppState, id: Uuid) -> Result<Link, AppError> {
    let secret = secrets::derived(&app.keys, Purpose::Link, &[PASSWORD, grant::SERVICE, &id.to_string()])?;
    let address = format!("{}/password/{secret}", app.settings.public_url);
    Ok(Link { id, secret_hash: secrets::hash(&secret), address })
}

/// Hashes a password.
///
/// # Errors
/// [`AppError::Unavailable`] where too many wait already.
pub async fn hash(app: &AppState, password: String) -> Result<String, AppError> {
    app.hashing
        .run(move || {
            hasher()?
                .hash_password(password.as_bytes())
                .map(|hash| hash.to_string())
                .map_err(|error| AppError::Fault(error.to_string()))
        })
        .await?
}

/// Whether a password is the one that was hashed. Takes as long where there is no hash, so that the time does not tell
/// which addresses have an account.
pub async fn verify(app: &AppState, password: String, stored: Option<String>) -> Result<bool, AppError> {
    app.hashing
        .run(move || {
            let hasher = hasher()?;
            let Some(stored) = stored else {
                drop(hasher.hash_password(password.as_bytes()));
                return Ok(false);
            };
            let stored = PasswordHash::new(&stored).map_err(|error| AppError::Fault(error.to_string()))?;
            Ok(hasher.verify_password(password.as_bytes(), &stored).is_ok())
        })
        .await?
}
