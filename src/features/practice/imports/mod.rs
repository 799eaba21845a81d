//! Appointment extracts of a practice: choosing files, matching them once, looking at the result, letting it count; and
//! which source counts for whom.

use crate::{domain::access::ImportAppointments, web::routes::Routes};

mod answers;
pub mod json;
mod match_view;
mod matching;
mod overlap_view;
mod page;
mod shapes;
mod source_view;
mod sources;
mod upload;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    api(routes)
        .get("/practices/{ods}/imports", ImportAppointments, page::home)
        .post_files("/practices/{ods}/imports", ImportAppointments, upload::take)
        .post("/practices/{ods}/imports/matching", ImportAppointments, matching::save)
        .post("/practices/{ods}/imports/matching/forget", ImportAppointments, matching::forget)
        .get("/practices/{ods}/imports/{import}", ImportAppointments, page::preview)
        .post("/practices/{ods}/imports/{import}", ImportAppointments, page::activate)
        .post("/practices/{ods}/imports/{import}/take-back", ImportAppointments, page::take_back)
        .get("/practices/{ods}/imports/{import}/refused.csv", ImportAppointments, page::refused)
        .get("/practices/{ods}/sources", ImportAppointments, sources::page)
        .post("/practices/{ods}/sources", ImportAppointments, sources::choose)
}

fn api(routes: Routes) -> Routes {
    routes
        .get("/api/v1/practices/{ods}/imports", ImportAppointments, json::list)
        .post_files("/api/v1/practices/{ods}/imports", ImportAppointments, json::send)
        .get("/api/v1/practices/{ods}/imports/matching", ImportAppointments, json::matchings)
        .put("/api/v1/practices/{ods}/imports/matching", ImportAppointments, json::remember)
        .get("/api/v1/practices/{ods}/imports/progress", ImportAppointments, json::progress)
        .get("/api/v1/practices/{ods}/imports/{import}", ImportAppointments, json::one)
        .get("/api/v1/practices/{ods}/imports/{import}/refused", ImportAppointments, json::refused)
        .post("/api/v1/practices/{ods}/imports/{import}/activate", ImportAppointments, json::activate)
        .post("/api/v1/practices/{ods}/imports/{import}/take-back", ImportAppointments, json::take_back)
}
