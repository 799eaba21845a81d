//! A clinician's own past: weeks and months, the hours of the day, the data as a file, and erasing it.

use axum::http::Method;

use crate::{
    domain::access::{EraseCounts, SeeOwnDay},
    web::routes::Routes,
};

mod erase;
pub mod json;
mod page;
mod view;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/practices/{ods}/clinicians/{clinician}/weeks", SeeOwnDay, page::weeks)
        .get("/practices/{ods}/clinicians/{clinician}/weeks.csv", SeeOwnDay, page::file)
        .get("/practices/{ods}/clinicians/{clinician}/erase", SeeOwnDay, erase::ask)
        .post("/practices/{ods}/clinicians/{clinician}/erase", EraseCounts, erase::erase)
        .public(Method::GET, "/counts-erased", erase::erased)
        .get("/api/v1/practices/{ods}/clinicians/{clinician}/weeks", SeeOwnDay, json::weeks)
        .get("/api/v1/practices/{ods}/clinicians/{clinician}/weeks.csv", SeeOwnDay, json::file)
        .delete("/api/v1/practices/{ods}/clinicians/{clinician}/counts", EraseCounts, json::erase)
}
