//! Releases: what an ICB, a region and the public read. Made of the ledger alone; never a live number.

use crate::{domain::access::ReadReleases, web::routes::Routes};

mod area_view;
mod england;
mod england_view;
mod files;
mod files_view;
pub mod json;
mod ledger;
mod opening_view;
mod page;
mod picture_view;
mod reader;
mod trend_view;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/releases", ReadReleases, page::list)
        .get("/releases/england", ReadReleases, england::show)
        .get("/releases/how-to-read", ReadReleases, page::how_to_read)
        .get("/releases/{release}", ReadReleases, page::one)
        .get("/api/v1/releases", ReadReleases, json::list)
        .get("/api/v1/releases/{release}", ReadReleases, json::one)
        .get("/api/v1/areas/icb/{code}/status", ReadReleases, json::icb)
        .get("/api/v1/areas/region/{code}/status", ReadReleases, json::region)
        .get("/api/v1/areas/england/status", ReadReleases, json::england)
}
