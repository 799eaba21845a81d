//! Work beside the contacts in the API.

use axum::{
    Json as Answer,
    extract::{Path, State},
    http::StatusCode,
};
use entity::ids::{ClinicianId, LocalDate, NotAnId, OdsCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    domain::{
        access::{By, ClinicianScope, Permit, RecordContacts, SeeOwnDay},
        contact::Recorder,
        work::{MOST_AT_ONCE, Work},
    },
    error::AppError,
    operations::count_work::CountWork,
    state::AppState,
    store::{appointments, days},
    web::{day::date_of, forms::Json, problem::Problem, written},
};

/// Work beside the contacts on one day, by kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkOut {
    /// London day.
    #[schema(value_type = String, format = Date, example = "2026-11-20")]
    pub day: LocalDate,
    /// Tally marks by kind; a kind without any is left out.
    #[schema(example = json!({"letters": 42, "did-not-attend": 1}))]
    pub work: std::collections::BTreeMap<String, i64>,
    /// Patients who did not attend by the imported appointments, beside those counted by hand; null where no import says
    /// what became of the day.
    #[schema(example = 2)]
    pub imported_did_not_attend: Option<u32>,
}

impl WorkOut {
    async fn read(app: &AppState, scope: &ClinicianScope, day: LocalDate) -> Result<Self, AppError> {
        let read = app.db.read(scope);
        Ok(Self {
            day,
            work: days::work(read, day).await?,
            imported_did_not_attend: appointments::did_not_attend(read, day).await?,
        })
    }
}

/// Tally marks for work beside the contacts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkIn {
    /// Made by the client, once per entry.
    #[schema(example = "019a9f6e-7c00-7000-8000-000000000003")]
    pub id: Uuid,
    /// `did-not-attend`, `letters`, `results`, `prescriptions`, `referrals`, `administration` or `transferred`.
    #[schema(example = "letters")]
    pub kind: String,
    /// How many, up to 200; below zero takes back.
    #[schema(example = 10)]
    pub n: i32,
}

/// What a clinician did on a day beside the contacts.
#[utoipa::path(get, path = "/api/v1/practices/{ods}/clinicians/{clinician}/days/{date}/work", tag = "contacts",
    params(("ods" = String, Path, example = "Z90001"), ("clinician" = Uuid, Path), ("date" = String, Path, example = "2026-11-20")),
    responses((status = 200, description = "The day", body = WorkOut), (status = 400, description = "Not a day", body = Problem)))]
pub(super) async fn work(
    permit: Permit<SeeOwnDay>,
    State(app): State<AppState>,
    Path((_, _, date)): Path<(OdsCode, ClinicianId, String)>,
) -> Result<Answer<WorkOut>, AppError> {
    let day = date_of(&date)?;
    Ok(Answer(WorkOut::read(&app, permit.scope(), day).await?))
}

/// Add tally marks for work beside the contacts. Sent again, nothing changes.
#[utoipa::path(post, path = "/api/v1/practices/{ods}/clinicians/{clinician}/days/{date}/work", tag = "contacts",
    params(("ods" = String, Path, example = "Z90001"), ("clinician" = Uuid, Path), ("date" = String, Path, example = "2026-11-20")),
    request_body = WorkIn,
    responses(
        (status = 201, description = "Added", body = WorkOut),
        (status = 200, description = "Added before", body = WorkOut),
        (status = 409, description = "The id was used for another entry", body = Problem),
        (status = 422, description = "A field cannot be taken", body = Problem),
    ))]
pub(super) async fn add_work(
    permit: Permit<RecordContacts>,
    State(app): State<AppState>,
    Path((_, _, date)): Path<(OdsCode, ClinicianId, String)>,
    Json(body): Json<WorkIn>,
) -> Result<(StatusCode, Answer<WorkOut>), AppError> {
    let (day, today) = (date_of(&date)?, app.clock.today());
    if day > today || day < today.minus_days(Recorder::from(permit.actor()).days_back()) {
        return Err(AppError::field("date", "Choose today or one of the days before it"));
    }
    let kind: Work = body.kind.parse().map_err(|error: NotAnId| AppError::field("kind", error.why))?;
    if body.n == 0 || body.n.unsigned_abs() > MOST_AT_ONCE {
        return Err(AppError::field("n", "Send how many, up to 200"));
    }
    let id = written::id(body.id)?;
    let n = body.n;
    let counted = CountWork { id, day, kind, n };
    let written = counted.perform(&app, &By::from(&permit)).await?;
    let work = WorkOut::read(&app, permit.scope(), day).await?;
    Ok((written::status(written), Answer(work)))
}

/// This part of the OpenAPI document.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(paths(work, add_work))]
pub struct Documentation;
