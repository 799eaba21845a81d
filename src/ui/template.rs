//! A template notice as practices read it: the same for the LMC that wrote it.

use maud::{Markup, html};

use super::parts;
use crate::domain::notice::{
    NoticePeriod,
    template::{Common, Text},
};

/// Its explanation in paragraphs, and what it suggests.
pub fn template(text: &Text) -> Markup {
    let period = text.period.map_or_else(|| "As the practice’s own agreement says".to_owned(), NoticePeriod::words);
    let common = text.common.map_or_else(|| "None: each practice chooses".to_owned(), Common::words);
    html! {
        @for paragraph in text.explanation.split("\n\n").filter(|part| !part.trim().is_empty()) {
            p { @for (at, line) in paragraph.lines().enumerate() { @if at > 0 { br; } (line) } }
        }
        (parts::summary_list(&[
            ("Service", html! { (text.service) }),
            ("Period", html! { (period) }),
            ("Date in common", html! { (common) }),
        ]))
    }
}
