//! The clinician's own day: its one button, what is left, and what a phone kept without a connection.

use axum::http::Method;

use crate::{
    domain::access::{RecordContacts, SeeOwnDay, SeeOwnTotal},
    operations::count_contact::CountContact,
    web::{day::DayOut, routes::Routes},
};

mod across;
pub mod json;
mod offline;
mod page;
mod set;
mod set_view;
mod small;
mod taps;
mod view;

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/practices/{ods}/clinicians/{clinician}", SeeOwnDay, page::show)
        .get("/practices/{ods}/clinicians/{clinician}/small", SeeOwnDay, small::show)
        .get("/practices/{ods}/clinicians/{clinician}/day", SeeOwnDay, page::fragment)
        .post("/practices/{ods}/clinicians/{clinician}/contacts", RecordContacts, taps::contacts)
        .post("/practices/{ods}/clinicians/{clinician}/undo", RecordContacts, page::undo)
        .post("/practices/{ods}/clinicians/{clinician}/last", RecordContacts, page::change_last)
        .post("/practices/{ods}/clinicians/{clinician}/reason", RecordContacts, page::reason)
        .get("/practices/{ods}/clinicians/{clinician}/set", SeeOwnDay, set::show)
        .post("/practices/{ods}/clinicians/{clinician}/set", RecordContacts, set::set_to)
        // Where pages send that were open before an upgrade: a tap that met no door would be told refused.
        .post("/practices/{ods}/clinicians/{clinician}/taps", RecordContacts, taps::contacts)
        .public(Method::GET, "/offline", offline::frame)
        .public(Method::GET, "/service-worker.js", offline::worker);
    api(routes)
}

fn api(routes: Routes) -> Routes {
    routes
        .api::<CountContact, DayOut>("/api/v1/practices/{ods}/clinicians/{clinician}/contacts")
        .post("/api/v1/practices/{ods}/clinicians/{clinician}/contacts/batch", RecordContacts, taps::batch)
        .delete("/api/v1/practices/{ods}/clinicians/{clinician}/contacts/{contact}", RecordContacts, json::void)
        .get("/api/v1/practices/{ods}/clinicians/{clinician}/days/{date}", SeeOwnDay, json::day)
        .get("/api/v1/me/day", SeeOwnTotal, json::me)
}
