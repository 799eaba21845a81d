//! The past, kept: digests of what was counted, days that are folded, and the one gate through which rows go.

use entity::ids::{ClinicianId, LocalDate, OdsCode};

use crate::{
    domain::{access::JobAuthority, history::Anchor},
    error::AppError,
    state::AppState,
    store::retention,
};

/// Anchors what was recorded of a practice; false where another node had done it.
///
/// # Errors
/// Where the database cannot be written.
pub async fn anchor_rows(
    app: &AppState,
    by: JobAuthority,
    practice: OdsCode,
    anchor: Anchor,
) -> Result<bool, AppError> {
    app.writer.write(&by, move |tx| Box::pin(async move { tx.anchor(by.everywhere(), &practice, &anchor).await })).await
}

/// Forgets the digests of days that are anchored.
///
/// # Errors
/// As [`anchor_rows`].
pub async fn forget_digests(
    app: &AppState,
    by: JobAuthority,
    practice: OdsCode,
    before: LocalDate,
) -> Result<(), AppError> {
    app.writer
        .write(&by, move |tx| Box::pin(async move { tx.forget_digests(by.everywhere(), &practice, before).await }))
        .await
}

/// Folds a day of some clinicians; false where nothing was left to fold.
///
/// # Errors
/// As [`anchor_rows`].
pub async fn fold_day(
    app: &AppState,
    by: JobAuthority,
    practice: OdsCode,
    (day, whose): (LocalDate, Vec<ClinicianId>),
) -> Result<bool, AppError> {
    app.writer
        .write(&by, move |tx| Box::pin(async move { tx.fold(by.everywhere(), &practice, day, &whose).await }))
        .await
}

/// Clears what folding leaves behind.
///
/// # Errors
/// As [`anchor_rows`].
pub async fn clear_folded(
    app: &AppState,
    by: JobAuthority,
    practice: OdsCode,
    first_kept: LocalDate,
) -> Result<(), AppError> {
    app.writer
        .write(&by, move |tx| {
            Box::pin(async move { tx.clear_after_folding(by.everywhere(), &practice, first_kept).await })
        })
        .await
}

/// Empties the log of the database, which still holds what was folded; false where a reader was in the way.
///
/// # Errors
/// As [`anchor_rows`].
pub async fn empty_log(app: &AppState) -> Result<bool, AppError> {
    app.writer.empty_log().await
}

/// Closes the gates that stand open; says how many.
///
/// # Errors
/// As [`anchor_rows`].
pub async fn close_gates(app: &AppState, by: JobAuthority) -> Result<u64, AppError> {
    app.writer.write(&by, |tx| Box::pin(async move { Ok(retention::close_left_open(tx.conn()).await?) })).await
}
