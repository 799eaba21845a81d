//! Who manages a practice: those who do, and those who ask to.

use crate::{domain::access::ManageManagers, web::routes::Routes};

mod page;
mod successor;
mod successor_view;
mod view;

#[cfg(test)]
mod tests;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/practices/{ods}/successor", ManageManagers, successor::show)
        .post("/practices/{ods}/successor", ManageManagers, successor::managers)
        .post("/practices/{ods}/successor/clinicians", ManageManagers, successor::clinicians)
        .get("/practices/{ods}/managers", ManageManagers, page::show)
        .post("/practices/{ods}/managers", ManageManagers, page::add)
        .post("/practices/{ods}/managers/{grant}/remove", ManageManagers, page::remove)
        .post("/practices/{ods}/managers/asked/{joining}/let-in", ManageManagers, page::let_in)
        .post("/practices/{ods}/managers/asked/{joining}/decline", ManageManagers, page::decline)
}
