//! A release as its template reads it: England, the regions and every ICB.

use serde::Serialize;

use super::{Failed, Template, render};
use crate::domain::{
    disclosure::{Area, AreaKind, Content},
    written,
};

/// What the template of a release is given. It owns its texts, so that it can go to a thread that may block.
#[derive(Debug, Clone, Serialize)]
pub struct ReleaseData {
    number: u32,
    published: String,
    as_of: String,
    next: String,
    year: String,
    method: String,
    promise: Vec<&'static str>,
    corrections: Vec<String>,
    notes: &'static [&'static str],
    areas: Vec<AreaData>,
}

#[derive(Debug, Clone, Serialize)]
struct AreaData {
    kind: &'static str,
    name: String,
    paragraph: String,
    practices: String,
    rows: Vec<[String; 5]>,
}

impl ReleaseData {
    /// A release as it goes out.
    pub fn of(content: &Content) -> Self {
        Self {
            number: content.number,
            published: content.published_on.long(),
            as_of: content.as_of.written(),
            next: content.next_on.written(),
            year: content.frame_year(),
            method: content.method_in_words().to_owned(),
            promise: content.promise().lines().collect(),
            corrections: content.notes.clone(),
            notes: content.how_to_read(),
            areas: content
                .areas
                .iter()
                .map(|area| AreaData::of(content, area))
                .collect(),
        }
    }

    /// Sets it: see [`render`].
    ///
    /// # Errors
    /// As [`render`].
    pub fn render(&self) -> Result<Vec<u8>, Failed> {
        render(Template::Release, self)
    }
}

impl AreaData {
    fn of(content: &Content, area: &Area) -> Self {
        let rows = area.figures.iter().map(|figure| {
            let title = content
                .series(&figure.series)
                .map_or(figure.series.as_str(), |series| series.title.as_str());
            [
                title.to_owned(),
                figure.in_words(area.practices),
                figure.share_in_words(),
                figure.likely_in_words(),
                figure.bounds_in_words(),
            ]
        });
        Self {
            kind: match area.kind {
                AreaKind::England => "",
                AreaKind::Region => "Region",
                AreaKind::Icb => "ICB",
            },
            name: area.name.clone(),
            paragraph: content.paragraph(area),
            practices: written::thousands(area.practices.into()),
            rows: rows.collect(),
        }
    }
}
