//! Whether the service lives, can work, and which version it is.

use axum::http::Method;

use crate::web::routes::Routes;

mod json;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes.public(Method::GET, "/health/live", json::live).public(Method::GET, "/health/ready", json::ready).public(
        Method::GET,
        "/version",
        json::version,
    )
}
