//! A form that a passkey answers. It needs its script: without JavaScript no page can ask an authenticator.

use maud::{Markup, html};

use super::{
    assets::{Asset, url},
    form,
    href::Href,
};
use crate::error::FieldError;

/// What is asked of an authenticator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// A new passkey.
    New,
    /// One that is there.
    Known,
}

/// Such a form.
#[derive(Debug)]
pub struct PasskeyForm<'a> {
    /// What is asked.
    pub wanted: Wanted,
    /// Where the answer goes.
    pub action: Href,
    /// What the browser is given, as JSON.
    pub options: &'a str,
    /// What comes back to us with the answer.
    pub state: &'a str,
    /// What else does.
    pub fields: Markup,
    /// The button.
    pub button: (form::Button, &'a str),
    /// Mistakes of the page; that of `passkey` stands here.
    pub errors: &'a [FieldError],
}

/// The form and its script.
pub fn passkey_form(form: &PasskeyForm<'_>) -> Markup {
    let wanted = match form.wanted {
        Wanted::New => "new",
        Wanted::Known => "known",
    };
    let (kind, label) = form.button;
    let error = form.errors.iter().find(|error| error.field == "passkey");
    html! {
        form #passkey tabindex="-1" method="post" action=(form.action) data-passkey=(wanted) data-options=(form.options) {
            (form::hidden("state", form.state))
            (form::hidden("credential", ""))
            (form.fields)
            @if let Some(error) = error {
                p .nhsuk-error-message { span .nhsuk-u-visually-hidden { "Error: " } (error.message) }
            }
            p .nhsuk-error-message data-passkey-said role="alert" hidden {}
            div hidden data-passkey-ready { (form::button(kind, label)) }
            p hidden data-passkey-absent { "This browser has no passkeys." }
            noscript { p { "A passkey needs JavaScript, which is off in this browser." } }
        }
        script src=(url(Asset::PasskeyJs)) defer {}
    }
}
