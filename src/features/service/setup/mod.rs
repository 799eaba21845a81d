//! Links that make a person able to sign in: the first administrator's, and those that set a password.

use axum::http::Method;

use crate::web::routes::Routes;

mod page;
mod view;

#[cfg(test)]
mod tests;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .public(Method::GET, "/setup/{secret}", page::show)
        .public(Method::POST, "/setup/{secret}", page::set_up)
        .public(Method::GET, "/password/{secret}", page::show_password)
        .public(Method::POST, "/password/{secret}", page::set_password)
        .public(Method::POST, "/password/{secret}/organisation", page::by_organisation)
}
