//! An LMC's area, live: who was heard from, what is paused, by network and by practice; and the streams that keep
//! pages true.

pub mod api;
mod area;
mod dates;
mod live;
mod meeting;
mod pages;
mod practice_pages;
mod practices;
mod telephone;
mod telephone_pages;

use axum::http::HeaderMap;
use entity::ids::{OdsCode, OrgCode};

use crate::{
    domain::{
        access::{EnterByTelephone, SeeLmcArea, SeePracticeAsLmc, SetMeeting},
        organisation::{PracticeOn, View},
    },
    error::AppError,
    web::{routes::Routes, shell::Place},
};

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/lmc/{lmc}", SeeLmcArea, area::page)
        .get("/lmc/{lmc}/status", SeeLmcArea, area::fragment)
        .post("/lmc/{lmc}/meeting", SetMeeting, meeting::set)
        .get("/lmc/{lmc}/practices", SeeLmcArea, practices::page)
        .get("/lmc/{lmc}/practices/{ods}", SeePracticeAsLmc, practices::one)
        .get("/lmc/{lmc}/practices/{ods}/telephone", EnterByTelephone, telephone::page)
        .post("/lmc/{lmc}/practices/{ods}/telephone", EnterByTelephone, telephone::enter)
        .get("/live/lmc/{lmc}", SeeLmcArea, live::lmc)
        .get("/api/v1/areas/lmc/{lmc}/status", SeeLmcArea, api::area_status)
}

/// The name of an LMC.
fn name(organisations: &View, lmc: &OrgCode) -> String {
    organisations.organisation(lmc).map_or_else(|| lmc.to_string(), |found| found.name.to_string())
}

/// Where an officer's pages belong.
fn place(organisations: &View, lmc: &OrgCode) -> Place {
    Place::Lmc { lmc: lmc.clone(), name: name(organisations, lmc) }
}

/// The decision table has seen that the reader is an officer of the practice's LMC on the day of `organisations`; the
/// LMC in the path must be the same one, or the address names nothing.
fn represented<'a>(organisations: &'a View, lmc: &OrgCode, practice: &OdsCode) -> Result<&'a PracticeOn, AppError> {
    organisations.practice(practice).filter(|known| known.lmc.as_ref() == Some(lmc)).ok_or(AppError::NotFound)
}

/// Whether htmx asks: it swaps a fragment, and a redirect must be told to it.
fn by_htmx(headers: &HeaderMap) -> bool {
    crate::web::forms::wants_fragment(headers)
}
