//! Authenticator apps: their secrets, which the master key makes and nobody stores, and their codes; and the moment between
//! a right password, or the organisation's word, and the code.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use entity::ids::PersonId;
use totp_rs::{Algorithm, Builder, Totp};
use uuid::Uuid;

use super::secrets;
use crate::{
    config::{Keys, Purpose},
    domain::second_factor::{self, DIGITS, RECOVERY_CODES, STEP, TypedCode},
    error::AppError,
    operations::second_factor_code::Given,
    state::AppState,
    store::{
        outside_identities,
        people::{self, PersonRow},
        second_factors::{self, SecondFactorRow},
    },
};

/// Bytes of a secret, as RFC 4226 recommends.
const SECRET: usize = 20;
/// How long an app that was offered can be confirmed.
const OFFERED: Duration = Duration::hours(1);
/// How long a right password, or the organisation's word, waits for its code.
const HALF: Duration = Duration::minutes(10);

/// An app, as the service can make its codes too.
pub struct Authenticator {
    /// Its id, made when it was offered.
    pub id: Uuid,
    /// What the database keeps of the secret.
    pub secret_hash: String,
    totp: Totp,
}

impl Authenticator {
    /// One that is offered to a person: the same each time for the same id.
    ///
    /// # Errors
    /// A fault of the libraries.
    pub fn offered(app: &AppState, person: &PersonRow, id: Uuid) -> Result<Self, AppError> {
        let parts = parts(person.id, id);
        let secret = secrets::derived(&app.keys, Purpose::SecondFactor, &parts.each_ref().map(String::as_str))?;
        Self::new(id, &person.email, &secret)
    }

    /// One that was confirmed; nothing where the master key that made it is gone.
    fn held(app: &AppState, person: &PersonRow, row: &SecondFactorRow) -> Result<Option<Self>, AppError> {
        let parts = parts(person.id, row.id);
        let parts = parts.each_ref().map(String::as_str);
        let secret = secrets::derived_before(&app.keys, Purpose::SecondFactor, &parts, &row.secret_hash)?;
        secret.map(|secret| Self::new(row.id, &person.email, &secret)).transpose()
    }

    fn new(id: Uuid, email: &str, secret: &str) -> Result<Self, AppError> {
        let fault = |error: String| AppError::Fault(error);
        let mut bytes = URL_SAFE_NO_PAD.decode(secret).map_err(|error| fault(error.to_string()))?;
        bytes.truncate(SECRET);
        let totp = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(u8::try_from(DIGITS).unwrap_or(u8::MAX))
            .with_step_duration(STEP)
            // The clock of a phone may be half a minute off.
            .with_skew(1)
            .with_secret(bytes)
            .with_issuer(Some("Headroom"))
            .with_account_name(email.replace(':', ""))
            .build()
            .map_err(|error| fault(error.to_string()))?;
        Ok(Self { id, secret_hash: secrets::hash(secret), totp })
    }

    /// What an app reads as a picture.
    ///
    /// # Errors
    /// A fault of the library.
    pub fn address(&self) -> Result<String, AppError> {
        self.totp.to_url().map_err(|error| AppError::Fault(error.to_string()))
    }

    /// The secret for those who type it: groups of four.
    pub fn typed(&self) -> String {
        let letters: Vec<char> = self.totp.secret().to_base32().chars().collect();
        letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    }

    /// The half minute since 1970 that a code stands for; nothing where it is not one of now.
    pub fn step_of(&self, typed: &str, now: DateTime<Utc>) -> Option<i64> {
        let Some(TypedCode::App(code)) = second_factor::read(typed) else {
            return None;
        };
        let step = self.totp.check(&code, u64::try_from(now.timestamp()).ok()?)?;
        i64::try_from(step).ok()
    }
}

fn parts(person: PersonId, id: Uuid) -> [String; 2] {
    [person.to_string(), id.to_string()]
}

/// An id for an app that is offered now.
pub fn fresh(now: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, 0))
}

/// Whether an app with this id was offered of late. One whose picture somebody saw long ago cannot be confirmed.
pub fn is_fresh(id: Uuid, now: DateTime<Utc>) -> bool {
    let offered = id.get_timestamp().and_then(|at| i64::try_from(at.to_unix().0).ok());
    offered.and_then(|at| DateTime::from_timestamp(at, 0)).is_some_and(|at| at <= now && now - at <= OFFERED)
}

/// Recovery codes, as they are hashed.
pub fn recovery_codes() -> Vec<String> {
    (0..RECOVERY_CODES).map(|_| second_factor::recovery_code(rand::random())).collect()
}

