//! A practice's capacity and its day sheet in the API.

use axum::{
    Json as Answer,
    extract::{Path, State},
    response::Response,
};
use entity::ids::{ClinicianId, LocalDate, OdsCode, SheetId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::page;
use crate::{
    domain::{
        access::{By, EnterDaySheet, Permit, SeeCapacity},
        contact::{BACKFILL_DAYS, MOST_A_DAY},
        limit::Headroom,
    },
    error::AppError,
    operations::enter_day_sheet,
    state::AppState,
    web::{
        day::{DayOut, date_of},
        forms::Json,
        lists::Pages,
        problem::Problem,
    },
};

/// A number from the appointment book.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SheetIn {
    /// Made by the client; left out, every call is a new entry.
    #[schema(example = "019a9f6e-7c00-7000-8000-000000000002")]
    pub id: Option<Uuid>,
    /// Contacts that day, 0 to 200.
    #[schema(example = 23)]
    pub n: u32,
}

/// A practice's capacity on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct CapacityOut {
    /// London day.
    #[schema(value_type = String, format = Date, example = "2026-11-20")]
    pub day: LocalDate,
    /// Sum of the limits of those with a count.
    #[schema(example = 175)]
    pub limit: u32,
    /// Sum of their contacts.
    #[schema(example = 114)]
    pub counted: u32,
    /// Sum of what each has left.
    #[schema(example = 61)]
    pub left: u32,
    /// Contacts past the limit of whoever they are of, summed: left + counted − over = limit.
    #[schema(example = 0)]
    pub over: u32,
    /// `available`, `nearing`, `at-limit` or `over`; null where nobody has a count.
    #[schema(example = "available")]
    pub state: Option<&'static str>,
    /// The week so far.
    pub week: WeekOut,
    /// Each clinician.
    pub clinicians: Vec<ClinicianCapacity>,
}

/// A practice's week, from Monday to the day asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct WeekOut {
    /// Its Monday.
    #[schema(value_type = String, format = Date, example = "2026-11-16")]
    pub from: LocalDate,
    /// The day asked for.
    #[schema(value_type = String, format = Date, example = "2026-11-20")]
    pub to: LocalDate,
    /// Contacts.
    #[schema(example = 512)]
    pub counted: u32,
    /// One clinician with a count on one day is a clinician-day.
    #[schema(example = 24)]
    pub clinician_days: u32,
    /// Of them, those at the limit or over it.
    #[schema(example = 5)]
    pub at_limit_or_over: u32,
}

/// Columns of the sheet.
const COLUMNS: [&str; 14] = [
    "id",
    "label",
    "standing",
    "day",
    "limit",
    "nearing_from",
    "limit_set_by",
    "counted",
    "left",
    "over",
    "state",
    "source",
    "taps",
    "taps_count",
];

/// One clinician's capacity.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClinicianCapacity {
    /// Which.
    #[schema(value_type = Uuid, example = "019a9f6e-7c00-7000-8000-0000000000aa")]
    pub id: ClinicianId,
    /// Label, never a real name unless the practice chose one.
    #[schema(example = "Dr A")]
    pub label: String,
    /// `counted`, `no-count` (looked for, and silent) or `off` (a day off by the rota, and no count).
    #[schema(example = "counted")]
    pub standing: &'static str,
    /// The day.
    #[serde(flatten)]
    pub day: DayOut,
}

/// Enter one number for one day from the appointment book. It counts where nobody tapped.
#[utoipa::path(put, path = "/api/v1/practices/{ods}/clinicians/{clinician}/days/{date}", tag = "contacts",
    params(("ods" = String, Path, example = "Z90001"), ("clinician" = Uuid, Path), ("date" = String, Path, example = "2026-11-20")),
    request_body = SheetIn,
    responses(
        (status = 200, description = "Entered, the day as it stands", body = DayOut),
        (status = 409, description = "The id was used for another entry", body = Problem),
        (status = 422, description = "A field cannot be taken", body = Problem),
    ))]
pub(super) async fn sheet(
    permit: Permit<EnterDaySheet>,
    State(app): State<AppState>,
    Path((_, _, date)): Path<(OdsCode, ClinicianId, String)>,
    Json(body): Json<SheetIn>,
) -> Result<Answer<DayOut>, AppError> {
    let on = date_of(&date)?;
    let today = app.clock.today();
    if on > today || on < today.minus_days(BACKFILL_DAYS) {
        return Err(AppError::field("date", "Choose today or one of the last 31 days"));
    }
    if body.n > MOST_A_DAY {
        return Err(AppError::field("n", "Enter a whole number from 0 to 200"));
    }
    let sheet =
        enter_day_sheet::EnterDaySheet { id: SheetId(body.id.unwrap_or_else(Uuid::now_v7)), day: on, n: body.n };
    sheet.perform(&app, &By::from(&permit)).await?;
    Ok(Answer(DayOut::read(&app, permit.scope(), on).await?))
}

/// Today's capacity of the practice, each clinician with their own count.
#[utoipa::path(get, path = "/api/v1/practices/{ods}/capacity", tag = "contacts",
    params(("ods" = String, Path, example = "Z90001")),
    responses((status = 200, description = "Today; as a sheet, a line for each clinician", content((CapacityOut = "application/json"), (String = "text/csv")))))]
pub(super) async fn practice(
    permit: Permit<SeeCapacity>,
    State(app): State<AppState>,
    pages: Pages,
) -> Result<Response, AppError> {
    let capacity = page::load(&app, permit.scope(), app.clock.today()).await?;
    let on = capacity.on;
    let body = CapacityOut {
        day: on,
        limit: capacity.sum.limit,
        counted: capacity.sum.counted,
        left: capacity.sum.left(),
        over: capacity.sum.over,
        state: capacity.sum.headroom().map(Headroom::code),
        week: WeekOut {
            from: capacity.monday,
            to: on,
            counted: capacity.week.contacts,
            clinician_days: capacity.week.days,
            at_limit_or_over: capacity.week.full,
        },
        clinicians: capacity
            .rows
            .into_iter()
            .map(|row| ClinicianCapacity {
                id: row.id,
                label: row.label,
                standing: row.standing.code(),
                day: DayOut::new(on, &row.day),
            })
            .collect(),
    };
    pages.answer(&body, None, (&format!("capacity-{on}"), &COLUMNS, &body.clinicians))
}

/// This feature's part of the OpenAPI document.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(paths(sheet, practice))]
pub struct Documentation;
