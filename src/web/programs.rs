//! Keys of programs: `hr_`, eight signs by which a key is known again, and the secret. Looked up on every request, under
//! `/api/` alone.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Duration;
use entity::ids::ApiKeyId;

use super::secrets;
use crate::{
    domain::access::{self, Actor, By, Facts, SignIn, Target},
    error::AppError,
    operations::touch_api_key::TouchApiKey,
    state::{AppState, MOST_REQUESTS, Pace},
    store::api_keys::{self, ApiKeyRow, KeyUse},
};

/// What every key begins with, so that programs that look for secrets in the wrong place find it.
const BEGINS: &str = "hr_";
/// Signs by which a key is known again.
const KNOWN_BY: usize = 8;
/// Where keys are taken. Pages and their streams are for people.
const TAKEN: &str = "/api/";
/// How often "last used" is written.
const TOUCH: Duration = Duration::seconds(60);

/// A key that only its holder will know.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// To be shown once.
    pub key: String,
    /// What is stored.
    pub secret_hash: String,
}

/// How the key of this id begins.
pub fn begins(id: ApiKeyId) -> String {
    let id = id.0.simple().to_string();
    let known_by = id.get(id.len().saturating_sub(KNOWN_BY)..).unwrap_or_default();
    format!("{BEGINS}{known_by}_")
}

/// Makes a key.
pub fn make(id: ApiKeyId) -> NewKey {
    let key = format!("{}{}", begins(id), secrets::fresh());
    let secret_hash = secrets::hash(&key);
    NewKey { key, secret_hash }
}

/// Whether a bearer's text is meant as a key, and no token.
pub fn is_key(text: &str) -> bool {
    text.starts_with(BEGINS)
}

/// Whether it can be one.
fn is_whole(text: &str) -> bool {
    let parts = text.strip_prefix(BEGINS).and_then(|rest| rest.split_once('_'));
    parts.is_some_and(|(known_by, secret)| {
        known_by.len() == KNOWN_BY
            && known_by.bytes().all(|byte| byte.is_ascii_hexdigit())
            && URL_SAFE_NO_PAD.decode(secret).is_ok_and(|secret| secret.len() == 32)
    })
}

/// The program of a key, and how fast it goes.
///
/// # Errors
/// [`AppError::NotYours`] anywhere but in the API; [`AppError::SignInFirst`] for a key that is not good, or no more;
/// [`AppError::TooManyTries`].
pub async fn by_key(app: &AppState, key: &str, path: &str) -> Result<(Actor, Pace), AppError> {
    if !path.starts_with(TAKEN) {
        return Err(AppError::NotYours);
    }
    if !is_whole(key) {
        return Err(AppError::SignInFirst);
    }
    let now = app.clock.now();
    let found = api_keys::by_hash(app.db.unscoped(), &secrets::hash(key), now).await?;
    let row = found.ok_or(AppError::SignInFirst)?;
    let grant = api_keys::grant_of(&row).ok_or(AppError::SignInFirst)?;
    let pace = app.paces.step(row.id.0, MOST_REQUESTS, &app.clock)?;
    let actor = Actor::Program { key: row.id, grant, scopes: api_keys::scopes_of(&row) };
    if row.last_used_at.is_none_or(|last| last + TOUCH <= now) {
        touch(app, &actor, &row, KeyUse::Request);
    }
    Ok((actor, pace))
}

/// Notes aside that files came from whoever sends them, where that is a program.
pub fn note_files(app: &AppState, actor: &Actor) {
    if let Actor::Program { key, grant, .. } = actor {
        note(app, actor, TouchApiKey { organisation: grant.organisation.clone(), key: *key, how: KeyUse::Files });
    }
}

fn touch(app: &AppState, actor: &Actor, row: &ApiKeyRow, how: KeyUse) {
    note(app, actor, TouchApiKey { organisation: row.organisation.clone(), key: row.id, how });
}

/// The answer does not wait for it.
fn note(app: &AppState, actor: &Actor, touched: TouchApiKey) {
    let exists = Facts { exists: true, ..Facts::default() };
    let Ok(permit) = access::permit::<SignIn>(actor, &Target::Account, exists) else { return };
    let (app, by) = (app.clone(), By::from(&permit));
    tokio::spawn(async move {
        if let Err(error) = touched.perform(&app, &by).await {
            tracing::debug!(%error, "could not note that a key is in use");
        }
    });
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_key_is_known_by_its_shape_and_is_another_each_time() {
        let id = ApiKeyId(Uuid::from_u128(0x0193_7a5e_0000_7000_8000_0000_1a2b_3c4d));
        let (one, other) = (make(id), make(id));
        assert!(one.key.starts_with("hr_1a2b3c4d_") && is_whole(&one.key));
        assert_ne!(one.key, other.key);
        assert!(!one.secret_hash.contains(&one.key[12..]));
        let secret = &one.key[12..];
        for wrong in [
            String::new(),
            "hr_".to_owned(),
            secret.to_owned(),
            format!("hr_1a2b3c4d{secret}"),
            format!("hr_1a2b3c4_{secret}"),
            format!("hr_1a2b3c4g_{secret}"),
            format!("{}=", one.key),
            one.key[..one.key.len() - 1].to_owned(),
            format!("{} ", one.key),
        ] {
            assert!(!is_whole(&wrong), "{wrong}");
        }
    }
}
