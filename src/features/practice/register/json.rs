//! The register over JSON: read it on any day, record a change.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use entity::ids::{ItemCode, LocalDate, StatusId, SubjectId};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::read::{Register, known_item};
use crate::{
    domain::{
        access::{Permit, PracticeScope, SeeRegister},
        action::{self, NotedDay, SubjectStatus, Trust},
        catalogue::{Item, Position, Status},
    },
    error::AppError,
    operations::record_status::{Done, RecordStatus},
    state::AppState,
    store::actions::Recorded,
    web::{
        doors,
        forms::{self, OnQuery},
        lists::Pages,
        problem::Problem,
    },
};

/// The paths and bodies of the register, for the document of the whole API.
#[derive(Debug, OpenApi)]
#[openapi(paths(list, super::spreadsheet::file_api))]
pub struct Documentation;

/// A practice's register on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActionsOut {
    /// ODS code.
    #[schema(example = "Z90001")]
    pub practice: String,
    /// The day shown, as far as is known now.
    #[schema(example = "2026-11-20", format = Date)]
    pub on: String,
    /// The latest edition of the catalogue in force on the day; earlier ones may be in force beside it.
    #[schema(example = "england-2026-11")]
    pub edition: String,
    /// Every item of the day's menu.
    pub items: Vec<ItemOut>,
}

/// One item of the menu.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemOut {
    /// Stable code.
    #[schema(example = "voluntary-services")]
    pub item: String,
    /// Short name.
    #[schema(example = "Voluntary services")]
    pub title: String,
    /// Edition of the catalogue that these words are from.
    #[schema(example = "england-2026-11")]
    pub edition: String,
    /// Code of the item that comes before it in a sequence.
    #[schema(example = json!(null))]
    pub follows: Option<String>,
    /// What one record is about: practice, service, agreement, pathway, product, programme, network-service or network-scheme.
    #[schema(example = "service")]
    pub subject_kind: String,
    /// What the contract says on the day.
    pub position: PositionOut,
    /// Where the item stands, where it is recorded for the practice as a whole and was recorded.
    pub status: Option<StatusOut>,
    /// Where each named subject stands.
    pub subjects: Vec<SubjectOut>,
}

/// One named subject.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubjectOut {
    /// Id, to record a change of it.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d11")]
    pub id: Uuid,
    /// Its name.
    #[schema(example = "Ring pessaries")]
    pub name: String,
    /// Where it stands; nothing if nothing was recorded by the day.
    pub status: Option<StatusOut>,
}

/// What the contract says.
#[derive(Debug, Serialize, ToSchema)]
pub struct PositionOut {
    /// permitted, conditional, conflicts or unknown. It informs; nothing is refused because of it.
    #[schema(example = "permitted")]
    pub position: String,
    /// What stays obligatory; kept with a record made under it.
    #[schema(example = "The notice period in the service's own agreement applies, often 3 to 12 months.")]
    pub guard_rail: String,
    /// Where this was read.
    #[schema(example = "BMA menu of actions, 2024")]
    pub source: String,
    /// When it was last read there.
    #[schema(example = "2026-11-02", format = Date)]
    pub checked_on: String,
}

/// One row of the register.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatusOut {
    /// Id of the row.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d12")]
    pub id: Uuid,
    /// running, thinking, pausing-from, paused-since or restarted, as it reads on the day.
    #[schema(example = "pausing-from")]
    pub status: String,
    /// The same in the item's own words.
    #[schema(example = "Notice served, ends on")]
    pub label: String,
    /// Edition of the catalogue it was chosen from.
    #[schema(example = "england-2026-11")]
    pub edition: String,
    /// From which day.
    #[schema(example = "2026-12-01", format = Date)]
    pub effective_on: String,
    /// The day is a guess.
    #[schema(example = false)]
    pub about: bool,
    /// When notice was served.
    #[schema(example = "2026-09-01", format = Date)]
    pub notice_served_on: Option<String>,
    /// When the partners decided.
    #[schema(example = "2026-08-24", format = Date)]
    pub decided_on: Option<String>,
    /// When staff were told in writing.
    #[schema(example = "2026-08-27", format = Date)]
    pub staff_told_on: Option<String>,
    /// practice, or lmc-telephone.
    #[schema(example = "practice")]
    pub entered_by: String,
    /// When it was recorded.
    #[schema(example = "2026-09-01T10:12:03Z", format = DateTime)]
    pub recorded_at: String,
}

