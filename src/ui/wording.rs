//! The page of a wording of a letter, for a practice and for an LMC: the text, what it changes, its versions.

use maud::{Markup, html};

use super::{
    form::{self, Button, Field},
    href::Href,
    parts,
    sections::Section,
    sheet::Sheet,
};
use crate::{
    domain::letter::{
        Form, LONGEST_TEMPLATE, Level, Wording,
        book::{ALWAYS, LetterBook, LetterKind},
        diff::{self, LineChange},
    },
    error::FieldError,
};

/// What the page shows.
#[derive(Debug)]
pub struct WordingPage<'a> {
    /// The page of all letters, from which it was reached.
    pub letters: Href,
    /// Where its forms go.
    pub action: Href,
    /// The letter.
    pub kind: &'a LetterKind,
    /// What holds where there is no own wording.
    pub beneath: &'a Wording,
    /// Own versions, oldest first; the newest may take the own wording back.
    pub versions: &'a [Wording],
    /// What was typed.
    pub typed: Option<&'a str>,
    /// What is wrong with it.
    pub errors: &'a [FieldError],
    /// Ids of its two forms.
    pub forms: [String; 2],
    /// "your own wording".
    pub whose: &'a str,
}

impl WordingPage<'_> {
    /// The newest own version, unless it was taken back.
    fn own(&self) -> Option<&Wording> {
        self.versions.last().filter(|own| own.text.is_some())
    }

    fn own_text(&self) -> Option<&str> {
        self.own()?.text.as_deref()
    }

    fn beneath_text(&self) -> &str {
        self.beneath.text.as_deref().unwrap_or_default()
    }

    fn beneath_words(&self) -> String {
        let version = self.beneath.version;
        format!("{} (version {version})", self.beneath.level.words())
    }
}

/// The page.
pub fn page(page: &WordingPage<'_>) -> Sheet {
    let own = page.own_text();
    let shown = page.typed.or(own).unwrap_or_else(|| page.beneath_text());
    let rows = if page.kind.form == Form::Sms { 5 } else { 20 };
    let hint = if page.kind.form == Form::Sms {
        "Words between braces are filled in with each message. No patient data."
    } else {
        "The first line is the subject. An empty line begins a paragraph. Words between braces are filled in with each letter. No patient data."
    };
    let text = Field::new("text", "Wording").hint(hint).value(shown).maxlength(LONGEST_TEMPLATE).errors(page.errors);
    let sheet = Sheet::new(Section::Letters, format!("Wording: {}", page.kind.title))
        .back(&page.letters, "Letters")
        .errors(page.errors)
        .heading(&page.kind.title);
    sheet.content(html! {
        (parts::lede(&html! {
            @match own {
                Some(_) => { "New letters use " (page.whose) ". Letters that went out keep the version they were made from." }
                None => { "New letters use " (page.beneath_words()) ". Change it here where you want other words." }
            }
        }))
        (behind(page))
        (parts::two_columns(
            &parts::panel("Text", &html! {
                form method="post" action=(page.action) novalidate {
                    (form::hidden("id", &page.forms[0]))
                    (form::textarea(&text, rows))
                    (parts::actions(&html! {
                        (form::button_named(Button::Primary, "Save as a new version", "step", "save"))
                        (form::button_named(Button::Secondary, "See what changes", "step", "look"))
                    }))
                }
                (parts::details("Words you can use between braces", &fields()))
            }),
            &html! {
                (parts::panel("What is changed", &changes(page, shown)))
                (parts::panel("Versions", &versions(page)))
            },
        ))
    })
}

/// Says that what lies beneath moved on since the own wording was written from it.
fn behind(page: &WordingPage<'_>) -> Markup {
    let base = page.own().and_then(|own| own.base);
    let now = (page.beneath.level, page.beneath.version);
    html! {
        @if base.is_some_and(|base| base != now) {
            (parts::inset(&html! {
                p { "There is a newer version of " (page.beneath.level.words()) ", of " (page.beneath.effective_on.written()) ". Yours was written before it." }
            }))
        }
    }
}

fn changes(page: &WordingPage<'_>, shown: &str) -> Markup {
    if !diff::differ(page.beneath_text(), shown) {
        return html! { p { "Nothing: it is " (page.beneath_words()) "." } };
    }
    let lines = diff::lines(page.beneath_text(), shown);
    html! {
        p { "Against " (page.beneath_words()) ":" }
        ul .nhsuk-list .hr-diff {
            @for line in lines {
                @match line.change {
                    LineChange::Kept => {}
                    LineChange::Out => li { strong { "Out: " } del { (line.text) } },
                    LineChange::In => li { strong { "In: " } ins { (line.text) } },
                }
            }
        }
    }
}

fn versions(page: &WordingPage<'_>) -> Markup {
    html! {
        @if page.versions.is_empty() { p { "None of your own." } } @else {
            ul .nhsuk-list {
                @for version in page.versions.iter().rev() {
                    li {
                        "Version " (version.version) ", " (version.effective_on.written())
                        @if version.text.is_none() { ": taken back" }
                    }
                }
            }
        }
        @if page.own_text().is_some() {
            form method="post" action=(page.action) novalidate {
                (form::hidden("id", &page.forms[1]))
                (form::button_named(Button::Secondary, match page.beneath.level {
                    Level::Lmc => "Use the LMC’s wording again",
                    Level::National | Level::Practice => "Use the national wording again",
                }, "step", "back"))
            }
        }
    }
}

fn fields() -> Markup {
    let known = LetterBook::built_in().ok().map_or(&[][..], |book| &book.fields);
    html! {
        ul .nhsuk-list {
            @for code in ALWAYS { li { "{" (code) "}" } }
            @for field in known { li { "{" (field.code) "}: " (field.label) } }
        }
    }
}
