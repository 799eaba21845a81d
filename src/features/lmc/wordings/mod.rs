//! The wordings of letters that an LMC offers its practices.

use crate::{domain::access::EditLmcLetters, web::routes::Routes};

mod page;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/lmc/{lmc}/letters", EditLmcLetters, page::list)
        .get("/lmc/{lmc}/letters/{kind}", EditLmcLetters, page::show)
        .post("/lmc/{lmc}/letters/{kind}", EditLmcLetters, page::change)
}
