//! A practice's register in one cell: what it says about each item, a word in a coloured box.

use maud::{Markup, html};

use super::parts::{self, TagKind};

/// One item, or one subject of it.
#[derive(Clone, Debug)]
pub struct Said {
    /// What it is about.
    pub about: String,
    /// The word for where it stands.
    pub word: String,
    /// What its colour stands for.
    pub kind: TagKind,
    /// Since when or from when, in words.
    pub day: String,
    /// Entered by telephone, and not confirmed by the practice.
    pub unconfirmed: bool,
}

/// What one practice says, one line an item.
pub fn row(said: &[Said]) -> Markup {
    html! {
        @if said.is_empty() {
            (parts::small("Nothing in force"))
        } @else {
            @for one in said {
                p .hr-card__n {
                    (one.about) " " (parts::tag(one.kind, &one.word)) " " (parts::small(&one.day))
                    @if one.unconfirmed { " " (parts::tag(TagKind::Quiet, "By telephone, not confirmed")) }
                }
            }
        }
    }
}
