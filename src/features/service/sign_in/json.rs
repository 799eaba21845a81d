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
        second_factor,
        sessions::{self, Kind, Shown},
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
    /// Six digits of the authenticator app, or a recovery code; where the person has set one up.
    #[serde(default)]
    pub code: Option<String>,
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
        (status = 401, description = "The address, the password or the code is not right", body = Problem,
            content_type = "application/problem+json",
            example = json!({"type": "/problems/sign-in-first", "title": "Sign in first", "status": 401})),
        (status = 409, description = "An authenticator app is asked for, because of a role or beside a passkey, and none is set up", body = Problem,
            content_type = "application/problem+json",
            example = json!({"type": "/problems/conflict", "title": "This cannot be done now", "status": 409,
                "detail": "a role of yours opens only with an authenticator app: set one up on the page of your account"})),
        (status = 422, description = "A field is missing or not known, such as the code of the authenticator app", body = Problem,
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
    let Credentials { email, password, code } = credentials;
    // A program keeps no cookies: it is known by its address alone.
    let browser = Browser::default();
    let place = (&address, &browser);
    let (person, counted) =
        sessions::authenticate(&app, &caller, place, &email, password).await?.ok_or(AppError::SignInFirst)?;
    if second_factor::is_there(&app, person.id).await? && !second_factor::has_app(&app, person.id).await? {
        return Err(AppError::Conflict(
            "your account opens with a passkey, which a program cannot show: set up an authenticator app too, on the page of your account",
        ));
    }
    let given = second_factor::look(&app, &person, code.as_deref().unwrap_or_default()).await?;
    if given.is_some() && code.is_none() {
        return Err(AppError::field("code", "Give the code of your authenticator app too"));
    }
    if given.is_none() && !app.demo && second_factor::is_needed(&app, person.id).await? {
        return Err(AppError::Conflict(
            "a role of yours opens only with an authenticator app: set one up on the page of your account",
        ));
    }
    let shown = Shown { person: person.id, right: Some(counted.right()), given, by_provider: None };
    let opened = sessions::open(&app, &caller, shown, Kind::Api, browser).await?;
    let (opening, _) = opened.ok_or(AppError::SignInFirst)?;
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
