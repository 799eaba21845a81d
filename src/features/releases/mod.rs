//! What leaves: the protected figures of ICBs, regions and England.

use crate::web::routes::Routes;

pub mod release;

/// The routes of every subject.
pub fn routes(routes: Routes) -> Routes {
    release::routes(routes)
}
