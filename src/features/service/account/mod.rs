//! One's own account: who one is here, the password, the organisation's sign-in, the authenticator app, passkeys, and where
//! one is signed in.

use crate::{
    domain::access::{KeepAccount, SeeAccount},
    web::routes::Routes,
};

mod desk;
mod desk_view;
mod export;
mod organisation;
mod organisation_view;
mod page;
mod passkey_view;
mod passkeys;
mod proof;
mod prove;
mod second_factor;
mod second_factor_view;
mod view;

#[cfg(test)]
mod tests;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/account", SeeAccount, page::show)
        .get("/account/desk", SeeAccount, desk::show)
        .post("/account/desk", SeeAccount, desk::save)
        .post("/account/name", KeepAccount, page::change_name)
        .post("/account/password", KeepAccount, page::change_password)
        .get("/account/organisation", SeeAccount, organisation::show)
        .post("/account/organisation", KeepAccount, organisation::begin)
        .post("/account/organisation/remove", KeepAccount, organisation::remove)
        .get("/account/second-factor", SeeAccount, second_factor::show)
        .post("/account/second-factor", KeepAccount, second_factor::confirm)
        .get("/account/passkeys", SeeAccount, prove::lead_back)
        .post("/account/passkeys", KeepAccount, passkeys::add)
        .get("/account/passkeys/new", SeeAccount, passkeys::new)
        .post("/account/passkeys/new", KeepAccount, passkeys::begin)
        .get("/account/passkeys/remove", SeeAccount, passkeys::ask)
        .post("/account/passkeys/remove", KeepAccount, passkeys::remove)
        .get("/account/prove", SeeAccount, prove::lead_back)
        .post("/account/prove", KeepAccount, prove::give)
        .post("/account/sessions/end", KeepAccount, page::end)
        .post("/account/data.json", KeepAccount, export::file)
}
