//! What a clinician reads and presses: the own day, the own weeks.

use crate::web::routes::Routes;

pub mod day;
pub mod my_day;
pub mod weeks;

/// The routes of every subject, in the order in which they are printed.
pub fn routes(routes: Routes) -> Routes {
    let subjects: [fn(Routes) -> Routes; 3] = [my_day::routes, day::routes, weeks::routes];
    subjects.into_iter().fold(routes, |routes, subject| subject(routes))
}
