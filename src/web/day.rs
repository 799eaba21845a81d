//! A clinician's day in what comes in and goes out: how a day and a kind of contact are read, and the day as the API
//! answers it.

use entity::ids::LocalDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        access::ClinicianScope,
        contact::{ContactKind, Source},
        limit::Day,
    },
    error::AppError,
    state::AppState,
};

/// Reads the day of an address of the API.
///
/// # Errors
/// [`AppError::Malformed`], which says how a day is written.
pub fn date_of(text: &str) -> Result<LocalDate, AppError> {
    text.parse().map_err(|_| AppError::Malformed("a day is written 2026-11-20".into()))
}

/// Reads the kind of a contact in a form; nothing is in person.
///
/// # Errors
/// The field with a sentence.
pub fn kind_of(text: &str) -> Result<ContactKind, AppError> {
    if text.is_empty() {
        return Ok(ContactKind::default());
    }
    text.parse().map_err(|_| AppError::field("kind", "Choose one of the kinds of contact"))
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
    /// The API's shape of a day that was read.
    pub fn new(on: LocalDate, day: &Day) -> Self {
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

    /// Reads one clinician's day as it stands now.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn read(app: &AppState, scope: &ClinicianScope, on: LocalDate) -> Result<Self, AppError> {
        Ok(Self::new(on, &app.tap_lookups.own_day(scope, on).await?.day))
    }
}
