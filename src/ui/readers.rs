//! Parts of the one table of who sees what, for the pages that tell it to a practice and to its LMC.

use maud::{Markup, html};

use super::parts;
use crate::domain::readers::{ReadersRow, kept_from_lmc, seen_by_lmc};

/// What an LMC sees of one practice, and what it never does.
pub fn of_a_practice() -> Markup {
    html! {
        ul .nhsuk-list .nhsuk-list--bullet .hr-reads {
            @for row in seen_by_lmc() { li { (told(row)) } }
        }
        p { strong { "Never shown:" } }
        ul .nhsuk-list .nhsuk-list--bullet .hr-reads-not {
            @for row in kept_from_lmc() { li { (kept(row)) } }
        }
    }
}

/// The same where an officer reads it.
pub fn for_an_officer() -> Markup {
    parts::details("What you see of a practice", &of_a_practice())
}

fn told(row: &ReadersRow) -> String {
    format!("{}. {}.", row.words, row.lmc.says)
}

fn kept(row: &ReadersRow) -> String {
    match row.lmc.says.strip_prefix("No, ") {
        Some(but) => format!("{} ({but}).", row.words),
        None => format!("{}.", row.words),
    }
}
