//! Passwords: argon2id at 46 MiB, hashed off the request threads, a few at a time, and refused where too many wait.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

use crate::{
    error::{AppError, FieldError},
    state::AppState,
};

/// Shortest password.
pub const LEAST: usize = 12;
/// Longest; past this only the hashing grows.
pub const MOST: usize = 200;
/// Memory in KiB (46 MiB), passes, lanes: OWASP's first choice.
const COST: (u32, u32, u32) = (47_104, 1, 1);

fn hasher() -> Result<Argon2<'static>, AppError> {
    let params = Params::new(COST.0, COST.1, COST.2, None)
        .map_err(|error| AppError::Fault(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Checks a new password.
///
/// # Errors
/// What is wrong with it, for the field.
pub fn check(password: &str, field: &'static str) -> Result<(), FieldError> {
    let length = password.chars().count();
    if length < LEAST {
        return Err(FieldError::new(
            field,
            "Use at least 12 characters; a few words together are easy to remember",
        ));
    }
    if length > MOST {
        return Err(FieldError::new(field, "Use at most 200 characters"));
    }
    let first = password.chars().next();
    if password.chars().all(|c| Some(c) == first)
        || COMMON.contains(&password.to_lowercase().as_str())
    {
        return Err(FieldError::new(
            field,
            "Choose a password that is harder to guess",
        ));
    }
    Ok(())
}

/// Passwords of twelve characters and more that lead the published lists.
const COMMON: [&str; 12] = [
    "123456789012",
    "1234567890123",
    "passwordpassword",
    "password1234",
    "password12345",
    "qwertyuiop123",
    "qwertyuiopasdf",
    "iloveyouiloveyou",
    "administrator",
    "letmeinletmein",
    "welcome12345",
    "headroomheadroom",
];

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
pub async fn verify(
    app: &AppState,
    password: String,
    stored: Option<String>,
) -> Result<bool, AppError> {
    app.hashing
        .run(move || {
            let hasher = hasher()?;
            let Some(stored) = stored else {
                drop(hasher.hash_password(password.as_bytes()));
                return Ok(false);
            };
            let stored =
                PasswordHash::new(&stored).map_err(|error| AppError::Fault(error.to_string()))?;
            Ok(hasher.verify_password(password.as_bytes(), &stored).is_ok())
        })
        .await?
}
