//! An LMC's area, live: who was heard from, what is paused, by network; and the stream that keeps its page true.

use crate::{
    domain::access::{SeeLmcArea, SetMeeting},
    web::routes::Routes,
};

mod dates;
pub mod json;
mod last_meeting;
mod live;
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
        .post("/lmc/{lmc}/meeting", SetMeeting, last_meeting::set)
        .get("/live/lmc/{lmc}", SeeLmcArea, live::lmc)
        .get("/api/v1/areas/lmc/{lmc}/status", SeeLmcArea, json::area_status)
}
