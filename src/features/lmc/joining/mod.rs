//! An LMC brings its practices in: those that ask, and those whose manager it proposes.

use crate::{domain::access::BringIn, web::routes::Routes};

mod page;
mod view;

#[cfg(test)]
mod tests;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/lmc/{lmc}/joining", BringIn, page::show)
        .post("/lmc/{lmc}/joining", BringIn, page::propose)
        .post("/lmc/{lmc}/joining/{joining}/send", BringIn, page::send)
        .post("/lmc/{lmc}/joining/{joining}/decline", BringIn, page::decline)
}
