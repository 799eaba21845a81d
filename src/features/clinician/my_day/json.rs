//! A clinician's day in the API: contacts, voids, and the person's own total.

use axum::{
    Json as Answer,
    extract::{Path, State},
};
use axum_extra::extract::Query;
use entity::ids::{ClinicianId, ContactId, LocalDate, OdsCode, VoidId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::across;
use crate::{
    domain::{
        access::{By, ClinicianScope, Permit, RecordContacts, SeeOwnDay, SeeOwnTotal},
        contact::{self, VoidReason},
    },
    error::AppError,
    operations::{count_contact::CountContact, void_contact::VoidContact},
    state::AppState,
    store::days,
    web::{
        caller::Caller,
        day::{DayOut, date_of},
        doors,
        problem::Problem,
    },
};

/// A person's day across the places that their device counts for.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnDayOut {
    /// London day.
    #[schema(value_type = String, format = Date, example = "2026-11-20")]
    pub day: LocalDate,
    /// Contacts of all places.
    #[schema(example = 19)]
    pub counted: u32,
    /// The limit of a day with the sessions of all of them.
    #[schema(example = 25)]
    pub limit: u32,
    /// What is left; 0 at the limit and past it.
    #[schema(example = 6)]
    pub left: u32,
    /// Contacts past the limit: left + counted − over = limit.
    #[schema(example = 0)]
    pub over: u32,
    /// `available`, `nearing`, `at-limit` or `over`.
    #[schema(example = "available")]
    pub state: &'static str,
    /// Places that wait for their PIN: they are not counted here.
    #[schema(example = 0)]
    pub locked: usize,
    /// Each place with its own day.
    pub places: Vec<OwnPlace>,
}

/// One place of a person's day.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnPlace {
    /// Practice.
    #[schema(value_type = String, example = "Z90001")]
    pub practice: OdsCode,
    /// Its name.
    #[schema(example = "Alder Lane Surgery")]
    pub name: String,
    /// Who the person is there.
    #[schema(value_type = Uuid, example = "019a9f6e-7c00-7000-8000-0000000000aa")]
    pub clinician: ClinicianId,
    /// Their label there.
    #[schema(example = "Dr A")]
    pub label: String,
    /// The day there.
    #[serde(flatten)]
    pub day: DayOut,
}

impl doors::Answer<CountContact> for DayOut {
    async fn read(app: &AppState, scope: &ClinicianScope, on: &LocalDate) -> Result<Self, AppError> {
        Self::read(app, scope, *on).await
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
pub(super) async fn void(
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
    Ok(Answer(DayOut::read(&app, permit.scope(), on).await?))
}

#[derive(Debug, Deserialize)]
pub(super) struct Why {
    reason: Option<String>,
}

/// One clinician's day.
#[utoipa::path(get, path = "/api/v1/practices/{ods}/clinicians/{clinician}/days/{date}", tag = "contacts",
    params(("ods" = String, Path, example = "Z90001"), ("clinician" = Uuid, Path), ("date" = String, Path, example = "2026-11-20")),
    responses((status = 200, description = "The day", body = DayOut), (status = 400, description = "Not a day", body = Problem)))]
pub(super) async fn day(
    permit: Permit<SeeOwnDay>,
    State(app): State<AppState>,
    Path((_, _, date)): Path<(OdsCode, ClinicianId, String)>,
) -> Result<Answer<DayOut>, AppError> {
    let on = date_of(&date)?;
    Ok(Answer(DayOut::read(&app, permit.scope(), on).await?))
}

/// Today across every place that the asking device counts for. Only an enrolled device may ask: the total is the person's
/// own, and no practice sees it.
#[utoipa::path(get, path = "/api/v1/me/day", tag = "contacts",
    responses(
        (status = 200, description = "Today", body = OwnDayOut),
        (status = 401, description = "No device, or one that waits for its PIN", body = Problem),
        (status = 403, description = "Not a clinician's device", body = Problem),
    ))]
pub(super) async fn me(
    _: Permit<SeeOwnTotal>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Answer<OwnDayOut>, AppError> {
    let on = app.clock.today();
    let across = across::all(&app, &caller, on).await?.ok_or(AppError::NotFound)?;
    let places = across.parts.into_iter().map(|part| OwnPlace {
        practice: part.scope.practice().clone(),
        name: part.practice,
        clinician: part.scope.clinician(),
        label: part.label,
        day: DayOut::new(on, &part.share.day),
    });
    Ok(Answer(OwnDayOut {
        day: on,
        counted: across.total.counted,
        limit: across.total.limit.contacts,
        left: across.total.headroom.left(),
        over: across.total.headroom.over(),
        state: across.total.headroom.code(),
        locked: across.locked.len(),
        places: places.collect(),
    }))
}

/// This feature's part of the OpenAPI document.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(paths(super::taps::batch, void, day, me))]
pub struct Documentation;
