//! A second factor is taken once, and after wrong ones in a row, of whatever kind, somebody waits.

use entity::ids::PersonId;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    audit::Event,
    domain::{guessing, passkey},
    error::AppError,
    store::{
        admin,
        passkeys::{self, UsedPasskey},
        second_factors,
    },
    writer::Tx,
};

/// Somebody with the right password gave a second factor that was not.
#[derive(Debug, Serialize)]
struct SecondFactorRefused {
    person: PersonId,
}

impl Event for SecondFactorRefused {
    const NAME: &'static str = "second-factor.refused";
}

/// A recovery code was used in the place of the app.
#[derive(Debug, Serialize)]
struct RecoveryCodeUsed {
    person: PersonId,
}

impl Event for RecoveryCodeUsed {
    const NAME: &'static str = "recovery-code.used";
}

/// A passkey was used whose counter did not go on: somebody may have a copy of it.
#[derive(Debug, Serialize)]
struct PasskeyCounterBack {
    person: PersonId,
    passkey: Uuid,
}

impl Event for PasskeyCounterBack {
    const NAME: &'static str = "passkey.counter-back";
}

/// What was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// A code of the app.
    Step {
        /// The app it was looked at with.
        app: Uuid,
        /// The half minutes since 1970 that it stands for.
        step: i64,
    },
    /// A recovery code.
    Recovery {
        /// The app it stands in for.
        app: Uuid,
        /// Its hash.
        hash: String,
    },
    /// A passkey whose signature was verified.
    Passkey {
        /// The challenge it answers.
        challenge: Uuid,
        /// What it showed.
        used: UsedPasskey,
    },
    /// A passkey whose counter did not go on.
    CounterBack(Uuid),
    /// None of these.
    Wrong,
}

/// Takes it, or counts it as wrong.
///
/// # Errors
/// [`AppError::TooManyTries`] where there were too many wrong ones in a row; then nothing is counted.
pub(super) async fn take(tx: &Tx, person: PersonId, given: Given) -> Result<bool, AppError> {
    let (conn, now) = (tx.conn(), tx.now());
    // Held, so that of two who give one at once the second sees the first.
    if admin::hold(conn, person).await?.is_none() {
        return Ok(false);
    }
    let before = second_factors::wrong(conn, person).await?;
    if let Some(retry_after) = before.and_then(|(wrong, last)| guessing::wait_in_a_row(wrong, last, now)) {
        return Err(AppError::TooManyTries { retry_after });
    }
    if is_taken(tx, person, given).await? {
        second_factors::forget_wrong(conn, person).await?;
        return Ok(true);
    }
    let wrong = before.map_or(0, |(wrong, _)| wrong).saturating_add(1);
    second_factors::set_wrong(conn, person, wrong, now).await?;
    tx.audit_service(&SecondFactorRefused { person }).await?;
    Ok(false)
}

async fn is_taken(tx: &Tx, person: PersonId, given: Given) -> Result<bool, AppError> {
    let (conn, now) = (tx.conn(), tx.now());
    match given {
        Given::Step { app, step } if is_held(tx, person, app).await? => {
            Ok(second_factors::take_step(conn, app, step).await?)
        }
        Given::Recovery { app, hash } if is_held(tx, person, app).await? => {
            let is_taken = second_factors::take_recovery(conn, app, &hash, now).await?;
            if is_taken {
                tx.audit_service(&RecoveryCodeUsed { person }).await?;
            }
            Ok(is_taken)
        }
        Given::Passkey { challenge, used } => take_passkey(tx, person, (challenge, used)).await,
        Given::CounterBack(passkey) => {
            tx.audit_service(&PasskeyCounterBack { person, passkey }).await?;
            Ok(false)
        }
        Given::Step { .. } | Given::Recovery { .. } | Given::Wrong => Ok(false),
    }
}

/// Whether it is still the app of now.
async fn is_held(tx: &Tx, person: PersonId, app: Uuid) -> Result<bool, AppError> {
    Ok(second_factors::of(tx.conn(), person).await?.is_some_and(|held| held.id == app))
}

async fn take_passkey(tx: &Tx, person: PersonId, (challenge, used): (Uuid, UsedPasskey)) -> Result<bool, AppError> {
    let (conn, now) = (tx.conn(), tx.now());
    if !passkeys::take_challenge(conn, challenge, now).await? {
        return Ok(false);
    }
    let Some(held) = passkeys::one(conn, person, used.id).await? else {
        return Ok(false);
    };
    // Another sign-in may have gone on with it since it was looked at.
    if !passkey::counter_goes_on(u32::try_from(held.counter).unwrap_or(u32::MAX), used.counter) {
        tx.audit_service(&PasskeyCounterBack { person, passkey: used.id }).await?;
        return Ok(false);
    }
    passkeys::note_use(conn, used, now).await?;
    Ok(true)
}
