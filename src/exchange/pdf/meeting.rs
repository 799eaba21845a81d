//! The meeting sheet of an LMC: words and figures of one release, for paper and for a screen.

use entity::ids::OrgCode;

use super::{
    Failed,
    document::{Block, Column, Document, Margins, Style, Table},
    lines::{Colour, Ink, Words},
    set,
};
use crate::domain::{
    disclosure::{Area, AreaKind, Content, Figure, HAS_RECORDED, NOTES, Shown, TOO_FEW},
    written,
};

/// ICBs beside the LMC; more would not fit on a page.
const MOST_ICBS: usize = 2;
const STYLE: Style = Style(10.0);

/// What may be handed round about an LMC's area. Made of a release alone: it has no room for anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingSheet {
    /// The LMC's name.
    pub lmc: String,
    /// Its figures are invented.
    pub demo: bool,
    /// Number of the release.
    pub release: u32,
    /// The day it was published.
    pub published: String,
    /// The last day it speaks of.
    pub as_of: String,
    /// When the next one comes.
    pub next: String,
    /// Digest in the ledger.
    pub sha256: String,
    /// The areas: the ICBs of the LMC, England.
    pub areas: Vec<SheetArea>,
    /// A line for each series.
    pub items: Vec<SheetItem>,
    /// How to read it; what is hidden and why.
    pub notes: Vec<String>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetArea {
    /// Its name.
    pub name: String,
    /// How many practices it stands for, in words.
    pub practices: String,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetItem {
    /// What is counted.
    pub title: String,
    /// A cell for each area.
    pub cells: Vec<SheetCell>,
}

/// One figure in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetCell {
    /// "about 60, 39%", or why there is none.
    pub figure: String,
    /// "likely 50 to 70".
    pub likely: String,
}

impl MeetingSheet {
    /// Takes what a release says about the ICBs of an LMC and about England.
    pub fn of(content: &Content, sha256: &str, (name, icbs): (&str, &[OrgCode]), demo: bool) -> Self {
        let beside: Vec<&Area> = icbs.iter().filter_map(|icb| content.area(AreaKind::Icb, icb.as_str())).collect();
        let more = beside.len().saturating_sub(MOST_ICBS);
        let areas: Vec<&Area> =
            beside.into_iter().take(MOST_ICBS).chain(content.area(AreaKind::England, "england")).collect();
        let items = content
            .series
            .iter()
            .map(|series| SheetItem {
                title: series.title.clone(),
                cells: areas.iter().map(|area| cell(area.figure(&series.code))).collect(),
            })
            .collect();
        Self {
            lmc: name.to_owned(),
            demo,
            release: content.number,
            published: content.published_on.long(),
            as_of: content.as_of.written(),
            next: content.next_on.written(),
            sha256: sha256.to_owned(),
            notes: notes(content, name, &areas, more),
            areas: areas
                .iter()
                .map(|area| SheetArea {
                    name: area.name.clone(),
                    practices: format!("{} practices", written::thousands(area.practices.into())),
                })
                .collect(),
            items,
        }
    }

    /// Sets it as a tagged PDF, in some hundredths of a second of a core. The same sheet gives the same bytes.
    ///
    /// # Errors
    /// [`Failed`].
    pub fn render(&self) -> Result<Vec<u8>, Failed> {
        set(&self.document())
    }

    fn document(&self) -> Document {
        let (lmc, release, published) = (&self.lmc, self.release, &self.published);
        let subtitle = format!("Meeting sheet. Release {release}, {published}");
        let large = Ink { size: 12.0, ..STYLE.ink() };
        let tiny = Ink { size: 7.5, ..STYLE.quiet() };
        let notes = self.notes.iter();
        let notes = notes.map(|note| Words::new(note, STYLE.ink())).collect();
        let ledger = Words::new("Ledger of releases, SHA-256: ", STYLE.quiet());
        Document {
            title: format!("Meeting sheet: {lmc}, release {release}"),
            margins: Margins::RECORD,
            header: self
                .demo
                .then(|| "DEMO – invented practices, invented figures".to_owned()),
            footer: Some(format!(
                "{lmc}. Headroom release {release}, {published}. Not live."
            )),
            blocks: vec![
                Block::title(lmc),
                STYLE.words(Words::new(&subtitle, large)),
                STYLE.small(&format!(
                    "Not live: what practices had recorded by the end of {}. Next release: {}. This sheet holds figures of the release and nothing else.",
                    self.as_of, self.next
                )),
                Block::heading("Practices that had recorded each item"),
                STYLE.table(self.table()),
                Block::heading("How to read it"),
                STYLE.list(notes),
                STYLE.words(ledger.and(&self.sha256, tiny)),
            ],
        }
    }

    fn table(&self) -> Table {
        let mut columns = vec![Column::left(1.5)];
        columns.extend(self.areas.iter().map(|_| Column::right(1.0)));
        let mut head = STYLE.head(9.0, &["Item"]);
        let small = Ink { colour: Colour::Quiet, ..small_bold() };
        head.extend(
            self.areas
                .iter()
                .map(|area| Words::new(&area.name, small_bold()).and(&format!("\n{}", area.practices), small)),
        );
        let rows = self.items.iter().map(|item| {
            let mut row = vec![Words::new(&item.title, STYLE.ink())];
            row.extend(item.cells.iter().map(SheetCell::words));
            row
        });
        Table { columns, head, rows: rows.collect(), inset: 5.0 }
    }
}

impl SheetCell {
    fn words(&self) -> Words {
        let words = Words::new(&self.figure, STYLE.ink());
        if self.likely.is_empty() { words } else { words.and(&format!("\n{}", self.likely), STYLE.quiet()) }
    }
}

