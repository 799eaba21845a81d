//! An LMC's area, live: who was heard from, what is paused, by network; and the streams that keep pages true.

use crate::{
    domain::access::{SeeLmcArea, SeePracticeTotal, SetMeeting},
    web::routes::Routes,
};

mod dates;
pub mod json;
mod live;
mod meeting;
mod page;
mod shapes;
mod shown_view;
mod status;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/lmc/{lmc}", SeeLmcArea, page::page)
        .get("/lmc/{lmc}/status", SeeLmcArea, page::fragment)
        .post("/lmc/{lmc}/meeting", SetMeeting, meeting::set)
        .get("/live/lmc/{lmc}", SeeLmcArea, live::lmc)
        .get("/live/practices/{ods}", SeePracticeTotal, live::practice)
        .get("/api/v1/areas/lmc/{lmc}/status", SeeLmcArea, json::area_status)
}
