//! Before and after: what practices that share counted around the day on which each began an action, beside those that did
//! not, or around one day for all. Only figures of five practices or more.

use crate::{domain::access::SeeLmcArea, web::routes::Routes};

mod asked;
mod own_view;
mod page;
mod sent_back_view;
mod view;
mod week_view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/lmc/{lmc}/impact", SeeLmcArea, page::page)
}
