//! Sessions of programs: a token for ten minutes.

use axum::{Json as Answer, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    domain::access::{Actor, Permit, SeeAccount},
    error::AppError,
    state::AppState,
    web::{
        address::Address,
        browser::Browser,
        caller::Caller,
        forms::Json,
        problem::Problem,
        sessions::{self, Kind},
        tokens,
    },
};

/// Who wants a token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "manager@example.org", "password": "three quiet green chairs"}))]
pub struct Credentials {
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: String,
}

/// A token.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"access_token": "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJIUzI1NiJ9.e30.c2ln", "expires_in": 600, "token_type": "Bearer"}))]
pub struct Token {
    /// To be sent as `Authorization: Bearer …`.
    pub access_token: String,
    /// Seconds it works.
    pub expires_in: i64,
    /// Always `Bearer`.
    pub token_type: &'static str,
}

/// Opens a session for a program.
#[utoipa::path(
    post,
    path = "/api/v1/session",
    tag = "session",
    request_body = Credentials,
    security(()),
    responses(
        (status = 200, description = "A token that works for ten minutes", body = Token),
        (status = 401, description = "The address or the password is not right", body = Problem,
            content_type = "application/problem+json",
            example = json!({"type": "/problems/sign-in-first", "title": "Sign in first", "status": 401})),
        (status = 422, description = "A field is missing or not known", body = Problem,
            content_type = "application/problem+json",
            example = json!({"type": "/problems/invalid-fields", "title": "Some fields cannot be taken as they are", "status": 422,
                "errors": [{"field": "password", "message": "A field is missing: see the OpenAPI document"}]})),
        (status = 429, description = "Too many tries; Retry-After says how long to wait", body = Problem,
            content_type = "application/problem+json",
            example = json!({"type": "/problems/too-many-tries", "title": "Too many tries", "status": 429, "detail": "Try again in 5 minutes"})),
    )
)]
pub(super) async fn open(
    State(app): State<AppState>,
    caller: Caller,
    address: Address,
    Json(credentials): Json<Credentials>,
) -> Result<Answer<Token>, AppError> {
    let Credentials { email, password } = credentials;
    // A program keeps no cookies: it is known by its address alone.
    let browser = Browser::default();
    let place = (&address, &browser);
    let (person, counted) =
        sessions::authenticate(&app, &caller, place, &email, password).await?.ok_or(AppError::SignInFirst)?;
    let who = (person.id, Some(counted));
    let (opening, _) = sessions::open(&app, &caller, who, Kind::Api, browser).await?;
    let row = &opening.row;
    Ok(Answer(Token {
        access_token: tokens::sign(&app.keys, row.person, row.id, row.created_at)?,
        expires_in: tokens::LIFE.num_seconds(),
        token_type: "Bearer",
    }))
}

/// Ends every session of the person, in browsers too.
#[utoipa::path(
    delete,
    path = "/api/v1/session",
    tag = "session",
    responses(
        (status = 204, description = "Signed out everywhere"),
        (status = 401, description = "No token, or one that does not work any more", body = Problem,
            content_type = "application/problem+json",
            example = json!({"type": "/problems/sign-in-first", "title": "Sign in first", "status": 401})),
    )
)]
pub(super) async fn end(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<SeeAccount>,
) -> Result<StatusCode, AppError> {
    let Actor::Person { id, .. } = permit.actor() else {
        return Err(AppError::NotYours);
    };
    sessions::end_all(&app, &caller, *id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// This feature's part of the OpenAPI document.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(paths(open, end))]
pub struct Documentation;
