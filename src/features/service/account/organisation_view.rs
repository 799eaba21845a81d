//! The organisation's sign-in on one's own account as markup.

use chrono::{DateTime, Utc};
use maud::{Markup, html};
use uuid::Uuid;

use crate::{
    domain::calendar,
    error::FieldError,
    href,
    ui::{
        form::{self, Button, Field, Width},
        organisation_sign_in::organisation_sign_in,
        parts::{self, small},
        sheet::Sheet,
    },
};

/// Another way in.
#[derive(Debug)]
pub(super) struct Added {
    pub(super) id: Uuid,
    pub(super) at: DateTime<Utc>,
    pub(super) last_used: Option<DateTime<Utc>>,
    /// Whether the sign-in of now vouches for it.
    pub(super) works: bool,
}

/// What is shown.
#[derive(Debug)]
pub(super) struct Organisation<'a> {
    pub(super) words: &'a str,
    pub(super) has_password: bool,
    pub(super) added: Vec<Added>,
    /// What was done a moment ago.
    pub(super) done: &'a str,
    pub(super) errors: &'a [FieldError],
}

pub(super) fn organisation(shown: &Organisation<'_>) -> Sheet {
    let done = match shown.done {
        "added" => Some("Your organisation’s sign-in is added. You can sign in with it from now on."),
        "removed" => Some("It is removed. You are signed out everywhere else."),
        _ => None,
    };
    let works = shown.added.iter().any(|added| added.works);
    let sheet =
        Sheet::outside("Your organisation’s sign-in").back(&href!("/account"), "Your account").errors(shown.errors);
    sheet.content(html! {
        @if let Some(done) = done { (parts::inset(&html! { p role="status" { (done) } })) }
        @for (at, added) in shown.added.iter().enumerate() { (one(shown, at, added)) }
        @if !works {
            p { "Once it is added, you sign in with it instead of your password. What it calls you is kept, and nothing else of what it knows." }
            (organisation_sign_in(&href!("/account/organisation"), shown.words, &password(shown, shown.added.len())))
        }
    })
}

/// Asked for where there is one. The first on the page is what the summary of mistakes leads to.
fn password(shown: &Organisation<'_>, at: usize) -> Markup {
    let id = if at == 0 { "current".to_owned() } else { format!("current-{at}") };
    let field = Field::new("current", "Your password").id(&id).errors(shown.errors);
    let field = field.autocomplete("current-password").width(Width::Twenty);
    html! {
        @if shown.has_password {
            (form::password(&field))
        } @else {
            p id=(id) { "You have no password, so this needs a sign-in of the last ten minutes." }
        }
    }
}

fn one(shown: &Organisation<'_>, at: usize, added: &Added) -> Markup {
    let used = added.last_used.map_or_else(|| "Not yet".to_owned(), calendar::london);
    html! {
        (parts::summary_list(&[
            ("Added", html! { (calendar::london(added.at)) }),
            ("Last used", html! { (used) }),
        ]))
        @if !added.works { p { "It was vouched for by a sign-in that this Headroom uses no more." } }
        form method="post" action="/account/organisation/remove" {
            (form::hidden("identity", &added.id.to_string()))
            (password(shown, at))
            (form::button(Button::Secondary, "Remove"))
        }
        p { (small("You stay signed in here, and are signed out everywhere else.")) }
    }
}
