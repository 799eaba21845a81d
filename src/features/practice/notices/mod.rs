//! Notices on services: what was served, its last day, what came back; and the diary of what lies ahead.

use axum::http::Method;

use crate::{
    domain::access::{RecordStatus, SeeRegister},
    operations::{follow_notice::FollowNotice, serve_notice::ServeNotice},
    web::routes::Routes,
};

mod calendar;
mod diary_view;
pub mod json;
mod one;
mod one_view;
mod page;
mod template_view;
mod templates;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/practices/{ods}/notices", SeeRegister, page::list)
        .get("/practices/{ods}/notices/new", SeeRegister, page::fresh)
        .get("/practices/{ods}/notices/last-day", SeeRegister, page::last_day)
        .form::<ServeNotice, page::NoticePage>("/practices/{ods}/notices")
        .get("/practices/{ods}/notices/templates/{template}", SeeRegister, templates::one)
        .get("/practices/{ods}/notices/{notice}", SeeRegister, one::one)
        .form::<FollowNotice, one::OnePage>("/practices/{ods}/notices/{notice}")
        .get("/practices/{ods}/diary", SeeRegister, calendar::diary)
        .post("/practices/{ods}/diary/feed", RecordStatus, calendar::feed)
        .public(Method::GET, "/calendar/{secret}", calendar::read);
    api(routes)
}

fn api(routes: Routes) -> Routes {
    routes
        .get("/api/v1/practices/{ods}/notices", SeeRegister, json::list)
        .api::<ServeNotice, json::NoticeOut>("/api/v1/practices/{ods}/notices")
        .api::<FollowNotice, json::NoticeOut>("/api/v1/practices/{ods}/notices/{notice}/events")
        .get("/api/v1/practices/{ods}/diary", SeeRegister, json::diary)
}
