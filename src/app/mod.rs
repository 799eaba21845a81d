//! The router: every feature's routes, and the middleware in order.

use axum::{Router, http::Method, middleware};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, trace::TraceLayer};

use crate::{
    features,
    state::AppState,
    web::{
        assets, cross_site, headers, problem,
        routes::{Routes, Row},
    },
};

pub mod openapi;

/// Every route with what it asks for.
pub fn routes(app: &AppState) -> Routes {
    let routes = Routes::new(app)
        .public(Method::GET, "/assets/{name}", assets::serve)
        .public(Method::GET, "/api/openapi.json", openapi::serve);
    [
        features::health::routes,
        features::account::routes,
        features::people::routes,
        features::contacts::routes,
        features::imports::routes,
        features::history::routes,
        features::divert::routes,
        features::returns::routes,
        features::actions::routes,
        features::practices::routes,
        features::areas::routes,
        features::releases::routes,
    ]
    .into_iter()
    .fold(routes, |routes, feature: fn(Routes) -> Routes| {
        feature(routes)
    })
}

/// The route table alone, for the tests that walk it and the printed matrix.
pub fn table(app: &AppState) -> Vec<Row> {
    routes(app).into_parts().1
}

/// The whole service. Outermost first: trace, compression, headers, the face of refusals, cross-site check.
pub fn router(app: &AppState) -> Router {
    let (router, _) = routes(app).into_parts();
    router
        .layer(middleware::from_fn_with_state(
            app.clone(),
            cross_site::refuse,
        ))
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn_with_state(app.clone(), problem::render))
        .layer(middleware::from_fn(headers::add))
        .layer(CompressionLayer::new())
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .with_state(app.clone())
}

/// The matched path, never the raw one: it may hold identifiers.
fn span(request: &axum::extract::Request) -> tracing::Span {
    let path = request
        .extensions()
        .get::<axum::extract::MatchedPath>()
        .map_or("(none)", |path| path.as_str());
    tracing::info_span!("request", method = %request.method(), path)
}
