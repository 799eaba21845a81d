//! The links of a reminder: "nothing changed" in one press after opening, and no more mail. Nobody has to sign in for
//! either; the page says no more than which practice and which week.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
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
    web::{
        caller::Caller,
        reminders as links,
        shell::{self, Place, Section, Sheet},
    },
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
    Ok(framed(&app, &caller, "Your weekly return", link_view::ask(&asked)))
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
    Ok(framed(&app, &caller, "Your weekly return", link_view::ask(&asked)))
}

async fn asked(app: &AppState, (id, practice, secret): Link) -> Result<(Permit<access::AnswerWeek>, Asked), AppError> {
    let id: Uuid = id.parse().map_err(|_| AppError::NotFound)?;
    let practice: OdsCode = practice.parse().map_err(|_| AppError::NotFound)?;
    let opened = links::open(app, id, &practice, &secret).await?.ok_or(AppError::NotFound)?;
    let organisations = app.organisations().await?;
    let name = organisations.practice(&practice).map_or_else(|| practice.to_string(), |known| known.name.to_string());
    let answers = sharing::week_answers(app.db.read(opened.permit.scope()), 8).await?;
    let asked = Asked {
        sent: page::answer_of(&answers, opened.week),
        path: links::answer_path(app, id, &practice)?,
        week: opened.week,
        open: opened.open,
        practice,
        name,
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
    let content = link_view::stop(&links::stop_path(&app, person)?);
    Ok(framed(&app, &caller, "Stop reminders by mail", content))
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
    Ok(framed(&app, &caller, "No more mail", link_view::stopped()))
}

async fn open_stop(app: &AppState, (person, secret): Stop) -> Result<(PersonId, Permit<SetMail>), AppError> {
    let person: PersonId = person.parse().map_err(|_| AppError::NotFound)?;
    let opened = links::open_stop(app, person, &secret).await?;
    Ok((person, opened.ok_or(AppError::NotFound)?))
}

fn framed(app: &AppState, caller: &Caller, title: &str, content: maud::Markup) -> Response {
    let sheet = Sheet { title, current: Section::Elsewhere, live: None, content };
    shell::page(app, caller, &Place::Nowhere, sheet).into_response()
}
