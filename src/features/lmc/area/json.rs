//! The same area as JSON.

use axum::{Json, extract::State};
use axum_extra::extract::Query;
use chrono::{DateTime, Utc};

use super::{
    shapes::{
        ApiArea, ApiCapacity, ApiClinicianDays, ApiEnding, ApiHeard, ApiHeld, ApiItem, ApiNetwork, ApiOverdue,
        ApiPoint, ApiResponse, ApiWaiting, ApiWeek,
    },
    shown_view::Asked,
    status::{note, status},
};
use crate::{
    domain::{
        access::{Permit, SeeLmcArea},
        area::{
            AreaStatus, ClinicianDays, EndingNotice, Holding, ItemStatus, Overdue, PlaceStatus, Waiting, WeekResponse,
            WeekStatus,
        },
        coverage::percent,
        limit::Headroom,
    },
    error::AppError,
    state::AppState,
    store::lmc_meetings,
    web::problem::Problem,
};

/// An LMC's area, live, for its officers.
///
/// # Errors
/// Not found for anybody else; invalid fields for days that cannot be taken.
#[utoipa::path(
    get,
    path = "/api/v1/areas/lmc/{lmc}/status",
    tag = "areas",
    params(
        ("lmc" = String, Path, description = "Code of the LMC", example = "wyrevale"),
        ("on" = Option<String>, Query, description = "The day to show; today where it is left out", example = "2026-11-20"),
        ("since" = Option<String>, Query, description = "The day that changes count from; where it is left out the last meeting before the day, or 14 days earlier where none is known", example = "2026-11-06"),
    ),
    responses(
        (status = 200, description = "The area as its practices that share have recorded it", body = ApiArea),
        (status = 401, description = "Sign in first", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such LMC, or not the reader's", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A day that cannot be taken", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn area_status(
    State(app): State<AppState>,
    permit: Permit<SeeLmcArea>,
    Query(asked): Query<Asked>,
) -> Result<Json<ApiArea>, AppError> {
    let meetings = lmc_meetings::days(app.db.read(permit.scope())).await?;
    let dates = asked.read(app.clock.today(), &meetings)?;
    let organisations = app.organisations().await?;
    let status = status(&app, &organisations, &permit, dates).await?;
    let name = organisations.name_of(&status.lmc);
    note(&app, &permit, &status);
    Ok(Json(ApiArea {
        last_meeting: dates.meeting.map(|day| day.to_string()),
        ..shape(&status, name, app.clock.now())
    }))
}

fn shape(status: &AreaStatus, name: String, read_at: DateTime<Utc>) -> ApiArea {
    let places = |places: &[PlaceStatus]| {
        let places = places.iter();
        places.map(|place| shape_place(status, place)).collect()
    };
    let (heard, room) = (status.heard, status.capacity);
    ApiArea {
        lmc: status.lmc.to_string(),
        name,
        on: status.on.to_string(),
        week_ending: status.week_ending.to_string(),
        since: status.since.to_string(),
        last_meeting: None,
        read_at,
        heard: ApiHeard {
            practices: heard.practices,
            all: heard.all,
            sharing: heard.sharing,
            this_week: heard.this_week,
            not_this_week: heard.waiting(),
            not_yet: heard.never(),
            not_sharing: heard.not_sharing(),
            silent: heard.silent,
            patients: heard.patients,
            patients_all: heard.patients_all,
        },
        responses: status.responses.iter().map(response).collect(),
        items: status.items.iter().map(item).collect(),
        networks: places(&status.networks),
        icbs: places(&status.icbs),
        waiting: status.waiting.iter().map(waiting).collect(),
        ending: status.ending.iter().map(ending).collect(),
        overdue: status.overdue.iter().map(overdue).collect(),
        capacity: ApiCapacity {
            practices: room.practices,
            clinicians: room.sum.clinicians,
            counted: room.sum.counted,
            limit: room.sum.limit,
            left: room.sum.left(),
            over: room.sum.over,
            state: room.sum.headroom().map(Headroom::code),
            full: room.sum.full,
            diverts: room.diverts,
        },
        clinician_days: days(status.days),
        weeks: status.weeks.iter().map(week).collect(),
    }
}

fn response(week: &WeekResponse) -> ApiResponse {
    ApiResponse {
        week_ending: week.week_ending.to_string(),
        answered: week.answered,
        heard: week.heard,
        percent_of_heard: percent(week.answered, week.heard),
    }
}

fn item(item: &ItemStatus) -> ApiItem {
    let coverage = item.coverage;
    ApiItem {
        code: item.code.to_string(),
        title: item.title.clone(),
        acting: coverage.acting,
        heard: coverage.heard,
        all: coverage.all,
        percent_of_heard: coverage.percent_of_heard(),
        bounds: coverage.bounds(),
        patients: coverage.patients_acting,
        change: item.change,
        trend: item
            .trend
            .iter()
            .map(|point| ApiPoint {
                week_ending: point.week_ending.to_string(),
                acting: point.acting,
                heard: point.heard,
            })
            .collect(),
        icb_holds: item.held.iter().map(held).collect(),
    }
}

fn held(holding: &Holding) -> ApiHeld {
    let figure = &holding.figure;
    ApiHeld {
        name: holding.name.clone(),
        words: figure.in_words(holding.practices),
        kind: figure.shown.code(),
        practices: figure.shown.number(),
        likely: figure.likely,
        release: holding.release,
    }
}

fn shape_place(status: &AreaStatus, place: &PlaceStatus) -> ApiNetwork {
    let items = status.items.iter().enumerate();
    ApiNetwork {
        code: place.code.as_ref().map(ToString::to_string),
        name: place.name.clone(),
        heard: place.heard,
        all: place.all,
        acting: place.acting.clone(),
        change: items.map(|(at, item)| item.change.map(|_| place.change(at))).collect(),
        clinician_days: days(place.days),
    }
}

fn waiting(waiting: &Waiting) -> ApiWaiting {
    ApiWaiting {
        practice: waiting.practice.to_string(),
        name: waiting.name.clone(),
        last_week: waiting.last_week.map(|week| week.to_string()),
    }
}

fn overdue(overdue: &Overdue) -> ApiOverdue {
    ApiOverdue {
        practice: overdue.practice.to_string(),
        name: overdue.name.clone(),
        service: overdue.service.clone(),
        due_on: overdue.due_on.to_string(),
    }
}

fn week(week: &WeekStatus) -> ApiWeek {
    ApiWeek {
        week_ending: week.week_ending.to_string(),
        practices: week.practices,
        clinician_days: days(week.days),
        contacts_per_thousand: week.per_thousand(),
        diverts: week.diverts,
    }
}

fn ending(ending: &EndingNotice) -> ApiEnding {
    ApiEnding {
        name: ending.name.clone(),
        practices: ending.practices,
        first: ending.first.to_string(),
        last: ending.last.to_string(),
    }
}

fn days(days: ClinicianDays) -> ApiClinicianDays {
    ApiClinicianDays {
        over: days.over,
        at_or_over: days.full,
        counted: days.counted,
        percent: percent(days.over, days.counted),
    }
}

/// This feature's part of the OpenAPI document.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(paths(area_status))]
pub struct Documentation;
