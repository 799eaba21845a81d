//! A clinician's past in the API.

use axum::{Json as Answer, extract::State, response::Response};
use entity::ids::LocalDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::page;
use crate::{
    domain::{
        access::{By, EraseCounts, Permit, SeeOwnDay},
        contact::Source,
        history::{DaysSummary, OwnDay},
    },
    error::AppError,
    operations::erase_counts,
    state::AppState,
    web::problem::Problem,
};

/// What is kept of one clinician.
#[derive(Debug, Serialize, ToSchema)]
pub struct WeeksOut {
    /// Days before this one are folded into the practice's totals next.
    #[schema(value_type = String, format = Date, example = "2026-08-22")]
    pub folds_before: LocalDate,
    /// In the night that ends on this day.
    #[schema(value_type = String, format = Date, example = "2026-11-21")]
    pub folds_in_night_to: LocalDate,
    /// By week, the latest first.
    pub weeks: Vec<KeptWeekOut>,
    /// By calendar month, the latest first.
    pub months: Vec<MonthOut>,
    /// Contacts by hour of the London day, from 0 to 23; those caught up later are left out.
    #[schema(example = json!([0, 0, 0, 0, 0, 0, 0, 0, 21, 40, 38, 22, 9, 12, 31, 35, 28, 8, 0, 0, 0, 0, 0, 0]))]
    pub hours: Vec<u32>,
    /// Day by day, the earliest first.
    pub days: Vec<KeptDayOut>,
}

/// A week.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptWeekOut {
    /// Its Friday; Saturday and Sunday belong to the week before.
    #[schema(value_type = String, format = Date, example = "2026-11-20")]
    pub week_ending: LocalDate,
    /// Its figures.
    #[serde(flatten)]
    pub figures: FiguresOut,
}

/// A month.
#[derive(Debug, Serialize, ToSchema)]
pub struct MonthOut {
    /// Its first day.
    #[schema(value_type = String, format = Date, example = "2026-11-01")]
    pub month: LocalDate,
    /// Its figures.
    #[serde(flatten)]
    pub figures: FiguresOut,
}

/// Figures of some days.
#[derive(Debug, Serialize, ToSchema)]
pub struct FiguresOut {
    /// Days with a count.
    #[schema(example = 4)]
    pub days: u32,
    /// Contacts.
    #[schema(example = 101)]
    pub contacts: u32,
    /// Contacts of a day worked; null where none was.
    #[schema(example = 25.3)]
    pub average: Option<f64>,
    /// Days at the limit exactly.
    #[schema(example = 1)]
    pub days_at_limit: u32,
    /// Days past it.
    #[schema(example = 1)]
    pub days_over_limit: u32,
    /// The smallest limit that was used.
    #[schema(example = 13)]
    pub least_limit: u32,
    /// The greatest limit that was used.
    #[schema(example = 25)]
    pub greatest_limit: u32,
    /// Complex contacts.
    #[schema(example = 9)]
    pub complex: u32,
    /// Contacts with each complex one as 2.5 (BMA's 2018 bands): beside the count, never in it.
    #[schema(example = 114.5)]
    pub weighted: f64,
}

impl FiguresOut {
    fn new(sum: &DaysSummary) -> Self {
        let tenths = |n: u32| f64::from(n) / 10.0;
        Self {
            days: sum.days,
            contacts: sum.contacts,
            average: sum.average_tenths().map(tenths),
            days_at_limit: sum.at_limit,
            days_over_limit: sum.over,
            least_limit: sum.least_limit,
            greatest_limit: sum.greatest_limit,
            complex: sum.complex,
            weighted: tenths(sum.weighted_tenths),
        }
    }
}

/// A day.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptDayOut {
    /// London day.
    #[schema(value_type = String, format = Date, example = "2026-11-20")]
    pub day: LocalDate,
    /// Contacts that count.
    #[schema(example = 26)]
    pub counted: u32,
    /// The limit that was used.
    #[schema(example = 25)]
    pub limit: u32,
    /// `available`, `nearing`, `at-limit` or `over`.
    #[schema(example = "over")]
    pub state: &'static str,
    /// Where the count comes from; null where nobody counted.
    #[schema(example = "taps")]
    pub source: Option<&'static str>,
}

