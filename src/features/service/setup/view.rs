//! The forms of the first administrator and of a new password: values in, markup out.

use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    domain::password,
    error::FieldError,
    href,
    ui::{
        form::{self, Button, Field, Width},
        parts,
        sheet::Sheet,
    },
};

/// The form of the first administrator.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Setup {
    #[serde(default)]
    pub(super) email: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) password: String,
}

fn new_password(errors: &[FieldError]) -> Markup {
    let field = Field::new("password", "Password")
        .hint(password::HINT)
        .errors(errors)
        .autocomplete("new-password")
        .width(Width::Twenty);
    form::password(&field)
}

/// The first administrator.
pub(super) fn setup(secret: &str, typed: &Setup, errors: &[FieldError]) -> Sheet {
    Sheet::outside("Set up Headroom").errors(errors).content(html! {
        (parts::lede(&html! { "You become the first administrator: you add people and organisations, and see no practice’s figures." }))
        form method="post" action=(href!("/setup").seg(secret)) {
            (form::text(&Field::new("name", "Your name").value(&typed.name).errors(errors).autocomplete("name").width(Width::Twenty)))
            (form::email(&Field::new("email", "Email address").value(&typed.email).errors(errors).autocomplete("username").width(Width::Twenty)))
            (new_password(errors))
            (form::button(Button::Primary, "Set up"))
        }
    })
}

/// A new password.
pub(super) fn password(secret: &str, errors: &[FieldError]) -> Sheet {
    Sheet::outside("Choose your password").errors(errors).content(html! {
        form method="post" action=(href!("/password").seg(secret)) {
            (new_password(errors))
            (form::button(Button::Primary, "Save and sign in"))
        }
    })
}
