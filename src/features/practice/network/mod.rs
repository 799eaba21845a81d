//! The network scheme at a practice: the window in which it may leave, what follows, and the practice's own note, which no
//! other reader has a route to.

use crate::{domain::access::SeeRegister, operations::note_network::NoteNetwork, web::routes::Routes};

pub mod json;
mod page;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/practices/{ods}/network", SeeRegister, page::show)
        .form::<NoteNetwork, page::NetworkPage>("/practices/{ods}/network")
        .get("/api/v1/practices/{ods}/network", SeeRegister, json::show)
        .api::<NoteNetwork, json::NetworkOut>("/api/v1/practices/{ods}/network")
}
