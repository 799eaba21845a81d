//! The page of the register: what went out, and what can be written.

use entity::ids::{LocalDate, OdsCode, RowId};
use maud::{Markup, html};

use crate::{
    domain::{
        find::LONGEST,
        letter::{self, Level, Wording, book::LetterKind},
    },
    href,
    store::letters::Letter,
    ui::{
        form::{self, Button, Field},
        href::Href,
        number, parts, reply,
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// A letter that can be written.
#[derive(Debug)]
pub(super) struct Offer {
    pub(super) kind: &'static LetterKind,
    pub(super) wording: Wording,
}

/// What was looked for, and among how many letters.
#[derive(Debug)]
pub(super) struct Looked {
    pub(super) of: u64,
    pub(super) text: String,
}

pub(super) fn base(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice).seg("letters")
}

pub(super) fn letter_href(practice: &OdsCode, id: RowId) -> Href {
    base(practice).seg(id)
}

pub(super) fn register(
    practice: &OdsCode,
    (letters, looked): (&[Letter], &Looked),
    offers: &[Offer],
    today: LocalDate,
) -> Sheet {
    Sheet::new(Section::Letters, "Letters").content(html! {
        (parts::lede(&html! { "What the practice sent, to whom, and what came back. Only the practice sees it; its LMC and its ICB do not." }))
        (parts::panel("Register", &html! {
            @if looked.of > 0 { (find(practice, letters.len(), looked)) }
            (sent(practice, letters, looked, today))
        }))
        (parts::panel("Write a letter", &write(practice, offers)))
    })
}

/// "LMC version 3".
pub(super) fn version(level: &str, version: i32) -> String {
    let level = match level.parse() {
        Ok(Level::National) => "National",
        Ok(Level::Lmc) => "LMC",
        Ok(Level::Practice) => "Own",
        Err(()) => level,
    };
    format!("{level} version {version}")
}

fn find(practice: &OdsCode, found: usize, looked: &Looked) -> Markup {
    let field = Field::new("find", "Look for")
        .hint("Words of a letter, or whom it went to")
        .value(&looked.text)
        .autocomplete("off")
        .maxlength(LONGEST);
    html! {
        form method="get" action=(base(practice)) {
            (form::text(&field))
            (form::button(Button::Secondary, "Find"))
        }
        @if !looked.text.is_empty() {
            p { (found) " of " (number::counted(looked.of, "letter", "letters")) " " (if found == 1 { "has" } else { "have" }) " all of these words. "
                a href=(base(practice)) { "Show every letter" } }
        }
    }
}

fn sent(practice: &OdsCode, letters: &[Letter], looked: &Looked, today: LocalDate) -> Markup {
    if letters.is_empty() {
        return html! { @if looked.of == 0 { p { "No letter was recorded as sent." } } };
    }
    let rows: Vec<Vec<Markup>> = letters
        .iter()
        .map(|letter| {
            let row = &letter.row;
            let title = if row.subject.is_empty() { kind_title(&row.kind) } else { &row.subject };
            vec![
                html! {
                    a href=(letter_href(practice, row.id)) { (title) }
                    br; (parts::small(&version(&row.level, row.version)))
                },
                html! { (row.recipient) },
                html! { (row.sent_on.short()) br; (parts::small(letter::way(&row.how))) },
                reply::tag(letter.standing(today)),
            ]
        })
        .collect();
    table("Letters sent, newest first", &[words("Letter"), words("To"), numbers("Sent"), words("Reply")], &rows)
}

pub(super) fn kind_title(code: &str) -> &str {
    let book = letter::book::LetterBook::built_in().ok();
    book.and_then(|book| book.kind(code)).map_or(code, |kind| kind.title.as_str())
}

fn write(practice: &OdsCode, offers: &[Offer]) -> Markup {
    let rows: Vec<Vec<Markup>> = offers
        .iter()
        .map(|offer| {
            let (kind, wording) = (offer.kind, &offer.wording);
            vec![
                html! {
                    a href=(base(practice).seg("new").query("kind", &kind.code)) { (kind.title) }
                    br; (parts::small(&kind.to))
                },
                html! {
                    (version(wording.level.code(), wording.version)) ", " (wording.effective_on.short()) br;
                    a href=(base(practice).seg("wording").seg(&kind.code)) {
                        "Wording" span .nhsuk-u-visually-hidden { " of " (kind.title) }
                    }
                },
            ]
        })
        .collect();
    table("Letters that can be written", &[words("Letter"), words("Wording")], &rows)
}
