//! The page of one letter: what it said, where it stands, what came back.

use entity::ids::LocalDate;
use maud::{Markup, html};
use uuid::Uuid;

use super::{
    view::{base, letter_href, standing, version},
    write_view::{TEXT, Typed},
};
use crate::{
    domain::letter::{self, FollowUp, Form, LONGEST_NOTE, ReplyState, book::LetterKind},
    error::FieldError,
    store::letters::{Happened, Letter},
    ui::{
        form::{self, Button, Field},
        parts,
        sections::Section,
        sheet::Sheet,
    },
};

/// What the page shows.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) letter: &'a Letter,
    pub(super) kind: &'static LetterKind,
    pub(super) today: LocalDate,
    pub(super) saved: bool,
    pub(super) typed: Option<(&'a Typed, &'a [FieldError])>,
}

pub(super) fn letter(view: &View<'_>) -> Sheet {
    let practice = &view.letter.row.practice;
    let errors = view.typed.map_or(&[][..], |(_, errors)| errors);
    let stands = view.letter.standing(view.today);
    let sheet = Sheet::new(Section::Letters, &view.kind.title)
        .back(&base(practice), "Letters")
        .errors(errors)
        .done(view.saved.then_some("The letter is kept in the register."));
    sheet.content(html! {
        (parts::two_columns(
            &parts::panel("What it said", &text(view)),
            &html! {
                (parts::panel("Where it stands", &facts(view, stands)))
                @if stands != ReplyState::InError { (parts::panel("A reply came", &reply(view, errors))) (mistake(view)) }
            },
        ))
    })
}

fn text(view: &View<'_>) -> Markup {
    let row = &view.letter.row;
    let here = letter_href(&row.practice, row.id);
    let paper = view.letter.paper(view.kind.form);
    html! {
        div .hr-lines #(TEXT) { (letter::plain_text(&paper)) }
        @if let Some(words) = letter::replaced_in_words(&paper.replaced()) { p .nhsuk-hint { (words) "." } }
        (parts::actions(&html! {
            (parts::copy_button(TEXT, "Copy the text"))
            @if view.kind.form != Form::Sms {
                (form::button_link(Button::Secondary, "PDF", &here.clone().seg("letter.pdf")))
                (form::button_link(Button::Secondary, "Word", &here.clone().seg("letter.docx")))
            }
            (form::button_link(Button::Secondary, "Plain text", &here.clone().seg("letter.txt")))
        }))
    }
}

fn facts(view: &View<'_>, stands: ReplyState) -> Markup {
    let row = &view.letter.row;
    let mut rows = vec![
        ("State", standing(stands)),
        ("To", html! { (row.recipient) }),
        ("Sent", html! { (row.sent_on.written()) ", " (letter::way(&row.how)) }),
        ("Made from", html! { (version(&row.level, row.version)) }),
    ];
    if let Some(due) = row.reply_due_on {
        rows.push(("Reply due", html! { (due.written()) }));
    }
    html! {
        (parts::summary_list(&rows))
        @if !view.letter.events.is_empty() {
            ul .nhsuk-list { @for happened in view.letter.events.iter().rev() { li { (happened_words(happened)) } } }
        }
    }
}

fn happened_words(happened: &Happened) -> Markup {
    html! {
        @match happened.event {
            FollowUp::Reply => { "Reply received " (happened.on.written()) }
            FollowUp::InError => { "Recorded as a mistake on " (happened.on.written()) }
        }
        @if let Some(note) = &happened.note { ": " (note) }
    }
}

fn reply(view: &View<'_>, errors: &[FieldError]) -> Markup {
    let row = &view.letter.row;
    let today = view.today.to_string();
    let typed = |name| view.typed.map(|(typed, _)| typed.get(name));
    let on = Field::new("happened_on", "Received on").value(typed("happened_on").unwrap_or(&today)).errors(errors);
    let note = Field::new("note", "What it said, in short")
        .hint("May stay empty. No patient data.")
        .value(typed("note").unwrap_or_default())
        .maxlength(LONGEST_NOTE)
        .errors(errors);
    html! {
        form method="post" action=(letter_href(&row.practice, row.id).seg("events")) novalidate {
            (form::hidden("id", &Uuid::now_v7().to_string()))
            (form::hidden("event", FollowUp::Reply.code()))
            (form::date(&on))
            (form::textarea(&note, 3))
            (form::button(Button::Primary, "Record the reply"))
        }
    }
}

fn mistake(view: &View<'_>) -> Markup {
    let row = &view.letter.row;
    parts::details(
        "This letter was recorded by mistake",
        &html! {
            p { "It stays in the register, marked as a mistake, and no reply is expected." }
            form method="post" action=(letter_href(&row.practice, row.id).seg("events")) novalidate {
                (form::hidden("id", &Uuid::now_v7().to_string()))
                (form::hidden("event", FollowUp::InError.code()))
                (form::button(Button::Secondary, "Mark it as a mistake"))
            }
        },
    )
}
