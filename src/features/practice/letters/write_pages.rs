//! The form of a letter, and the letter to be looked at before it goes out.

use entity::ids::OdsCode;
use maud::{Markup, html};

use super::{
    base,
    draft::{Basis, Filled, Typed},
};
use crate::{
    domain::letter::{
        self, ONE_MESSAGE, Way,
        book::{Form, Shape},
        template::LONGEST_VALUE,
    },
    error::FieldError,
    ui::{
        form::{self, Button, Choice, Field},
        parts,
    },
};

/// The id of the text that is copied.
pub(super) const TEXT: &str = "letter-text";
/// What the second form asks for; the first carries the rest.
const SENDING: [&str; 4] = ["sent_on", "how", "reply_due_on", "step"];

pub(super) fn form(practice: &OdsCode, basis: &Basis, typed: &Typed, errors: &[FieldError]) -> Markup {
    let field = |name, label| {
        let value = typed.get(name);
        Field::new(name, label).value(value).errors(errors)
    };
    html! {
        (parts::back_link(&base(practice), "Letters"))
        (form::error_summary(errors))
        (parts::heading(&basis.kind.title))
        (parts::lede(&html! {
            "Made from " (basis.wording.level.words()) ", version " (basis.wording.version) " of " (basis.wording.effective_on.written())
            ". Next you see the exact text; nothing is sent from here."
        }))
        form method="post" action=(base(practice).seg("new")) novalidate {
            @for name in ["id", "kind", "level", "version", "notice", "reply_due_on"] { (form::hidden(name, typed.get(name))) }
            (form::text(&field("to", "To").hint("An organisation or a team, without a postal address. Never a patient.").maxlength(120)))
            (form::date(&field("dated_on", "Day on the letter")))
            @for asked in basis.asks() {
                @let control = field(&asked.code, &asked.label);
                @let control = match &asked.hint { Some(hint) => control.hint(hint), None => control };
                @match asked.shape {
                    Shape::Line => (form::text(&control.maxlength(LONGEST_VALUE))),
                    Shape::Lines => (form::textarea(&control.maxlength(LONGEST_VALUE), 3)),
                    Shape::Day => (form::date(&control)),
                }
            }
            (form::button_named(Button::Primary, "See the letter", "step", "preview"))
        }
        (parts::links(&[(base(practice).seg("wording").seg(&basis.kind.code), "Change the wording of this letter")]))
    }
}

pub(super) fn preview(
    practice: &OdsCode,
    (basis, filled): (&Basis, &Filled),
    typed: &Typed,
    errors: &[FieldError],
) -> Markup {
    let paper = basis.paper(filled);
    let text = letter::plain_text(&paper);
    html! {
        (parts::back_link(&base(practice), "Letters"))
        (form::error_summary(errors))
        (parts::heading("Check the letter"))
        (parts::two_columns(
            &parts::panel(&basis.kind.title, &html! {
                div .hr-lines #(TEXT) { (text) }
                @if paper.form == Form::Sms { p .hr-small { (length(&text)) } }
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
    }
}

/// What the first form asked for.
fn carried(typed: &Typed) -> Markup {
    html! {
        @for (name, value) in &typed.0 {
            @if !SENDING.contains(&name.as_str()) { (form::hidden(name, value)) }
        }
    }
}

/// How long a text message is, in words.
pub(super) fn length(text: &str) -> String {
    let n = text.chars().count();
    if n > ONE_MESSAGE {
        format!("{n} characters: more than the {ONE_MESSAGE} of one text message")
    } else {
        format!("{n} characters: fits into one text message")
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
