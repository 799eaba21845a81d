//! Letters in the API: the kinds with their wording, the register, a letter, what came back.

use std::collections::BTreeMap;

use axum::{Json as Answer, extract::State, http::StatusCode, response::Response};
use entity::ids::{LocalDate, RowId, TransferId};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::{
    draft,
    letter::{LetterPath, find},
    wordings::Wordings,
    write_view::{Basis, Typed},
};
use crate::{
    domain::{
        access::{By, Permit, PracticeScope, SeeLetters, WriteLetters},
        letter::{self, Template, book::LetterKind},
    },
    error::AppError,
    operations::{follow_letter::FollowLetter, record_letter::RecordLetter},
    state::AppState,
    store::letters::{self, Letter},
    web::{
        forms::{InPath, Json},
        lists::{ListAsked, ListOut, Order, Pages},
        problem::Problem,
        wordings::{book, may_be_written},
        written::{self, id},
    },
};

/// The paths and bodies, for the document of the whole API.
#[derive(Debug, OpenApi)]
#[openapi(paths(kinds, list, add, one, happened))]
pub struct Documentation;

/// A kind of letter with the wording that holds for the practice.
#[derive(Debug, Serialize, ToSchema)]
pub struct KindOut {
    /// Stable code.
    #[schema(example = "notice-on-service")]
    pub kind: String,
    /// As on pages.
    #[schema(example = "Notice on a service")]
    pub title: String,
    /// national, lmc or practice: the nearest wins.
    #[schema(example = "lmc")]
    pub level: String,
    /// Version of that wording.
    #[schema(example = 3)]
    pub version: i32,
    /// First day of that version.
    #[schema(example = "2026-11-20", value_type = String, format = Date)]
    pub effective_on: LocalDate,
    /// Fields to fill; practice, code, day and recipient are filled by themselves.
    #[schema(example = json!(["service", "last_day"]))]
    pub fields: Vec<String>,
    /// The text with its fields between braces.
    #[schema(example = "Notice on {service}\n\nDear colleague,\n\nour last day is {last_day}.")]
    pub text: String,
}

/// What can be written today.
#[utoipa::path(get, path = "/api/v1/practices/{ods}/letter-kinds", tag = "letters",
    params(("ods" = String, Path, example = "Z90001"), ListAsked),
    responses(
        (status = 200, description = "Kinds with the wording that holds", body = ListOut<KindOut>),
        (status = 422, description = "A limit or a cursor that cannot be taken", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such practice, or not yours", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn kinds(
    permit: Permit<SeeLetters>,
    State(app): State<AppState>,
    pages: Pages,
) -> Result<Response, AppError> {
    let wordings = Wordings::read(&app, permit.scope()).await?;
    let (catalogue, today) = (app.catalogue().await?, app.clock.today());
    let kinds = book()?.kinds.iter().enumerate().filter(|(_, kind)| may_be_written(&catalogue, kind, today));
    let page = pages.cut(kinds, Order::Up, |(place, _)| format!("{place:04}"))?;
    let page = page.map(|(_, kind)| kind_out(kind, &wordings));
    Ok(pages.json(&page, page.next.as_deref()))
}

fn kind_out(kind: &LetterKind, wordings: &Wordings) -> KindOut {
    let wording = wordings.holds(kind);
    let text = wording.text.unwrap_or_default();
    let template = Template::parse(&text, kind.form).ok();
    let asked = |code: &str| !letter::book::ALWAYS.contains(&code);
    let fields = template.iter().flat_map(Template::fields);
    KindOut {
        kind: kind.code.clone(),
        title: kind.title.clone(),
        level: wording.level.code().to_owned(),
        version: wording.version,
        effective_on: wording.effective_on,
        fields: fields.filter(|(code, _)| asked(code)).map(|(code, _)| code.to_owned()).collect(),
        text,
    }
}

/// A letter of the register.
#[derive(Debug, Serialize, ToSchema)]
pub struct LetterOut {
    /// Id.
    #[schema(example = "019a9f6e-7c00-7000-8000-000000000001")]
    pub id: Uuid,
    /// Code of the kind.
    #[schema(example = "notice-on-service")]
    pub kind: String,
    /// Whose wording it was made from.
    #[schema(example = "national")]
    pub level: String,
    /// Version of that wording.
    #[schema(example = 1)]
    pub version: i32,
    /// The notice it is about.
    #[schema(example = "019a9f6e-7c00-7000-8000-000000000009")]
    pub notice: Option<Uuid>,
    /// Whom it went to.
    #[schema(example = "Wyre and Calder")]
    pub to: String,
    /// When it went out.
    #[schema(example = "2026-11-20", value_type = String, format = Date)]
    pub sent_on: LocalDate,
    /// post, email, portal or shown.
    #[schema(example = "email")]
    pub how: String,
    /// When a reply is due.
    #[schema(example = "2026-12-18", value_type = Option<String>, format = Date)]
    pub reply_due_on: Option<LocalDate>,
    /// The transferred work that it is about, by the ids of the first entries.
    pub transfers: Vec<Uuid>,
    /// none-due, due, overdue, received or recorded-in-error, as of today.
    #[schema(example = "due")]
    pub state: String,
    /// When the newest reply came.
    #[schema(example = "2026-12-10", value_type = Option<String>, format = Date)]
    pub received_on: Option<LocalDate>,
    /// What it said, in short.
    #[schema(example = "Acknowledged; a provider will be named.")]
    pub reply_note: Option<String>,
    /// The letter, word for word.
    #[schema(
        example = "Invented Surgery (Z90001)\n20 November 2026\n\nTo: Wyre and Calder\n\nNotice on ring pessaries"
    )]
    pub text: String,
}

