//! Accounts: signing in and out, choosing a role, enrolling devices, the first administrator, and the first page.

use axum::http::Method;

use crate::{
    domain::access::{SeeAccount, SeeOwnTotal, SignIn},
    web::routes::Routes,
};

pub mod api;
mod door_pages;
mod enrol;
mod front;
pub mod home;
mod pages;
mod place_pages;
mod places;
mod session;
pub mod setup;
mod sign_in;
mod unlock;

#[cfg(test)]
mod tests;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .public(Method::GET, "/", front::front)
        .public(Method::GET, "/who-sees-what", front::who_sees_what)
        .public(Method::GET, "/accessibility", front::accessibility)
        .public(Method::POST, "/demo/sign-in", front::demo_sign_in)
        .public(Method::GET, "/sign-in", sign_in::show)
        .public(Method::POST, "/sign-in", sign_in::sign_in)
        .public(Method::GET, "/sign-out", sign_in::ask)
        .public(Method::POST, "/sign-out", sign_in::sign_out)
        .get("/roles", SeeAccount, sign_in::roles)
        .public(Method::GET, "/enrol/{secret}", enrol::show)
        .public(Method::POST, "/enrol/{secret}", enrol::enrol)
        .get("/device", SeeOwnTotal, places::show)
        .post("/device/leave", SignIn, places::leave)
        .public(Method::GET, "/unlock", unlock::show)
        .public(Method::POST, "/unlock", unlock::unlock)
        .public(Method::GET, "/setup/{secret}", setup::show)
        .public(Method::POST, "/setup/{secret}", setup::set_up)
        .public(Method::GET, "/password/{secret}", setup::show_password)
        .public(Method::POST, "/password/{secret}", setup::set_password)
        .public(Method::POST, "/api/v1/session", api::open)
        .delete("/api/v1/session", SeeAccount, api::end)
}
