//! The routes of every feature, in the order in which they are printed.

use crate::{features, web::routes::Routes};

/// Adds them to what is there.
pub(super) fn add_to(routes: Routes) -> Routes {
    [
        features::service::health::routes,
        features::service::front::routes,
        features::service::sign_in::routes,
        features::service::setup::routes,
        features::service::enrolment::routes,
        features::practice::people::routes,
        features::service::people::routes,
        features::service::clock::routes,
        features::clinician::my_day::routes,
        features::clinician::day::routes,
        features::practice::capacity::routes,
        features::practice::limits::routes,
        features::practice::imports::routes,
        features::clinician::weeks::routes,
        features::practice::divert::routes,
        features::practice::week::routes,
        features::practice::drafts::routes,
        features::practice::register::routes,
        features::practice::notices::routes,
        features::practice::letters::routes,
        features::lmc::wordings::routes,
        features::practice::outcomes::routes,
        features::practice::transfers::routes,
        features::practice::evidence::routes,
        features::lmc::templates::routes,
        features::lmc::questions::routes,
        features::practice::sharing::routes,
        features::lmc::area::routes,
        features::lmc::practices::routes,
        features::lmc::office::routes,
        features::lmc::impact::routes,
        features::lmc::meeting_sheet::routes,
        features::releases::release::routes,
    ]
    .into_iter()
    .fold(routes, |routes, feature: fn(Routes) -> Routes| feature(routes))
}