fn letter_out(letter: &Letter, about: &[TransferId], kind: Option<&LetterKind>, today: LocalDate) -> LetterOut {
    let row = &letter.row;
    LetterOut {
        id: row.id.0,
        kind: row.kind.clone(),
        level: row.level.clone(),
        version: row.version,
        notice: row.notice.map(|id| id.0),
        to: row.recipient.clone(),
        sent_on: row.sent_on,
        how: row.how.clone(),
        reply_due_on: row.reply_due_on,
        transfers: about.iter().map(|id| id.0).collect(),
        state: letter.standing(today).code().to_owned(),
        received_on: letter.reply().map(|reply| reply.on),
        reply_note: letter.reply().and_then(|reply| reply.note.clone()),
        text: kind.map_or_else(|| row.body.clone(), |kind| letter::plain_text(&letter.paper(kind.form))),
    }
}

/// The register.
#[utoipa::path(get, path = "/api/v1/practices/{ods}/letters", tag = "letters",
    params(("ods" = String, Path, example = "Z90001"), ListAsked),
    responses(
        (status = 200, description = "Letters, newest first", body = ListOut<LetterOut>),
        (status = 422, description = "A limit or a cursor that cannot be taken", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such practice, or not yours", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn list(
    permit: Permit<SeeLetters>,
    State(app): State<AppState>,
    pages: Pages,
) -> Result<Response, AppError> {
    let (book, today) = (book()?, app.clock.today());
    let at = app.db.read(permit.scope());
    let letters = letters::all(at).await?;
    let mut about: BTreeMap<RowId, Vec<TransferId>> = BTreeMap::new();
    for (item, links) in letters::links::of_items(at).await? {
        for (letter, _) in links {
            about.entry(letter).or_default().push(item);
        }
    }
    let page = pages.cut(letters, Order::Down, |letter| format!("{} {}", letter.row.sent_on, letter.row.id))?;
    let page = page.map(|letter| {
        let about = about.remove(&letter.row.id).unwrap_or_default();
        letter_out(&letter, &about, book.kind(&letter.row.kind), today)
    });
    Ok(pages.json(&page, page.next.as_deref()))
}

/// A letter that was sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LetterIn {
    /// Made by the client, a UUID of version 7: sending the same letter twice records it once.
    #[schema(example = "019a9f6e-7c00-7000-8000-000000000001")]
    pub id: Uuid,
    /// Code of the kind.
    #[schema(example = "survey-reply")]
    pub kind: String,
    /// Level of the wording that was looked at; the one that holds where it is left out. Needs a version.
    #[schema(example = "national")]
    pub level: Option<String>,
    /// Version of that wording.
    #[schema(example = 1)]
    pub version: Option<i32>,
    /// Whom it went to; the ICB or the patients of the kind where it is left out.
    #[schema(example = "Wyre and Calder")]
    pub to: Option<String>,
    /// The day written on it, today where it is left out.
    #[schema(example = "2026-11-20", format = Date)]
    pub dated_on: Option<String>,
    /// Every field of the wording; days as year, month and day.
    #[schema(example = json!({"survey": "your survey of 2 November 2026", "signed": "The partners"}))]
    pub fields: BTreeMap<String, String>,
    /// When it went out.
    #[schema(example = "2026-11-20", format = Date)]
    pub sent_on: String,
    /// post, email, portal or shown.
    #[schema(example = "email")]
    pub how: String,
    /// When a reply is due.
    #[schema(example = "2026-12-18", format = Date)]
    pub reply_due_on: Option<String>,
    /// The notice it is about.
    #[schema(example = "019a9f6e-7c00-7000-8000-000000000009")]
    pub notice: Option<Uuid>,
    /// The transferred work it is about: letters of that kind need it. Ids of the first entries, of one provider.
    #[serde(default)]
    pub transfers: Vec<Uuid>,
    /// The network for which the practice writes, in letters that may be written for one.
    #[schema(example = "Wyre Valley Primary Care Network")]
    pub network: Option<String>,
}

