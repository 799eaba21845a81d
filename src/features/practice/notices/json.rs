//! Notices and the diary over JSON.

use axum::{extract::State, response::Response};
use entity::ids::{LocalDate, NoticeId};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use crate::{
    domain::{
        access::{Permit, PracticeScope, SeeRegister},
        diary::{DiaryEntry, Of},
        notice::Notice,
    },
    error::AppError,
    operations::{follow_notice::FollowNotice, serve_notice::ServeNotice},
    state::{AppState, notices::Known},
    web::{
        doors,
        lists::{ListAsked, Order, Pages},
        problem::Problem,
    },
};

/// The paths and bodies of notices, for the document of the whole API.
#[derive(Debug, OpenApi)]
#[openapi(paths(list, diary))]
pub struct Documentation;

/// A practice's notices.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticesOut {
    /// ODS code.
    #[schema(example = "Z90001")]
    pub practice: String,
    /// The newest served first.
    pub items: Vec<NoticeOut>,
    /// What to send as `after` for the next page; null where there is none.
    pub next: Option<String>,
}

/// Columns of the sheet.
const COLUMNS: [&str; 13] = [
    "id",
    "item",
    "subject",
    "service",
    "served_on",
    "period",
    "ends_on",
    "commissioner",
    "contract",
    "funded",
    "patients",
    "reply_due_on",
    "state",
];

/// One notice.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeOut {
    /// Which.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d21")]
    pub id: Uuid,
    /// Code of the item.
    #[schema(example = "voluntary-services")]
    pub item: String,
    /// The named service, as in the register.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d11")]
    pub subject: Uuid,
    /// Its name.
    #[schema(example = "Ring pessaries")]
    pub service: String,
    /// Day of service.
    #[schema(value_type = String, format = Date, example = "2026-11-20")]
    pub served_on: LocalDate,
    /// The period in words.
    #[schema(example = "3 months")]
    pub period: String,
    /// Last day of the service.
    #[schema(value_type = String, format = Date, example = "2027-02-20")]
    pub ends_on: LocalDate,
    /// To whom.
    #[schema(example = "NHS Example ICB")]
    pub commissioner: String,
    /// signed, unsigned or none.
    #[schema(example = "unsigned")]
    pub contract: &'static str,
    /// Whether the service is paid for; null where that is not known.
    #[schema(example = false)]
    pub funded: Option<bool>,
    /// Patients affected, an estimate.
    #[schema(example = 35)]
    pub patients: Option<u32>,
    /// When a reply is due.
    #[schema(value_type = Option<String>, format = Date, example = "2026-12-18")]
    pub reply_due_on: Option<LocalDate>,
    /// waiting, acknowledged, challenged, ceased, funded, withdrawn or entered-in-error.
    #[schema(example = "waiting")]
    pub state: &'static str,
    /// What happened since, in the order it was recorded.
    pub events: Vec<HappenedOut>,
}

/// What happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct HappenedOut {
    /// Which.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d22")]
    pub id: Uuid,
    /// What.
    #[schema(example = "acknowledged")]
    pub event: &'static str,
    /// When.
    #[schema(value_type = String, format = Date, example = "2026-11-27")]
    pub on: LocalDate,
    /// A short note; empty for none.
    #[schema(example = "By letter")]
    pub note: String,
}

impl NoticeOut {
    fn new(notice: &Notice, service: &str) -> Self {
        Self {
            id: notice.id.0,
            item: notice.item.to_string(),
            subject: notice.subject.0,
            service: service.to_owned(),
            served_on: notice.served_on,
            period: notice.period.words(),
            ends_on: notice.ends_on,
            commissioner: notice.commissioner.clone(),
            contract: notice.contract.as_str(),
            funded: notice.funded,
            patients: notice.patients,
            reply_due_on: notice.reply_due_on,
            state: notice.state().code(),
            events: notice
                .events
                .iter()
                .map(|happened| HappenedOut {
                    id: happened.id.0,
                    event: happened.event.as_str(),
                    on: happened.on,
                    note: happened.note.clone(),
                })
                .collect(),
        }
    }
}

