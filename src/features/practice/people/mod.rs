//! A practice's clinicians with their devices, and the links that enrol one.

use crate::{domain::access::ManageClinicians, web::routes::Routes};

mod clinicians;
pub mod json;
mod links;
mod page;
mod sheet_view;
mod view;

#[cfg(test)]
mod tests;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/practices/{ods}/people", ManageClinicians, page::overview)
        .post("/practices/{ods}/people", ManageClinicians, page::add_one)
        .post("/practices/{ods}/people/list", ManageClinicians, page::add_list)
        .post("/practices/{ods}/people/links", ManageClinicians, page::make_links)
        .get("/practices/{ods}/people/{clinician}", ManageClinicians, page::one)
        .post("/practices/{ods}/people/{clinician}/link", ManageClinicians, page::make_link)
        .post("/practices/{ods}/people/{clinician}/left", ManageClinicians, page::leave)
        .post("/practices/{ods}/people/{clinician}/devices/{device}/revoke", ManageClinicians, page::revoke_device)
        .post("/practices/{ods}/people/{clinician}/addresses/{address}/end", ManageClinicians, page::end_address)
        .get("/api/v1/practices/{ods}/clinicians", ManageClinicians, json::list)
        .post("/api/v1/practices/{ods}/clinicians", ManageClinicians, json::add)
}
