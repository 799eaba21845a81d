//! The register over JSON: read it on any day, record a change.

use std::collections::BTreeMap;

use axum::{
    Json as Answer,
    extract::{Path, State},
    http::StatusCode,
};
use axum_extra::extract::Query;
use entity::ids::{ItemCode, LocalDate, StatusId, SubjectId};
use serde::Deserialize;
use utoipa::OpenApi;

use super::{
    api::{
        ActionIn, ActionsOut, ItemOut, PositionOut, RecordedOut, StatusIn, StatusOut, SubjectOut,
    },
    known_item,
    record::{self, About},
    view::Register,
};
use crate::{
    domain::{
        access::{Permit, RecordStatus, SeeRegister},
        action::{self, Standing, Trust},
        catalogue::Item,
    },
    error::{AppError, FieldError},
    state::AppState,
    store::actions::Recorded,
    web::{
        forms::{self, Json},
        problem::Problem,
        routes::Routes,
    },
};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/api/v1/practices/{ods}/actions", SeeRegister, list)
        .post("/api/v1/practices/{ods}/actions", RecordStatus, add)
        .post(
            "/api/v1/practices/{ods}/actions/{id}/status",
            RecordStatus,
            add_status,
        )
}

/// The paths and bodies of the register, for the document of the whole API.
#[derive(Debug, OpenApi)]
#[openapi(paths(list, add, add_status, super::spreadsheet::file_api))]
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
    let on = forms::as_of(&query.on, app.clock.today())
        .map_err(|error| AppError::Invalid(vec![error]))?;
    let register = Register::read(&app, permit.scope()).await?;
    let standings = standings(&register, on);
    let items = register.catalogue.items_on(on);
    Ok(Answer(ActionsOut {
        practice: permit.scope().practice().to_string(),
        on: on.to_string(),
        edition: register.catalogue.edition_on(on).to_owned(),
        items: items
            .map(|item| item_out(&register, &standings, item, on))
            .collect(),
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

/// Record a change of an item, or of a named subject of it
#[utoipa::path(post, path = "/api/v1/practices/{ods}/actions", tag = "actions",
    params(("ods" = String, Path, example = "Z90001")),
    request_body = ActionIn,
    responses(
        (status = 201, description = "Recorded", body = RecordedOut),
        (status = 200, description = "Recorded before; the state as it stands now", body = RecordedOut),
        (status = 401, description = "Sign in first", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such practice, or not yours", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The id was used for another change", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Fields that cannot be taken", body = Problem, content_type = "application/problem+json"),
    ))]
async fn add(
    permit: Permit<RecordStatus>,
    State(app): State<AppState>,
    Json(body): Json<ActionIn>,
) -> Result<(StatusCode, Answer<RecordedOut>), AppError> {
    let (code, subject, status) = body.parts();
    let catalogue = app.catalogue().await?;
    let item = known_item(&catalogue, &code, app.clock.today())
        .map_err(|_| AppError::field("item", "This item is not in the catalogue"))?;
    let about = match subject {
        Some(name) => record::subject_name(&name).map(About::Named),
        None => Ok(About::Practice),
    };
    write(&app, &permit, item, about, status).await
}

/// Record a change of a subject by its id, or of an item by its code
#[utoipa::path(post, path = "/api/v1/practices/{ods}/actions/{id}/status", tag = "actions",
    params(
        ("ods" = String, Path, example = "Z90001"),
        ("id" = String, Path, description = "Id of a subject, or code of an item", example = "dsa-freeze"),
    ),
    request_body = StatusIn,
    responses(
        (status = 201, description = "Recorded", body = RecordedOut),
        (status = 200, description = "Recorded before; the state as it stands now", body = RecordedOut),
        (status = 401, description = "Sign in first", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such practice, item or subject, or not yours", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The id was used for another change", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Fields that cannot be taken", body = Problem, content_type = "application/problem+json"),
    ))]
async fn add_status(
    permit: Permit<RecordStatus>,
    State(app): State<AppState>,
    Path(path): Path<StatusPath>,
    Json(body): Json<StatusIn>,
) -> Result<(StatusCode, Answer<RecordedOut>), AppError> {
    let (catalogue, today) = (app.catalogue().await?, app.clock.today());
    let Ok(subject) = path.id.parse::<SubjectId>() else {
        let item = known_item(&catalogue, &path.id, today)?;
        return write(&app, &permit, item, Ok(About::Practice), body).await;
    };
    let register = Register::read(&app, permit.scope()).await?;
    let (code, _) = register
        .subjects()
        .get(&subject)
        .ok_or(AppError::NotFound)?;
    let item = catalogue.item_on(code, today).ok_or(AppError::NotFound)?;
    write(&app, &permit, item, Ok(About::Known(subject)), body).await
}

#[derive(Debug, Deserialize)]
struct StatusPath {
    id: String,
}

async fn write(
    app: &AppState,
    permit: &Permit<RecordStatus>,
    item: &Item,
    about: Result<About, FieldError>,
    body: StatusIn,
) -> Result<(StatusCode, Answer<RecordedOut>), AppError> {
    let (about, change) = match (about, body.draft().read()) {
        (Ok(about), Ok(change)) => (about, change),
        (about, change) => {
            let errors = about.err().into_iter();
            let errors = errors.chain(change.err().unwrap_or_default());
            return Err(AppError::Invalid(errors.collect()));
        }
    };
    let (id, effective_on) = (change.id, change.effective_on);
    let done = record::record(app, permit, item, about, change).await?;
    let register = Register::read(app, permit.scope()).await?;
    let stored = stored(&register, id)?;
    let (catalogue, today) = (&register.catalogue, app.clock.today());
    let said = catalogue.item_of(&item.code, &stored.edition, effective_on);
    let on_day = catalogue.item_on(&item.code, effective_on);
    let answer = RecordedOut {
        item: item.code.to_string(),
        subject: done.subject.map(|id| id.0),
        recorded: StatusOut::new(said.unwrap_or(item), stored, stored.row.status),
        today: standing(&register, &standings(&register, today), item, done.subject),
        position: PositionOut::new(on_day.unwrap_or(item).position_on(effective_on)),
    };
    let status = if done.fresh {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Answer(answer)))
}

fn stored(register: &Register, id: StatusId) -> Result<&Recorded, AppError> {
    let mut rows = register.recorded.iter();
    rows.find(|recorded| recorded.row.id == id)
        .ok_or_else(|| AppError::Fault("a recorded status is not there".to_owned()))
}
