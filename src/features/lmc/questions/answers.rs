//! What practices that share have answered, as far as their LMC may read it.

use entity::ids::{OdsCode, QuestionId};
use serde::Deserialize;

use super::view::Read;
use crate::{
    domain::{
        access::LmcScope,
        question::{self, Answer, Given, QuestionKind},
    },
    error::AppError,
    state::AppState,
    store::questions,
};

/// The question of an address.
#[derive(Debug, Deserialize)]
pub(super) struct OnePath {
    pub(super) question: QuestionId,
}

impl Read {
    pub(super) async fn of(app: &AppState, scope: &LmcScope, id: QuestionId) -> Result<Self, AppError> {
        let at = app.db.read(scope);
        let question = questions::one(at, id).await?.ok_or(AppError::NotFound)?;
        let organisations = app.organisations().await?;
        let only = std::slice::from_ref(&question);
        let mut answers = questions::answers(at, &organisations, only, app.clock.known()).await?;
        let given = answers.given.remove(&id).unwrap_or_default();
        let of = (answers.sharing, answers.all);
        let results = question::results(&question, of, given.values());
        let given: Vec<(OdsCode, Answer)> = given
            .into_iter()
            .filter_map(|(code, given)| match given {
                Given::Answered(answer) => Some((code, answer)),
                Given::Skipped => None,
            })
            .collect();
        let told = given.iter().map(|(code, _)| code.clone()).collect();
        let mut named: Vec<(OdsCode, String, Answer)> = given
            .into_iter()
            .filter(|_| question.kind != QuestionKind::Text)
            .map(|(code, answer)| {
                let name = organisations.name_of(&(&code).into());
                (code, name, answer)
            })
            .collect();
        named.sort_by(|one, other| (&one.1, &one.0).cmp(&(&other.1, &other.0)));
        Ok(Self { question, results, named, told })
    }
}
