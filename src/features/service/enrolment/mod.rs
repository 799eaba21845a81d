//! Devices: enrolling one, its PIN, and the places that it counts for.

use axum::http::Method;

use crate::{
    domain::access::{SeeOwnTotal, SignIn},
    web::routes::Routes,
};

mod demo;
mod enrol;
mod places;
mod unlock;
mod view;

#[cfg(test)]
mod tests;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .public(Method::GET, "/enrol/{secret}", enrol::show)
        .public(Method::POST, "/enrol/{secret}", enrol::enrol)
        .get("/device", SeeOwnTotal, places::show)
        .post("/device/leave", SignIn, places::leave)
        .public(Method::GET, "/unlock", unlock::show)
        .public(Method::POST, "/unlock", unlock::unlock)
        .public(Method::POST, "/demo/sign-in", demo::sign_in)
}
