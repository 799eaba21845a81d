//! An LMC puts a question to a week's return.

use entity::ids::{LocalDate, QuestionId};
use serde::Serialize;

use super::Written;
use crate::{
    audit::Event,
    domain::{
        access::{Authority, By, LmcScope},
        question::{MOST, NewQuestion},
    },
    error::AppError,
    state::AppState,
    store::questions::{self, Asked},
    writer::Tx,
};

/// A question was put to a week's return.
#[derive(Debug, Serialize)]
struct QuestionAsked {
    question: QuestionId,
    week_ending: LocalDate,
}

impl Event for QuestionAsked {
    const NAME: &'static str = "question.asked";
}

/// A question for one week, whose days are checked.
#[derive(Debug, Clone)]
pub struct AskQuestion {
    /// What is asked.
    pub question: NewQuestion,
}

impl AskQuestion {
    /// Writes it at the next place of its week.
    ///
    /// # Errors
    /// The week, where it has no place left; [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<LmcScope>) -> Result<Written, AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    pub(super) async fn run(&self, tx: &Tx, by: &By<LmcScope>) -> Result<Written, AppError> {
        let new = &self.question;
        let asked = questions::add(tx.read(by.scope()), new, by.id(), tx.now()).await?;
        let Asked::Written(written) = asked else {
            let full = format!("This week has {MOST} questions already: choose another one");
            return Err(AppError::field("week_ending", full));
        };
        let written = Written::of(written)?;
        if written == Written::New {
            let event = QuestionAsked { question: new.id, week_ending: new.week_ending };
            tx.audit(by.scope().lmc(), &event).await?;
        }
        Ok(written)
    }
}
