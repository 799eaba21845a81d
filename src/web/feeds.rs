//! Secret addresses for calendar programs. Such a program signs in nowhere, so the address is the key: it opens what
//! its person may see, asked anew on every read, and nothing once they may not.

use entity::ids::{OdsCode, RowId};

use super::secrets;
use crate::{
    domain::access::{self, Actor, Facts, Permit, SeeRegister, Target},
    error::AppError,
    state::AppState,
    store::{
        notices::{self, FeedRow},
        people,
    },
};

/// The secret of a feed: made from its id, so that its person can read the address again.
///
/// # Errors
/// A fault of the hashing library.
pub fn secret(app: &AppState, practice: &OdsCode, id: RowId) -> Result<String, AppError> {
    let parts = ["calendar-feed", practice.as_str(), &id.to_string()];
    secrets::derived(&app.token_key, &parts)
}

/// The address of a feed.
///
/// # Errors
/// A fault of the hashing library.
pub fn address(app: &AppState, row: &FeedRow) -> Result<String, AppError> {
    let secret = secret(app, &row.practice, row.id)?;
    Ok(format!("{}/calendar/{secret}.ics", app.settings.public_url))
}

/// What the address opens: nothing where it was revoked, or where its person no longer sees the practice's register.
///
/// # Errors
/// Where the database cannot be read.
pub async fn open(app: &AppState, secret: &str) -> Result<Option<Permit<SeeRegister>>, AppError> {
    let hash = secrets::hash(secret);
    let Some(row) = notices::feed_by_secret(app.db.identify(), &hash).await? else {
        return Ok(None);
    };
    let grants = people::grants(app.db.identify(), row.person).await?;
    let actor = Actor::Person {
        id: row.person,
        grants,
    };
    let exists = Facts {
        exists: true,
        ..Facts::default()
    };
    Ok(access::permit(&actor, &Target::Practice(row.practice), exists).ok())
}
