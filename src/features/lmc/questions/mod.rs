//! Questions of an LMC to its practices: asked with a week's return, answered or skipped by each practice, read by the
//! LMC as far as practices share. No ICB, no release and no other reader has a route to any of it.

use crate::{
    domain::access::{AskQuestions, SeeQuestionResults},
    web::routes::Routes,
};

mod answers;
mod ask;
pub mod json;
mod page;
mod set;
mod set_view;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/lmc/{lmc}/questions", SeeQuestionResults, page::list)
        .get("/lmc/{lmc}/questions/new", AskQuestions, page::fresh)
        .post("/lmc/{lmc}/questions", AskQuestions, page::add)
        .get("/lmc/{lmc}/questions/network", AskQuestions, set::fresh)
        .post("/lmc/{lmc}/questions/network", AskQuestions, set::add)
        .get("/lmc/{lmc}/questions/{question}", SeeQuestionResults, page::one)
        .get("/api/v1/areas/lmc/{lmc}/questions", SeeQuestionResults, json::list)
        .post("/api/v1/areas/lmc/{lmc}/questions", AskQuestions, json::add)
        .get("/api/v1/areas/lmc/{lmc}/questions/{question}", SeeQuestionResults, json::results)
}
