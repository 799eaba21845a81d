//! A release as its template reads it: England, the regions and every ICB. LMC areas are in the other files.

use serde::Serialize;

use super::{Failed, Template, render};
use crate::domain::disclosure::{Area, AreaKind, Content, NOTES};

/// What the template of a release is given. It owns its texts, so that it can go to a thread that may block.
#[derive(Debug, Clone, Serialize)]
pub struct ReleaseData {
    number: u32,
    published: String,
    as_of: String,
    next: String,
    year: String,
    method: String,
    epsilon: String,
    notes: [&'static str; NOTES.len()],
    areas: Vec<AreaData>,
}

#[derive(Debug, Clone, Serialize)]
struct AreaData {
    kind: &'static str,
    name: String,
    practices: u32,
    rows: Vec<[String; 5]>,
}

impl ReleaseData {
    /// A release as it goes out.
    pub fn of(content: &Content) -> Self {
        let outside = content
            .areas
            .iter()
            .filter(|area| area.kind != AreaKind::Lmc);
        Self {
            number: content.number,
            published: content.published_on.long(),
            as_of: content.as_of.written(),
            next: content.next_on.written(),
            year: content.frame_year(),
            method: content.method.clone(),
            epsilon: content.epsilon_per_year.clone(),
            notes: NOTES,
            areas: outside.map(|area| AreaData::of(content, area)).collect(),
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
                AreaKind::Lmc => "LMC",
            },
            name: area.name.clone(),
            practices: area.practices,
            rows: rows.collect(),
        }
    }
}
