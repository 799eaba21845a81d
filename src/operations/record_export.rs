//! The audit trail keeps that somebody took out what is kept: what happened, a whole practice, their own account.

use chrono::TimeDelta;
use entity::ids::{OrgCode, PersonId};
use sea_orm::ConnectionTrait;
use serde::Serialize;

use crate::{
    audit::Event,
    db::Scoped,
    domain::access::{AccountScope, By, LmcScope, PracticeScope},
    error::AppError,
    state::AppState,
    store::trail::{self, Chained},
};

/// What happened was downloaded.
#[derive(Debug, Serialize)]
pub struct AuditExported {
    /// Whether only some of it.
    pub narrowed: bool,
    /// How many rows.
    pub rows: u64,
    /// Of the file.
    pub sha256: String,
}

impl Event for AuditExported {
    const NAME: &'static str = "audit.exported";
}

/// Everything of a practice was downloaded.
#[derive(Debug, Serialize)]
pub struct DataExported {
    /// How many tables.
    pub tables: usize,
    /// How many rows of all of them.
    pub rows: u64,
    /// Of the file.
    pub sha256: String,
}

impl Event for DataExported {
    const NAME: &'static str = "data.exported";
}

/// What is kept about an account was downloaded by whose it is.
#[derive(Debug, Serialize)]
pub struct AccountExported {
    /// Whose.
    pub person: PersonId,
}

impl Event for AccountExported {
    const NAME: &'static str = "account.exported";
}

/// A list of an area's practices was downloaded.
#[derive(Debug, Serialize)]
pub struct ListExported {
    /// Whether only some of it.
    pub narrowed: bool,
    /// How many practices.
    pub rows: u64,
    /// Of the file.
    pub sha256: String,
}

impl Event for ListExported {
    const NAME: &'static str = "list.exported";
}

/// How often one kind of file may be taken out in an hour.
pub const MOST_AN_HOUR: u64 = 10;

/// A list is small, and each narrowing of it is a file.
pub const MOST_LISTS_AN_HOUR: u64 = 60;

/// Refuses what was taken out too often in the last hour.
///
/// # Errors
/// [`AppError::TooManyTries`] says how long to wait.
pub async fn not_too_often<E: Event, C: ConnectionTrait, S: Chained>(
    app: &AppState,
    at: Scoped<'_, C, S>,
) -> Result<(), AppError> {
    at_most::<E, _, _>(app, at, MOST_AN_HOUR).await
}

/// Refuses what was taken out so often in the last hour.
///
/// # Errors
/// [`AppError::TooManyTries`] says how long to wait.
pub async fn at_most<E: Event, C: ConnectionTrait, S: Chained>(
    app: &AppState,
    at: Scoped<'_, C, S>,
    most: u64,
) -> Result<(), AppError> {
    let since = app.clock.now() - TimeDelta::hours(1);
    if trail::lately(at, E::NAME, (since, most)).await? >= most {
        return Err(AppError::TooManyTries { retry_after: 3600 });
    }
    Ok(())
}

/// Keeps that what happened was downloaded.
///
/// # Errors
/// [`AppError::Unavailable`].
pub async fn audit_exported<S: Chained + Clone + Send + Sync + 'static>(
    app: &AppState,
    by: &By<S>,
    told: AuditExported,
) -> Result<(), AppError> {
    let chain: OrgCode = by.scope().chain()?;
    app.writer.write(by, move |tx| Box::pin(async move { Ok(tx.audit(&chain, &told).await?) })).await
}

/// Keeps that everything of a practice was downloaded.
///
/// # Errors
/// [`AppError::Unavailable`].
pub async fn data_exported(app: &AppState, by: &By<PracticeScope>, told: DataExported) -> Result<(), AppError> {
    let chain: OrgCode = by.scope().practice().into();
    app.writer.write(by, move |tx| Box::pin(async move { Ok(tx.audit(&chain, &told).await?) })).await
}

/// Keeps that a list of an area's practices was downloaded.
///
/// # Errors
/// [`AppError::Unavailable`].
pub async fn list_exported(app: &AppState, by: &By<LmcScope>, told: ListExported) -> Result<(), AppError> {
    let chain: OrgCode = by.scope().lmc().clone();
    app.writer.write(by, move |tx| Box::pin(async move { Ok(tx.audit(&chain, &told).await?) })).await
}

/// Keeps that somebody downloaded what is kept about them.
///
/// # Errors
/// [`AppError::Unavailable`].
pub async fn account_exported(app: &AppState, by: &By<AccountScope>, person: PersonId) -> Result<(), AppError> {
    let told = AccountExported { person };
    app.writer.write(by, move |tx| Box::pin(async move { Ok(tx.audit_service(&told).await?) })).await
}
