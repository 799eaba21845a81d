//! A reminder on its way: into the queue once a person and day, claimed for each attempt, settled, forgotten.

use chrono::{DateTime, Utc};
use entity::ids::LocalDate;
use uuid::Uuid;

use crate::{
    domain::access::JobAuthority,
    error::AppError,
    state::AppState,
    store::reminders::{self, ReminderRow, State},
};

/// Puts one into the queue; false where the person has one of that day.
///
/// # Errors
/// Where the database cannot be written.
pub async fn queue_reminder(app: &AppState, by: JobAuthority, row: ReminderRow) -> Result<bool, AppError> {
    app.writer.write(&by, move |tx| Box::pin(async move { Ok(reminders::queue(tx.conn(), row).await?) })).await
}

/// Claims an attempt, counted by those before it, and keeps what it says; false where another node claimed it.
///
/// # Errors
/// As [`queue_reminder`].
pub async fn claim_reminder(
    app: &AppState,
    by: JobAuthority,
    attempt: (Uuid, i32),
    next: DateTime<Utc>,
    body: String,
) -> Result<bool, AppError> {
    app.writer
        .write(&by, move |tx| Box::pin(async move { Ok(reminders::attempt(tx.conn(), attempt, next, body).await?) }))
        .await
}

/// Notes what became of one.
///
/// # Errors
/// As [`queue_reminder`].
pub async fn settle_reminder(app: &AppState, by: JobAuthority, id: Uuid, state: State) -> Result<State, AppError> {
    app.writer
        .write(&by, move |tx| {
            Box::pin(async move {
                reminders::settle(tx.conn(), id, state, tx.now()).await?;
                Ok(state)
            })
        })
        .await
}

/// Forgets those of before a day.
///
/// # Errors
/// As [`queue_reminder`].
pub async fn forget_reminders(app: &AppState, by: JobAuthority, before: LocalDate) -> Result<u64, AppError> {
    app.writer
        .write(&by, move |tx| Box::pin(async move { Ok(reminders::forget_before(tx.conn(), before).await?) }))
        .await
}
