//! One's own passkeys as markup, and the page that asks for a second factor again.

use chrono::{DateTime, Utc};
use maud::{Markup, html};
use uuid::Uuid;

use crate::{
    domain::calendar,
    error::FieldError,
    href,
    ui::{
        form::{self, Button, Field, Width},
        parts::{self, small},
        passkey::{PasskeyForm, Wanted, passkey_form},
        sheet::Sheet,
        table,
    },
};

/// A passkey that is there.
#[derive(Debug, Clone)]
pub(super) struct PasskeyLine {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) added: DateTime<Utc>,
    pub(super) last_used: Option<DateTime<Utc>>,
}

/// Those that are there, with a way to add and to remove.
pub(super) fn list(lines: &[PasskeyLine], unusable: Option<&str>) -> Markup {
    let columns = [table::words("Passkey"), table::words("Last used"), table::words("")];
    let rows: Vec<Vec<Markup>> = lines.iter().map(row).collect();
    html! {
        @if rows.is_empty() {
            p { "A passkey is your fingerprint, face or PIN on a device of yours, or a security key. Unlike a code, it gives nothing to a false page." }
        } @else {
            (table::table("Your passkeys", &columns, &rows))
        }
        @if let Some(why) = unusable { p { (why) } } @else {
            (form::button_link(Button::Secondary, "Add a passkey", &href!("/account/passkeys/new")))
        }
    }
}

fn row(line: &PasskeyLine) -> Vec<Markup> {
    let remove = href!("/account/passkeys/remove").query("passkey", line.id.to_string());
    vec![
        html! { (line.name) br; (small(&format!("Added {}", calendar::london(line.added)))) },
        html! { (line.last_used.map_or_else(|| "Not yet".to_owned(), calendar::london)) },
        html! { a href=(remove) { "Remove" span .nhsuk-u-visually-hidden { " " (line.name) } } },
    ]
}

/// The password, where there is one.
fn password(has_password: bool, errors: &[FieldError]) -> Markup {
    let field =
        Field::new("current", "Your password").errors(errors).autocomplete("current-password").width(Width::Twenty);
    html! {
        @if has_password { (form::password(&field)) } @else {
            p #current tabindex="-1" { "You have no password, so this needs a sign-in of the last ten minutes." }
        }
    }
}

/// A passkey that may be added.
#[derive(Debug)]
pub(super) struct NewPasskey<'a> {
    pub(super) name: &'a str,
    pub(super) has_password: bool,
    /// Why none can be used here.
    pub(super) unusable: Option<&'a str>,
    pub(super) errors: &'a [FieldError],
}

/// The first step.
pub(super) fn new(new: &NewPasskey<'_>) -> Sheet {
    let name = Field::new("name", "What you call it")
        .hint("So that you know it again, such as: work laptop, blue security key")
        .value(new.name)
        .errors(new.errors)
        .width(Width::Twenty)
        .maxlength(40);
    let sheet = Sheet::outside("Add a passkey").back(&href!("/account/second-factor"), "Your second factor");
    sheet.errors(new.errors).content(html! {
        @if let Some(why) = new.unusable { p { (why) } } @else {
            form method="post" action="/account/passkeys/new" {
                (form::text(&name))
                (password(new.has_password, new.errors))
                (form::button(Button::Primary, "Continue"))
            }
            p { (small("You stay signed in here, and are signed out everywhere else.")) }
        }
    })
}

/// The second step.
pub(super) fn make(name: &str, (options, state): (&str, &str)) -> Sheet {
    let form = PasskeyForm {
        wanted: Wanted::New,
        action: href!("/account/passkeys"),
        options,
        state,
        fields: html! {},
        button: (Button::Primary, "Make the passkey"),
        errors: &[],
    };
    let sheet = Sheet::outside("Make the passkey").back(&href!("/account/passkeys/new"), "Add a passkey");
    sheet.content(html! {
        p { "Your browser asks where to keep “" (name) "” and for your fingerprint, face or PIN. Keep it where only you can use it." }
        (passkey_form(&form))
    })
}

/// A passkey that may be removed.
#[derive(Debug)]
pub(super) struct Remove<'a> {
    pub(super) line: PasskeyLine,
    pub(super) has_password: bool,
    pub(super) errors: &'a [FieldError],
}

/// Asks whether to remove one.
pub(super) fn remove(remove: &Remove<'_>) -> Sheet {
    let heading = format!("Remove “{}”?", remove.line.name);
    let sheet = Sheet::outside("Remove a passkey").heading(heading);
    let sheet = sheet.back(&href!("/account/second-factor"), "Your second factor");
    sheet.errors(remove.errors).content(html! {
        p { "It opens nothing from then on. Delete it from your device or security key as well." }
        form method="post" action="/account/passkeys/remove" {
            (form::hidden("passkey", &remove.line.id.to_string()))
            (password(remove.has_password, remove.errors))
            (form::button(Button::Warning, "Remove"))
        }
        p { (small("You stay signed in here, and are signed out everywhere else.")) }
    })
}

/// Something that wants a second factor of a moment ago.
#[derive(Debug)]
pub(super) struct Prove<'a> {
    /// Where it leads.
    pub(super) to: &'a str,
    pub(super) has_app: bool,
    /// What a passkey is asked: for the browser, and for us.
    pub(super) passkey: Option<(&'a str, &'a str)>,
    pub(super) errors: &'a [FieldError],
}

/// Asks for it.
pub(super) fn prove(asks: &Prove<'_>) -> Sheet {
    let to = form::hidden("to", asks.to);
    let code = Field::new("code", "Code")
        .hint("Six digits from your authenticator app, or one of your recovery codes")
        .errors(asks.errors)
        .autocomplete("one-time-code")
        .width(Width::Twenty)
        .maxlength(40);
    let by_passkey = asks.passkey.map(|(options, state)| PasskeyForm {
        wanted: Wanted::Known,
        action: href!("/account/prove"),
        options,
        state,
        fields: to.clone(),
        button: (if asks.has_app { Button::Secondary } else { Button::Primary }, "Use a passkey"),
        errors: asks.errors,
    });
    let sheet =
        Sheet::outside("Your second factor, once more").back(&href!("/account/second-factor"), "Your second factor");
    sheet.errors(asks.errors).content(html! {
        (parts::lede(&html! { "Before something changes that lets you in, give a second factor that you have now. The last time was more than ten minutes ago." }))
        @if asks.has_app {
            form method="post" action="/account/prove" {
                (to)
                (form::text(&code))
                (form::button(Button::Primary, "Continue"))
            }
        }
        @if let Some(form) = &by_passkey {
            @if asks.has_app { h2 { "Or use your passkey" } }
            (passkey_form(form))
        }
        @if !asks.has_app && by_passkey.is_none() {
            p #passkey tabindex="-1" { "Your passkeys cannot be used at the address of this Headroom. Ask whoever looks after it." }
        }
    })
}
