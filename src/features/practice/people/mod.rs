//! People: a practice's clinicians with their devices, and the service's people with their roles.

use crate::{
    domain::access::{Administer, ManageClinicians},
    web::routes::Routes,
};

pub mod admin;
mod admin_pages;
pub mod api;
mod clinicians;
mod links;
mod pages;
mod practice;
mod service;

#[cfg(test)]
mod tests;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/practices/{ods}/people", ManageClinicians, practice::overview)
        .post("/practices/{ods}/people", ManageClinicians, practice::add_one)
        .post("/practices/{ods}/people/list", ManageClinicians, practice::add_list)
        .get("/practices/{ods}/people/{clinician}", ManageClinicians, practice::one)
        .post("/practices/{ods}/people/{clinician}/link", ManageClinicians, practice::make_link)
        .post("/practices/{ods}/people/{clinician}/left", ManageClinicians, practice::leave)
        .post("/practices/{ods}/people/{clinician}/devices/{device}/revoke", ManageClinicians, practice::revoke_device)
        .get("/api/v1/practices/{ods}/clinicians", ManageClinicians, api::list)
        .post("/api/v1/practices/{ods}/clinicians", ManageClinicians, api::add);
    routes
        .get("/admin/people", Administer, service::people)
        .post("/admin/people", Administer, service::add)
        .post("/admin/people/{person}/link", Administer, service::password_link)
        .post("/admin/grants/{grant}/revoke", Administer, service::revoke)
        .get("/admin/organisations", Administer, service::organisations)
}
