//! The answers given on the page of the week: that nothing changed, and to a question of the LMC.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::RowId;
use serde::Deserialize;

use super::{page, questions::QuestionPath, questions_view::Refused};
use crate::{
    domain::{
        access::{By, Permit, RecordStatus},
        calendar,
    },
    error::{AppError, FieldError},
    href,
    operations::{answer_question::AnswerQuestion, answer_week::AnswerWeek},
    state::AppState,
    web::{
        caller::Caller,
        forms::{self, Form, InPath},
    },
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WeekForm {
    week: String,
}

/// Answers the week that the page showed: this one, or the last for a page that stood open over the weekend.
pub(super) async fn nothing_changed(
    permit: Permit<RecordStatus>,
    State(app): State<AppState>,
    Form(form): Form<WeekForm>,
) -> Result<Redirect, AppError> {
    let this = calendar::week_ending(app.clock.today());
    let week = forms::optional_day(&form.week, "week").ok().flatten();
    let week_ending = week
        .filter(|week| *week == this || *week == this.minus_days(7))
        .ok_or(AppError::Conflict("this page is from another week: open it again"))?;
    AnswerWeek { week_ending }.perform(&app, &By::from(&permit)).await?;
    let page = href!("/practices").seg(permit.scope().practice());
    Ok(Redirect::to(page.as_str()))
}

/// The form under a question.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct AnswerForm {
    id: String,
    answer: String,
    what: String,
}

/// Answers or skips a question; what cannot be taken is shown on the page again.
pub(super) async fn give(
    permit: Permit<RecordStatus>,
    caller: Caller,
    State(app): State<AppState>,
    InPath(path): InPath<QuestionPath>,
    Form(typed): Form<AnswerForm>,
) -> Result<Response, AppError> {
    let given = match forms::id(&typed.id, "answer") {
        Ok(id) => {
            let act = AnswerQuestion {
                id: RowId(id),
                question: path.id(),
                answer: (typed.what != "skip").then(|| typed.answer.clone()),
            };
            act.perform(&app, &By::from(&permit)).await
        }
        Err(error) => Err(error.into()),
    };
    match given {
        Ok(_) => {
            let page = href!("/practices").seg(permit.scope().practice());
            let page = format!("{}#questions", page.as_str());
            Ok(Redirect::to(&page).into_response())
        }
        Err(AppError::Invalid(errors)) => {
            let refused = Refused { question: path.id(), typed: typed.answer, why: says(&errors) };
            page::page(&app, &caller, permit.scope(), Some(refused)).await
        }
        Err(error) => Err(error),
    }
}

fn says(errors: &[FieldError]) -> String {
    let first = errors.first();
    first.map_or_else(String::new, |error| error.message.to_string())
}
