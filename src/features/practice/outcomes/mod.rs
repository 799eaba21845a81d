//! The ledger of outcomes: what came of an action, who answered, how it ended. A correction is a new entry.
//!
//! An outcome belongs to the practice that recorded it. No LMC and no ICB has a route to it.

use crate::{
    domain::access::{RecordStatus, SeeRegister},
    operations::record_outcome::RecordOutcome,
    web::routes::Routes,
};

pub mod json;
mod page;
mod read;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/practices/{ods}/outcomes", SeeRegister, page::list)
        .post("/practices/{ods}/outcomes", RecordStatus, page::add)
        .get("/practices/{ods}/outcomes/new", SeeRegister, page::fresh)
        .get("/practices/{ods}/outcomes/{outcome}", SeeRegister, page::correct)
        .get("/api/v1/practices/{ods}/outcomes", SeeRegister, json::list)
        .api::<RecordOutcome, json::OutcomeOut>("/api/v1/practices/{ods}/outcomes")
}
