//! The route table: every route names its permission or says that it is public. The permission is checked before the
//! handler runs, and the handler gets the proof.

use std::marker::PhantomData;

use axum::{
    RequestExt, Router,
    extract::{DefaultBodyLimit, FromRequestParts, MatchedPath, RawPathParams, Request},
    handler::Handler,
    http::{HeaderMap, HeaderName, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::{MethodFilter, on},
};
use entity::ids::{ClinicianId, OdsCode, OrgCode};
use futures::{FutureExt, future::BoxFuture};
use utoipa::openapi::OpenApi as Document;

use super::{
    address::Address,
    caller::{self, Caller},
    facts::{asked_about, facts},
};
use crate::{
    domain::access::{self, Action, Actor, Denied, Permission, Permit, Scope, Target, TargetKind},
    error::AppError,
    state::{AppState, MOST_REQUESTS, Pace, Stream},
};

/// Largest body of a page or of the API.
pub(super) const MOST_BYTES: usize = 1024 * 1024;
/// Largest body with files: three million appointments.
const MOST_FILE_BYTES: usize = 768 * 1024 * 1024;

/// What a route asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// A permission.
    Permission(Action),
    /// Nothing: anybody may.
    Public,
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Method.
    pub method: Method,
    /// Path with its parameters.
    pub path: &'static str,
    /// What it asks for.
    pub asks: Asks,
}

/// Routes and their table, made together so that they cannot differ.
#[derive(Default)]
pub struct Routes {
    router: Router<AppState>,
    table: Vec<Row>,
    /// What is documented of the doors of operations.
    pub(super) document: Document,
}

impl Routes {
    /// GET behind a permission.
    #[must_use]
    pub fn get<P: Permission, H: Handler<T, AppState>, T: 'static>(self, path: &'static str, _: P, handler: H) -> Self {
        self.guarded::<P, H, T>(Method::GET, path, handler, MOST_BYTES)
    }

    /// POST behind a permission.
    #[must_use]
    pub fn post<P: Permission, H: Handler<T, AppState>, T: 'static>(
        self,
        path: &'static str,
        _: P,
        handler: H,
    ) -> Self {
        self.guarded::<P, H, T>(Method::POST, path, handler, MOST_BYTES)
    }

    /// POST of files behind a permission: its body may be large, and the handler reads it as it comes.
    #[must_use]
    pub fn post_files<P: Permission, H: Handler<T, AppState>, T: 'static>(
        self,
        path: &'static str,
        _: P,
        handler: H,
    ) -> Self {
        self.guarded::<P, H, T>(Method::POST, path, handler, MOST_FILE_BYTES)
    }

    /// PUT behind a permission.
    #[must_use]
    pub fn put<P: Permission, H: Handler<T, AppState>, T: 'static>(self, path: &'static str, _: P, handler: H) -> Self {
        self.guarded::<P, H, T>(Method::PUT, path, handler, MOST_BYTES)
    }

    /// DELETE behind a permission.
    #[must_use]
    pub fn delete<P: Permission, H: Handler<T, AppState>, T: 'static>(
        self,
        path: &'static str,
        _: P,
        handler: H,
    ) -> Self {
        self.guarded::<P, H, T>(Method::DELETE, path, handler, MOST_BYTES)
    }

    /// Open to everybody.
    #[must_use]
    pub fn public<H: Handler<T, AppState>, T: 'static>(self, method: Method, path: &'static str, handler: H) -> Self {
        self.add(method, path, Asks::Public, Open(handler))
    }

    pub(super) fn guarded<P: Permission, H: Handler<T, AppState>, T: 'static>(
        self,
        method: Method,
        path: &'static str,
        handler: H,
        most_bytes: usize,
    ) -> Self {
        let guarded = Guarded::<P, H> { handler, most_bytes, permission: PhantomData };
        self.add(method, path, Asks::Permission(P::ACTION), guarded)
    }

    fn add<H: Handler<T, AppState>, T: 'static>(
        mut self,
        method: Method,
        path: &'static str,
        asks: Asks,
        handler: H,
    ) -> Self {
        self.router = self.router.route(path, on(filter(&method), handler));
        self.table.push(Row { method, path, asks });
        self
    }

    /// The routes and the table of them.
    pub fn into_parts(self) -> (Router<AppState>, Vec<Row>) {
        (self.router, self.table)
    }

    /// The part of the OpenAPI document that operations make.
    pub fn document(self) -> Document {
        self.document
    }
}

