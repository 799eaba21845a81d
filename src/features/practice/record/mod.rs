//! Everything that is kept of a practice, as one zip for whoever manages it: every table as CSV and as JSON, and what each
//! column says. Making it is kept in the audit trail, so it is a POST.

use crate::{domain::access::DownloadRecord, web::routes::Routes};

mod pack;
mod page;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/practices/{ods}/everything", DownloadRecord, page::show).post(
        "/practices/{ods}/everything.zip",
        DownloadRecord,
        page::make,
    )
}
