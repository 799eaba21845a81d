//! Transferred work of an area over JSON.

use std::collections::BTreeMap;

use axum::{Json as Answer, extract::State};
use axum_extra::extract::Query;
use entity::ids::{LocalDate, RowId};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::{
    desk_view::{AnswerLine, Wanted},
    read,
};
use crate::{
    domain::{
        access::{LmcScope, Permit, SeeAreaTransfers},
        letter::FollowUp,
        readers::OutsidePage,
        transfer::{
            ProviderRef,
            desk::{JointLetter, Repeat},
        },
    },
    error::AppError,
    operations::{
        add_good_example::AddGoodExample, add_local_duty::AddLocalDuty, follow_joint_letter::FollowJointLetter,
        send_joint_letter::SendJointLetter, set_transfer_route::SetTransferRoute,
    },
    state::AppState,
    store::{joint_letters, transfer_desk},
    web::{doors, problem::Problem, receipts},
};

/// The paths and bodies, for the document of the whole API.
#[derive(Debug, OpenApi)]
#[openapi(paths(desk))]
pub struct Documentation;

/// Transferred work of an area, of practices that opened it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeskOut {
    /// The first day.
    #[schema(value_type = String, format = Date, example = "2026-11-01")]
    pub from: LocalDate,
    /// The last day.
    #[schema(value_type = String, format = Date, example = "2026-11-28")]
    pub to: LocalDate,
    /// Practices that opened it.
    pub practices: usize,
    /// Items.
    pub items: u32,
    /// The same work from several practices, most first.
    pub repeats: Vec<RepeatOut>,
    /// Items by provider, most first.
    pub providers: Vec<ProviderOut>,
    /// Replies to advice and referrals that came back, by provider and department, most first.
    pub answers: Vec<AnswersOut>,
    /// Minutes of clinicians on items declined or returned.
    pub minutes_given_back: u64,
    /// Minutes of clinicians on items done anyway.
    pub minutes_lost: u64,
    /// Joint letters, the newest first.
    pub letters: Vec<JointLetterOut>,
}

/// The same work of one provider from several practices.
#[derive(Debug, Serialize, ToSchema)]
pub struct RepeatOut {
    /// Who passes it on.
    pub provider: ProviderRef,
    /// Code of the department.
    #[schema(example = "650")]
    pub department: Option<String>,
    /// Code of the kind.
    #[schema(example = "investigation-request")]
    pub category: String,
    /// How often.
    #[schema(example = 14)]
    pub items: u32,
    /// From how many practices.
    #[schema(example = 6)]
    pub practices: u32,
    /// The newest.
    #[schema(value_type = String, format = Date, example = "2026-11-27")]
    pub last: LocalDate,
}

/// Answers of one provider on one pathway.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnswersOut {
    /// Who gave them.
    pub provider: ProviderRef,
    /// Code of the department.
    #[schema(example = "320")]
    pub department: Option<String>,
    /// From how many practices.
    #[schema(example = 6)]
    pub practices: u32,
    /// How many of each kind, by its code.
    #[schema(example = json!({ "late": 9, "rejected": 2 }))]
    pub kinds: BTreeMap<String, u32>,
}

fn answers(line: AnswerLine) -> AnswersOut {
    let AnswerLine { provider, department, practices, kinds, .. } = line;
    AnswersOut { provider, department, practices, kinds: kinds.into_iter().map(|(_, code, n)| (code, n)).collect() }
}

/// Items of one provider.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProviderOut {
    /// Who passes work on.
    pub provider: ProviderRef,
    /// Items.
    pub items: u32,
    /// Practices that logged them.
    pub practices: u32,
}

/// A joint letter.
#[derive(Debug, Serialize, ToSchema)]
pub struct JointLetterOut {
    /// Which.
    pub id: RowId,
    /// Code of the letter.
    #[schema(example = "transfer-joint")]
    pub kind: String,
    /// The provider.
    pub provider: ProviderRef,
    /// Code of the department.
    pub department: Option<String>,
    /// Code of the kind of work.
    pub category: Option<String>,
    /// Items that stand behind it.
    pub items: u32,
    /// Practices that logged them.
    pub practices: u32,
    /// Step of the ladder.
    pub step: u16,
    /// Whom it went to.
    pub recipient: String,
    /// Its first line.
    pub subject: String,
    /// Its paragraphs.
    pub body: String,
    /// When it went out.
    #[schema(value_type = String, format = Date, example = "2026-11-20")]
    pub sent_on: LocalDate,
    /// none-due, due, overdue, received or recorded-in-error, as of today.
    #[schema(example = "due")]
    pub state: String,
    /// What came, the oldest first.
    pub events: Vec<CameOut>,
}

