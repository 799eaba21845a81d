//! The evidence pack: what a practice recorded in a period, as one zip to be read anywhere, with a list of hashes.
//!
//! The decisions, the guard-rails that were shown, notices, letters as they were sent, outcomes and the practice's day
//! totals. It is the practice's own; no LMC and no ICB has a route to it. Making one is written to the audit trail with
//! the hash of its list of hashes, so it is a POST.

use crate::{domain::access::SeeLetters, web::routes::Routes};

mod files;
mod gather;
mod index;
mod page;
mod rails;
mod view;

/// The routes. Whoever sees the letters sees the register and the practice's days: one arm of the decision table
/// decides all three, and a test holds it to that.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/practices/{ods}/evidence", SeeLetters, page::show).post(
        "/practices/{ods}/evidence.zip",
        SeeLetters,
        page::make,
    )
}

#[cfg(test)]
mod tests;