/// HEAD is answered by GET handlers.
fn filter(method: &Method) -> MethodFilter {
    MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET)
}

/// A handler behind its permission. It is a handler itself, not a layer around one: layers are cloned for each request,
/// each with everything inside it.
struct Guarded<P, H> {
    handler: H,
    most_bytes: usize,
    permission: PhantomData<fn() -> P>,
}

impl<P, H: Clone> Clone for Guarded<P, H> {
    fn clone(&self) -> Self {
        Self { handler: self.handler.clone(), ..*self }
    }
}

impl<P: Permission, H: Handler<T, AppState>, T: 'static> Handler<T, AppState> for Guarded<P, H> {
    type Future = BoxFuture<'static, Response>;

    fn call(self, request: Request, app: AppState) -> Self::Future {
        async move {
            let (mut parts, body) = match measured(request, self.most_bytes) {
                Ok(request) => request.into_parts(),
                Err(status) => return status.into_response(),
            };
            match admit::<P>(&app, &mut parts).await {
                Ok((caller, permit)) => {
                    let pace = caller.pace;
                    parts.extensions.insert(caller);
                    parts.extensions.insert(permit);
                    let request = Request::from_parts(parts, body);
                    paced(pace, self.handler.call(request, app).await)
                }
                Err(error) => error.into_response(),
            }
        }
        .boxed()
    }
}

/// A handler that everybody may call; it is told who asks.
#[derive(Clone)]
struct Open<H>(H);

impl<H: Handler<T, AppState>, T: 'static> Handler<T, AppState> for Open<H> {
    type Future = BoxFuture<'static, Response>;

    fn call(self, request: Request, app: AppState) -> Self::Future {
        async move {
            let mut request = match measured(request, MOST_BYTES) {
                Ok(request) => request,
                Err(status) => return status.into_response(),
            };
            if let Err(error) = knock(&app, &mut request).await {
                return error.into_response();
            }
            let (mut parts, body) = request.into_parts();
            match caller::identify(&app, &parts).await {
                Ok(caller) => {
                    let pace = caller.pace;
                    parts.extensions.insert(caller);
                    paced(pace, self.0.call(Request::from_parts(parts, body), app).await)
                }
                Err(error) => error.into_response(),
            }
        }
        .boxed()
    }
}

/// Counts a try of an address that holds a secret.
async fn knock(app: &AppState, request: &mut Request) -> Result<(), AppError> {
    let path = request.extensions().get::<MatchedPath>();
    if !path.is_some_and(|path| path.as_str().contains("/{secret}")) {
        return Ok(());
    }
    let Ok(Address(from)) = request.extract_parts_with_state(app).await;
    app.knocks.knock(from, &app.clock)
}

/// A request whose body is read up to its limit and no further; one that says it is larger is not read at all. Its
/// span gets the path of the route: the path of the request may hold identifiers.
fn measured(mut request: Request, most_bytes: usize) -> Result<Request, StatusCode> {
    if let Some(path) = request.extensions().get::<MatchedPath>() {
        tracing::Span::current().record("path", path.as_str());
    }
    let said = request.headers().get(header::CONTENT_LENGTH);
    let said = said.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if said.is_some_and(|length| length > most_bytes) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    DefaultBodyLimit::max(most_bytes).apply(&mut request);
    Ok(request)
}

