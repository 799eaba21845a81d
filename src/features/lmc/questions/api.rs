//! JSON shapes of an LMC's questions and their results.

use entity::ids::LocalDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Read, ask::QuestionForm};
use crate::domain::question::{Figure, Question};

/// A question to be asked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionIn {
    /// Made by the client, a UUID of version 7: sending the same question twice asks it once.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d41")]
    pub id: Option<Uuid>,
    /// The Friday of the week.
    #[schema(example = "2026-11-20", format = Date)]
    pub week_ending: String,
    /// First day on which it can be answered.
    #[schema(example = "2026-11-16", format = Date)]
    pub opens_on: String,
    /// Last day on which it can be answered.
    #[schema(example = "2026-11-27", format = Date)]
    pub closes_on: String,
    /// choice, number, yes-no or text.
    #[schema(example = "choice")]
    pub kind: String,
    /// What is asked.
    #[schema(example = "Is a GP post vacant?")]
    pub wording: String,
    /// Two to six, for a choice.
    #[serde(default)]
    #[schema(example = json!(["None", "One", "Two or more"]))]
    pub options: Vec<String>,
}

impl QuestionIn {
    pub(super) fn form(self) -> QuestionForm {
        QuestionForm {
            id: self.id.unwrap_or_else(Uuid::now_v7).to_string(),
            week_ending: self.week_ending,
            opens_on: self.opens_on,
            closes_on: self.closes_on,
            kind: self.kind,
            wording: self.wording,
            option: self.options,
        }
    }
}

/// A question.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionOut {
    /// Which.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d41")]
    pub id: Uuid,
    /// The Friday of the week.
    #[schema(value_type = String, format = Date, example = "2026-11-20")]
    pub week_ending: LocalDate,
    /// Its place among the questions of the week, from 1 to 6.
    #[schema(example = 1)]
    pub place: u32,
    /// First day on which it can be answered.
    #[schema(value_type = String, format = Date, example = "2026-11-16")]
    pub opens_on: LocalDate,
    /// Last day on which it can be answered.
    #[schema(value_type = String, format = Date, example = "2026-11-27")]
    pub closes_on: LocalDate,
    /// ahead, open or closed.
    #[schema(example = "open")]
    pub stage: &'static str,
    /// choice, number, yes-no or text.
    #[schema(example = "choice")]
    pub kind: &'static str,
    /// What is asked.
    #[schema(example = "Is a GP post vacant?")]
    pub wording: String,
    /// What can be chosen; empty for the other kinds.
    #[schema(example = json!(["None", "One", "Two or more"]))]
    pub options: Vec<String>,
}

impl QuestionOut {
    pub(super) fn new(question: &Question, today: LocalDate) -> Self {
        Self {
            id: question.id.0,
            week_ending: question.week_ending,
            place: question.place,
            opens_on: question.opens_on,
            closes_on: question.closes_on,
            stage: question.stage(today).code(),
            kind: question.kind.as_str(),
            wording: question.wording.clone(),
            options: question.options.clone(),
        }
    }
}

/// What practices that share have answered.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResultsOut {
    /// The question.
    pub question: QuestionOut,
    /// Practices of the area.
    #[schema(example = 64)]
    pub practices: u32,
    /// Practices that share; the others count as not heard from, whatever they answered.
    #[schema(example = 46)]
    pub sharing: u32,
    /// Practices that share and answered.
    #[schema(example = 41)]
    pub answered: u32,
    /// Practices that share and skipped it; never which.
    #[schema(example = 3)]
    pub skipped: u32,
    /// The same in words.
    #[schema(example = "41 of 64 practices answered; 3 skipped.")]
    pub rate: String,
    /// For a choice and yes, no, not sure: how many gave each answer.
    pub counts: Vec<CountOut>,
    /// For numbers, from five answers on.
    pub spread: Option<SpreadOut>,
    /// For short texts: without the practice's name, in the order of the alphabet.
    #[schema(example = json!(["Two sessions a week are filled by locums."]))]
    pub texts: Vec<String>,
    /// What each practice that shares has answered; empty for short texts. Who skipped it is a number only.
    pub given: Vec<GivenOut>,
}

/// How many gave an answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountOut {
    /// The answer.
    #[schema(example = "One")]
    pub answer: String,
    /// Practices.
    #[schema(example = 12)]
    pub practices: u32,
}

/// Median and range of numbers.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpreadOut {
    /// The median.
    #[schema(example = 2.5)]
    pub median: f64,
    /// The smallest.
    #[schema(example = 0.0)]
    pub least: f64,
    /// The greatest.
    #[schema(example = 11.0)]
    pub most: f64,
}

/// What one practice has given.
#[derive(Debug, Serialize, ToSchema)]
pub struct GivenOut {
    /// ODS code.
    #[schema(example = "Z90001")]
    pub practice: String,
    /// The answer in words.
    #[schema(example = "One")]
    pub answer: String,
}

impl ResultsOut {
    pub(super) fn new(read: &Read, today: LocalDate) -> Self {
        let (question, results) = (&read.question, &read.results);
        let (mut counts, mut spread, mut texts) = (Vec::new(), None, Vec::new());
        match &results.figure {
            Figure::Counts(all) => {
                counts.extend(all.iter().map(|(answer, n)| CountOut { answer: answer.clone(), practices: *n }))
            }
            Figure::Spread(found) => {
                spread = found.map(|found| SpreadOut {
                    median: found.median.value(),
                    least: found.least.value(),
                    most: found.most.value(),
                });
            }
            Figure::Texts(all) => texts.clone_from(all),
        }
        Self {
            question: QuestionOut::new(question, today),
            practices: results.all,
            sharing: results.sharing,
            answered: results.answered,
            skipped: results.skipped,
            rate: results.rate(),
            counts,
            spread,
            texts,
            given: read
                .named
                .iter()
                .map(|(practice, _, answer)| GivenOut {
                    practice: practice.to_string(),
                    answer: question.words(answer),
                })
                .collect(),
        }
    }
}
