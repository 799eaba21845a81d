//! The draft of a message, with what was sent and what became of it.

use entity::ids::OdsCode;
use maud::{Markup, html};
use uuid::Uuid;

use super::view;
use crate::{
    domain::divert::{ANSWERS, MessageKind, WAYS},
    error::FieldError,
    store::divert::messages::Message,
    ui::{
        form::{self, Button, Choice, Field, Width},
        parts,
        sections::Section,
        sheet::Sheet,
    },
};

/// Longest message, in characters.
pub(super) const LONGEST: usize = 2000;

/// What the page shows.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) practice: &'a OdsCode,
    pub(super) kind: MessageKind,
    pub(super) subject: &'a str,
    pub(super) body: &'a str,
    pub(super) how: &'a str,
    pub(super) at: &'a str,
    pub(super) now: &'a str,
    pub(super) messages: &'a [Message],
    pub(super) errors: &'a [FieldError],
}

/// The page of one kind of message.
pub(super) fn page(draft: &Draft<'_>) -> Sheet {
    let sheet = Sheet::new(Section::Divert, draft.kind.title())
        .back(&view::base(draft.practice), "Divert")
        .errors(draft.errors);
    sheet.content(html! {
        (parts::lede(&html! { (lede(draft.kind)) }))
        (parts::two_columns(
            &parts::panel("The message", &message(draft)),
            &html! { @for (at, message) in draft.messages.iter().enumerate() { (parts::panel("Sent today", &sent(draft, message, at))) } },
        ))
    })
}

fn lede(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Icb => {
            "A draft from today’s figures. NHS England expects the ICB to be told before patients are sent to NHS 111. You send it, and Headroom records when and how."
        }
        MessageKind::Dos => {
            "A practice cannot change its own entry in the Directory of Services; it has to ask. Record when you asked, when you were answered, and how."
        }
    }
}

fn message(draft: &Draft<'_>) -> Markup {
    let body = Field::new("body", "Text")
        .hint("Change it as you like. No patient data.")
        .value(draft.body)
        .errors(draft.errors)
        .maxlength(LONGEST);
    let at = Field::new("at", "Sent at")
        .hint("A time of today, such as 14:06")
        .value(draft.at)
        .errors(draft.errors)
        .width(Width::Ten);
    html! {
        p { strong { "Subject: " } span #subject { (draft.subject) } }
        form method="post" action=(view::base(draft.practice).seg("message")) novalidate {
            (form::hidden("id", &Uuid::now_v7().to_string()))
            (form::hidden("kind", draft.kind.code()))
            (form::textarea(&body, 14))
            (parts::actions(&html! {
                (parts::copy_button("body", "Copy the text"))
                (parts::mail_link("Open in your mail program", draft.subject, draft.body))
            }))
            (form::radios(&Field::new("how", "Sent by").errors(draft.errors), &ways(draft.how)))
            (form::text(&at))
            (form::button(Button::Primary, "Record it as sent"))
        }
    }
}

fn ways(current: &str) -> Vec<Choice<'static>> {
    WAYS.iter().map(|(code, words)| Choice::new(code, words, current)).collect()
}

fn sent(draft: &Draft<'_>, message: &Message, n: usize) -> Markup {
    let id = |name: &str| format!("{name}-{n}");
    let answers: Vec<Choice<'_>> = ANSWERS.iter().map(|(code, words)| Choice::new(code, words, "")).collect();
    let (answer_id, how_id, at_id) = (id("answer"), id("answer_how"), id("answer_at"));
    let error = |name: &str| draft.errors.iter().find(|error| error.field == name);
    // The first message's fields are those that a summary of errors leads to.
    let named = |own: &str, name: &'static str| {
        if n == 0 { name.to_owned() } else { own.to_owned() }
    };
    let (answer_id, how_id, at_id) =
        (named(&answer_id, "answer"), named(&how_id, "answer_how"), named(&at_id, "answer_at"));
    let answer = Field::new("answer", "What became of it")
        .id(&answer_id)
        .error(error("answer").map(|error| error.message.as_ref()));
    let how =
        Field::new("how", "It came by").id(&how_id).error(error("answer_how").map(|error| error.message.as_ref()));
    let at = Field::new("at", "Answered at")
        .id(&at_id)
        .value(draft.now)
        .error(error("answer_at").map(|error| error.message.as_ref()))
        .width(Width::Ten);
    html! {
        p { (view::message_words(message)) }
        (parts::details("What it said", &html! { p .hr-lines { (message.body) } }))
        form method="post" action=(view::base(draft.practice).seg("answer")) novalidate {
            (form::hidden("id", &Uuid::now_v7().to_string()))
            (form::hidden("message", &message.id.to_string()))
            (form::hidden("kind", draft.kind.code()))
            (form::radios(&answer, &answers))
            (form::radios(&how, &ways("")))
            (form::text(&at))
            (form::button(Button::Secondary, "Record the answer"))
        }
    }
}