/// Tells a program how fast it goes.
fn paced(pace: Option<Pace>, mut response: Response) -> Response {
    if let Some(Pace { left, resets_in }) = pace {
        let told = [("ratelimit-limit", MOST_REQUESTS), ("ratelimit-remaining", left), ("ratelimit-reset", resets_in)];
        for (name, n) in told {
            response.headers_mut().insert(HeaderName::from_static(name), n.into());
        }
    }
    response
}

async fn admit<P: Permission>(app: &AppState, parts: &mut Parts) -> Result<(Caller, Permit<P>), AppError> {
    let caller = caller::identify(app, parts).await?;
    let open = P::ACTION == Action::ReadReleases && app.settings.public_releases;
    if caller.actor == Actor::Stranger && !open {
        return Err(AppError::SignInFirst);
    }
    let params = RawPathParams::from_request_parts(parts, &()).await.map_err(|_| AppError::NotFound)?;
    let target = target(<P::Scope as Scope>::KIND, &params)?;
    let caller = caller.at_place_of(&target)?;
    let on = asked_about(app, parts);
    let facts = facts(app, &caller.actor, &target, on).await?;
    let permit = access::permit::<P>(&caller.actor, &target, facts).map_err(|denied| {
        // Who knocks at doors that are not theirs is worth a line that is kept by default.
        tracing::info!(who = %caller.actor, action = ?P::ACTION, "access was refused");
        refuse(denied)
    })?;
    caller.note_use(app);
    Ok((caller, permit))
}

/// Whether whoever sent these headers may still do `P` there, asked anew: for streams, which outlive the request that
/// opened them. The streams of one reader ask once. A fault counts as no; the page opens its stream again.
pub async fn still_may<P: Permission>(app: &AppState, stream: &Stream, headers: &HeaderMap, target: &Target) -> bool {
    let asked = async {
        let caller = caller::identify_quietly(app, headers).await?;
        let caller = caller.at_place_of(target)?;
        let facts = facts(app, &caller.actor, target, app.clock.today()).await?;
        access::permit::<P>(&caller.actor, target, facts).map_err(refuse)
    };
    // Two tokens of one session end at different times.
    let by = headers.get(header::AUTHORIZATION);
    let question = format!("{:?} {target:?} {by:?}", P::ACTION);
    stream.ask(question, async { asked.await.is_ok() }).await
}

fn refuse(denied: Denied) -> AppError {
    match denied {
        Denied::Stranger => AppError::SignInFirst,
        Denied::NotFound => AppError::NotFound,
        Denied::NotYours => AppError::NotYours,
    }
}

/// A code that is not one names nothing: not found, like any other that does not exist.
fn target(kind: TargetKind, params: &RawPathParams) -> Result<Target, AppError> {
    let text =
        |name: &str| params.iter().find(|(key, _)| *key == name).map(|(_, value)| value).ok_or(AppError::NotFound);
    let organisation = |name: &str| text(name)?.parse::<OrgCode>().map_err(|_| AppError::NotFound);
    let practice = || text("ods")?.parse::<OdsCode>().map_err(|_| AppError::NotFound);
    Ok(match kind {
        TargetKind::Practice => Target::Practice(practice()?),
        TargetKind::Clinician => {
            let clinician = text("clinician")?.parse::<ClinicianId>().map_err(|_| AppError::NotFound)?;
            Target::Clinician(practice()?, clinician)
        }
        TargetKind::Lmc => Target::Lmc(organisation("lmc")?),
        TargetKind::Organisation => Target::Organisation(organisation("organisation")?),
        TargetKind::Releases => Target::Releases,
        TargetKind::Account => Target::Account,
        TargetKind::Service => Target::Service,
    })
}

impl<P: Permission> FromRequestParts<AppState> for Permit<P> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, AppError> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| AppError::Fault("a handler asks for another permit than its route".to_owned()))
    }
}
