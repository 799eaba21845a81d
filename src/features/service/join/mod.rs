//! A practice asks to join, and says by the link in its mail who manages it here.

use axum::http::Method;

use crate::web::routes::Routes;

mod page;
mod view;

#[cfg(test)]
mod tests;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .public(Method::GET, "/join", page::ask)
        .public(Method::POST, "/join", page::asked)
        .public(Method::GET, "/join/{secret}", page::look)
        .public(Method::POST, "/join/{secret}", page::agree)
}
