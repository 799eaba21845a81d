//! Webhooks of a practice: its own programs are told what happens.

use crate::{domain::access::ManageWebhooks, web::routes::Routes};

mod page;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/practices/{ods}/webhooks", ManageWebhooks, page::show)
        .post("/practices/{ods}/webhooks", ManageWebhooks, page::make)
        .post("/practices/{ods}/webhooks/{webhook}/test", ManageWebhooks, page::test)
        .post("/practices/{ods}/webhooks/{webhook}/start", ManageWebhooks, page::start)
        .post("/practices/{ods}/webhooks/{webhook}/revoke", ManageWebhooks, page::revoke)
}
