//! The practice's capacity: each clinician for the manager, the total for everyone, the day sheet.

use crate::{
    domain::access::{EnterDaySheet, EnterDaySheets, SeeCapacity, SeePracticeTotal},
    web::routes::Routes,
};

pub mod json;
mod page;
mod view;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/practices/{ods}/today", SeePracticeTotal, page::today)
        .get("/practices/{ods}/today/total", SeePracticeTotal, page::today_fragment)
        .get("/practices/{ods}/today/divert", SeePracticeTotal, page::divert_fragment)
        .get("/practices/{ods}/capacity", SeeCapacity, page::show)
        .get("/practices/{ods}/capacity/now", SeeCapacity, page::fragment)
        .post("/practices/{ods}/day-sheet", EnterDaySheets, page::day_sheet)
        .put("/api/v1/practices/{ods}/clinicians/{clinician}/days/{date}", EnterDaySheet, json::sheet)
        .get("/api/v1/practices/{ods}/capacity", SeeCapacity, json::practice)
}
