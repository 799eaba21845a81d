//! The page from which everything is downloaded, and the making of it.

use axum::{extract::State, response::Response};

use super::{pack, view};
use crate::{
    domain::access::{By, DownloadRecord, Permit},
    error::AppError,
    operations::record_export::{self, DataExported},
    state::AppState,
    store::record,
    web::{caller::Caller, download, shell},
};

pub(super) async fn show(
    permit: Permit<DownloadRecord>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let content = view::content(permit.scope().practice(), record::PRACTICE.len());
    shell::show(&app, &caller, permit.scope(), content).await
}

/// Makes the archive, keeps that it was made, and hands it over.
pub(super) async fn make(permit: Permit<DownloadRecord>, State(app): State<AppState>) -> Result<Response, AppError> {
    let practice = permit.scope().practice().clone();
    record_export::not_too_often::<DataExported, _, _>(&app, app.db.read(permit.scope())).await?;
    let turn = app.exports.begin(practice.as_str())?;
    let name = shell::practice_name(&app, &practice).await?;
    let packed = pack::pack(&app, permit.scope(), &name).await?;
    let told = DataExported { tables: packed.tables, rows: packed.rows, sha256: packed.digest };
    record_export::data_exported(&app, &By::from(&permit), told).await?;
    let name = format!("everything-{practice}-{}.zip", app.clock.today());
    download::spooled("application/zip", &name, download::Spool::of(packed.file), turn).await
}
