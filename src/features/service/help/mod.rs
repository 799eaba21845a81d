//! Help: what a contact is, and a page for each role.

use axum::http::Method;

use crate::web::routes::Routes;

mod find_view;
mod page;
pub mod reference;
mod view;

#[cfg(test)]
mod tests;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes.public(Method::GET, "/help", page::index).public(Method::GET, "/help/{topic}", page::topic).public(
        Method::GET,
        "/problems/{reference}",
        page::problem,
    )
}
