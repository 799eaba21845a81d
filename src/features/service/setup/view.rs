//! The forms of the first administrator and of a new password: values in, markup out.

use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    domain::password,
    error::FieldError,
    href,
    ui::{
        form::{self, Button, Field, Width},
        organisation_sign_in::organisation_sign_in,
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

/// A new password; or none, where people come in by the organisation's sign-in, whose button says these words.
pub(super) fn password(secret: &str, organisation: Option<&str>, errors: &[FieldError]) -> Sheet {
    let page = href!("/password").seg(secret);
    Sheet::outside("Choose your password").errors(errors).content(html! {
        form method="post" action=(page) {
            (new_password(errors))
            (form::button(Button::Primary, "Save and sign in"))
        }
        @if let Some(words) = organisation {
            h2 { "Or use your organisation’s sign-in" }
            p { "You then need no password here. It is yours alone from now on: nobody else can come in by it." }
            (organisation_sign_in(&page.clone().seg("organisation"), words, &html! {}))
        }
    })
}
