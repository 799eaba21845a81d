//! One's own account as markup.

use chrono::{DateTime, Utc};
use entity::ids::SessionId;
use maud::{Markup, html};

use crate::{
    domain::{calendar, password},
    error::FieldError,
    href,
    ui::{
        form::{self, Button, Field, Width},
        parts::{self, small},
        sheet::Sheet,
        table,
    },
};

/// Somebody's account.
#[derive(Debug)]
pub(super) struct Account<'a> {
    pub(super) name: &'a str,
    pub(super) email: &'a str,
    pub(super) has_password: bool,
    pub(super) has_app: bool,
    pub(super) passkeys: usize,
    /// How the organisation's sign-in stands, where there is one.
    pub(super) organisation: Option<&'a str>,
    pub(super) demo: bool,
    /// What was done a moment ago.
    pub(super) done: &'a str,
    pub(super) sessions: Vec<OpenSession>,
    pub(super) errors: &'a [FieldError],
}

/// A place where they are signed in.
#[derive(Debug)]
pub(super) struct OpenSession {
    pub(super) id: SessionId,
    pub(super) kind: String,
    pub(super) began: DateTime<Utc>,
    pub(super) seen: DateTime<Utc>,
    /// It is the one that asks.
    pub(super) here: bool,
}

pub(super) fn account(account: &Account<'_>) -> Sheet {
    let done = match account.done {
        "password" => Some("Your new password is saved. You are signed out everywhere else."),
        "name" => Some("Your name is saved."),
        "ended" => Some("That sign-in has ended."),
        _ => None,
    };
    Sheet::outside("Your account").back(&href!("/"), "Your first page").errors(account.errors).content(html! {
        @if let Some(done) = done { (parts::inset(&html! { p role="status" { (done) } })) }
        (parts::summary_list(&who(account)))
        p { a href="/roles" { "Your roles" } " · " a href="/reminders" { "Your reminders" } " · " a href="/account/desk" { "Keys and signals" } }
        @if account.demo {
            p { "Everybody who tries the demo is one of the same few people, so nothing can be changed here." }
        } @else {
            (parts::two_columns(
                &signed_in(account),
                &html! {
                    (parts::panel("Change your password", &change(account)))
                    (parts::panel("What you are called", &name(account)))
                    (parts::panel("What is kept about you", &kept()))
                },
            ))
        }
    })
}

fn who(account: &Account<'_>) -> Vec<(&'static str, Markup)> {
    let (app, link) = if account.has_app { ("On", "Change") } else { ("Off", "Set up") };
    let mut rows = vec![
        ("Name", html! { (account.name) }),
        ("Email address", html! { (account.email) }),
        ("Authenticator app", html! { (app) " " a href="/account/second-factor" { (link) } }),
    ];
    rows.push((
        "Passkeys",
        html! {
            (if account.passkeys == 0 { "None".to_owned() } else { account.passkeys.to_string() }) " "
            a href=(if account.has_app || account.passkeys > 0 { href!("/account/second-factor") } else { href!("/account/passkeys/new") }) {
                (if account.passkeys == 0 { "Add one" } else { "Change or add" })
            }
        },
    ));
    if let Some(organisation) = account.organisation {
        let link = if organisation == "Added" { "Change" } else { "Add" };
        rows.push(("Organisation’s sign-in", html! { (organisation) " " a href="/account/organisation" { (link) } }));
    }
    rows
}

fn change(account: &Account<'_>) -> Markup {
    html! {
        @if account.has_password {
            form method="post" action="/account/password" {
                (form::password(&Field::new("current", "Password of now").errors(account.errors).autocomplete("current-password").width(Width::Twenty)))
                (form::password(&Field::new("password", "New password").hint(password::HINT).errors(account.errors).autocomplete("new-password").width(Width::Twenty)))
                (form::button(Button::Primary, "Change password"))
            }
            p { (small("You stay signed in here, and are signed out everywhere else.")) }
        } @else {
            p { "You have no password: ask whoever looks after Headroom for a link." }
        }
    }
}

fn name(account: &Account<'_>) -> Markup {
    html! {
        form method="post" action="/account/name" {
            (form::text(&Field::new("name", "Name").value(account.name).maxlength(80).errors(account.errors).autocomplete("name").width(Width::Twenty)))
            (form::button(Button::Secondary, "Save"))
        }
    }
}

fn kept() -> Markup {
    html! {
        form method="post" action="/account/data.json" {
            (form::button(Button::Secondary, "Download it"))
        }
        p { (small("Your name and address, roles, sign-ins, mails and what you did here, as one file. What you did for an organisation is in its own list.")) }
    }
}

fn signed_in(account: &Account<'_>) -> Markup {
    let rows: Vec<Vec<Markup>> = account.sessions.iter().map(row).collect();
    let columns = [table::words("Signed in"), table::words("Last used"), table::words("")];
    html! {
        h2 { "Where you are signed in" }
        (table::table("Where you are signed in", &columns, &rows))
        p { (small("What kind of phone or computer it is, and where, is not kept. Clinicians’ phones are under People of their practice.")) }
        @if account.sessions.len() > 1 {
            form method="post" action="/account/sessions/end" {
                (form::button(Button::Secondary, "Sign out everywhere else"))
            }
        }
    }
}

fn row(session: &OpenSession) -> Vec<Markup> {
    let kind = if session.kind == "api" { "A program" } else { "A browser" };
    let began = calendar::london(session.began);
    vec![
        html! { (began) br; (small(if session.here { "This browser" } else { kind })) },
        html! { (calendar::london(session.seen)) },
        html! {
            @if !session.here {
                form method="post" action="/account/sessions/end" {
                    (form::hidden("session", &session.id.to_string()))
                    (form::small_button("End", &format!("the sign-in of {began}")))
                }
            }
        },
    ]
}