impl KeptDayOut {
    fn new(own: &OwnDay) -> Self {
        Self {
            day: own.on,
            counted: own.day.counted,
            limit: own.day.limit.contacts,
            state: own.day.headroom.code(),
            source: own.day.source.map(Source::code),
        }
    }
}

/// One clinician's last thirteen weeks.
#[utoipa::path(get, path = "/api/v1/practices/{ods}/clinicians/{clinician}/weeks", tag = "history",
    params(("ods" = String, Path, example = "Z90001"), ("clinician" = Uuid, Path)),
    responses(
        (status = 200, description = "What is kept", body = WeeksOut),
        (status = 404, description = "No such clinician, or not yours", body = Problem),
    ))]
pub(super) async fn weeks(
    permit: Permit<SeeOwnDay>,
    State(app): State<AppState>,
) -> Result<Answer<WeeksOut>, AppError> {
    let kept = page::kept(&app, permit.scope(), None).await?;
    let week = |(week_ending, sum): &(LocalDate, DaysSummary)| KeptWeekOut {
        week_ending: *week_ending,
        figures: FiguresOut::new(sum),
    };
    let month = |(month, sum): &(LocalDate, DaysSummary)| MonthOut { month: *month, figures: FiguresOut::new(sum) };
    Ok(Answer(WeeksOut {
        folds_before: kept.notice.before,
        folds_in_night_to: kept.notice.night_to,
        weeks: kept.weeks.iter().map(week).collect(),
        months: kept.months.iter().map(month).collect(),
        hours: kept.hours.to_vec(),
        days: kept.days.iter().map(KeptDayOut::new).collect(),
    }))
}

/// Every contact and day sheet entry of one clinician that is kept, as CSV.
#[utoipa::path(get, path = "/api/v1/practices/{ods}/clinicians/{clinician}/weeks.csv", tag = "history",
    params(("ods" = String, Path, example = "Z90001"), ("clinician" = Uuid, Path)),
    responses(
        (status = 200, description = "day, time, entry, number, kind, complex, entered, voided", body = String, content_type = "text/csv",
            example = "day,time,entry,number,kind,complex,entered,voided\r\n2026-11-20,11:38,contact,1,telephone,no,tap,no\r\n"),
        (status = 404, description = "No such clinician, or not yours", body = Problem),
    ))]
pub(super) async fn file(permit: Permit<SeeOwnDay>, state: State<AppState>) -> Result<Response, AppError> {
    page::file(permit, state).await
}

/// What was erased.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasedOut {
    /// Days of which the practice keeps the total only; 0 where nothing was left.
    #[schema(example = 58)]
    pub days: usize,
}

/// Erase what one clinician counted, and revoke their devices. The practice keeps its totals.
#[utoipa::path(delete, path = "/api/v1/practices/{ods}/clinicians/{clinician}/counts", tag = "history",
    params(("ods" = String, Path, example = "Z90001"), ("clinician" = Uuid, Path)),
    responses(
        (status = 200, description = "Erased, now or before", body = ErasedOut),
        (status = 403, description = "They still work there: it is theirs to do", body = Problem),
        (status = 404, description = "No such clinician, or not yours", body = Problem),
        (status = 503, description = "Busy: try again", body = Problem),
    ))]
pub(super) async fn erase(
    permit: Permit<EraseCounts>,
    State(app): State<AppState>,
) -> Result<Answer<ErasedOut>, AppError> {
    let by = By::from(&permit);
    let days = erase_counts::EraseCounts.perform(&app, &by).await?;
    Ok(Answer(ErasedOut { days }))
}

/// This feature's part of the OpenAPI document.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(paths(weeks, file, erase))]
pub struct Documentation;
