//! The form of a ready-made set: which draft, when, and what will be asked.

use maud::html;
use serde::Deserialize;

use super::view::when;
use crate::{
    domain::{network::QuestionSet, question::MOST},
    error::FieldError,
    ui::{
        form::{self, Button, Field},
        href::Href,
        parts,
        sections::Section,
        sheet::Sheet,
    },
};

/// The form, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SetForm {
    pub(super) id: String,
    pub(super) draft: String,
    pub(super) week_ending: String,
    pub(super) opens_on: String,
    pub(super) closes_on: String,
}

/// What stands in the questions until the draft has a name.
const UNNAMED: &str = "Draft of 2027/28";

pub(super) fn form(base: &Href, set: &QuestionSet, typed: &SetForm, errors: &[FieldError]) -> Sheet {
    let named = if typed.draft.trim().is_empty() { UNNAMED } else { typed.draft.trim() };
    let days = (typed.week_ending.as_str(), typed.opens_on.as_str(), typed.closes_on.as_str());
    Sheet::new(Section::Questions, &set.title).back(base, "Questions").errors(errors).content(html! {
        (parts::lede(&html! {
            (set.questions.len()) " questions in one go, of the " (MOST) " that a week takes. Practices see them with their weekly return; each can be skipped."
        }))
        (parts::two_columns(
            &parts::panel("Ask them", &html! {
                form method="post" action=(base.clone().seg("network")) novalidate {
                    (form::hidden("id", &typed.id))
                    (form::text(&Field::new("draft", "Which draft").hint("As practices know it, such as: Draft of 2027/28.").value(&typed.draft).maxlength(QuestionSet::LONGEST_DRAFT).errors(errors).required()))
                    (when(days, errors))
                    (form::button(Button::Primary, "Ask these questions"))
                }
            }),
            &html! {
                (parts::panel("What is asked", &html! {
                    ol {
                        @for question in &set.questions {
                            li {
                                (question.asks(named)) " " (parts::small(question.kind.title()))
                                @if !question.options.is_empty() { br; (parts::small(&question.options.join(" · "))) }
                            }
                        }
                    }
                }))
                (parts::panel("What you will read", &html! {
                    p { "What practices that share answer to these questions, by the rules of every question. They ask about the draft, not about what a practice means to do." }
                    p { "A practice may keep a note of its own about the scheme. You never see it, and it answers no question." }
                }))
            },
        ))
    })
}
