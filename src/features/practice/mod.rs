//! What a practice keeps: capacity, diverts, the week, the register, notices, letters, outcomes, people, sharing,
//! and the work that others pass on to it.

use crate::web::routes::Routes;

pub mod capacity;
pub mod divert;
pub mod drafts;
pub mod evidence;
pub mod imports;
pub mod letters;
pub mod limits;
pub mod managers;
pub mod network;
pub mod notices;
pub mod notifications;
pub mod outcomes;
pub mod people;
pub mod record;
pub mod register;
pub mod sharing;
pub mod transfers;
pub mod webhooks;
pub mod week;

/// The routes of every subject, in the order in which they are printed.
pub fn routes(routes: Routes) -> Routes {
    let subjects: &[fn(Routes) -> Routes] = &[
        people::routes,
        managers::routes,
        capacity::routes,
        limits::routes,
        imports::routes,
        divert::routes,
        week::routes,
        drafts::routes,
        register::routes,
        network::routes,
        notices::routes,
        letters::routes,
        outcomes::routes,
        transfers::routes,
        evidence::routes,
        record::routes,
        sharing::routes,
        webhooks::routes,
        notifications::routes,
    ];
    subjects.iter().fold(routes, |routes, subject| subject(routes))
}
