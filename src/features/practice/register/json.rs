//! The register over JSON: read it on any day, record a change.

use std::collections::BTreeMap;

use axum::{Json as Answer, extract::State};
use axum_extra::extract::Query;
use entity::ids::{ItemCode, LocalDate, StatusId, SubjectId};
use serde::Deserialize;
use utoipa::OpenApi;

use super::{
    api::{ActionsOut, ItemOut, PositionOut, RecordedOut, StatusOut, SubjectOut},
    known_item,
    view::Register,
};
use crate::{
    domain::{
        access::{Permit, PracticeScope, SeeRegister},
        action::{self, Standing, Trust},
        catalogue::Item,
    },
    error::AppError,
    operations::record_status::{Done, RecordStatus},
    state::AppState,
    store::actions::Recorded,
    web::{doors, forms, problem::Problem, routes::Routes},
};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/api/v1/practices/{ods}/actions", SeeRegister, list)
        .api::<RecordStatus, RecordedOut>("/api/v1/practices/{ods}/actions")
        .api::<RecordStatus, RecordedOut>("/api/v1/practices/{ods}/actions/{item}")
}

/// The paths and bodies of the register, for the document of the whole API.
#[derive(Debug, OpenApi)]
#[openapi(paths(list, super::spreadsheet::file_api))]
pub struct Documentation;

/// Where an item or subject stands on the day, by what the practice wrote or confirmed.
fn standing(
    register: &Register,
    standings: &Standings<'_>,
    item: &Item,
    subject: Option<SubjectId>,
) -> Option<StatusOut> {
    let standing = standings.get(&(item.code.clone(), subject))?;
    let recorded = stored(register, standing.row()?.id).ok()?;
    Some(StatusOut::new(item, recorded, standing.status()?))
}

type Standings<'a> = BTreeMap<(ItemCode, Option<SubjectId>), Standing<'a>>;

fn standings(register: &Register, on: LocalDate) -> Standings<'_> {
    action::standings(register.rows(), on, register.read_at, Trust::Confirmed)
}

#[derive(Debug, Deserialize)]
struct OnQuery {
    #[serde(default)]
    on: String,
}

/// The register of a practice on a day
#[utoipa::path(get, path = "/api/v1/practices/{ods}/actions", tag = "actions",
    params(
        ("ods" = String, Path, example = "Z90001"),
        ("on" = Option<String>, Query, description = "The day, today where it is left out. Shown as far as is known now", example = "2026-10-01"),
    ),
    responses(
        (status = 200, description = "Every item of the day's menu, and each named subject", body = ActionsOut),
        (status = 401, description = "Sign in first", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such practice, or not yours", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The day is not a day, or lies ahead", body = Problem, content_type = "application/problem+json"),
    ))]
async fn list(
    permit: Permit<SeeRegister>,
    State(app): State<AppState>,
    Query(query): Query<OnQuery>,
) -> Result<Answer<ActionsOut>, AppError> {
    let on = forms::as_of(&query.on, app.clock.today()).map_err(|error| AppError::Invalid(vec![error]))?;
    let register = Register::read(&app, permit.scope()).await?;
    let standings = standings(&register, on);
    let items = register.catalogue.items_on(on);
    Ok(Answer(ActionsOut {
        practice: permit.scope().practice().to_string(),
        on: on.to_string(),
        edition: register.catalogue.edition_on(on).to_owned(),
        items: items.map(|item| item_out(&register, &standings, item, on)).collect(),
    }))
}

fn item_out(register: &Register, standings: &Standings<'_>, item: &Item, on: LocalDate) -> ItemOut {
    // What the LMC had typed is a subject until the practice answers; then the practice's own is.
    let rows = register.rows();
    let about = |id| rows.iter().any(|row| row.subject == Some(id));
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
            recorded: StatusOut::new(said.unwrap_or(item), stored, stored.row.status),
            today: standing(&register, &standings(&register, today), item, done.subject),
            position: PositionOut::new(on_day.unwrap_or(item).position_on(done.effective_on)),
        })
    }
}

fn stored(register: &Register, id: StatusId) -> Result<&Recorded, AppError> {
    let mut rows = register.recorded.iter();
    rows.find(|recorded| recorded.row.id == id)
        .ok_or_else(|| AppError::Fault("a recorded status is not there".to_owned()))
}
