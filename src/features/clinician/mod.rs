//! What a clinician reads and presses: the own day, the own weeks.

use crate::web::routes::Routes;

pub mod day;
pub mod my_day;
pub mod notifications;
pub mod one_tap;
pub mod weeks;

/// The routes of every subject, in the order in which they are printed.
pub fn routes(routes: Routes) -> Routes {
    let subjects: [fn(Routes) -> Routes; 5] =
        [my_day::routes, day::routes, one_tap::routes, notifications::routes, weeks::routes];
    subjects.into_iter().fold(routes, |routes, subject| subject(routes))
}
