//! A mail about an account on its way: claimed for each attempt, settled, forgotten.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    domain::access::JobAuthority,
    error::AppError,
    state::AppState,
    store::{account_mails, joinings, reminders::State},
};

/// Claims an attempt, counted by those before it; false where another node claimed it.
///
/// # Errors
/// Where the database cannot be written.
pub async fn claim_account_mail(
    app: &AppState,
    by: JobAuthority,
    attempt: (Uuid, i32),
    next: DateTime<Utc>,
) -> Result<bool, AppError> {
    app.writer
        .write(&by, move |tx| Box::pin(async move { Ok(account_mails::attempt(tx.conn(), attempt, next).await?) }))
        .await
}

/// Notes what became of one.
///
/// # Errors
/// As [`claim_account_mail`].
pub async fn settle_account_mail(app: &AppState, by: JobAuthority, id: Uuid, state: State) -> Result<State, AppError> {
    app.writer
        .write(&by, move |tx| {
            Box::pin(async move {
                account_mails::settle(tx.conn(), id, state, tx.now()).await?;
                Ok(state)
            })
        })
        .await
}

/// Forgets those of before a moment.
///
/// # Errors
/// As [`claim_account_mail`].
pub async fn forget_account_mails(app: &AppState, by: JobAuthority, before: DateTime<Utc>) -> Result<u64, AppError> {
    app.writer
        .write(&by, move |tx| Box::pin(async move { Ok(account_mails::forget_before(tx.conn(), before).await?) }))
        .await
}

/// Forgets who asked to join before a moment, or was proposed.
///
/// # Errors
/// As [`claim_account_mail`].
pub async fn forget_joinings(app: &AppState, by: JobAuthority, before: DateTime<Utc>) -> Result<u64, AppError> {
    app.writer
        .write(&by, move |tx| Box::pin(async move { Ok(joinings::forget_before(tx.conn(), before).await?) }))
        .await
}