/// A recorded change and the contract's position on its day.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordedOut {
    /// The item.
    #[schema(example = "voluntary-services")]
    pub item: String,
    /// The named subject, where the item takes one.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d11")]
    pub subject: Option<Uuid>,
    /// The row as recorded.
    pub recorded: StatusOut,
    /// Where the item or subject stands today.
    pub today: Option<StatusOut>,
    /// What the contract says on the day of the change.
    pub position: PositionOut,
}

impl PositionOut {
    fn new(position: &Position) -> Self {
        Self {
            position: position.kind.to_string(),
            guard_rail: position.guard_rail.clone(),
            source: position.source.clone(),
            checked_on: position.checked_on.to_string(),
        }
    }
}

impl StatusOut {
    fn new(item: &Item, recorded: &Recorded, status: Status) -> Self {
        let row = &recorded.row;
        let day = |day: Option<LocalDate>| day.map(|day| day.to_string());
        Self {
            id: row.change.id.0,
            status: status.to_string(),
            label: item.label(status).to_owned(),
            edition: recorded.edition.clone(),
            effective_on: row.change.effective_on.to_string(),
            about: row.change.about,
            notice_served_on: day(row.change.notice_served_on),
            decided_on: day(row.change.noted[NotedDay::Decided]),
            staff_told_on: day(row.change.noted[NotedDay::StaffTold]),
            entered_by: row.change.entered_by.code().to_owned(),
            recorded_at: row.recorded_at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
        }
    }
}

/// Where an item or subject stands on the day, by what the practice wrote or confirmed.
fn standing(
    register: &Register,
    standings: &Standings<'_>,
    item: &Item,
    subject: Option<SubjectId>,
) -> Option<StatusOut> {
    let standing = standings.get(&(item.code.clone(), subject))?;
    let recorded = stored(register, standing.row()?.change.id).ok()?;
    Some(StatusOut::new(item, recorded, standing.status()?))
}

type Standings<'a> = BTreeMap<(ItemCode, Option<SubjectId>), SubjectStatus<'a>>;

fn standings(register: &Register, on: LocalDate) -> Standings<'_> {
    action::standings(register.rows(), on, register.read_at, Trust::Confirmed)
}

