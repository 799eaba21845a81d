//! The service itself: signing in, its clock, its health, its people.

use crate::web::routes::Routes;

pub mod account;
pub mod clock;
pub mod enrolment;
pub mod front;
pub mod happened;
pub mod health;
pub mod help;
pub mod join;
pub mod keys;
pub mod people;
pub mod setup;
pub mod sign_in;

/// The routes of every subject, in the order in which they are printed.
pub fn routes(routes: Routes) -> Routes {
    let subjects: [fn(Routes) -> Routes; 12] = [
        health::routes,
        front::routes,
        help::routes,
        sign_in::routes,
        account::routes,
        keys::routes,
        happened::routes,
        join::routes,
        setup::routes,
        enrolment::routes,
        people::routes,
        clock::routes,
    ];
    subjects.into_iter().fold(routes, |routes, subject| subject(routes))
}
