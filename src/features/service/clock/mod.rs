//! The clock: what time it is, what time was seen last, and an administrator's word that it is right.

use crate::{domain::access::Administer, web::routes::Routes};

mod page;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/admin/clock", Administer, page::show).post("/admin/clock", Administer, page::confirm)
}