/// What lies ahead of a practice.
#[derive(Debug, Serialize, ToSchema)]
pub struct DiaryOut {
    /// ODS code.
    #[schema(example = "Z90001")]
    pub practice: String,
    /// By date; a reply that is overdue lies in the past.
    pub items: Vec<EntryOut>,
    /// What to send as `after` for the next page; null where there is none.
    pub next: Option<String>,
}

/// One day.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryOut {
    /// The day.
    #[schema(value_type = String, format = Date, example = "2027-02-20")]
    pub on: LocalDate,
    /// last-day, plan or reply-due.
    #[schema(example = "last-day")]
    pub what: &'static str,
    /// Of what.
    #[schema(example = "Ring pessaries")]
    pub name: String,
    /// The notice behind it, where one was recorded.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d21")]
    pub notice: Option<Uuid>,
    /// The letter whose reply is due, where it is not that of a notice.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d22")]
    pub letter: Option<Uuid>,
}

impl EntryOut {
    /// By date, and then by what makes it one.
    fn key(&self) -> String {
        let id = self.notice.or(self.letter).unwrap_or_default();
        format!("{} {} {} {id}", self.on, self.name, self.what)
    }

    fn new(entry: DiaryEntry) -> Self {
        Self {
            on: entry.on,
            what: entry.kind.code(),
            notice: entry.notice().map(|id| id.0),
            letter: match entry.of {
                Of::Letter(id) => Some(id.0),
                Of::Item { .. } => None,
            },
            name: entry.name,
        }
    }
}

/// A practice's notices
#[utoipa::path(get, path = "/api/v1/practices/{ods}/notices", tag = "notices",
    params(("ods" = String, Path, example = "Z90001"), ListAsked),
    responses(
        (status = 200, description = "Notices with what happened since", content((NoticesOut = "application/json"), (String = "text/csv"))),
        (status = 422, description = "A limit or a cursor that cannot be taken", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Sign in first", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such practice, or not yours", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn list(
    permit: Permit<SeeRegister>,
    State(app): State<AppState>,
    pages: Pages,
) -> Result<Response, AppError> {
    let known = Known::read(&app, permit.scope()).await?;
    let page = pages.cut(&known.notices, Order::Down, |notice| format!("{} {}", notice.served_on, notice.id))?;
    let page = page.map(|notice| NoticeOut::new(notice, known.service(notice)));
    let practice = permit.scope().practice().to_string();
    let body = NoticesOut { practice, items: page.items, next: page.next };
    pages.answer(&body, body.next.as_deref(), ("notices", &COLUMNS, &body.items))
}

impl doors::Answer<ServeNotice> for NoticeOut {
    async fn read(app: &AppState, scope: &PracticeScope, id: &NoticeId) -> Result<Self, AppError> {
        stored(app, scope, *id).await
    }
}

impl doors::Answer<FollowNotice> for NoticeOut {
    async fn read(app: &AppState, scope: &PracticeScope, id: &NoticeId) -> Result<Self, AppError> {
        stored(app, scope, *id).await
    }
}

async fn stored(app: &AppState, scope: &PracticeScope, id: NoticeId) -> Result<NoticeOut, AppError> {
    let known = Known::read(app, scope).await?;
    let notice = known.notices.iter().find(|notice| notice.id == id);
    let notice = notice.ok_or(AppError::NotFound)?;
    Ok(NoticeOut::new(notice, known.service(notice)))
}

/// What lies ahead of a practice, by date
#[utoipa::path(get, path = "/api/v1/practices/{ods}/diary", tag = "notices",
    params(("ods" = String, Path, example = "Z90001"), ListAsked),
    responses(
        (status = 200, description = "Last days, plans, replies that are due", body = DiaryOut),
        (status = 422, description = "A limit or a cursor that cannot be taken", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Sign in first", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such practice, or not yours", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn diary(
    permit: Permit<SeeRegister>,
    State(app): State<AppState>,
    pages: Pages,
) -> Result<Response, AppError> {
    let known = Known::read(&app, permit.scope()).await?;
    let entries = known.diary().into_iter().map(EntryOut::new);
    let page = pages.cut(entries, Order::Up, EntryOut::key)?;
    let practice = permit.scope().practice().to_string();
    let body = DiaryOut { practice, items: page.items, next: page.next };
    Ok(pages.json(&body, body.next.as_deref()))
}
