//! Secret addresses for calendar programs. Such a program signs in nowhere, so the address is the key: it opens what
//! its person may see, asked anew on every read, and nothing once they may not.

use entity::ids::{OdsCode, PersonId, RowId};

use super::secrets;
use crate::{
    config::Purpose,
    domain::access::{self, Actor, Facts, Permit, SeeRegister, Target},
    error::AppError,
    state::AppState,
    store::{
        notices::{self, FeedRow},
        people,
    },
};

/// The secret of a feed: made from practice, person and id, so that its person can read the address again.
///
/// # Errors
/// A fault of the hashing library.
pub fn secret(app: &AppState, practice: &OdsCode, person: PersonId, id: RowId) -> Result<String, AppError> {
    let parts = [practice.as_str(), &person.to_string(), &id.to_string()];
    secrets::derived(&app.keys, Purpose::CalendarFeed, &parts)
}

/// The address of a feed; nothing where the key that made it is here no more, and only the address itself still opens it.
///
/// # Errors
/// A fault of the hashing library.
pub fn address(app: &AppState, row: &FeedRow) -> Result<Option<String>, AppError> {
    let (person, id) = (row.person.to_string(), row.id.to_string());
    let parts = [row.practice.as_str(), &person, &id];
    let secret = secrets::derived_before(&app.keys, Purpose::CalendarFeed, &parts, &row.secret_hash)?;
    let url = &app.settings.public_url;
    Ok(secret.map(|secret| format!("{url}/calendar/{secret}.ics")))
}

/// What the address opens: nothing where it was revoked, or where its person no longer sees the practice's register.
///
/// # Errors
/// Where the database cannot be read.
pub async fn open(app: &AppState, secret: &str) -> Result<Option<Permit<SeeRegister>>, AppError> {
    let hash = secrets::hash(secret);
    let Some(row) = notices::feed_by_secret(app.db.unscoped(), &hash).await? else {
        return Ok(None);
    };
    if people::person(app.db.unscoped(), row.person).await?.is_none() {
        return Ok(None);
    }
    let grants = people::grants(app.db.unscoped(), row.person).await?;
    let actor = Actor::Person { id: row.person, grants };
    let exists = Facts { exists: true, ..Facts::default() };
    Ok(access::permit(&actor, &Target::Practice(row.practice), exists).ok())
}
