//! This week: the weekly answer in one press, what to do by when, what is paused, what is left today, who sees it.

use axum::http::Method;

use crate::{
    domain::access::{RecordStatus, SeeAccount, SeeCapacity, SeePracticeTotal, SeeRegister, SetMail},
    web::routes::Routes,
};

mod answers;
pub mod json;
mod link;
mod link_view;
mod live;
mod page;
mod questions;
mod questions_view;
mod register_view;
mod reminders;
mod reminders_view;
mod steps_view;
mod todo;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    by_mail(routes)
        .get("/practices/{ods}", SeeRegister, page::show)
        .post("/practices/{ods}/week", RecordStatus, answers::nothing_changed)
        .get("/practices/{ods}/week/register", SeeRegister, page::register)
        .get("/practices/{ods}/week/capacity", SeeCapacity, page::capacity)
        .post("/practices/{ods}/week/questions/{question}", RecordStatus, answers::give)
        .get("/live/practices/{ods}", SeePracticeTotal, live::changes)
        .get("/api/v1/practices/{ods}/questions", SeeRegister, json::open)
        .post("/api/v1/practices/{ods}/questions/{question}/answers", RecordStatus, json::give)
}

/// What a reminder leads to.
fn by_mail(routes: Routes) -> Routes {
    routes
        .public(Method::GET, "/reminders/{reminder}/{practice}/{secret}", link::show)
        .public(Method::POST, "/reminders/{reminder}/{practice}/{secret}", link::answer)
        .public(Method::GET, "/reminders/stop/{person}/{secret}", link::show_stop)
        .public(Method::POST, "/reminders/stop/{person}/{secret}", link::stop)
        .get("/reminders", SeeAccount, reminders::show)
        .post("/reminders", SetMail, reminders::set)
}

#[cfg(test)]
mod tests;
