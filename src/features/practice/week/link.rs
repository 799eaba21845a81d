//! The links of a reminder: "nothing changed" in one press after opening, and no more mail. Nobody has to sign in for
//! either; the page says no more than which practice and which week.

use axum::{
    extract::{Path, State},
    response::Response,
};
use entity::ids::{OdsCode, PersonId};
use uuid::Uuid;

use super::{
    link_view::{self, Asked},
    page,
};
use crate::{
    domain::access::{self, By, Permit, SetMail},
    error::AppError,
    operations::{answer_week::AnswerWeek, choose_mail::ChooseMail},
    state::AppState,
    store::sharing,
    web::{caller::Caller, reminders as links, shell},
};

/// Id of the reminder, practice, secret: as they stand in the address.
pub(super) type Link = (String, String, String);

/// Asks whether anything changed.
pub(super) async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Path(link): Path<Link>,
) -> Result<Response, AppError> {
    let (_, asked) = asked(&app, link).await?;
    Ok(shell::outside(&app, &caller, link_view::ask(&asked)))
}

/// Answers the week; a repeat changes nothing and says when it was answered.
pub(super) async fn answer(
    State(app): State<AppState>,
    caller: Caller,
    Path(link): Path<Link>,
) -> Result<Response, AppError> {
    let (permit, before) = asked(&app, link.clone()).await?;
    if before.open && before.sent.is_none() {
        let act = AnswerWeek { week_ending: before.week };
        act.perform(&app, &By::from(&permit)).await?;
    }
    let (_, asked) = asked(&app, link).await?;
    Ok(shell::outside(&app, &caller, link_view::ask(&asked)))
}

async fn asked(app: &AppState, (id, practice, secret): Link) -> Result<(Permit<access::AnswerWeek>, Asked), AppError> {
    let id: Uuid = id.parse().map_err(|_| AppError::NotFound)?;
    let practice: OdsCode = practice.parse().map_err(|_| AppError::NotFound)?;
    let opened = links::open(app, id, &practice, &secret).await?.ok_or(AppError::NotFound)?;
    let answers = sharing::week_answers(app.db.read(opened.permit.scope()), 8).await?;
    let asked = Asked {
        sent: page::answer_of(&answers, opened.week),
        path: links::answer_path(app, id, &practice)?,
        week: opened.week,
        open: opened.open,
        name: shell::practice_name(app, &practice).await?,
        practice,
    };
    Ok((opened.permit, asked))
}

/// Person and secret.
pub(super) type Stop = (String, String);

/// Asks whether to stop the mail.
pub(super) async fn show_stop(
    State(app): State<AppState>,
    caller: Caller,
    Path(link): Path<Stop>,
) -> Result<Response, AppError> {
    let (person, _) = open_stop(&app, link).await?;
    Ok(shell::outside(&app, &caller, link_view::stop(&links::stop_path(&app, person)?)))
}

/// Stops the mail, from the page or from the mail program itself.
pub(super) async fn stop(
    State(app): State<AppState>,
    caller: Caller,
    Path(link): Path<Stop>,
) -> Result<Response, AppError> {
    let (person, permit) = open_stop(&app, link).await?;
    let act = ChooseMail { person, wanted: false };
    act.perform(&app, &By::from(&permit)).await?;
    Ok(shell::outside(&app, &caller, link_view::stopped()))
}

async fn open_stop(app: &AppState, (person, secret): Stop) -> Result<(PersonId, Permit<SetMail>), AppError> {
    let person: PersonId = person.parse().map_err(|_| AppError::NotFound)?;
    let opened = links::open_stop(app, person, &secret).await?;
    Ok((person, opened.ok_or(AppError::NotFound)?))
}
