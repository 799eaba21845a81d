//! The form of a letter, and the letter to be looked at before it goes out.

use std::collections::BTreeMap;

use entity::ids::{LocalDate, OdsCode, OrgCode};
use maud::{Markup, html};

use super::view::base;
use crate::{
    domain::{
        letter::{
            self, Form, Merged, Paper, Template, Way, Wording,
            book::{self, LetterBook, LetterKind, Shape},
            sms,
            template::LONGEST_VALUE,
        },
        name::NetworkName,
        transfer::logged::Logged,
    },
    error::FieldError,
    ui::{
        form::{self, Button, Choice, Field},
        parts,
        sections::Section,
        sheet::Sheet,
    },
};

/// The id of the text that is copied.
pub(super) const TEXT: &str = "letter-text";
/// What the second form asks for; the first carries the rest.
const SENDING: [&str; 4] = ["sent_on", "how", "reply_due_on", "step"];

/// What was typed, by the names of the form.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed(pub(super) BTreeMap<String, String>);

impl Typed {
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    pub(super) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), value.into());
    }

    pub(super) fn set_if_empty(&mut self, name: &str, value: impl Into<String>) {
        if self.get(name).trim().is_empty() {
            self.set(name, value);
        }
    }
}

impl From<Vec<(String, String)>> for Typed {
    fn from(pairs: Vec<(String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// What a letter is made from.
#[derive(Debug)]
pub(super) struct Basis {
    pub(super) kind: &'static LetterKind,
    pub(super) wording: Wording,
    pub(super) template: Template,
    pub(super) lmc: Option<OrgCode>,
    pub(super) practice: String,
    pub(super) ods: String,
    pub(super) icb: Option<String>,
    pub(super) lmc_name: Option<String>,
    /// The items of the log that it is about.
    pub(super) about: Option<Logged>,
}

/// A letter with every field filled.
#[derive(Debug)]
pub(super) struct Filled {
    pub(super) dated_on: LocalDate,
    pub(super) recipient: String,
    pub(super) merged: Merged,
}

impl Basis {
    /// Fields the form asks for, in the order of the letter.
    pub(super) fn asks(&self) -> impl Iterator<Item = &'static book::Field> {
        let book = LetterBook::built_in().ok();
        let codes = self.template.fields().map(|(code, _)| code);
        let asked: Vec<_> = codes.filter_map(|code| book.and_then(|book| book.field(code))).collect();
        asked.into_iter()
    }

    /// The letter as it would go out.
    pub(super) fn paper<'a>(&'a self, filled: &'a Filled) -> Paper<'a> {
        Paper {
            form: self.kind.form,
            practice: &self.practice,
            ods: &self.ods,
            dated_on: filled.dated_on,
            recipient: &filled.recipient,
            subject: &filled.merged.subject,
            body: &filled.merged.body,
        }
    }
}

pub(super) fn form(practice: &OdsCode, basis: &Basis, typed: &Typed, errors: &[FieldError]) -> Sheet {
    let field = |name, label| {
        let value = typed.get(name);
        Field::new(name, label).value(value).errors(errors)
    };
    Sheet::new(Section::Letters, &basis.kind.title).back(&base(practice), "Letters").errors(errors).content(html! {
        (parts::lede(&html! {
            "Made from " (basis.wording.level.words()) ", version " (basis.wording.version) " of " (basis.wording.effective_on.written())
            ". Next you see the exact text; nothing is sent from here."
        }))
        form method="post" action=(base(practice).seg("new")) novalidate {
            @for name in ["id", "kind", "level", "version", "notice", "reply_due_on", "transfers"] { (form::hidden(name, typed.get(name))) }
            (form::text(&field("to", "To").hint("An organisation or a team, without a postal address. Never a patient.").maxlength(120)))
            @if basis.kind.may_be_for_network() {
                (form::text(&field("network", "If you write for your primary care network: its name").hint("Leave it empty to write as your practice. With a name the letter is from that network, represented by your practice, and says that its figures are your practice’s alone. The practices of the network decide together whether you may write for it.").maxlength(NetworkName::MOST)))
            }
            (form::date(&field("dated_on", "Day on the letter")))
            @let filled_in: Vec<String> = basis.asks().filter(|field| field.shape == Shape::FromLog).map(|field| field.label.to_lowercase()).collect();
            @if !filled_in.is_empty() { p .nhsuk-hint { "Headroom fills in: " (filled_in.join(", ")) "." } }
            @for asked in basis.asks() {
                @let control = field(&asked.code, &asked.label);
                @let control = match &asked.hint { Some(hint) => control.hint(hint), None => control };
                @match asked.shape {
                    Shape::Line => (form::text(&control.maxlength(LONGEST_VALUE))),
                    Shape::Lines => (form::textarea(&control.maxlength(LONGEST_VALUE), 3)),
                    Shape::Day => (form::date(&control)),
                    Shape::FromLog => {},
                }
            }
            (form::button_named(Button::Primary, "See the letter", "step", "preview"))
        }
        (parts::links(&[(base(practice).seg("wording").seg(&basis.kind.code), "Change the wording of this letter")]))
    })
}

pub(super) fn preview(
    practice: &OdsCode,
    (basis, filled): (&Basis, &Filled),
    typed: &Typed,
    errors: &[FieldError],
) -> Sheet {
    let paper = basis.paper(filled);
    let text = letter::plain_text(&paper);
    Sheet::new(Section::Letters, "Check the letter").back(&base(practice), "Letters").errors(errors).content(html! {
        (parts::two_columns(
            &parts::panel(&basis.kind.title, &html! {
                div .hr-lines #(TEXT) { (text) }
                @if paper.form == Form::Sms { p .hr-small { (sms::length(&text)) } }
                form method="post" action=(base(practice).seg("new")) novalidate {
                    (carried(typed))
                    (parts::actions(&html! {
                        (parts::copy_button(TEXT, "Copy the text"))
                        @if paper.form != Form::Sms {
                            (form::button_named(Button::Secondary, "PDF", "step", "letter.pdf"))
                            (form::button_named(Button::Secondary, "Word", "step", "letter.docx"))
                        }
                        (form::button_named(Button::Secondary, "Change it", "step", "change"))
                    }))
                }
            }),
            &parts::panel("After you have sent it", &html! {
                // A form of its own, so that the Enter key in it saves.
                form method="post" action=(base(practice).seg("new")) novalidate {
                    (carried(typed))
                    (sending(typed, errors))
                }
            }),
        ))
    })
}

/// What the first form asked for.
fn carried(typed: &Typed) -> Markup {
    html! {
        @for (name, value) in &typed.0 {
            @if !SENDING.contains(&name.as_str()) { (form::hidden(name, value)) }
        }
    }
}

fn sending(typed: &Typed, errors: &[FieldError]) -> Markup {
    let ways: Vec<Choice<'_>> =
        Way::ALL.iter().map(|way| Choice::new(way.as_str(), way.title(), typed.get("how"))).collect();
    let field = |name, label| Field::new(name, label).value(typed.get(name)).errors(errors);
    html! {
        p { "Headroom sends nothing. Send the letter your own way, then keep it here." }
        (form::date(&field("sent_on", "Sent on")))
        (form::radios(&field("how", "Sent by"), &ways))
        (form::date(&field("reply_due_on", "Reply due on").hint("Leave it empty where you expect none")))
        (form::button_named(Button::Primary, "Save as sent", "step", "sent"))
    }
}