/// Whether a person has a second factor: an app that is confirmed, or a passkey.
///
/// # Errors
/// [`AppError::Unavailable`].
pub async fn is_there(app: &AppState, person: PersonId) -> Result<bool, AppError> {
    Ok(second_factors::is_there(app.db.unscoped(), person).await?)
}

/// Whether a person has confirmed an app.
///
/// # Errors
/// [`AppError::Unavailable`].
pub async fn has_app(app: &AppState, person: PersonId) -> Result<bool, AppError> {
    Ok(second_factors::of(app.db.unscoped(), person).await?.is_some())
}

/// Whether a person holds a role that is shut without one.
///
/// # Errors
/// [`AppError::Unavailable`].
pub async fn is_needed(app: &AppState, person: PersonId) -> Result<bool, AppError> {
    let grants = people::grants(app.db.unscoped(), person).await?;
    Ok(grants.iter().any(|grant| grant.role.sees_many()))
}

/// Looks at a code that was typed, with the app of a person. Nothing where they have no second factor; wrong where they have
/// passkeys alone.
///
/// # Errors
/// [`AppError::Unavailable`]; a fault of the libraries.
pub async fn look(app: &AppState, person: &PersonRow, typed: &str) -> Result<Option<Given>, AppError> {
    let Some(row) = second_factors::of(app.db.unscoped(), person.id).await? else {
        return Ok(second_factors::has_passkey(app.db.unscoped(), person.id).await?.then_some(Given::Wrong));
    };
    Ok(Some(match second_factor::read(typed) {
        Some(TypedCode::Recovery(code)) => Given::Recovery { app: row.id, hash: secrets::hash(&code) },
        Some(TypedCode::App(_)) => {
            let held = Authenticator::held(app, person, &row)?;
            let step = held.and_then(|held| held.step_of(typed, app.clock.now()));
            step.map_or(Given::Wrong, |step| Given::Step { app: row.id, step })
        }
        None => Given::Wrong,
    }))
}

/// What comes before the code.
#[derive(Debug, Clone)]
pub struct Half {
    /// Whose password was right, or for whom their organisation vouched.
    pub person: PersonRow,
    /// The identity they came back as, where they came by the organisation's sign-in.
    pub identity: Option<Uuid>,
}

/// Says for ten minutes that somebody has done what comes before the code: their password was right, or their organisation
/// vouched for them. It ends when the password changes, or the identity is removed.
///
/// # Errors
/// A fault of the hashing library.
pub fn half(app: &AppState, Half { person, identity }: &Half) -> Result<String, AppError> {
    let until = (app.clock.now() + HALF).timestamp().to_string();
    let identity = identity.map(|identity| identity.to_string()).unwrap_or_default();
    let parts = half_parts(person, &until, &identity);
    let proof = secrets::derived(&app.keys, Purpose::HalfSignIn, &parts.each_ref().map(String::as_str))?;
    Ok(format!("{}.{until}.{identity}.{proof}", person.id))
}

/// Reads it; nothing where that was too long ago, or not said by us.
///
/// # Errors
/// [`AppError::Unavailable`].
pub async fn read_half(app: &AppState, half: &str) -> Result<Option<Half>, AppError> {
    let mut parts = half.splitn(4, '.');
    let (Some(id), Some(until), Some(by), Some(proof)) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Ok(None);
    };
    let Ok(id) = id.parse::<Uuid>() else {
        return Ok(None);
    };
    if until.parse::<i64>().is_ok_and(|until| until <= app.clock.now().timestamp()) {
        return Ok(None);
    }
    let person = people::person(app.db.unscoped(), PersonId(id)).await?;
    let Some(person) = person.filter(|person| is_half(&app.keys, person, (until, by), proof)) else {
        return Ok(None);
    };
    let Ok(identity) = by.parse::<Uuid>() else {
        return Ok(Some(Half { person, identity: None }));
    };
    let held = outside_identities::of_person(app.db.unscoped(), person.id, identity).await?;
    Ok(held.map(|_| Half { person, identity: Some(identity) }))
}

fn is_half(keys: &Keys, person: &PersonRow, (until, by): (&str, &str), proof: &str) -> bool {
    let parts = half_parts(person, until, by);
    secrets::is_derived(keys, Purpose::HalfSignIn, &parts.each_ref().map(String::as_str), proof)
}

fn half_parts(person: &PersonRow, until: &str, by: &str) -> [String; 4] {
    let password = person.password_hash.clone().unwrap_or_default();
    [person.id.to_string(), until.to_owned(), by.to_owned(), password]
}
