//! What a refusal looks like: problem+json (RFC 9457) in the API, a page elsewhere, a redirect for htmx.

use axum::{
    Json,
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    cookies::{self, Cookie},
    refusal as page_of, shell,
};
use crate::{
    error::{AppError, Trouble},
    state::AppState,
};

/// RFC 9457 problem details.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// One of a closed set: `/problems/` and a reference.
    #[schema(example = "/problems/invalid-fields")]
    pub r#type: String,
    /// In plain English.
    #[schema(example = "Some fields cannot be taken as they are")]
    pub title: String,
    /// HTTP status.
    #[schema(example = 422)]
    pub status: u16,
    /// More about this one, where there is more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Where something was corrected before: the entry that a correction is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest: Option<Uuid>,
    /// Field by field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldProblem {
    /// Name of the field.
    #[schema(example = "occurred_at")]
    pub field: String,
    /// A sentence about it.
    #[schema(example = "A contact cannot be in the future")]
    pub message: String,
}

/// What a refusal carries to [`render`].
#[derive(Debug, Clone)]
struct Refusal {
    reference: &'static str,
    title: &'static str,
    detail: Option<String>,
    newest: Option<Uuid>,
    errors: Vec<FieldProblem>,
    trouble: Option<Trouble>,
}

impl AppError {
    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignInFirst => StatusCode::UNAUTHORIZED,
            Self::NotYours | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::IdReused | Self::Corrected { .. } | Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooManyTries { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable { .. } | Self::Storage(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::ProviderAway => StatusCode::BAD_GATEWAY,
            Self::NoSpace => StatusCode::INSUFFICIENT_STORAGE,
            Self::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::NotFound => "Page not found",
            Self::SignInFirst => "Sign in first",
            Self::NotYours => "This is not yours to do",
            Self::CrossSite => "This request seems to come from another site",
            Self::Invalid(_) => "Some fields cannot be taken as they are",
            Self::Malformed(_) => "The request could not be read",
            Self::IdReused => "This id was used for something else",
            Self::Corrected { .. } => "This was corrected before",
            Self::Conflict(_) => "This cannot be done now",
            Self::TooManyTries { .. } => "Too many tries",
            Self::Unavailable { .. } => "Headroom is busy for a moment",
            Self::ProviderAway => "Your organisation’s sign-in does not answer",
            Self::NoSpace => "There is no room left to store this",
            Self::Storage(_) => "Headroom cannot use its records just now",
            Self::Fault(_) => "Something went wrong on our side",
        }
    }

    fn refusal(&self) -> Refusal {
        let (detail, errors) = match self {
            Self::Invalid(fields) => (
                None,
                fields
                    .iter()
                    .map(|error| FieldProblem {
                        field: error.field.clone().into_owned(),
                        message: error.message.clone().into_owned(),
                    })
                    .collect(),
            ),
            Self::Malformed(why) => (Some(why.clone().into_owned()), Vec::new()),
            Self::Corrected { newest } => (
                Some(format!("Read the newest entry, {newest}, and correct that one. Nothing was recorded")),
                Vec::new(),
            ),
            Self::Conflict(why) => (Some((*why).to_owned()), Vec::new()),
            Self::TooManyTries { retry_after } => {
                (Some(format!("Try again in {} minutes", retry_after.div_ceil(60))), Vec::new())
            }
            Self::ProviderAway => {
                let detail = "Nothing was changed here. Go back and try again in a moment, or sign in with your password. \
                              Whoever looks after Headroom finds the cause in its log";
                (Some(detail.to_owned()), Vec::new())
            }
            Self::Unavailable { .. } | Self::NoSpace | Self::Storage(_) => {
                (Some("Nothing was recorded. Try again in a moment".to_owned()), Vec::new())
            }
            _ => (None, Vec::new()),
        };
        let newest = match self {
            Self::Corrected { newest } => Some(*newest),
            _ => None,
        };
        Refusal { reference: self.reference(), title: self.title(), detail, newest, errors, trouble: self.trouble() }
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        // Logged once, here; the reader sees a reference and nothing of the cause.
        if let Self::Fault(cause) = &self {
            tracing::error!(%cause, "a request failed");
        } else {
            tracing::debug!(reference = self.reference(), "a request was refused");
        }
        let mut response = self.status().into_response();
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self.refusal());
        response
    }
}

