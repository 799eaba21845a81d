//! A release: England, the regions and every ICB.

use super::{
    Failed,
    document::{Block, Column, Document, Margins, Style, Table},
    lines::Words,
    set,
};
use crate::domain::{
    disclosure::{Area, AreaKind, Content},
    written,
};

const STYLE: Style = Style(9.5);

/// What a release says. It owns its texts, so that it can go to a thread that may block.
#[derive(Debug, Clone)]
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

#[derive(Debug, Clone)]
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
            areas: content.areas.iter().map(|area| AreaData::of(content, area)).collect(),
        }
    }

    /// Sets it as a tagged PDF, in some hundredths of a second of a core.
    ///
    /// # Errors
    /// [`Failed`].
    pub fn render(&self) -> Result<Vec<u8>, Failed> {
        set(&self.document())
    }

    fn document(&self) -> Document {
        let title = format!("Release {}, {}", self.number, self.published);
        let mut blocks = vec![
            Block::title(&title),
            STYLE.text(&format!(
                "Not live: what practices had recorded by the end of {}. Next release: {}. Series of {}. For operations use the notice letters you hold.",
                self.as_of, self.next, self.year
            )),
        ];
        let corrections = self.corrections.iter().map(|note| {
            let words = Words::new("Correction.", STYLE.bold());
            STYLE.words(words.and(&format!(" {note}"), STYLE.ink()))
        });
        blocks.extend(corrections);
        blocks.extend(self.notes.iter().map(|note| STYLE.small(note)));
        blocks.push(STYLE.small(&format!("Made by {}.", self.method)));
        blocks.extend(self.promise.iter().map(|part| STYLE.small(part)));
        blocks.extend(self.areas.iter().map(AreaData::block));
        Document {
            title: format!("Headroom release {}, {}", self.number, self.published),
            margins: Margins::RECORD,
            header: None,
            footer: Some(format!(
                "Headroom release {}, {}. Every number carries a little random noise.",
                self.number, self.published
            )),
            blocks,
        }
    }
}

impl AreaData {
    fn of(content: &Content, area: &Area) -> Self {
        let rows = area.figures.iter().map(|figure| {
            let title = content.series(&figure.series).map_or(figure.series.as_str(), |series| series.title.as_str());
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

    /// The whole area on one page, for whoever prints the page of one.
    fn block(&self) -> Block {
        let kind = if self.kind.is_empty() { String::new() } else { format!("{}, ", self.kind) };
        let cells = |row: &[String; 5]| {
            let cells = row.iter().map(|text| Words::new(text, STYLE.ink()));
            cells.collect()
        };
        Block::together(vec![
            Block::heading(&self.name),
            STYLE.small(&format!("{kind}{} practices on 1 April", self.practices)).tied(),
            STYLE.text(&self.paragraph),
            STYLE.table(Table {
                columns: vec![
                    Column::left(2.2),
                    Column::right(1.5),
                    Column::right(0.7),
                    Column::right(0.9),
                    Column::right(1.2),
                ],
                head: STYLE.head(8.5, &["Item", "Practices", "Share", "Likely", "Least and most"]),
                rows: self.rows.iter().map(cells).collect(),
                inset: 4.0,
            }),
        ])
    }
}
