//! A clinician is told in their own browsers that their day is at the limit.

use crate::{domain::access::HearOwnLimit, web::routes::Routes};

mod page;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/practices/{ods}/clinicians/{clinician}/notifications", HearOwnLimit, page::show)
        .post("/practices/{ods}/clinicians/{clinician}/notifications", HearOwnLimit, page::ask)
        .post("/practices/{ods}/clinicians/{clinician}/notifications/{browser}/end", HearOwnLimit, page::end)
}
