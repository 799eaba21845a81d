//! A clinician's day in full: each contact, and the work beside the contacts.

use crate::{
    domain::access::{RecordContacts, SeeOwnDay},
    web::routes::Routes,
};

pub mod json;
mod page;
mod view;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/practices/{ods}/clinicians/{clinician}/days/{date}", SeeOwnDay, page::show)
        .post("/practices/{ods}/clinicians/{clinician}/days/{date}/contacts", RecordContacts, page::several)
        .post(
            "/practices/{ods}/clinicians/{clinician}/days/{date}/contacts/{contact}",
            RecordContacts,
            page::change_one,
        )
        .post("/practices/{ods}/clinicians/{clinician}/days/{date}/work", RecordContacts, page::work)
        .get("/api/v1/practices/{ods}/clinicians/{clinician}/days/{date}/work", SeeOwnDay, json::work)
        .post("/api/v1/practices/{ods}/clinicians/{clinician}/days/{date}/work", RecordContacts, json::add_work)
}
