//! The routes of every feature, wing by wing.

use crate::{features, web::routes::Routes};

/// Adds them to what is there.
pub(super) fn add_to(routes: Routes) -> Routes {
    let routes = features::service::routes(routes);
    let routes = features::clinician::routes(routes);
    let routes = features::practice::routes(routes);
    let routes = features::lmc::routes(routes);
    features::releases::routes(routes)
}
