//! Drafts for returns that practices type elsewhere: to check, copy and export. Nothing is sent anywhere.

use crate::{domain::access::SeeRegister, web::routes::Routes};

mod files;
mod page;
mod text_view;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/practices/{ods}/drafts", SeeRegister, page::show)
        .get("/practices/{ods}/drafts/week.csv", SeeRegister, files::week)
        .get("/practices/{ods}/drafts/survey.csv", SeeRegister, files::survey)
}
