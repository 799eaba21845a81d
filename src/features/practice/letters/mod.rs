//! Letters: written from a template, looked at, recorded as sent; replies; a practice's own wordings.
//!
//! A letter belongs to the practice that wrote it. No LMC and no ICB has a route to it.

use crate::{
    domain::access::{SeeLetters, WriteLetters},
    web::routes::Routes,
};

mod about;
mod draft;
pub mod json;
mod letter;
mod letter_view;
mod own;
mod page;
mod paper;
mod sender;
mod view;
mod wordings;
mod write;
mod write_view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/practices/{ods}/letters", SeeLetters, page::show)
        .get("/practices/{ods}/letters/new", WriteLetters, write::blank)
        .post("/practices/{ods}/letters/new", WriteLetters, write::step)
        .get("/practices/{ods}/letters/wording/{kind}", SeeLetters, own::show)
        .post("/practices/{ods}/letters/wording/{kind}", WriteLetters, own::change)
        .get("/practices/{ods}/letters/{letter}", SeeLetters, letter::show)
        .get("/practices/{ods}/letters/{letter}/{file}", SeeLetters, letter::file)
        .post("/practices/{ods}/letters/{letter}/events", WriteLetters, letter::happened);
    api(routes)
}

fn api(routes: Routes) -> Routes {
    routes
        .get("/api/v1/practices/{ods}/letter-kinds", SeeLetters, json::kinds)
        .get("/api/v1/practices/{ods}/letters", SeeLetters, json::list)
        .post("/api/v1/practices/{ods}/letters", WriteLetters, json::add)
        .get("/api/v1/practices/{ods}/letters/{letter}", SeeLetters, json::one)
        .post("/api/v1/practices/{ods}/letters/{letter}/events", WriteLetters, json::happened)
}
