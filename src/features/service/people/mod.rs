//! The service's people with their roles, and the organisations in which they hold them.

use crate::{domain::access::Administer, web::routes::Routes};

mod organisations;
mod organisations_view;
mod page;
mod view;

#[cfg(test)]
mod tests;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/admin/people", Administer, page::people)
        .post("/admin/people", Administer, page::add)
        .post("/admin/people/{person}/link", Administer, page::password_link)
        .post("/admin/people/{person}/second-factor/remove", Administer, page::remove_second_factor)
        .post("/admin/grants/{grant}/revoke", Administer, page::revoke)
        .get("/admin/organisations", Administer, organisations::look)
        .post_files("/admin/organisations", Administer, organisations::take_in)
}