/// What came of a joint letter.
#[derive(Debug, Serialize, ToSchema)]
pub struct CameOut {
    /// What.
    pub event: FollowUp,
    /// On which day.
    #[schema(value_type = String, format = Date, example = "2026-11-27")]
    pub on: LocalDate,
    /// In short.
    pub note: Option<String>,
}

impl JointLetterOut {
    fn new(one: JointLetter, today: LocalDate) -> Self {
        let state = one.standing(today).code().to_owned();
        let letter = one.letter;
        Self {
            id: letter.id,
            kind: letter.kind,
            provider: letter.provider,
            department: letter.department,
            category: letter.category,
            items: letter.items,
            practices: letter.practices,
            step: letter.step,
            recipient: letter.recipient,
            subject: letter.subject,
            body: letter.body,
            sent_on: letter.sent_on,
            state,
            events: one.events.into_iter().map(|(event, on, note)| CameOut { event, on, note }).collect(),
        }
    }

    async fn of(app: &AppState, scope: &LmcScope, id: RowId) -> Result<Self, AppError> {
        let all = joint_letters::of_lmc(app.db.read(scope)).await?;
        let found = all.into_iter().find(|one| one.letter.id == id).ok_or(AppError::NotFound)?;
        Ok(Self::new(found, app.clock.today()))
    }
}

impl doors::Answer<SendJointLetter> for JointLetterOut {
    async fn read(app: &AppState, scope: &LmcScope, done: &RowId) -> Result<Self, AppError> {
        Self::of(app, scope, *done).await
    }
}

impl doors::Answer<FollowJointLetter> for JointLetterOut {
    async fn read(app: &AppState, scope: &LmcScope, done: &RowId) -> Result<Self, AppError> {
        Self::of(app, scope, *done).await
    }
}

/// How many rules, duties and examples of the area stand.
#[derive(Debug, Serialize, ToSchema)]
pub struct RulesOut {
    /// What was written.
    pub id: RowId,
    /// Routes, those of before included.
    pub routes: usize,
    /// Duties of the area.
    pub duties: usize,
    /// Good examples.
    pub examples: usize,
}

impl RulesOut {
    async fn of(app: &AppState, scope: &LmcScope, id: RowId) -> Result<Self, AppError> {
        let at = app.db.read(scope);
        Ok(Self {
            id,
            routes: transfer_desk::routes(at).await?.len(),
            duties: transfer_desk::duties(at).await?.len(),
            examples: transfer_desk::examples(at).await?.len(),
        })
    }
}

macro_rules! rules_of {
    ($($operation:ident),+) => {$(
        impl doors::Answer<$operation> for RulesOut {
            async fn read(app: &AppState, scope: &LmcScope, done: &RowId) -> Result<Self, AppError> {
                Self::of(app, scope, *done).await
            }
        }
    )+};
}

rules_of!(SetTransferRoute, AddLocalDuty, AddGoodExample);

fn repeat(repeat: Repeat) -> RepeatOut {
    let Repeat { provider, department, category, items, practices, last } = repeat;
    RepeatOut { provider, department, category, items, practices, last }
}

/// Transferred work of an area, up to today
#[utoipa::path(
    get, path = "/api/v1/areas/lmc/{lmc}/transfers", tag = "transfers",
    params(("lmc" = String, Path, example = "east"), Wanted),
    responses(
        (status = 200, body = DeskOut),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn desk(
    permit: Permit<SeeAreaTransfers>,
    State(app): State<AppState>,
    Query(wanted): Query<Wanted>,
) -> Result<Answer<DeskOut>, AppError> {
    let desk = read::desk(&app, permit.scope(), &wanted).await?;
    receipts::note(&app, &permit, (permit.scope().lmc(), OutsidePage::Transfers), desk.read_one_by_one());
    let today = app.clock.today();
    Ok(Answer(DeskOut {
        from: desk.period.0,
        to: desk.period.1,
        practices: desk.sharing.len(),
        items: desk.items,
        repeats: desk.repeats.into_iter().map(repeat).collect(),
        providers: desk
            .by_provider
            .into_iter()
            .map(|line| ProviderOut { provider: line.provider, items: line.items, practices: line.practices })
            .collect(),
        answers: desk.answers.into_iter().map(answers).collect(),
        minutes_given_back: desk.given_back.clinicians,
        minutes_lost: desk.given_back.lost,
        letters: desk.letters.into_iter().map(|one| JointLetterOut::new(one, today)).collect(),
    }))
}
