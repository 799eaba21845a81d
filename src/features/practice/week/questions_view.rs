//! The LMC's questions on the weekly page: shown with who will see the answer, answered or skipped, changed until they
//! close.

use std::collections::BTreeMap;

use entity::ids::{OdsCode, QuestionId};
use maud::{Markup, html};
use uuid::Uuid;

use crate::{
    domain::question::{Answer, Given, LONGEST_TEXT, Question, QuestionKind, YesNo},
    error::FieldError,
    href,
    ui::{
        form::{self, Button, Choice, Field, Width},
        href::Href,
        parts,
    },
};

/// What is asked, and what the practice has given.
#[derive(Debug)]
pub(super) struct Questions {
    pub(super) practice: OdsCode,
    /// Who asks.
    pub(super) lmc: String,
    /// Whether the practice shares its record with its LMC.
    pub(super) shared: bool,
    pub(super) open: Vec<Question>,
    pub(super) given: BTreeMap<QuestionId, Given>,
    /// An answer that was refused.
    pub(super) refused: Option<Refused>,
}

/// An answer that cannot be taken as it was typed.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) question: QuestionId,
    pub(super) typed: String,
    pub(super) why: String,
}

impl Questions {
    /// Who will see an answer, in the words that stand above the questions.
    pub(super) fn who_sees(&self) -> String {
        let lmc = &self.lmc;
        if self.shared {
            format!(
                "Your practice shares its record with {lmc}, so {lmc} sees your answer with your practice’s name. A short text is shown without it, and of those that skip only the number. No ICB, no other practice and no published figure gets any of it."
            )
        } else {
            format!(
                "Your practice does not share its record with {lmc}: {lmc} sees no answer of yours and counts your practice as not heard from, unless you decide to share. No ICB, no other practice and no published figure gets any of it."
            )
        }
    }
}

/// `#questions`; nothing where nothing is asked.
pub(super) fn questions(part: &Questions) -> Markup {
    html! {
        @if !part.open.is_empty() {
            div #questions {
                (parts::panel(&format!("Questions from {}", part.lmc), &html! {
                    p { (part.who_sees()) " Skipping a question is as good as answering it." }
                    @for (at, question) in part.open.iter().enumerate() { (one(part, at, question)) }
                }))
            }
        }
    }
}

/// What was refused, for the summary above the page.
pub(super) fn errors(part: &Questions) -> Vec<FieldError> {
    let refused = part.refused.iter();
    refused
        .map(|refused| {
            let place = part.open.iter().position(|one| one.id == refused.question);
            FieldError::new(field(place.unwrap_or_default()), refused.why.clone())
        })
        .collect()
}

fn field(at: usize) -> String {
    format!("answer-{at}")
}

fn one(part: &Questions, at: usize, question: &Question) -> Markup {
    let refused = part.refused.as_ref().is_some_and(|refused| refused.question == question.id);
    let given = part.given.get(&question.id).filter(|_| !refused);
    html! {
        @match given {
            None => (ask(part, at, question)),
            Some(given) => {
                (parts::details(
                    &format!("{} {}", question.wording, said(question, given)),
                    &html! {
                        p { "You can change it until " (question.closes_on.long()) "." }
                        (ask(part, at, question))
                    },
                ))
            }
        }
    }
}

fn said(question: &Question, given: &Given) -> String {
    match given {
        Given::Skipped => "Skipped".to_owned(),
        Given::Answered(answer) => format!("Answered: {}", question.words(answer)),
    }
}

fn ask(part: &Questions, at: usize, question: &Question) -> Markup {
    html! {
        form method="post" action=(action(part, question)) novalidate {
            (form::hidden("id", &Uuid::now_v7().to_string()))
            (control(part, at, question))
            (parts::actions(&html! {
                (form::button_named(Button::Secondary, "Save the answer", "what", "answer"))
                (form::button_named(Button::Secondary, "Skip", "what", "skip"))
            }))
        }
    }
}

fn action(part: &Questions, question: &Question) -> Href {
    href!("/practices").seg(&part.practice).seg("week").seg("questions").seg(question.id)
}

fn control(part: &Questions, at: usize, question: &Question) -> Markup {
    let id = field(at);
    let refused = part.refused.as_ref();
    let refused = refused.filter(|refused| refused.question == question.id);
    let stored = match part.given.get(&question.id) {
        Some(given @ Given::Answered(_)) => given.stored().unwrap_or_default(),
        Some(Given::Skipped) | None => String::new(),
    };
    let typed = refused.map_or(stored.as_str(), |refused| &refused.typed);
    let closes = format!("Open until {}.", question.closes_on.long());
    let field = Field::new("answer", &question.wording)
        .id(&id)
        .hint(&closes)
        .value(typed)
        .error(refused.map(|refused| refused.why.as_str()));
    match question.kind {
        QuestionKind::Number => form::text(&field.width(Width::Ten).inputmode("decimal")),
        QuestionKind::Text => form::textarea(&field.maxlength(LONGEST_TEXT), 3),
        QuestionKind::YesNo => {
            let choices: Vec<Choice<'_>> =
                YesNo::ALL.iter().map(|said| Choice::new(said.as_str(), said.title(), typed)).collect();
            form::radios(&field, &choices)
        }
        QuestionKind::Choice => {
            let options: Vec<(String, String)> = (1..=question.options.len())
                .map(|place| (place.to_string(), question.words(&Answer::Option(place))))
                .collect();
            let choices: Vec<Choice<'_>> =
                options.iter().map(|(place, words)| Choice::new(place, words, typed)).collect();
            form::radios(&field, &choices)
        }
    }
}
