//! Answers for whoever watches the service.

use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Value, json};

use crate::{error::AppError, operations::check_writing::check_writing, state::AppState, store};

pub(super) async fn live() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// One read through the readers, and one row written and read back.
pub(super) async fn ready(State(app): State<AppState>) -> Result<Json<Value>, AppError> {
    store::organisations::version(app.db.unscoped()).await?;
    check_writing(&app).await?;
    let database = match app.db.backend() {
        sea_orm::DatabaseBackend::Sqlite => "sqlite",
        _ => "postgresql",
    };
    Ok(Json(json!({ "ready": true, "database": database })))
}

pub(super) async fn version() -> Json<Value> {
    Json(json!({ "name": "headroom", "version": env!("CARGO_PKG_VERSION") }))
}
