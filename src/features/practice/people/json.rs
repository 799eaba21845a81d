//! Clinicians in the JSON API.

use axum::{Json as Answer, extract::State, http::StatusCode, response::Response};
use entity::ids::{ClinicianId, LocalDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    domain::{
        access::{By, ManageClinicians, Permit},
        staff::{self, Named, StaffGroup},
    },
    error::{AppError, FieldError},
    operations::add_clinicians::{self, AddClinicians},
    state::AppState,
    store::{
        enrolment,
        people::{self, ClinicianRow},
    },
    web::{
        forms::Json,
        lists::{ListAsked, ListOut, Order, Pages},
        problem::Problem,
        written,
    },
};

/// A clinician to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"id": "01937a5e-0000-7000-8000-000000000001", "label": "Dr A", "staff_group": "gp-partner"}))]
pub struct NewClinician {
    /// A `UUIDv7` made by the client, so that the request can be repeated.
    pub id: Option<Uuid>,
    /// 1 to 40 characters; a real name is never needed.
    pub label: String,
    /// `gp-partner`, `salaried-gp`, `locum`, `registrar`, `nurse`, `advanced-nurse-practitioner`, `pharmacist`,
    /// `physiotherapist`, `paramedic`, `physician-associate` or `other`.
    pub staff_group: String,
}

/// A clinician.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01937a5e-0000-7000-8000-000000000001", "label": "Dr A", "staff_group": "gp-partner", "left_on": null}))]
pub struct Clinician {
    /// Stands in addresses.
    pub id: Uuid,
    /// Such as "Dr A".
    pub label: String,
    /// Code of the staff group.
    pub staff_group: String,
    /// First day on which they are no longer there.
    #[schema(value_type = Option<String>, format = Date)]
    pub left_on: Option<LocalDate>,
}

/// Columns of the sheet.
const COLUMNS: [&str; 4] = ["id", "label", "staff_group", "left_on"];

impl From<ClinicianRow> for Clinician {
    fn from(row: ClinicianRow) -> Self {
        Self { id: row.id.0, label: row.label, staff_group: row.staff_group, left_on: row.left_on }
    }
}

/// The clinicians of a practice.
#[utoipa::path(
    get,
    path = "/api/v1/practices/{ods}/clinicians",
    tag = "people",
    params(("ods" = String, Path, description = "Practice code", example = "Z90001"), ListAsked),
    responses(
        (status = 200, description = "By label, those who have left too", content((ListOut<Clinician> = "application/json"), (String = "text/csv"))),
        (status = 422, description = "A limit or a cursor that cannot be taken", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such practice, or not yours", body = Problem, content_type = "application/problem+json",
            example = json!({"type": "/problems/not-found", "title": "Page not found", "status": 404})),
    )
)]
pub(super) async fn list(
    State(app): State<AppState>,
    permit: Permit<ManageClinicians>,
    pages: Pages,
) -> Result<Response, AppError> {
    let rows = enrolment::all_clinicians(app.db.read(permit.scope())).await?;
    let page = pages.cut(rows, Order::Up, |row| format!("{}\u{1}{}", row.label, row.id))?.map(Clinician::from);
    pages.answer(&page, page.next.as_deref(), ("clinicians", &COLUMNS, &page.items))
}

/// Adds a clinician.
#[utoipa::path(
    post,
    path = "/api/v1/practices/{ods}/clinicians",
    tag = "people",
    params(("ods" = String, Path, description = "Practice code", example = "Z90001")),
    request_body = NewClinician,
    responses(
        (status = 201, description = "Added", body = Clinician),
        (status = 200, description = "Was added before by the same request", body = Clinician),
        (status = 404, description = "No such practice, or not yours", body = Problem, content_type = "application/problem+json",
            example = json!({"type": "/problems/not-found", "title": "Page not found", "status": 404})),
        (status = 409, description = "The id stands for another clinician", body = Problem, content_type = "application/problem+json",
            example = json!({"type": "/problems/id-reused", "title": "This id was used for something else", "status": 409})),
        (status = 422, description = "A field cannot be taken", body = Problem, content_type = "application/problem+json",
            example = json!({"type": "/problems/invalid-fields", "title": "Some fields cannot be taken as they are", "status": 422,
                "errors": [{"field": "staff_group", "message": "Use one of the codes of the staff groups"}]})),
    )
)]
pub(super) async fn add(
    State(app): State<AppState>,
    permit: Permit<ManageClinicians>,
    Json(body): Json<NewClinician>,
) -> Result<(StatusCode, Answer<Clinician>), AppError> {
    let new = read(&body).map_err(AppError::Invalid)?;
    let id = new.id;
    let written = AddClinicians(vec![new]).perform(&app, &By::from(&permit)).await?;
    let status = written.first().map_or(StatusCode::OK, |written| written::status(*written));
    let row = people::clinician(app.db.read(&permit.scope().of(id))).await?.ok_or(AppError::NotFound)?;
    Ok((status, Answer(Clinician::from(row))))
}

fn read(body: &NewClinician) -> Result<add_clinicians::NewClinician, Vec<FieldError>> {
    let id = match body.id {
        Some(id) if id.is_nil() => Err(FieldError::new("id", "Use a UUID of your own")),
        Some(id) => Ok(id),
        None => Ok(Uuid::now_v7()),
    };
    let label = staff::label(&body.label).map_err(|why| FieldError::new("label", why));
    let group = StaffGroup::from_code(&body.staff_group)
        .ok_or_else(|| FieldError::new("staff_group", "Use one of the codes of the staff groups"));
    match (id, label, group) {
        (Ok(id), Ok(label), Ok(group)) => {
            Ok(add_clinicians::NewClinician { id: ClinicianId(id), named: Named { label, group } })
        }
        (id, label, group) => Err([id.err(), label.err(), group.err()].into_iter().flatten().collect()),
    }
}

/// This feature's part of the OpenAPI document.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(paths(list, add))]
pub struct Documentation;
