//! Who sees a practice's register: consent for its LMC, the very page its LMC gets, and who looked.

use crate::{
    domain::access::{SeeRegister, SetSharing},
    web::routes::Routes,
};

mod page;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/practices/{ods}/sharing", SeeRegister, page::show)
        .get("/practices/{ods}/seen-by/lmc", SeeRegister, page::as_lmc)
        .post("/practices/{ods}/sharing", SetSharing, page::decide)
}
