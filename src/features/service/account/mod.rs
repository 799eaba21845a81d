//! One's own account: who one is here, the password, the organisation's sign-in, the authenticator app,
//! and where one is signed in.

use crate::{
    domain::access::{KeepAccount, SeeAccount},
    web::routes::Routes,
};

mod export;
mod organisation;
mod organisation_view;
mod page;
mod proof;
mod second_factor;
mod second_factor_view;
mod view;

#[cfg(test)]
mod tests;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/account", SeeAccount, page::show)
        .post("/account/password", KeepAccount, page::change_password)
        .get("/account/organisation", SeeAccount, organisation::show)
        .post("/account/organisation", KeepAccount, organisation::begin)
        .post("/account/organisation/remove", KeepAccount, organisation::remove)
        .get("/account/second-factor", SeeAccount, second_factor::show)
        .post("/account/second-factor", KeepAccount, second_factor::confirm)
        .post("/account/sessions/end", KeepAccount, page::end)
        .post("/account/data.json", KeepAccount, export::file)
}
