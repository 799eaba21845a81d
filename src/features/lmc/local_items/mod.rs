//! Items that an LMC adds to the menu of its practices. They stay in its area: no release has them.

use crate::{domain::access::EditLocalItems, operations::add_local_item::AddLocalItem, web::routes::Routes};

pub mod json;
mod page;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/lmc/{lmc}/local-items", EditLocalItems, page::list)
        .form::<AddLocalItem, page::NewItem>("/lmc/{lmc}/local-items")
        .get("/lmc/{lmc}/local-items/{item}", EditLocalItems, page::one)
        .form::<AddLocalItem, page::ItemPage>("/lmc/{lmc}/local-items/{item}")
        .get("/api/v1/areas/lmc/{lmc}/local-items", EditLocalItems, json::list)
        .api::<AddLocalItem, json::LocalItemOut>("/api/v1/areas/lmc/{lmc}/local-items")
}
