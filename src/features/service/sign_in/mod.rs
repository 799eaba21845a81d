//! Signing in and out, and choosing a role.

use axum::http::Method;

use crate::{
    domain::access::SeeAccount,
    web::{errand, routes::Routes},
};

pub mod json;
mod organisation;
mod page;
mod view;

#[cfg(test)]
mod tests;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .public(Method::GET, "/sign-in", page::show)
        .public(Method::POST, "/sign-in", page::sign_in)
        .public(Method::GET, "/sign-in/code", page::no_code)
        .public(Method::POST, "/sign-in/code", page::give_code)
        .public(Method::GET, "/sign-in/passkey", page::no_code)
        .public(Method::POST, "/sign-in/passkey", page::give_passkey)
        .public(Method::GET, "/sign-in/forgotten", page::forgotten)
        .public(Method::POST, "/sign-in/forgotten", page::ask_for_password)
        .public(Method::POST, "/sign-in/organisation", organisation::begin)
        .public(Method::GET, errand::BACK, organisation::back)
        .public(Method::GET, "/sign-out", page::ask)
        .public(Method::POST, "/sign-out", page::sign_out)
        .get("/roles", SeeAccount, page::roles)
        .public(Method::POST, "/api/v1/session", json::open)
        .delete("/api/v1/session", SeeAccount, json::end)
}
