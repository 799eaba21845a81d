//! Divert: its page and its record, the reception desk, and the screens that show the day.

use axum::http::Method;

use crate::{
    domain::access::{CountDiverts, ManageDisplays, RecordContacts, RunDivert, SeeDesk, SeeDisplay, SeeDiverts},
    web::routes::Routes,
};

mod book;
mod desk;
mod desk_view;
mod directory;
pub mod json;
mod kept;
mod messages;
mod messages_view;
mod page;
mod record;
mod record_data;
mod record_view;
mod screens;
mod screens_view;
mod settings;
mod settings_view;
mod today;
mod view;
mod wall;
mod wall_view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/practices/{ods}/divert", SeeDiverts, page::show)
        .get("/practices/{ods}/divert/now", SeeDiverts, page::fragment)
        .post("/practices/{ods}/divert/start", RunDivert, page::start)
        .post("/practices/{ods}/divert/end", RunDivert, page::end)
        .get("/practices/{ods}/divert/history", SeeDiverts, record::history)
        .get("/practices/{ods}/divert/record", SeeDiverts, record::document)
        .get("/practices/{ods}/divert/message", SeeDiverts, messages::page)
        .post("/practices/{ods}/divert/message", RunDivert, messages::sent)
        .post("/practices/{ods}/divert/answer", RunDivert, messages::answered)
        .get("/practices/{ods}/divert/settings", SeeDiverts, settings::page)
        .post("/practices/{ods}/divert/rule", RunDivert, settings::rule)
        .post("/practices/{ods}/divert/text", RunDivert, settings::text)
        .post("/practices/{ods}/divert/place", RunDivert, directory::place)
        .post("/practices/{ods}/clinicians/{clinician}/at-limit", RecordContacts, page::tell);
    api(shown(routes))
}

/// The reception desk, the wall, and the screens that stand there.
fn shown(routes: Routes) -> Routes {
    routes
        .get("/practices/{ods}/displays", ManageDisplays, screens::page)
        .post("/practices/{ods}/displays", ManageDisplays, screens::make)
        .post("/practices/{ods}/displays/{display}/revoke", ManageDisplays, screens::revoke)
        .public(Method::GET, "/display-link/{secret}", screens::show)
        .public(Method::POST, "/display-link/{secret}", screens::open)
        .public(Method::GET, "/display-ended", screens::ended)
        .get("/practices/{ods}/display", SeeDisplay, wall::page)
        .get("/practices/{ods}/display/now", SeeDisplay, wall::fragment)
        .get("/live/practices/{ods}/display", SeeDisplay, wall::live)
        .get("/practices/{ods}/desk", SeeDesk, desk::page)
        .get("/practices/{ods}/desk/now", SeeDesk, desk::fragment)
        .get("/practices/{ods}/desk/sent", SeeDesk, desk::sent)
        .post("/practices/{ods}/desk/counts", CountDiverts, desk::count)
}

fn api(routes: Routes) -> Routes {
    routes
        .get("/api/v1/practices/{ods}/divert", SeeDesk, json::state)
        .post("/api/v1/practices/{ods}/divert", RunDivert, json::start)
        .post("/api/v1/practices/{ods}/divert/end", RunDivert, json::end)
        .get("/api/v1/practices/{ods}/divert/counts", SeeDesk, json::counts)
        .post("/api/v1/practices/{ods}/divert/counts", CountDiverts, json::count)
}
