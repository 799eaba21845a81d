//! One's own account: who one is here, the password, and where one is signed in.

use crate::{
    domain::access::{KeepAccount, SeeAccount},
    web::routes::Routes,
};

mod page;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/account", SeeAccount, page::show).post("/account/password", KeepAccount, page::change_password).post(
        "/account/sessions/end",
        KeepAccount,
        page::end,
    )
}
