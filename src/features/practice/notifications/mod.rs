//! Whoever runs a practice is told in their own browsers that somebody is at the limit.

use crate::{domain::access::HearOfLimits, web::routes::Routes};

mod page;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/practices/{ods}/notifications", HearOfLimits, page::show)
        .post("/practices/{ods}/notifications", HearOfLimits, page::ask)
        .post("/practices/{ods}/notifications/{browser}/end", HearOfLimits, page::end)
}
