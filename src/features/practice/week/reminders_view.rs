//! A person's own reminders, as markup.

use maud::{Markup, html};

use crate::{
    href,
    store::reminders::{ReminderRow, State},
    ui::{
        form::{self, Button},
        parts::{self, small},
        sheet::Sheet,
    },
};

/// A person's own reminders.
#[derive(Debug)]
pub(super) struct Own<'a> {
    pub(super) reminders: &'a [ReminderRow],
    /// Whether the person wants mail.
    pub(super) wanted: bool,
    /// Whether there is a mail server.
    pub(super) possible: bool,
    pub(super) demo: bool,
}

pub(super) fn own(own: &Own<'_>) -> Sheet {
    let list = html! {
        @if own.reminders.is_empty() { p { "There was nothing to remind you of in the last 13 weeks." } }
        @for row in own.reminders {
            h2 .nhsuk-heading-s .nhsuk-u-margin-bottom-1 { (row.day.long()) }
            div .hr-reminder { (row.body) }
            p { (small(became(row))) }
        }
    };
    Sheet::outside("Your reminders").back(&href!("/"), "Your first page").content(html! {
        (parts::lede(&html! { "At most one a day, on working days, and none when there is nothing to say. Only a practice that has not answered is reminded of its return." }))
        (parts::two_columns(&list, &parts::panel("By mail", &by_mail(own))))
    })
}

fn by_mail(own: &Own<'_>) -> Markup {
    let (says, label, value, kind) = if own.wanted {
        ("Reminders are mailed to you as well.", "Stop the mail", "no", Button::Secondary)
    } else {
        ("You chose not to have reminders mailed.", "Mail them again", "yes", Button::Secondary)
    };
    html! {
        @if own.possible { p { (says) } } @else if own.demo {
            p { "The demo sends no mail: reminders are shown here only." }
        } @else {
            p { "This service has no mail server: reminders are shown here only." }
        }
        p { "A mail says which practice and which day, and never which service or agreement." }
        @if own.possible {
            form method="post" action="/reminders" { (form::button_named(kind, label, "mail", value)) }
        }
    }
}

fn became(row: &ReminderRow) -> &'static str {
    match State::of(row) {
        State::Waiting if row.attempts > 0 => "The mail server did not take it yet; it is tried again.",
        State::Waiting => "It is about to be mailed.",
        State::Sent => "Mailed to you.",
        State::Kept => "Shown here only.",
        State::Settled => "It was settled before it could be mailed.",
        State::Refused => "It could not be mailed: the mail server refuses your address.",
        State::Late => "It could not be mailed that day: the mail server could not be reached.",
    }
}
