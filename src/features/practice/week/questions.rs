//! What the practice's LMC asks this week.

use entity::ids::QuestionId;
use serde::Deserialize;

use super::questions_view::Questions;
use crate::{
    domain::access::PracticeScope,
    error::AppError,
    state::AppState,
    store::{questions, sharing},
};

pub(super) async fn read(app: &AppState, scope: &PracticeScope) -> Result<Questions, AppError> {
    let (read, today) = (app.db.read(scope), app.clock.today());
    let (name, open) = match app.lmc_of(scope.practice()).await? {
        None => (String::new(), Vec::new()),
        Some(lmc) => {
            let name = app.organisations().await?.name_of(&lmc);
            (name, questions::open_for(read, &lmc, today).await?)
        }
    };
    let decision = sharing::decision(read).await?;
    Ok(Questions {
        practice: scope.practice().clone(),
        lmc: name,
        shared: decision.is_some_and(|decision| decision.given),
        given: questions::own(read, &open).await?,
        open,
        refused: None,
    })
}

#[derive(Debug, Deserialize)]
pub(super) struct QuestionPath {
    question: QuestionId,
}

impl QuestionPath {
    pub(super) fn id(&self) -> QuestionId {
        self.question
    }
}
