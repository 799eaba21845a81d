//! What a practice sets: its limits and its rota.

use crate::{domain::access::SetLimits, web::routes::Routes};

mod page;
mod rota;
mod rota_view;
mod shown_view;
mod view;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/practices/{ods}/limits", SetLimits, page::show)
        .post("/practices/{ods}/limits", SetLimits, page::set_limit)
        .post("/practices/{ods}/rota", SetLimits, rota::set)
}