/// The register of a practice on a day
#[utoipa::path(get, path = "/api/v1/practices/{ods}/actions", tag = "actions",
    params(
        ("ods" = String, Path, example = "Z90001"),
        ("on" = Option<String>, Query, description = "The day, today where it is left out. Shown as far as is known now", example = "2026-10-01"),
    ),
    responses(
        (status = 200, description = "Every item of the day's menu, and each named subject; as a sheet, a line for each", content((ActionsOut = "application/json"), (String = "text/csv"))),
        (status = 401, description = "Sign in first", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such practice, or not yours", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The day is not a day, or lies ahead", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn list(
    permit: Permit<SeeRegister>,
    State(app): State<AppState>,
    Query(query): Query<OnQuery>,
    pages: Pages,
) -> Result<Response, AppError> {
    let on = forms::as_of(&query.on, app.clock.today())?;
    let register = Register::read(&app, permit.scope()).await?;
    let standings = standings(&register, on);
    let items = register.catalogue.items_on(on);
    let body = ActionsOut {
        practice: permit.scope().practice().to_string(),
        on: on.to_string(),
        edition: register.catalogue.edition_on(on).to_owned(),
        items: items.map(|item| item_out(&register, &standings, item, on)).collect(),
    };
    pages.answer(&body, None, (&format!("register-{on}"), &COLUMNS, &lines(&body.items)))
}

/// Columns of the sheet.
const COLUMNS: [&str; 18] = [
    "item",
    "title",
    "subject_kind",
    "subject",
    "name",
    "position.position",
    "status.id",
    "status.status",
    "status.label",
    "status.edition",
    "status.effective_on",
    "status.about",
    "status.notice_served_on",
    "status.decided_on",
    "status.staff_told_on",
    "status.entered_by",
    "status.recorded_at",
    "follows",
];

/// A line of the sheet: an item, or a named subject of one.
#[derive(Debug, Serialize)]
struct Line<'a> {
    item: &'a str,
    title: &'a str,
    subject_kind: &'a str,
    subject: Option<Uuid>,
    name: Option<&'a str>,
    position: &'a PositionOut,
    status: Option<&'a StatusOut>,
    follows: Option<&'a str>,
}

impl<'a> Line<'a> {
    fn of(item: &'a ItemOut) -> Self {
        Self {
            item: &item.item,
            title: &item.title,
            subject_kind: &item.subject_kind,
            subject: None,
            name: None,
            position: &item.position,
            status: item.status.as_ref(),
            follows: item.follows.as_deref(),
        }
    }
}

fn lines(items: &[ItemOut]) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    for item in items {
        if item.subjects.is_empty() {
            lines.push(Line::of(item));
        }
        lines.extend(item.subjects.iter().map(|subject| Line {
            subject: Some(subject.id),
            name: Some(&subject.name),
            status: subject.status.as_ref(),
            ..Line::of(item)
        }));
    }
    lines
}

fn item_out(register: &Register, standings: &Standings<'_>, item: &Item, on: LocalDate) -> ItemOut {
    // What the LMC had typed is a subject until the practice answers; then the practice's own is.
    let rows = register.rows();
    let about = |id| rows.iter().any(|row| row.change.subject == Some(id));
    let told = register.told();
    let subjects = register.subjects().iter();
    let subjects = subjects.filter(|(id, _)| !told.contains(id) || about(**id));
    ItemOut {
        item: item.code.to_string(),
        title: item.title.clone(),
        edition: item.edition.clone(),
        follows: item.follows.as_ref().map(ToString::to_string),
        subject_kind: item.subject.to_string(),
        position: PositionOut::new(item.position_on(on)),
        status: standing(register, standings, item, None),
        subjects: subjects
            .filter(|(_, (of, _))| *of == item.code)
            .map(|(id, (_, name))| SubjectOut {
                id: id.0,
                name: name.clone(),
                status: standing(register, standings, item, Some(*id)),
            })
            .collect(),
    }
}

impl doors::Answer<RecordStatus> for RecordedOut {
    async fn read(app: &AppState, scope: &PracticeScope, done: &Done) -> Result<Self, AppError> {
        let register = Register::read(app, scope).await?;
        let stored = stored(&register, done.id)?;
        let (catalogue, today) = (&register.catalogue, app.clock.today());
        let item = known_item(catalogue, done.item.as_str(), today)?;
        let said = catalogue.item_of(&item.code, &stored.edition, done.effective_on);
        let on_day = catalogue.item_on(&item.code, done.effective_on);
        Ok(Self {
            item: item.code.to_string(),
            subject: done.subject.map(|id| id.0),
            recorded: StatusOut::new(said.unwrap_or(item), stored, stored.row.change.status),
            today: standing(&register, &standings(&register, today), item, done.subject),
            position: PositionOut::new(on_day.unwrap_or(item).position_on(done.effective_on)),
        })
    }
}

fn stored(register: &Register, id: StatusId) -> Result<&Recorded, AppError> {
    let mut rows = register.recorded.iter();
    rows.find(|recorded| recorded.row.change.id == id)
        .ok_or_else(|| AppError::Fault("a recorded status is not there".to_owned()))
}
