//! The link with which a practice says who manages it here.

use uuid::Uuid;

use super::secrets;
use crate::{config::Purpose, domain::grant, error::AppError, state::AppState};

/// A link that went, or goes, to a practice.
#[derive(Debug, Clone)]
pub struct JoiningLink {
    /// What the database keeps of it.
    pub secret_hash: String,
    /// What the practice opens.
    pub address: String,
}

/// The link of one who is to manage a practice. The same each time.
///
/// # Errors
/// A fault of the hashing library.
pub fn of(app: &AppState, joining: Uuid) -> Result<JoiningLink, AppError> {
    let secret = secrets::derived(&app.keys, Purpose::Link, &parts(&joining.to_string()))?;
    Ok(JoiningLink { secret_hash: secrets::hash(&secret), address: address(app, &secret) })
}

/// What the practice opens, of the link with this hash: it outlives the master key that made it.
///
/// # Errors
/// A fault of the hashing library.
pub fn known(app: &AppState, joining: Uuid, stored: &str) -> Result<Option<String>, AppError> {
    let secret = secrets::derived_before(&app.keys, Purpose::Link, &parts(&joining.to_string()), stored)?;
    Ok(secret.map(|secret| address(app, &secret)))
}

fn parts(joining: &str) -> [&str; 3] {
    ["joining", grant::SERVICE, joining]
}

fn address(app: &AppState, secret: &str) -> String {
    format!("{}/join/{secret}", app.settings.public_url)
}
