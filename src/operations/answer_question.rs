//! A practice answers a question of its LMC, or skips it, until the question closes.

use entity::ids::{QuestionId, RowId};
use serde::Serialize;

use super::Written;
use crate::{
    audit::Event,
    domain::{
        access::{Authority, By, PracticeScope},
        calendar,
        question::{Given, Question, Stage},
    },
    error::AppError,
    state::AppState,
    store::questions,
    writer::Tx,
};

const CLOSED: AppError =
    AppError::Conflict("this question has closed: nothing was recorded, and your earlier answer still counts");

/// A question was answered or skipped.
#[derive(Debug, Serialize)]
struct QuestionAnswered {
    question: QuestionId,
    answer: RowId,
}

impl Event for QuestionAnswered {
    const NAME: &'static str = "question.answered";
}

/// What a practice gives to a question.
#[derive(Debug, Clone)]
pub struct AnswerQuestion {
    /// Made by the client.
    pub id: RowId,
    /// The question.
    pub question: QuestionId,
    /// As typed or sent: how it reads depends on the question. Nothing skips it.
    pub answer: Option<String>,
}

impl AnswerQuestion {
    /// Writes it; the newest answer holds.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a question of another LMC or one that is not open yet; the field `answer`; a conflict
    /// where the question has closed; [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<Written, AppError> {
        let scope = by.scope();
        let lmc = app.lmc_of(scope.practice()).await?;
        let lmc = lmc.ok_or(AppError::NotFound)?;
        let question = questions::one_for(app.db.read(scope), &lmc, self.question).await?;
        let question = question.ok_or(AppError::NotFound)?;
        let given = self.given(&question, question.stage(app.clock.today()))?;
        let (own, id) = (by.clone(), self.id);
        app.writer.write(by, move |tx| Box::pin(async move { run(tx, &own, &question, (id, &given)).await })).await
    }

    fn given(&self, question: &Question, stage: Stage) -> Result<Given, AppError> {
        if stage == Stage::Ahead {
            return Err(AppError::NotFound);
        }
        let answer = self.answer.as_deref();
        match answer.map(|text| question.read(text)) {
            None => Ok(Given::Skipped),
            Some(Ok(answer)) => Ok(Given::Answered(answer)),
            Some(Err(_)) if stage == Stage::Closed => Err(CLOSED),
            Some(Err(why)) => Err(AppError::field("answer", why)),
        }
    }
}

async fn run(
    tx: &Tx,
    by: &By<PracticeScope>,
    question: &Question,
    (id, given): (RowId, &Given),
) -> Result<Written, AppError> {
    let at = tx.read(by.scope());
    let added = questions::answer(at, question, id, given, by.id(), tx.now()).await?;
    let written = Written::of(added)?;
    if written == Written::New {
        // A repeat of what was taken in time is none the worse for coming late.
        if question.stage(calendar::london_day(tx.now())) != Stage::Open {
            return Err(CLOSED);
        }
        let event = QuestionAnswered { question: question.id, answer: id };
        tx.audit(&by.scope().practice().into(), &event).await?;
    }
    Ok(written)
}
