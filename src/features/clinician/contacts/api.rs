//! Contacts in the API: shapes and handlers under `/api/v1`.

use axum::{
    Json as Answer,
    extract::{Path, State},
};
use axum_extra::extract::Query;
use entity::ids::{ClinicianId, ContactId, LocalDate, OdsCode, SheetId, VoidId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{capacity, day_of};
use crate::{
    domain::{
        access::{self, By, ClinicianScope, Permit, RecordContacts, SeeCapacity, SeeOwnDay},
        contact::{self, BACKFILL_DAYS, MOST_A_DAY, Source, VoidReason},
        limit::{Day, Headroom},
    },
    error::AppError,
    operations::{count_contact::CountContact, enter_day_sheet::EnterDaySheet, void_contact::VoidContact},
    state::AppState,
    store::days,
    web::{doors, forms::Json, problem::Problem, routes::Routes},
};

/// The routes.
pub(super) fn routes(routes: Routes) -> Routes {
    const CONTACTS: &str = "/api/v1/practices/{ods}/clinicians/{clinician}/contacts";
    routes
        .api::<CountContact, DayOut>(CONTACTS)
        .delete("/api/v1/practices/{ods}/clinicians/{clinician}/contacts/{contact}", RecordContacts, void)
        .get("/api/v1/practices/{ods}/clinicians/{clinician}/days/{date}", SeeOwnDay, day)
        .put("/api/v1/practices/{ods}/clinicians/{clinician}/days/{date}", access::EnterDaySheet, sheet)
        .get("/api/v1/practices/{ods}/capacity", SeeCapacity, practice)
}

/// A clinician's day against the limit.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayOut {
    /// London day.
    #[schema(value_type = String, format = Date, example = "2026-11-20")]
    pub day: LocalDate,
    /// The limit that applies.
    #[schema(example = 25)]
    pub limit: u32,
    /// From how many counted on the state is `nearing`: a client may paint a tap before it is answered.
    #[schema(example = 22)]
    pub nearing_from: u32,
    /// `recommended`, `practice` or `clinician`: who set it.
    #[schema(example = "recommended")]
    pub limit_set_by: &'static str,
    /// Contacts that count.
    #[schema(example = 14)]
    pub counted: u32,
    /// What is left; 0 at the limit and past it.
    #[schema(example = 11)]
    pub left: u32,
    /// Contacts past the limit: left + counted − over = limit.
    #[schema(example = 0)]
    pub over: u32,
    /// `available`, `nearing`, `at-limit` or `over`.
    #[schema(example = "available")]
    pub state: &'static str,
    /// `taps`, `sheet` or `import`; null where nobody counted.
    #[schema(example = "taps")]
    pub source: Option<&'static str>,
    /// Taps of the day, whether they count or not.
    #[schema(example = 14)]
    pub taps: u32,
    /// Whether a further tap changes what is counted: not where the practice chose another source and that has a figure.
    #[schema(example = true)]
    pub taps_count: bool,
}

impl DayOut {
    pub(super) fn new(on: LocalDate, day: &Day) -> Self {
        Self {
            day: on,
            limit: day.limit.contacts,
            nearing_from: day.limit.nearing_from(),
            limit_set_by: day.limit.set_by.code(),
            counted: day.counted,
            left: day.headroom.left(),
            over: day.headroom.over(),
            state: day.headroom.code(),
            source: day.source.map(Source::code),
            taps: day.taps,
            taps_count: day.taps_count,
        }
    }
}

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

impl doors::Answer<CountContact> for DayOut {
    async fn read(app: &AppState, scope: &ClinicianScope, on: &LocalDate) -> Result<Self, AppError> {
        Ok(Self::new(*on, &day_of(app, scope, *on).await?))
    }
}

/// Void one contact. A void that arrives before its contact is kept and answers 200 as well.
#[utoipa::path(delete, path = "/api/v1/practices/{ods}/clinicians/{clinician}/contacts/{contact}", tag = "contacts",
    params(("ods" = String, Path, example = "Z90001"), ("clinician" = Uuid, Path), ("contact" = Uuid, Path),
        ("reason" = Option<String>, Query, description = "`mistake`, `duplicate`, `did-not-attend` or `not-a-contact`", example = "duplicate")),
    responses(
        (status = 200, description = "It does not count, the day as it stands", body = DayOut),
        (status = 422, description = "Not a reason", body = Problem),
    ))]
async fn void(
    permit: Permit<RecordContacts>,
    State(app): State<AppState>,
    Path((_, _, contact)): Path<(OdsCode, ClinicianId, ContactId)>,
    Query(why): Query<Why>,
) -> Result<Answer<DayOut>, AppError> {
    let reason = why.reason.map(|text| text.parse::<VoidReason>()).transpose();
    let reason = reason.map_err(|error| AppError::field("reason", error.why))?;
    let void = VoidContact { id: VoidId(contact::derived_id(contact.0, "void")), contact, reason };
    void.perform(&app, &By::from(&permit)).await?;
    let stored = days::contact(app.db.read(permit.scope()), contact).await?;
    let on = stored.map_or_else(|| app.clock.today(), |contact| contact.day);
    let day = day_of(&app, permit.scope(), on).await?;
    Ok(Answer(DayOut::new(on, &day)))
}

#[derive(Debug, Deserialize)]
struct Why {
    reason: Option<String>,
}

/// One clinician's day.
#[utoipa::path(get, path = "/api/v1/practices/{ods}/clinicians/{clinician}/days/{date}", tag = "contacts",
    params(("ods" = String, Path, example = "Z90001"), ("clinician" = Uuid, Path), ("date" = String, Path, example = "2026-11-20")),
    responses((status = 200, description = "The day", body = DayOut), (status = 400, description = "Not a day", body = Problem)))]
async fn day(
    permit: Permit<SeeOwnDay>,
    State(app): State<AppState>,
    Path((_, _, date)): Path<(OdsCode, ClinicianId, String)>,
) -> Result<Answer<DayOut>, AppError> {
    let on = date_of(&date)?;
    let day = day_of(&app, permit.scope(), on).await?;
    Ok(Answer(DayOut::new(on, &day)))
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
async fn sheet(
    permit: Permit<access::EnterDaySheet>,
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
    let sheet = EnterDaySheet { id: SheetId(body.id.unwrap_or_else(Uuid::now_v7)), day: on, n: body.n };
    sheet.perform(&app, &By::from(&permit)).await?;
    let day = day_of(&app, permit.scope(), on).await?;
    Ok(Answer(DayOut::new(on, &day)))
}

pub(super) fn date_of(text: &str) -> Result<LocalDate, AppError> {
    text.parse().map_err(|_| AppError::Malformed("a day is written 2026-11-20".into()))
}

/// Today's capacity of the practice, each clinician with their own count.
#[utoipa::path(get, path = "/api/v1/practices/{ods}/capacity", tag = "contacts",
    params(("ods" = String, Path, example = "Z90001")),
    responses((status = 200, description = "Today", body = CapacityOut)))]
async fn practice(permit: Permit<SeeCapacity>, State(app): State<AppState>) -> Result<Answer<CapacityOut>, AppError> {
    let capacity = capacity::load(&app, permit.scope(), app.clock.today()).await?;
    let on = capacity.on;
    Ok(Answer(CapacityOut {
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
    }))
}

/// This feature's part of the OpenAPI document.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(paths(super::batch::batch, void, day, super::across::me, sheet, practice))]
pub struct Documentation;
