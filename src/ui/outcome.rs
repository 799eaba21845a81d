//! What came of an action, in a line or two: on its own page, on an item's, on a notice's.

use entity::ids::{ItemCode, NoticeId, OdsCode, SubjectId};
use maud::{Markup, html};

use super::{
    href::Href,
    number,
    parts::{TagKind, small, tag},
};
use crate::{
    domain::outcome::{Ending, Outcome},
    href,
};

/// The ledger.
pub fn ledger_href(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice).seg("outcomes")
}

/// The form, with what it is about filled in.
pub fn record_href(practice: &OdsCode, item: &ItemCode, subject: Option<SubjectId>, notice: Option<NoticeId>) -> Href {
    let mut form = ledger_href(practice).seg("new").query("item", item);
    if let Some(subject) = subject {
        form = form.query("subject", subject);
    }
    match notice {
        Some(notice) => form.query("notice", notice),
        None => form,
    }
}

/// How it ended, as a tag.
pub fn ending(ending: Ending) -> Markup {
    let kind = match ending {
        Ending::StillOpen => TagKind::Soon,
        Ending::Ceased => TagKind::Paused,
        Ending::Refunded | Ending::Agreed | Ending::Changed => TagKind::Run,
        Ending::Withdrawn | Ending::EnteredInError => TagKind::Quiet,
    };
    tag(kind, ending.title())
}

/// "£4,200 a year".
pub fn money(outcome: &Outcome) -> Option<String> {
    let pounds = outcome.pounds_a_year?;
    Some(format!("£{} a year", number::thousands(pounds.into())))
}

/// Who answered what, how it ended, the money, and where it can be read.
pub fn said(outcome: &Outcome) -> Markup {
    html! {
        (ending(outcome.ending))
        br; (outcome.answer())
        @if let Some(money) = money(outcome) { br; (money) }
        @if outcome.is_public { br; (public(outcome)) }
    }
}

fn public(outcome: &Outcome) -> Markup {
    let address = outcome.public_at.clone().map(Href::new);
    match address {
        Some(Ok(address)) => {
            html! { a href=(address) rel="noreferrer" { "Where it can be read" } }
        }
        _ => small("Public"),
    }
}