fn small_bold() -> Ink {
    Ink { size: 9.0, ..STYLE.bold() }
}

fn cell(figure: Option<&Figure>) -> SheetCell {
    let Some(figure) = figure else {
        return SheetCell { figure: "not released".to_owned(), likely: String::new() };
    };
    let share = figure.percent.map(|percent| format!(", {percent}%")).unwrap_or_default();
    SheetCell {
        figure: format!("{}{share}", figure.number_in_words()),
        likely: match figure.shown {
            Shown::About(_) => format!("likely {}", figure.likely_in_words()),
            _ => String::new(),
        },
    }
}

fn notes(content: &Content, name: &str, areas: &[&Area], more_icbs: usize) -> Vec<String> {
    let mut notes = vec![
        NOTES[0].to_owned(),
        "A percentage is of all practices of the area, those that recorded nothing included.".to_owned(),
        format!("A release has no column for {name}: nothing smaller than an ICB is published."),
    ];
    let any = |test: fn(&Shown) -> bool| {
        let figures = areas.iter().flat_map(|area| &area.figures);
        figures.map(|figure| &figure.shown).any(test)
    };
    if any(|shown| *shown == Shown::FewerThanTen) {
        notes.push("“Fewer than 10”: so few that they might be guessed, so the number is not said.".to_owned());
    }
    if any(|shown| matches!(shown, Shown::OrMore(_))) {
        notes.push("“or more”: nearly all. It is never said that all practices of an area do something.".to_owned());
    }
    if any(|shown| *shown == Shown::TooFew) {
        notes.push(format!("“Too few have recorded to say”: {TOO_FEW}."));
    }
    if any(|shown| *shown == Shown::Hidden) {
        notes.push("“Hidden”: the area has fewer than 20 practices.".to_owned());
    }
    if more_icbs > 0 {
        notes.push(format!("{more_icbs} more ICB of this LMC stand in the release itself."));
    }
    if content.series(HAS_RECORDED).is_some() {
        notes.push("A practice that recorded nothing is not counted as doing nothing: the first line says how many recorded anything.".to_owned());
    }
    notes.push(format!("Source: Headroom release {}.", content.number));
    notes
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn area(kind: &str, code: &str, practices: u32, shown: &serde_json::Value) -> serde_json::Value {
        json!({ "kind": kind, "code": code, "name": format!("{code} #strong[x]"), "practices": practices, "figures": [
            { "series": HAS_RECORDED, "shown": { "kind": "about", "practices": 30 }, "percent": 40, "likely": [20, 40] },
            { "series": "limit", "shown": shown },
        ] })
    }

    fn content() -> Content {
        let few = json!({ "kind": "fewer-than-ten" });
        serde_json::from_value(json!({
            "number": 9, "year": 2026, "period": 9, "published_on": "2026-11-19", "as_of": "2026-11-18",
            "next_on": "2026-12-17", "method": "m",
            "series": [
                { "code": HAS_RECORDED, "title": "Recorded anything" },
                { "code": "limit", "title": "Limit" },
                { "code": "newer", "title": "Newer" },
            ],
            "areas": [
                area("england", "england", 6000, &json!({ "kind": "or-more", "practices": 5000 })),
                area("icb", "XDA", 80, &few), area("icb", "XDB", 19, &json!({ "kind": "hidden" })),
                area("icb", "XDC", 80, &json!({ "kind": "too-few" })),
            ],
        }))
        .unwrap()
    }

    fn sheet(icbs: &[&str]) -> MeetingSheet {
        let icbs: Vec<OrgCode> = icbs.iter().map(|code| code.parse().unwrap()).collect();
        MeetingSheet::of(&content(), "ab12", ("East LMC", &icbs), false)
    }

    #[test]
    fn every_figure_has_its_range_or_is_a_class_and_every_hidden_cell_is_explained() {
        let sheet = sheet(&["XDA", "XDB", "XDC"]);
        assert_eq!(sheet.areas.len(), 3, "two ICBs and England");
        assert_eq!(sheet.areas[2].practices, "6,000 practices");
        let cells = |at: usize| {
            let cells = sheet.items[at].cells.iter();
            cells.map(|cell| cell.figure.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(cells(0), ["about 30, 40%"; 3]);
        assert_eq!(sheet.items[0].cells[0].likely, "likely 20 to 40");
        assert_eq!(cells(1), ["fewer than 10", "hidden", "5,000 or more"]);
        let none: Vec<&str> = sheet.items[1].cells.iter().map(|cell| cell.likely.as_str()).collect();
        assert_eq!(none, [""; 3], "a class has no range beside it");
        assert_eq!(cells(2), ["not released"; 3]);
        let notes = sheet.notes.join("\n");
        for part in ["no column for East LMC", "“Fewer than 10”", "“or more”", "“Hidden”", "1 more ICB", "release 9"]
        {
            assert!(notes.contains(part), "{part} in {notes}");
        }
        assert!(sheet.published.contains("Thursday 19 November 2026"));
    }

    #[test]
    fn where_too_few_have_recorded_the_sheet_says_so() {
        let sheet = sheet(&["XDC"]);
        assert_eq!(sheet.areas.len(), 2);
        assert_eq!(sheet.items[1].cells[0].figure, "too few have recorded to say");
        let note = |words: &str| sheet.notes.iter().any(|note| note.contains(words));
        assert!(note("“Too few have recorded to say”"));
        assert!(!note("“Hidden”"));
    }

    #[test]
    fn the_same_sheet_gives_the_same_paper() {
        let sheet = sheet(&["XDA", "XDB"]);
        let paper = sheet.render().unwrap();
        assert!(paper.starts_with(b"%PDF-1."));
        assert_eq!(paper, sheet.render().unwrap());
    }
}
