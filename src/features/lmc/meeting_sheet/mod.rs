//! The meeting sheet: what may be handed round about an LMC's area. Made of the newest release alone, never of what
//! practices share.

use crate::{domain::access::SeeLmcArea, web::routes::Routes};

mod page;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/lmc/{lmc}/meeting", SeeLmcArea, page::page).get("/lmc/{lmc}/meeting.pdf", SeeLmcArea, page::document)
}
