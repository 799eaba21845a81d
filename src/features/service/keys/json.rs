//! What a program is told of its own key.

use axum::{Json as Answer, extract::State};
use chrono::{DateTime, Utc};
use entity::ids::OrgCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::access::{Actor, Permit, SeeOwnKey},
    error::AppError,
    state::AppState,
    store::api_keys,
    web::problem::Problem,
};

/// A key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyOut {
    /// Code of the organisation that it acts for.
    #[schema(value_type = String, example = "Z90001")]
    pub organisation: OrgCode,
    /// `practice-manager`, `lmc-officer` or `icb-analyst`: it never goes beyond this role.
    #[schema(example = "practice-manager")]
    pub role: &'static str,
    /// `imports`, `read` and `record`, those that it has.
    #[schema(example = json!(["imports"]))]
    pub scopes: Vec<&'static str>,
    /// What it is for.
    #[schema(example = "Appointments every night")]
    pub name: String,
    /// When it ends by itself.
    #[schema(example = "2027-02-18T12:00:00Z")]
    pub expires_at: DateTime<Utc>,
}

/// The key that the request was sent with.
#[utoipa::path(get, path = "/api/v1/key", tag = "session", security(("key" = [])),
    responses(
        (status = 200, description = "What it is", body = KeyOut),
        (status = 401, description = "No key, or one that does not work any more", body = Problem),
        (status = 403, description = "Sent with a token, or by a device", body = Problem),
    ))]
pub(super) async fn own(permit: Permit<SeeOwnKey>, State(app): State<AppState>) -> Result<Answer<KeyOut>, AppError> {
    let Actor::Program { key, grant, scopes } = permit.actor() else {
        return Err(AppError::NotYours);
    };
    let row = api_keys::own(app.db.read(permit.scope()), (&grant.organisation, *key)).await?;
    let row = row.ok_or(AppError::SignInFirst)?;
    Ok(Answer(KeyOut {
        organisation: row.organisation,
        role: grant.role.code(),
        scopes: scopes.iter().map(|scope| scope.code()).collect(),
        name: row.name,
        expires_at: row.expires_at,
    }))
}

/// This feature's part of the OpenAPI document.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(paths(own))]
pub struct Documentation;
