//! An LMC puts a ready-made set of questions to a week's return: all of them, or none.

use super::{Written, ask_question::AskQuestion};
use crate::{
    domain::{
        access::{By, LmcScope},
        question::NewQuestion,
    },
    error::AppError,
    state::AppState,
};

/// Questions for one week, whose days are checked.
#[derive(Debug, Clone)]
pub struct AskQuestions {
    /// What is asked, in its order.
    pub questions: Vec<NewQuestion>,
}

impl AskQuestions {
    /// Writes them at the next places of their week.
    ///
    /// # Errors
    /// The week, where it has no room for all of them; [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<LmcScope>) -> Result<Written, AppError> {
        let own = by.clone();
        app.writer
            .write(by, move |tx| {
                Box::pin(async move {
                    let mut written = Written::Repeat;
                    for question in self.questions {
                        if (AskQuestion { question }).run(tx, &own).await? == Written::New {
                            written = Written::New;
                        }
                    }
                    Ok(written)
                })
            })
            .await
    }
}
