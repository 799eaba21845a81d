//! Releases as JSON, in files and in the API.

use entity::ids::LocalDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        disclosure::{Area, Content, Figure},
        ons,
    },
    store::releases::Published,
};

/// A release.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReleaseOut {
    /// Number.
    #[schema(example = 9)]
    pub number: u32,
    /// Thursday of publication.
    #[schema(value_type = String, format = Date, example = "2026-11-19")]
    pub published_on: LocalDate,
    /// The last day it speaks of.
    #[schema(value_type = String, format = Date, example = "2026-11-18")]
    pub as_of: LocalDate,
    /// When the next one is published.
    #[schema(value_type = String, format = Date, example = "2026-12-17")]
    pub next_on: LocalDate,
    /// Not live: always false.
    #[schema(example = false)]
    pub live: bool,
    /// Name of the method.
    #[schema(example = "headroom-release-2")]
    pub method: String,
    /// How to read its figures.
    #[schema(example = json!(["About: the number with a little random noise, to the nearest five."]))]
    pub how_to_read: Vec<&'static str>,
    /// What is promised to practices.
    #[schema(example = "Nothing that is published proves what one practice does, but it helps to guess.")]
    pub promise: &'static str,
    /// Corrections of earlier releases.
    #[schema(example = json!([]))]
    pub notes: Vec<String>,
    /// Digest that chains it to those before.
    #[schema(example = "9f2c41d7")]
    pub sha256: String,
    /// Areas with their figures.
    pub areas: Vec<AreaOut>,
}

/// One area.
#[derive(Debug, Serialize, ToSchema)]
pub struct AreaOut {
    /// `england`, `region` or `icb`.
    #[schema(example = "icb")]
    pub kind: &'static str,
    /// Code.
    #[schema(example = "XDA")]
    pub code: String,
    /// Its code at the Office for National Statistics, where it has one.
    #[schema(example = "E54000048")]
    pub ons_code: Option<String>,
    /// Name.
    #[schema(example = "Wyre and Calder")]
    pub name: String,
    /// Practices of the frame.
    #[schema(example = 152)]
    pub practices: u32,
    /// What it says as one paragraph.
    #[schema(
        example = "Wyre and Calder, as recorded by 18 November 2026: of 152 practices, about 60 (likely 50 to 70) have recorded something."
    )]
    pub paragraph: String,
    /// Figures.
    pub figures: Vec<FigureOut>,
}

/// One figure: a number with its likely range, a range, or a class.
#[derive(Debug, Serialize, ToSchema)]
pub struct FigureOut {
    /// Series.
    #[schema(example = "safe-contact-limit")]
    pub series: String,
    /// As written in tables.
    #[schema(example = "Limit of 25 contacts a day")]
    pub title: String,
    /// `about`, `between`, `fewer-than-ten`, `or-more`, `too-few` or `hidden`.
    #[schema(example = "about")]
    pub shown: &'static str,
    /// The displayed number of practices, where there is one.
    #[schema(example = 60)]
    pub practices: Option<u32>,
    /// Whole percent, from displayed numbers.
    #[schema(example = 39)]
    pub percent: Option<u32>,
    /// The figure as it is written everywhere.
    #[schema(example = "about 60 of 152")]
    pub words: String,
    /// Likely range; nothing beside a class.
    #[schema(example = json!([50, 70]))]
    pub likely: Option<(u32, u32)>,
    /// Percent of all if none, and if each, of those that recorded nothing were acting.
    #[schema(example = json!([39, 74]))]
    pub bounds_percent: Option<(u32, u32)>,
}

impl ReleaseOut {
    /// A release as files and the API show it.
    pub fn new(found: &Published) -> Self {
        let content = &found.content;
        Self {
            number: content.number,
            published_on: content.published_on,
            as_of: content.as_of,
            next_on: content.next_on,
            live: false,
            method: content.method.clone(),
            how_to_read: content.how_to_read().to_vec(),
            promise: content.promise(),
            notes: content.notes.clone(),
            sha256: found.sha256.clone(),
            areas: content.areas.iter().map(|area| AreaOut::new(content, area)).collect(),
        }
    }
}

impl AreaOut {
    /// An area of a release.
    pub fn new(content: &Content, area: &Area) -> Self {
        Self {
            kind: area.kind.code(),
            code: area.code.clone(),
            ons_code: ons::code(area.kind, &area.code),
            name: area.name.clone(),
            practices: area.practices,
            paragraph: content.paragraph(area),
            figures: area.figures.iter().map(|figure| FigureOut::new(content, area, figure)).collect(),
        }
    }
}

impl FigureOut {
    fn new(content: &Content, area: &Area, figure: &Figure) -> Self {
        Self {
            title: content.series(&figure.series).map(|series| series.title.clone()).unwrap_or_default(),
            series: figure.series.clone(),
            shown: figure.shown.code(),
            practices: figure.shown.number(),
            words: figure.in_words(area.practices),
            percent: figure.percent,
            likely: figure.likely,
            bounds_percent: figure.bounds,
        }
    }
}
