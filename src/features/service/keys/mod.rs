//! Keys of programs that act for an organisation: made, shown once, listed and ended.

use crate::{
    domain::access::{ManageKeys, SeeOwnKey},
    web::routes::Routes,
};

pub mod json;
mod page;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/organisations/{organisation}/keys", ManageKeys, page::show)
        .post("/organisations/{organisation}/keys", ManageKeys, page::make)
        .post("/organisations/{organisation}/keys/{key}/revoke", ManageKeys, page::revoke)
        .get("/api/v1/key", SeeOwnKey, json::own)
}
