//! What happened: every act that the audit trail keeps of a practice, an LMC, an ICB or the service, in plain words, for
//! whoever has a role there. Looked through, narrowed down, and downloaded; the download is kept in the same trail.

use crate::{
    domain::access::{Administer, SeeWhatHappened},
    web::routes::Routes,
};

mod lines;
mod page;
mod read;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/organisations/{organisation}/happened", SeeWhatHappened, page::of_organisation)
        .post("/organisations/{organisation}/happened.csv", SeeWhatHappened, page::file_of_organisation)
        .get("/admin/happened", Administer, page::of_service)
        .post("/admin/happened.csv", Administer, page::file_of_service)
}
