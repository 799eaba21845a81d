//! The practices of an LMC's area one by one, as far as they share, and what each said by telephone.

use crate::{
    domain::access::{EnterByTelephone, SeeLmcArea, SeePracticeAsLmc},
    web::routes::Routes,
};

mod asked_view;
mod files;
pub mod json;
mod page;
mod sheet_view;
mod telephone;
mod telephone_view;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/lmc/{lmc}/practices", SeeLmcArea, page::page)
        .post("/lmc/{lmc}/practices/file", SeeLmcArea, files::make)
        .get("/api/v1/areas/lmc/{lmc}/practices", SeeLmcArea, json::list)
        .get("/lmc/{lmc}/practices/{ods}", SeePracticeAsLmc, page::one)
        .get("/lmc/{lmc}/practices/{ods}/telephone", EnterByTelephone, telephone::page)
        .post("/lmc/{lmc}/practices/{ods}/telephone", EnterByTelephone, telephone::enter)
}
