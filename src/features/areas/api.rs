//! The same area as JSON.

use axum::{Json, extract::State};
use axum_extra::extract::Query;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{area::status, dates::Asked, name};
use crate::{
    domain::{
        access::{Permit, SeeLmcArea},
        area::{AreaStatus, ClinicianDays, Held, ItemStatus, NetworkStatus},
        coverage::percent,
        disclosure::Shown,
    },
    error::AppError,
    state::AppState,
    web::problem::Problem,
};

/// An LMC's area on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiArea {
    /// Code of the LMC.
    #[schema(example = "wyrevale")]
    pub lmc: String,
    /// Its name.
    #[schema(example = "Wyrevale LMC")]
    pub name: String,
    /// The day.
    #[schema(example = "2026-11-20")]
    pub on: String,
    /// The Friday of its week.
    #[schema(example = "2026-11-20")]
    pub week_ending: String,
    /// The day that changes count from.
    #[schema(example = "2026-11-06")]
    pub since: String,
    /// When this was read: only an LMC's area is live.
    #[schema(example = "2026-11-20T14:32:10Z")]
    pub read_at: DateTime<Utc>,
    /// Who was heard from.
    pub heard: ApiHeard,
    /// What is paused, item by item.
    pub items: Vec<ApiItem>,
    /// By primary care network.
    pub networks: Vec<ApiNetwork>,
    /// Services that end within 90 days.
    pub ending: Vec<ApiEnding>,
    /// Room on the day, from practices with three or more counted clinicians.
    pub capacity: ApiCapacity,
    /// Clinicians' days over the limit in four weeks.
    pub clinician_days: ApiClinicianDays,
    /// The same by week, oldest first.
    pub weeks: Vec<ApiWeek>,
}

/// Who was heard from.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiHeard {
    /// Practices that share and ever recorded something or answered a week.
    #[schema(example = 38)]
    pub practices: u32,
    /// All practices of the area.
    #[schema(example = 64)]
    pub all: u32,
    /// Practices that share.
    #[schema(example = 44)]
    pub sharing: u32,
    /// Practices that answered or recorded something in the week.
    #[schema(example = 31)]
    pub this_week: u32,
    /// Practices not heard from for four weeks, though earlier.
    #[schema(example = 4)]
    pub silent: u32,
    /// Patients of those heard from.
    #[schema(example = 410_300)]
    pub patients: u64,
    /// Patients of all.
    #[schema(example = 671_900)]
    pub patients_all: u64,
}

/// One item.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiItem {
    /// Its code.
    #[schema(example = "safe-contact-limit")]
    pub code: String,
    /// Its name on area pages.
    #[schema(example = "Limit of 25 contacts a day")]
    pub title: String,
    /// Practices acting.
    #[schema(example = 27)]
    pub acting: u32,
    /// Practices heard from.
    #[schema(example = 38)]
    pub heard: u32,
    /// All practices.
    #[schema(example = 64)]
    pub all: u32,
    /// Whole percent of those heard from; none where nobody was.
    #[schema(example = 71)]
    pub percent_of_heard: Option<u32>,
    /// The least and the greatest share of all practices, in whole percent.
    #[schema(example = json!([42, 83]))]
    pub bounds: Option<(u32, u32)>,
    /// Patients of the acting practices.
    #[schema(example = 291_200)]
    pub patients: u64,
    /// Practices acting now less those that acted on `since`; none where the item did not count then.
    #[schema(example = 3)]
    pub change: Option<i64>,
    /// What the ICB holds; none where there is no release, or where it is not shown beside true figures.
    pub icb_holds: Option<ApiHeld>,
    /// Fewer than 5 practices do not share, so the released figure is not shown here.
    #[schema(example = false)]
    pub icb_figure_withheld: bool,
}

/// A released figure.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiHeld {
    /// `about`, `fewer-than-ten`, `or-more` or `hidden`.
    #[schema(example = "about")]
    pub kind: &'static str,
    /// The number, for `about` and `or-more`.
    #[schema(example = 25)]
    pub practices: Option<u32>,
    /// Number of the release.
    #[schema(example = 9)]
    pub release: u32,
}

/// One primary care network.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiNetwork {
    /// Its code; none for practices without a network.
    #[schema(example = "U00001")]
    pub code: Option<String>,
    /// Its name.
    #[schema(example = "Brackenshaw")]
    pub name: String,
    /// Practices heard from.
    #[schema(example = 6)]
    pub heard: u32,
    /// Its practices in this area.
    #[schema(example = 8)]
    pub all: u32,
    /// Practices acting, in the order of `items`.
    #[schema(example = json!([4, 3, 5]))]
    pub acting: Vec<u32>,
    /// Clinicians' days over the limit in four weeks.
    pub clinician_days: ApiClinicianDays,
}

