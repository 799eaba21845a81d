//! How an LMC's office can be reached, as it says itself: shown to readers of releases.

use crate::{domain::access::PublishOffice, web::routes::Routes};

mod page;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/lmc/{lmc}/office", PublishOffice, page::show).post("/lmc/{lmc}/office", PublishOffice, page::publish)
}
