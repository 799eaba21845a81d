//! What an LMC reads of its area, and what it asks and offers.

use crate::web::routes::Routes;

pub mod area;
pub mod impact;
pub mod joining;
pub mod local_items;
pub mod meeting_sheet;
pub mod office;
pub mod practices;
pub mod questions;
pub mod templates;
pub mod transfers;
pub mod wordings;

/// The routes of every subject, in the order in which they are printed.
pub fn routes(routes: Routes) -> Routes {
    let subjects: [fn(Routes) -> Routes; 11] = [
        wordings::routes,
        templates::routes,
        local_items::routes,
        questions::routes,
        area::routes,
        practices::routes,
        joining::routes,
        office::routes,
        impact::routes,
        meeting_sheet::routes,
        transfers::routes,
    ];
    subjects.into_iter().fold(routes, |routes, subject| subject(routes))
}