/// Who will read the answer to a request, as far as a refusal's face depends on it.
#[derive(Debug)]
pub struct Reader {
    path: String,
    wants_json: bool,
    by_htmx: bool,
    is_get: bool,
    held: Option<Cookie>,
    cookies: HeaderMap,
}

impl Reader {
    /// Of a request that is yet to be answered.
    pub fn of(request: &Request, app: &AppState) -> Self {
        let headers = request.headers();
        let path = request.uri().path().to_owned();
        let accept = headers.get(header::ACCEPT);
        Self {
            wants_json: path.starts_with("/api/")
                || accept.is_some_and(|kinds| kinds.as_bytes().starts_with(b"application/json")),
            by_htmx: headers.contains_key("hx-request"),
            is_get: request.method() == axum::http::Method::GET,
            held: cookies::read(headers, &app.settings),
            cookies: headers.get_all(header::COOKIE).iter().map(|cookie| (header::COOKIE, cookie.clone())).collect(),
            path,
        }
    }
}

/// Gives refusals their face, once it is known who asked and how.
pub async fn render(app: &AppState, reader: Reader, mut response: Response) -> Response {
    let Reader { path, wants_json, by_htmx, is_get, held, cookies } = reader;
    let refusal = response.extensions_mut().remove::<Refusal>().or_else(|| plain_refusal(&response));
    let Some(refusal) = refusal else {
        return response;
    };
    if let Some(trouble) = refusal.trouble {
        // A read may be the first to meet it.
        app.db.met(trouble);
    }
    let status = response.status();
    let mut shown = if wants_json {
        as_json(status, refusal)
    } else if status == StatusCode::UNAUTHORIZED && by_htmx {
        let to = match held {
            Some(Cookie::Device(_)) => shell::unlock_then(shell::day_of(&path)),
            Some(Cookie::Display(_)) => "/display-ended".to_owned(),
            _ => "/sign-in".to_owned(),
        };
        (status, [("hx-redirect", to)]).into_response()
    } else if status == StatusCode::UNAUTHORIZED && is_get {
        // A device is asked for its PIN; where it was revoked that page leads on to signing in.
        let to = match held {
            Some(Cookie::Device(_)) => shell::unlock_then(&path),
            Some(Cookie::Display(_)) => "/display-ended".to_owned(),
            _ => shell::sign_in_then(&path),
        };
        Redirect::to(&to).into_response()
    } else {
        let errors: Vec<String> = refusal.errors.into_iter().map(|error| error.message).collect();
        let said = page_of::said(refusal.title, refusal.detail.as_deref(), &errors);
        // A reader who is known keeps their header and their navigation, unless the service itself is at fault.
        let known = held.is_some() && status.is_client_error();
        let (caller, place) =
            if known { page_of::known(app, &cookies, &path).await } else { (None, shell::Place::Nowhere) };
        (status, page_of::page(app, caller.as_ref(), &place, said)).into_response()
    };
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = response.headers_mut().remove(&name) {
            shown.headers_mut().insert(name, value);
        }
    }
    shown
}

/// The framework's own refusals (no such route, unreadable query, wrong method, body too large) get the same face.
fn plain_refusal(response: &Response) -> Option<Refusal> {
    let (reference, title) = match response.status() {
        StatusCode::NOT_FOUND if !response.headers().contains_key(header::CONTENT_TYPE) => {
            ("not-found", "Page not found")
        }
        // A path or a query that an extractor could not read: the framework says so in plain text.
        StatusCode::BAD_REQUEST if is_plain_text(response) => ("malformed", "The address could not be read"),
        StatusCode::METHOD_NOT_ALLOWED => ("malformed", "This address does not take that method"),
        StatusCode::PAYLOAD_TOO_LARGE => ("malformed", "What was sent is too large"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ("malformed", "Send this as JSON or as a form"),
        _ => return None,
    };
    Some(Refusal { reference, title, detail: None, newest: None, errors: Vec::new(), trouble: None })
}

fn is_plain_text(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"))
}

fn as_json(status: StatusCode, refusal: Refusal) -> Response {
    let problem = Problem {
        r#type: format!("/problems/{}", refusal.reference),
        title: refusal.title.to_owned(),
        status: status.as_u16(),
        detail: refusal.detail,
        newest: refusal.newest,
        errors: refusal.errors,
    };
    (status, [(header::CONTENT_TYPE, "application/problem+json")], Json(problem).into_response().into_body())
        .into_response()
}
