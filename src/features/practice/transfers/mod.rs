//! Work that hospitals and other providers pass on: logged by whoever meets it, read by who manages the practice.

use axum::http::Method;

use crate::{
    domain::access::{LogTransfers, SeeTransfers},
    operations::log_transfer::LogTransfer,
    web::routes::Routes,
};

mod form_view;
pub mod json;
mod page;
mod read;
mod sheets;
pub mod sheets_json;
mod sheets_view;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    sheets(routes)
        .get("/practices/{ods}/transfers", SeeTransfers, page::list)
        .post("/practices/{ods}/transfers", LogTransfers, page::add)
        .get("/practices/{ods}/transfers/new", LogTransfers, page::fresh)
        .post("/practices/{ods}/transfers/check", LogTransfers, page::check)
        .public(Method::GET, "/offline/log", page::frame)
        .get("/practices/{ods}/transfers/providers", LogTransfers, page::providers)
        .get("/practices/{ods}/transfers/csv", SeeTransfers, page::csv)
        .get("/practices/{ods}/transfers/xlsx", SeeTransfers, page::xlsx)
        .get("/practices/{ods}/transfers/{transfer}", SeeTransfers, page::correct)
        .get("/api/v1/practices/{ods}/transfers", SeeTransfers, json::list)
        .api::<LogTransfer, json::TransferOut>("/api/v1/practices/{ods}/transfers")
}

fn sheets(routes: Routes) -> Routes {
    routes
        .get("/practices/{ods}/transfers/import", LogTransfers, sheets::choose)
        .post_files("/practices/{ods}/transfers/import", LogTransfers, sheets::preview)
        .post("/practices/{ods}/transfers/import/rows", LogTransfers, sheets::confirm)
        .get("/practices/{ods}/transfers/import/template.xlsx", LogTransfers, sheets::template_xlsx)
        .get("/practices/{ods}/transfers/import/template.csv", LogTransfers, sheets::template_csv)
        .get("/api/v1/practices/{ods}/transfers/imports", SeeTransfers, sheets_json::list)
        .post_files("/api/v1/practices/{ods}/transfers/imports", LogTransfers, sheets_json::add)
        .post_files("/api/v1/practices/{ods}/transfers/imports/check", LogTransfers, sheets_json::check)
}
