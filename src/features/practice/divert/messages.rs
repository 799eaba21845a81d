//! Messages to the ICB and about the Directory of Services: a draft to copy, and what became of it.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Query;
use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, MessageId, RowId};
use sea_orm::DbErr;
use serde::Deserialize;

use super::{
    messages_view::{self, Draft, LONGEST},
    today, view,
};
use crate::{
    db::Read,
    domain::{
        access::{By, Permit, PracticeScope, RunDivert, SeeDiverts},
        calendar,
        divert::{ANSWERS, MessageKind, WAYS, draft},
        identifier,
    },
    error::{AppError, FieldError},
    operations::{record_divert_answer::RecordDivertAnswer, record_divert_message::RecordDivertMessage},
    state::AppState,
    store::{self, divert::messages::Message},
    web::{
        caller::Caller,
        forms::{self, Form},
        shell,
    },
};

#[derive(Debug, Deserialize)]
pub(super) struct Which {
    kind: Option<String>,
}

/// The draft, and what was sent today.
pub(super) async fn page(
    permit: Permit<SeeDiverts>,
    caller: Caller,
    State(app): State<AppState>,
    Query(which): Query<Which>,
) -> Result<Response, AppError> {
    let kind = which.kind.as_deref().and_then(MessageKind::of).unwrap_or(MessageKind::Icb);
    render(&app, &caller, permit.scope(), kind, None, &[]).await
}

async fn render(
    app: &AppState,
    caller: &Caller,
    scope: &PracticeScope,
    kind: MessageKind,
    typed: Option<&Sent>,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    let today = today::read(app, scope).await?;
    let day = today.on.long();
    let began = today.divert.as_ref().map(|going| going.started_at);
    let facts = draft::DivertFacts {
        practice: &today.name,
        ods: today.practice.as_str(),
        day: &day,
        time: &calendar::london_time(began.unwrap_or(today.at)),
        begun: began.is_some(),
        counted: today.sum.counted,
        limit: today.sum.limit,
    };
    let mut messages = of_day(app.db.read(scope), today.on).await?;
    messages.retain(|message| message.kind == kind.code());
    let (subject, body) = (draft::subject(kind, &facts), draft::body(kind, &facts));
    let now = calendar::london_time(today.at);
    let sheet = messages_view::page(&Draft {
        practice: &today.practice,
        kind,
        subject: &subject,
        body: typed.map_or(&body, |typed| &typed.body),
        how: typed.map_or("", |typed| &typed.how),
        at: typed.map_or(&now, |typed| &typed.at),
        now: &now,
        messages: &messages,
        errors,
    });
    shell::show(app, caller, scope, sheet).await
}

/// The messages of one day.
pub(super) async fn of_day(read: Read<'_, PracticeScope>, day: LocalDate) -> Result<Vec<Message>, DbErr> {
    store::divert::messages::between(read, day, day).await
}

/// The form that records a message as sent.
#[derive(Debug, Deserialize)]
pub(super) struct Sent {
    id: String,
    kind: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    how: String,
    #[serde(default)]
    at: String,
}

/// Records that a message was sent. The practice sends it; this writes it down.
pub(super) async fn sent(
    permit: Permit<RunDivert>,
    caller: Caller,
    State(app): State<AppState>,
    Form(form): Form<Sent>,
) -> Result<Response, AppError> {
    let id = forms::id(&form.id, "id")?;
    let Some(kind) = MessageKind::of(&form.kind) else {
        return Err(AppError::field("kind", "Choose one of the two messages"));
    };
    let (now, body) = (app.clock.now(), form.body.replace("\r\n", "\n"));
    let read = (
        identifier::check_letter(&body, LONGEST).map_err(|refused| FieldError::new("body", refused.to_string())),
        way(&form.how, "how"),
        time(&form.at, "at", now),
    );
    let (Ok(body), Ok(how), Ok(sent_at)) = read else {
        let errors: Vec<FieldError> = [read.0.err(), read.1.err(), read.2.err()].into_iter().flatten().collect();
        return render(&app, &caller, permit.scope(), kind, Some(&form), &errors).await;
    };
    let message = RecordDivertMessage {
        id: MessageId(id),
        day: calendar::london_day(now),
        kind,
        how,
        sent_at,
        body: body.into(),
    };
    message.perform(&app, &By::from(&permit)).await?;
    let page = view::base(permit.scope().practice()).seg("message").query("kind", kind.code());
    Ok(Redirect::to(page.as_str()).into_response())
}

/// The form that records an answer.
#[derive(Debug, Deserialize)]
pub(super) struct Answered {
    id: String,
    message: String,
    kind: String,
    #[serde(default)]
    answer: String,
    #[serde(default)]
    how: String,
    #[serde(default)]
    at: String,
}

/// Records what became of a message; the newest answer holds.
pub(super) async fn answered(
    permit: Permit<RunDivert>,
    caller: Caller,
    State(app): State<AppState>,
    Form(form): Form<Answered>,
) -> Result<Response, AppError> {
    let ids = [forms::id(&form.id, "id"), forms::id(&form.message, "message")];
    let [Ok(id), Ok(message)] = ids else {
        return Err(AppError::Invalid(ids.into_iter().filter_map(Result::err).collect()));
    };
    let kind = MessageKind::of(&form.kind).unwrap_or(MessageKind::Icb);
    let known = ANSWERS.iter().find(|(code, _)| *code == form.answer);
    let read = (
        known.ok_or_else(|| FieldError::new("answer", "Choose what became of it")),
        way(&form.how, "answer_how"),
        time(&form.at, "answer_at", app.clock.now()),
    );
    let (Ok((answer, _)), Ok(how), Ok(at)) = read else {
        let errors: Vec<FieldError> = [read.0.err(), read.1.err(), read.2.err()].into_iter().flatten().collect();
        return render(&app, &caller, permit.scope(), kind, None, &errors).await;
    };
    let answer = RecordDivertAnswer { id: RowId(id), message: MessageId(message), answer, how, at };
    answer.perform(&app, &By::from(&permit)).await?;
    let page = view::base(permit.scope().practice()).seg("message").query("kind", kind.code());
    Ok(Redirect::to(page.as_str()).into_response())
}

fn way(code: &str, field: &'static str) -> Result<&'static str, FieldError> {
    let known = WAYS.iter().find(|(known, _)| *known == code);
    known.map(|(code, _)| *code).ok_or_else(|| FieldError::new(field, "Choose how"))
}

/// A time of today, `14:06`, not ahead of the clock.
fn time(text: &str, field: &'static str, now: DateTime<Utc>) -> Result<DateTime<Utc>, FieldError> {
    calendar::today_at(text.trim(), now)
        .filter(|at| *at <= now)
        .ok_or_else(|| FieldError::new(field, "Enter a time of today that has passed, such as 14:06"))
}
