//! The page on which an LMC brings practices in.

use chrono::{DateTime, Utc};
use maud::{Markup, html};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    domain::{calendar, joining::JoiningStanding},
    error::FieldError,
    ui::{
        form::{self, Button, Field, Width},
        href::Href,
        parts::{self, TagKind},
        sections::Section,
        sheet::Sheet,
        table,
    },
};

/// Somebody whom the LMC proposes, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Proposal {
    pub(super) id: String,
    pub(super) practice: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) held_address: String,
}

/// One who asked or was proposed.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) id: Uuid,
    pub(super) practice: String,
    pub(super) code: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) held_address: Option<String>,
    pub(super) asked_at: DateTime<Utc>,
    pub(super) is_proposed: bool,
    pub(super) standing: JoiningStanding,
    /// Whether the mail could not be delivered.
    pub(super) is_lost: bool,
}

/// What is listed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lists<'a> {
    pub(super) base: &'a Href,
    pub(super) waiting: &'a [Line],
    pub(super) decided: &'a [Line],
    /// What the practices of the area are called.
    pub(super) members: &'a [String],
    /// Whether Headroom sends mail here.
    pub(super) mails: bool,
}

/// The page.
pub(super) fn page(
    lists: &Lists<'_>,
    typed: &Proposal,
    (at, errors): (Option<Uuid>, &[FieldError]),
    link: Option<&str>,
) -> Sheet {
    let own: &[FieldError] = if at.is_none() { errors } else { &[] };
    Sheet::new(Section::Practices, "Bring in a practice").errors(errors).content(html! {
        (parts::lede(&html! {
            "A link goes to an address that you hold for the practice. Whoever reads it there agrees who looks after the practice in Headroom."
        }))
        @if let Some(link) = link {
            (parts::fresh_link("joining-link", "Headroom sends no mail here. Send this link yourself to the address that you hold for the practice. It is shown this once:", link))
        }
        @if !lists.waiting.is_empty() {
            (parts::panel("These ask to join", &html! {
                @for line in lists.waiting { (asking(lists, line, if at == Some(line.id) { errors } else { &[] })) }
            }))
        }
        (parts::panel("Propose who looks after a practice", &propose(lists, typed, own)))
        @if !lists.decided.is_empty() { (parts::panel("Sent and decided", &decided(lists))) }
    })
}

fn propose(lists: &Lists<'_>, typed: &Proposal, errors: &[FieldError]) -> Markup {
    let members = lists.members.iter().map(String::as_str);
    html! {
        form method="post" action=(lists.base) novalidate {
            (form::hidden("id", &typed.id))
            (form::text(&Field::new("practice", "Practice").hint("Its code or whole name").value(&typed.practice).maxlength(120).list("members").width(Width::Twenty).errors(errors)))
            (form::datalist("members", members))
            (form::text(&Field::new("name", "Who is to look after it").hint("Its manager, as a rule").value(&typed.name).maxlength(80).width(Width::Twenty).errors(errors)))
            (form::email(&Field::new("email", "Their own address at work").value(&typed.email).maxlength(254).width(Width::Twenty).errors(errors)))
            (form::email(&Field::new("held_address", "An address that you hold for the practice").hint("The link goes there. It may be the same.").value(&typed.held_address).maxlength(254).width(Width::Twenty).errors(errors)))
            p .hr-small { "Where somebody looks after the practice here already, they are asked instead; you see the same. What is written here is kept for up to 19 weeks." }
            (form::button(Button::Primary, if lists.mails { "Send the link" } else { "Make the link" }))
        }
    }
}

/// The field of somebody who asked: there may be several on the page.
pub(super) fn held(joining: Uuid) -> String {
    format!("held-{joining}")
}

/// Somebody who asked: where the link goes, or no.
fn asking(lists: &Lists<'_>, line: &Line, errors: &[FieldError]) -> Markup {
    let page = || lists.base.clone().seg(line.id);
    let id = held(line.id);
    let field = Field::new("held_address", "An address that you hold for the practice")
        .id(&id)
        .hint("From your own list: not the one above, unless your list has it.")
        .maxlength(254)
        .width(Width::Twenty)
        .error(errors.first().map(|error| error.message.as_ref()));
    html! {
        section .hr-asking {
            h3 .nhsuk-heading-s { (line.practice) " (" (line.code) ")" }
            p { (line.name) ", " (line.email) ", asked on " (calendar::london_day(line.asked_at).written()) "." }
            form method="post" action=(page().seg("send")) novalidate {
                (form::email(&field))
                (form::button(Button::Secondary, if lists.mails { "Send the link" } else { "Make the link" }))
            }
            form method="post" action=(page().seg("decline")) { (form::small_button("Decline", &format!("for {}", line.practice))) }
        }
    }
}

fn decided(lists: &Lists<'_>) -> Markup {
    let columns =
        [table::words("Practice"), table::words("Who"), table::words("Link sent to"), table::words("How it stands")];
    let rows: Vec<Vec<Markup>> = lists
        .decided
        .iter()
        .map(|line| {
            vec![
                html! { (line.practice) br; (parts::small(&line.code)) },
                html! { (line.name) br; (parts::small(&line.email)) },
                html! { (line.held_address.as_deref().unwrap_or("Nowhere")) },
                stands(lists, line),
            ]
        })
        .collect();
    table::table("Who asked or was proposed", &columns, &rows)
}

fn stands(lists: &Lists<'_>, line: &Line) -> Markup {
    let day = |at: DateTime<Utc>| calendar::london_day(at).short();
    match line.standing {
        JoiningStanding::Sent(until) => html! {
            @if line.is_lost { (parts::tag(TagKind::Soon, "Not delivered")) } @else { (parts::tag(TagKind::Soon, "Sent")) }
            br; (parts::small(&format!("works until {}", day(until))))
            form method="post" action=(lists.base.clone().seg(line.id).seg("decline")) {
                (form::small_button("Take back", &format!("the link for {}", line.practice)))
            }
        },
        JoiningStanding::Joined(at) => html! { (parts::tag(TagKind::Run, "Joined")) br; (parts::small(&day(at))) },
        JoiningStanding::Declined(at) => {
            let word = if line.is_proposed || line.held_address.is_some() { "Taken back" } else { "Declined" };
            html! { (word) br; (parts::small(&day(at))) }
        }
        JoiningStanding::Over(at) => html! { "Not used" br; (parts::small(&day(at))) },
        JoiningStanding::Waits(until) => html! { (parts::small(&format!("open until {}", day(until)))) },
    }
}
