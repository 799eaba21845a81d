//! Template notices of an LMC: published, corrected, withdrawn, and who of those that share served notice from one.
//!
//! Nothing is kept of who opened a template, looked at it, means to use it or decided against it.

use crate::{domain::access::PublishTemplates, web::routes::Routes};

mod page;
mod view;
mod write;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/lmc/{lmc}/templates", PublishTemplates, page::list)
        .get("/lmc/{lmc}/templates/new", PublishTemplates, page::fresh)
        .post("/lmc/{lmc}/templates", PublishTemplates, page::publish)
        .get("/lmc/{lmc}/templates/{template}", PublishTemplates, page::one)
        .post("/lmc/{lmc}/templates/{template}", PublishTemplates, page::change)
        .get("/lmc/{lmc}/templates/{template}/correct", PublishTemplates, page::correct)
        .post("/lmc/{lmc}/templates/{template}/withdraw", PublishTemplates, page::withdraw)
}
