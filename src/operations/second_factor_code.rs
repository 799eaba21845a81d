//! A code of a second factor is taken once, and after wrong ones in a row somebody waits.

use entity::ids::PersonId;
use serde::Serialize;
use uuid::Uuid;

use crate::{audit::Event, domain::guessing, error::AppError, store::second_factors, writer::Tx};

/// Somebody with the right password gave a code that was not.
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

/// What was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// A code of the app, as the half minutes since 1970 that it stands for.
    Step(i64),
    /// Hash of a recovery code.
    Recovery(String),
    /// Neither.
    Wrong,
}

/// A code, and the app it was looked at with.
#[derive(Debug, Clone)]
pub struct Given {
    /// The app.
    pub factor: Uuid,
    /// What it was.
    pub code: Code,
}

/// Takes it, or counts it as wrong.
///
/// # Errors
/// [`AppError::TooManyTries`] where there were too many wrong ones in a row; then nothing is counted.
pub(super) async fn take(tx: &Tx, person: PersonId, given: &Given) -> Result<bool, AppError> {
    let (conn, now) = (tx.conn(), tx.now());
    let held = second_factors::hold(conn, person).await?;
    let Some(factor) = held.filter(|held| held.id == given.factor) else {
        return Ok(false);
    };
    let wrong = u32::try_from(factor.wrong).unwrap_or(0);
    if let Some(retry_after) = factor.wrong_at.and_then(|last| guessing::wait_in_a_row(wrong, last, now)) {
        return Err(AppError::TooManyTries { retry_after });
    }
    let is_taken = match &given.code {
        Code::Step(step) => second_factors::take_step(conn, factor.id, *step).await?,
        Code::Recovery(hash) => second_factors::take_recovery(conn, factor.id, hash, now).await?,
        Code::Wrong => false,
    };
    if !is_taken {
        second_factors::set_wrong(conn, factor.id, wrong.saturating_add(1), Some(now)).await?;
        tx.audit_service(&SecondFactorRefused { person }).await?;
        return Ok(false);
    }
    if matches!(given.code, Code::Recovery(_)) {
        tx.audit_service(&RecoveryCodeUsed { person }).await?;
    }
    second_factors::set_wrong(conn, factor.id, 0, None).await?;
    Ok(true)
}