impl LetterIn {
    fn typed(self) -> Result<Typed, AppError> {
        let known = |code: &String| book().is_ok_and(|book| book.field(code).is_some());
        if let Some(code) = self.fields.keys().find(|code| !known(code)) {
            let safe = letter::template::is_code(code);
            let field = if safe { code.clone() } else { "fields".to_owned() };
            return Err(AppError::field(field, "There is no such field"));
        }
        let mut typed = Typed(self.fields);
        typed.set("id", self.id.to_string());
        typed.set("kind", self.kind);
        typed.set("sent_on", self.sent_on);
        typed.set("how", self.how);
        for (name, value) in [
            ("level", self.level),
            ("version", self.version.map(|version| version.to_string())),
            ("to", self.to),
            ("dated_on", self.dated_on),
            ("reply_due_on", self.reply_due_on),
            ("notice", self.notice.map(|id| id.to_string())),
            ("network", self.network),
            ("transfers", Some(self.transfers.iter().map(Uuid::to_string).collect::<Vec<_>>().join(","))),
        ] {
            typed.set(name, value.unwrap_or_default());
        }
        Ok(typed)
    }
}

/// Make a letter and record it as sent.
#[utoipa::path(post, path = "/api/v1/practices/{ods}/letters", tag = "letters",
    params(("ods" = String, Path, example = "Z90001")),
    request_body = LetterIn,
    responses(
        (status = 201, description = "Recorded, with its text", body = LetterOut),
        (status = 200, description = "Recorded before; the letter as it stands", body = LetterOut),
        (status = 404, description = "No such practice, not yours, or no such kind", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The id was used for another letter, or its subject conflicts with the contract", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A field is not filled or cannot be taken; each is named", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn add(
    permit: Permit<WriteLetters>,
    State(app): State<AppState>,
    Json(body): Json<LetterIn>,
) -> Result<(StatusCode, Answer<LetterOut>), AppError> {
    let letter = RowId(id(body.id)?);
    let mut typed = body.typed()?;
    let basis = Basis::find(&app, permit.scope(), &typed).await?;
    let today = app.clock.today();
    let given = typed.clone();
    basis.begin(&mut typed, today);
    // What a form begins with is a person's to look at; a program says every field.
    for field in basis.asks() {
        typed.set(&field.code, given.get(&field.code));
    }
    let filled = basis.fill(&typed).map_err(AppError::Invalid)?;
    let sent = basis.sent(&filled, &typed, today);
    let act = RecordLetter { letter: sent.map_err(AppError::Invalid)? };
    let status = written::status(act.perform(&app, &By::from(&permit)).await?);
    Ok((status, answer(&app, permit.scope(), letter).await?))
}

async fn answer(app: &AppState, scope: &PracticeScope, letter: RowId) -> Result<Answer<LetterOut>, AppError> {
    let (letter, kind) = find(app, scope, &letter.to_string()).await?;
    let about = letters::links::of_letter(app.db.read(scope), letter.row.id).await?;
    Ok(Answer(letter_out(&letter, &about, Some(kind), app.clock.today())))
}

/// One letter.
#[utoipa::path(get, path = "/api/v1/practices/{ods}/letters/{letter}", tag = "letters",
    params(
        ("ods" = String, Path, example = "Z90001"),
        ("letter" = Uuid, Path, example = "019a9f6e-7c00-7000-8000-000000000001"),
    ),
    responses(
        (status = 200, description = "The letter", body = LetterOut),
        (status = 404, description = "No such letter of this practice, or not yours", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn one(
    permit: Permit<SeeLetters>,
    State(app): State<AppState>,
    InPath(path): InPath<LetterPath>,
) -> Result<Answer<LetterOut>, AppError> {
    let id = path.letter.parse().map_err(|_| AppError::NotFound)?;
    answer(&app, permit.scope(), id).await
}

/// What happened with a letter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventIn {
    /// Made by the client.
    #[schema(example = "019a9f6e-7c00-7000-8000-000000000002")]
    pub id: Uuid,
    /// acknowledged, reply, agreed, refused, half-answered, or recorded-in-error.
    #[schema(example = "reply")]
    pub event: String,
    /// The day of it; today for a mistake where it is left out.
    #[schema(example = "2026-12-10", format = Date)]
    pub happened_on: Option<String>,
    /// What it said, in short; without patient data.
    #[schema(example = "Acknowledged; a provider will be named.")]
    pub note: Option<String>,
}

/// Record a reply, or that a letter was recorded by mistake.
#[utoipa::path(post, path = "/api/v1/practices/{ods}/letters/{letter}/events", tag = "letters",
    params(
        ("ods" = String, Path, example = "Z90001"),
        ("letter" = Uuid, Path, example = "019a9f6e-7c00-7000-8000-000000000001"),
    ),
    request_body = EventIn,
    responses(
        (status = 201, description = "Recorded; the letter as it stands", body = LetterOut),
        (status = 200, description = "Recorded before; the letter as it stands", body = LetterOut),
        (status = 404, description = "No such letter of this practice, or not yours", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The id was used for something else", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A field cannot be taken", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn happened(
    permit: Permit<WriteLetters>,
    State(app): State<AppState>,
    InPath(path): InPath<LetterPath>,
    Json(body): Json<EventIn>,
) -> Result<(StatusCode, Answer<LetterOut>), AppError> {
    id(body.id)?;
    let (letter, _) = find(&app, permit.scope(), &path.letter).await?;
    let mut typed = Typed::default();
    typed.set("id", body.id.to_string());
    typed.set("event", body.event);
    typed.set("happened_on", body.happened_on.unwrap_or_default());
    typed.set("note", body.note.unwrap_or_default());
    let (row, today) = (&letter.row, app.clock.today());
    let event = draft::event(row.id, &typed, row.sent_on, today).map_err(AppError::Invalid)?;
    let act = FollowLetter { event };
    let status = written::status(act.perform(&app, &By::from(&permit)).await?);
    Ok((status, answer(&app, permit.scope(), row.id).await?))
}
