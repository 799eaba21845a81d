//! Looking through help and the menu of actions, as markup.

use maud::{Markup, html};

use super::view::{COUNTS, NOT, TOPICS};
use crate::{
    href,
    ui::{
        form::{self, Button, Field},
        href::Href,
        parts,
    },
};

/// Words that are looked for; more narrow nothing down.
const MOST_WORDS: usize = 8;
/// Lines that are shown.
const MOST: usize = 20;
/// Longest text that is looked for.
pub(super) const LONGEST: usize = 80;

/// An item of the menu of actions, where it is shown to whoever asks.
#[derive(Debug)]
pub(super) struct FoundItem {
    pub(super) title: String,
    pub(super) plain: String,
    pub(super) page: Option<Href>,
}

/// What was looked for, and the items that have it.
#[derive(Debug, Default)]
pub(super) struct Looked {
    pub(super) text: String,
    pub(super) items: Vec<FoundItem>,
}

/// Words in small letters, as they are looked for.
#[derive(Debug)]
pub(super) struct Words(Vec<String>);

impl Words {
    pub(super) fn of(text: &str) -> Self {
        Self(text.split_whitespace().take(MOST_WORDS).map(str::to_lowercase).collect())
    }

    /// Whether some texts hold every word between them.
    pub(super) fn are_in(&self, texts: &[&str]) -> bool {
        let texts: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
        !self.0.is_empty() && self.0.iter().all(|word| texts.iter().any(|text| text.contains(word)))
    }
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
        .hint("Words of a page or of an action")
        .value(&looked.text)
        .autocomplete("off")
        .maxlength(80);
    let lines = lines(&Words::of(&looked.text));
    html! {
        form method="get" action="/help" {
            (form::text(&field))
            (form::button(Button::Secondary, "Find"))
        }
        @if !looked.text.is_empty() && lines.is_empty() && looked.items.is_empty() {
            p { "Nothing in help or among the actions has all of these words." }
        }
        @if !looked.items.is_empty() {
            h3 .nhsuk-heading-s { "Actions" }
            ul .nhsuk-list {
                @for item in &looked.items {
                    li {
                        @if let Some(page) = &item.page { a href=(page) { (item.title) } } @else { strong { (item.title) } }
                        br; (parts::small(&item.plain))
                    }
                }
            }
        }
        @if !lines.is_empty() {
            h3 .nhsuk-heading-s { "Help" }
            ul .nhsuk-list {
                @for (what, how, page) in &lines { li { a href=(page) { (what) } br; (parts::small(how)) } }
            }
        }
    }
}