/// Services of one name that end.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiEnding {
    /// As most practices write it.
    #[schema(example = "Ring pessaries")]
    pub name: String,
    /// How many practices.
    #[schema(example = 19)]
    pub practices: u32,
    /// The first last day.
    #[schema(example = "2026-12-01")]
    pub first: String,
    /// The last one.
    #[schema(example = "2026-12-01")]
    pub last: String,
}

/// Room on one day.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiCapacity {
    /// Practices summed.
    #[schema(example = 21)]
    pub practices: u32,
    /// Their counted clinicians.
    #[schema(example = 143)]
    pub clinicians: u32,
    /// Contacts counted.
    #[schema(example = 2210)]
    pub counted: u32,
    /// The sum of the clinicians' limits.
    #[schema(example = 3400)]
    pub limit: u32,
    /// Contacts left.
    #[schema(example = 1260)]
    pub left: u32,
    /// Clinicians at or over the limit.
    #[schema(example = 12)]
    pub full: u32,
}

/// Clinicians' days.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiClinicianDays {
    /// Over the limit.
    #[schema(example = 1204)]
    pub over: u32,
    /// Counted.
    #[schema(example = 3255)]
    pub counted: u32,
    /// Whole percent; none where nothing was counted.
    #[schema(example = 37)]
    pub percent: Option<u32>,
}

/// One week of clinicians' days.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiWeek {
    /// Its Friday.
    #[schema(example = "2026-11-20")]
    pub week_ending: String,
    /// The days.
    pub clinician_days: ApiClinicianDays,
}

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
        ("since" = Option<String>, Query, description = "The day that changes count from; 14 days earlier where it is left out", example = "2026-11-06"),
    ),
    responses(
        (status = 200, description = "The area as its practices that share have recorded it", body = ApiArea),
        (status = 401, description = "Sign in first", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such LMC, or not the reader's", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A day that cannot be taken", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn area_status(
    State(app): State<AppState>,
    permit: Permit<SeeLmcArea>,
    Query(asked): Query<Asked>,
) -> Result<Json<ApiArea>, AppError> {
    let dates = asked.read(app.clock.today())?;
    let organisations = app.organisations().await?;
    let status = status(&app, &organisations, &permit, dates).await?;
    let name = name(&organisations, &status.lmc);
    Ok(Json(shape(&status, name, app.clock.now())))
}

fn shape(status: &AreaStatus, name: String, read_at: DateTime<Utc>) -> ApiArea {
    let (heard, room) = (status.heard, status.capacity);
    ApiArea {
        lmc: status.lmc.to_string(),
        name,
        on: status.on.to_string(),
        week_ending: status.week_ending.to_string(),
        since: status.since.to_string(),
        read_at,
        heard: ApiHeard {
            practices: heard.practices,
            all: heard.all,
            sharing: heard.sharing,
            this_week: heard.this_week,
            silent: heard.silent,
            patients: heard.patients,
            patients_all: heard.patients_all,
        },
        items: status.items.iter().map(item).collect(),
        networks: status.networks.iter().map(network).collect(),
        ending: status.ending.iter().map(ending).collect(),
        capacity: ApiCapacity {
            practices: room.practices,
            clinicians: room.sum.clinicians,
            counted: room.sum.counted,
            limit: room.sum.limit,
            left: room.sum.left,
            full: room.sum.full,
        },
        clinician_days: days(status.days),
        weeks: status
            .weeks
            .iter()
            .map(|(week, sum)| ApiWeek {
                week_ending: week.to_string(),
                clinician_days: days(*sum),
            })
            .collect(),
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
        icb_holds: match item.held {
            Held::Figure { shown, release } => Some(held(shown, release)),
            Held::Nothing | Held::FewNotSharing => None,
        },
        icb_figure_withheld: item.held == Held::FewNotSharing,
    }
}

fn held(shown: Shown, release: u32) -> ApiHeld {
    let (kind, practices) = match shown {
        Shown::About(n) => ("about", Some(n)),
        Shown::FewerThanTen => ("fewer-than-ten", None),
        Shown::OrMore(n) => ("or-more", Some(n)),
        Shown::Hidden => ("hidden", None),
    };
    ApiHeld {
        kind,
        practices,
        release,
    }
}

fn network(network: &NetworkStatus) -> ApiNetwork {
    ApiNetwork {
        code: network.code.as_ref().map(ToString::to_string),
        name: network.name.clone(),
        heard: network.heard,
        all: network.all,
        acting: network.acting.clone(),
        clinician_days: days(network.days),
    }
}

fn ending(ending: &crate::domain::area::Ending) -> ApiEnding {
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
        counted: days.counted,
        percent: percent(days.over, days.counted),
    }
}

/// This feature's part of the OpenAPI document.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(paths(area_status))]
pub struct Documentation;
