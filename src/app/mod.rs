//! The router: every feature's routes, and what stands around all of them.

use axum::{
    Router,
    extract::{Request, State},
    http::Method,
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use tower::ServiceBuilder;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, trace::TraceLayer};
use tracing::field;

use crate::{
    error::AppError,
    state::AppState,
    web::{
        address, assets, cross_site, headers, problem,
        routes::{Routes, Row},
    },
};

mod feature_routes;
pub mod openapi;

/// Every route with what it asks for.
pub fn routes() -> Routes {
    let own = Routes::default()
        .public(Method::GET, "/assets/{name}", assets::serve)
        .public(Method::GET, "/api", openapi::page)
        .public(Method::GET, "/api/openapi.json", openapi::serve);
    feature_routes::add_to(own)
}

/// The route table alone, for the tests that walk it and the printed matrix.
pub fn table() -> Vec<Row> {
    routes().into_parts().1
}

/// The whole service. Outermost first: trace, compression, headers, the face of refusals, cross-site check.
///
/// All of it stands around the routes once. A layer on a [`Router`] stands around each of them instead, and is cloned
/// for each request with whatever it holds: six of them cost more than recording a contact.
pub fn router(app: &AppState) -> Router {
    let (routes, _) = routes().into_parts();
    let service = ServiceBuilder::new()
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(app.clone(), around))
        .layer(CatchPanicLayer::new())
        .service(routes.with_state(app.clone()));
    Router::new().fallback_service(service)
}

async fn around(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let reader = problem::Reader::of(&request, &app);
    address::note_unnamed_proxy(&request, &app.settings.proxies);
    let response = if !cross_site::has_one_host(&request) {
        AppError::Malformed("Send exactly one Host header".into()).into_response()
    } else if cross_site::is_suspect(&request, &app.settings.public_url) {
        AppError::CrossSite.into_response()
    } else {
        next.run(request).await
    };
    let answered = problem::render(&app, reader, response).await;
    headers::add(&app.settings, answered)
}

/// The path is that of the route, once it is found.
fn span(request: &Request) -> tracing::Span {
    tracing::info_span!("request", method = %request.method(), path = field::Empty)
}
