//! The action register: what a practice does, item by item and subject by subject, with its history.

use crate::{
    domain::access::{RecordStatus, SeeRegister},
    operations::record_status,
    web::routes::Routes,
};

mod confirm;
mod ground;
mod item;
mod item_view;
pub mod json;
mod page;
mod plan;
mod read;
mod rows;
mod spreadsheet;
mod spreadsheet_view;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/practices/{ods}/actions", SeeRegister, page::show)
        .post("/practices/{ods}/actions/answers", RecordStatus, page::answer)
        .get("/practices/{ods}/actions/{item}", SeeRegister, item::show)
        .form::<record_status::RecordStatus, item::ItemPage>("/practices/{ods}/actions/{item}")
        .get("/practices/{ods}/actions/{item}/position", SeeRegister, item::position);
    sheet(api(routes))
}

fn api(routes: Routes) -> Routes {
    routes
        .get("/api/v1/practices/{ods}/actions", SeeRegister, json::list)
        .api::<record_status::RecordStatus, json::RecordedOut>("/api/v1/practices/{ods}/actions")
        .api::<record_status::RecordStatus, json::RecordedOut>("/api/v1/practices/{ods}/actions/{item}")
}

fn sheet(routes: Routes) -> Routes {
    routes
        .get("/practices/{ods}/spreadsheet", SeeRegister, spreadsheet::choose)
        .post_files("/practices/{ods}/spreadsheet", RecordStatus, spreadsheet::take_back)
        .get("/practices/{ods}/spreadsheet/register.xlsx", SeeRegister, spreadsheet::file)
        .post("/practices/{ods}/spreadsheet/changes", RecordStatus, spreadsheet::confirm)
        .get("/api/v1/practices/{ods}/register.xlsx", SeeRegister, spreadsheet::file_api)
}

#[cfg(test)]
mod tests;
