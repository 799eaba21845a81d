//! The first page, and the pages that explain the product.

use axum::http::Method;

use crate::web::routes::Routes;

mod page;
mod view;
mod well_known;

#[cfg(test)]
mod tests;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .public(Method::GET, "/", page::front)
        .public(Method::GET, "/who-sees-what", page::who_sees_what)
        .public(Method::GET, "/accessibility", page::accessibility)
        .public(Method::GET, "/.well-known/change-password", well_known::change_password)
        .public(Method::GET, "/.well-known/security.txt", well_known::security)
}
