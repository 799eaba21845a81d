//! Looking through help and the menu of actions, as markup.

use maud::{Markup, html};

use super::view::{COUNTS, NOT, TOPICS};
use crate::{
    domain::find::{LONGEST, Words},
    href,
    ui::{
        form::{self, Button, Field},
        href::Href,
        parts,
    },
};

/// Lines that are shown.
const MOST: usize = 20;

/// An item of the menu of actions or a letter, and where whoever asks records or writes it.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) title: String,
    pub(super) plain: String,
    pub(super) page: Option<Href>,
}

/// What was looked for, and what has it.
#[derive(Debug, Default)]
pub(super) struct Looked {
    pub(super) text: String,
    pub(super) items: Vec<Found>,
    pub(super) letters: Vec<Found>,
    /// Where a practice's own letters are looked through for the same.
    pub(super) sent: Option<Href>,
}

/// A line of help: what it is about, what it says, and where it stands.
pub(super) type Line = (String, &'static str, Href);

/// Lines of help that have every word.
pub(super) fn lines(words: &Words) -> Vec<Line> {
    let counts = COUNTS.iter().chain(&NOT).map(|(what, counts)| ((*what).to_owned(), *counts, href!("/help")));
    let topics = TOPICS.iter().flat_map(|topic| {
        let first = topic.first.iter().map(|step| ("The first time", *step));
        let then = topic.then.iter().copied();
        first.chain(then).map(|(what, how)| (format!("{}: {what}", topic.title), how, href!("/help").seg(topic.code)))
    });
    counts.chain(topics).filter(|(what, how, _)| words.are_in(&[what, how])).take(MOST).collect()
}

/// The form, and what was found.
pub(super) fn find(looked: &Looked) -> Markup {
    let field = Field::new("find", "Look for")
        .hint("Words of a page, of an action or of a letter")
        .value(&looked.text)
        .autocomplete("off")
        .maxlength(LONGEST);
    let lines = lines(&Words::of(&looked.text));
    html! {
        form method="get" action="/help" {
            (form::text(&field))
            (form::button(Button::Secondary, "Find"))
        }
        @if !looked.text.is_empty() && lines.is_empty() && looked.items.is_empty() && looked.letters.is_empty() {
            p { "Nothing in help, among the actions or among the letters has all of these words." }
        }
        (found("Actions", &looked.items))
        (found("Letters", &looked.letters))
        @if let Some(sent) = &looked.sent {
            p { a href=(sent) { "Look for these words in the letters your practice sent" } }
        }
        @if !lines.is_empty() {
            h3 .nhsuk-heading-s { "Help" }
            ul .nhsuk-list {
                @for (what, how, page) in &lines { li { a href=(page) { (what) } br; (parts::small(how)) } }
            }
        }
    }
}

fn found(title: &str, found: &[Found]) -> Markup {
    html! {
        @if !found.is_empty() {
            h3 .nhsuk-heading-s { (title) }
            ul .nhsuk-list {
                @for one in found {
                    li {
                        @if let Some(page) = &one.page { a href=(page) { (one.title) } } @else { strong { (one.title) } }
                        br; (parts::small(&one.plain))
                    }
                }
            }
        }
    }
}
