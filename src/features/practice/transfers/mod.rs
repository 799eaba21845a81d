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
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
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
