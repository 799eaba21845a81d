//! What a document is made of, in reading order, before anything has a place.

use super::fonts::Weight;
use super::lines::{Colour, Ink, Words};

/// An A4 sheet, in points.
pub(super) const PAGE: (f32, f32) = (595.276, 841.89);

/// One centimetre.
pub(super) const CM: f32 = 28.346_457;

/// A document: what stands in it and around it.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) title: String,
    pub(super) margins: Margins,
    /// Above each page.
    pub(super) header: Option<String>,
    /// Below each page, with its number.
    pub(super) footer: Option<String>,
    pub(super) blocks: Vec<Block>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Margins {
    pub(super) side: f32,
    pub(super) top: f32,
    pub(super) bottom: f32,
}

impl Margins {
    /// Of everything that is no letter.
    pub(super) const RECORD: Self = Self { side: 2.0 * CM, top: 2.0 * CM, bottom: 2.2 * CM };

    pub(super) fn width(self) -> f32 {
        PAGE.0 - 2.0 * self.side
    }

    pub(super) fn height(self) -> f32 {
        PAGE.1 - self.top - self.bottom
    }
}

/// A part of a document, with the room around it: between two blocks lies the greater of what both want.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) content: Content,
    pub(super) above: f32,
    pub(super) below: f32,
    /// Between its lines.
    pub(super) leading: f32,
    /// Stands on the page on which the next block begins.
    pub(super) tied: bool,
}

#[derive(Debug)]
pub(super) enum Content {
    /// With its level: 1 is that of the document.
    Heading(u16, Words),
    Text(Words),
    List(Vec<Words>),
    Table(Table),
    /// On one page, where one page has room for them.
    Together(Vec<Block>),
    /// At the foot of the last page.
    Foot(Words),
}

impl Block {
    fn new(content: Content, gap: f32, leading: f32) -> Self {
        Self { content, above: gap, below: gap, leading, tied: false }
    }

    /// The name of the document.
    pub(super) fn title(text: &str) -> Self {
        Self::heading_of(1, text, 19.0, (0.0, 9.0))
    }

    /// The name of a part of it.
    pub(super) fn heading(text: &str) -> Self {
        Self::heading_of(2, text, 12.5, (18.0, 8.0))
    }

    pub(super) fn heading_of(level: u16, text: &str, size: f32, (above, below): (f32, f32)) -> Self {
        let ink = Ink { size, weight: Weight::Bold, colour: Colour::Heading };
        Self { content: Content::Heading(level, Words::new(text, ink)), above, below, leading: 0.5 * size, tied: true }
    }

    pub(super) fn text(words: Words, gap: f32, leading: f32) -> Self {
        Self::new(Content::Text(words), gap, leading)
    }

    pub(super) fn list(items: Vec<Words>, gap: f32, leading: f32) -> Self {
        Self::new(Content::List(items), gap, leading)
    }

    pub(super) fn table(table: Table, gap: f32, leading: f32) -> Self {
        Self::new(Content::Table(table), gap, leading)
    }

    pub(super) fn together(blocks: Vec<Self>) -> Self {
        Self::new(Content::Together(blocks), 0.0, 0.0)
    }

    pub(super) fn foot(words: Words, leading: f32) -> Self {
        Self::new(Content::Foot(words), 12.0, leading)
    }

    pub(super) fn tied(mut self) -> Self {
        self.tied = true;
        self
    }

    pub(super) fn below(mut self, below: f32) -> Self {
        self.below = below;
        self
    }
}

/// A table whose first row names the columns and whose first column names the rows.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    pub(super) head: Vec<Words>,
    pub(super) rows: Vec<Vec<Words>>,
    /// Between a cell's border and its text.
    pub(super) inset: f32,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub(super) width: Width,
    pub(super) right: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Width {
    /// As wide as its text.
    Natural,
    /// A share of what the others leave.
    Share(f32),
}

impl Column {
    pub(super) fn left(share: f32) -> Self {
        Self { width: Width::Share(share), right: false }
    }

    pub(super) fn right(share: f32) -> Self {
        Self { width: Width::Share(share), right: true }
    }

    pub(super) fn number() -> Self {
        Self { width: Width::Natural, right: true }
    }
}

/// The inks of everything that is no letter, by the size of its text, and the room between lines and blocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style(pub(super) f32);

impl Style {
    pub(super) fn ink(self) -> Ink {
        Ink { size: self.0, weight: Weight::Regular, colour: Colour::Text }
    }

    pub(super) fn bold(self) -> Ink {
        Ink { weight: Weight::Bold, ..self.ink() }
    }

    pub(super) fn quiet(self) -> Ink {
        Ink { size: 9.0, colour: Colour::Quiet, ..self.ink() }
    }

    pub(super) fn leading(self) -> f32 {
        0.62 * self.0
    }

    pub(super) fn gap(self) -> f32 {
        0.9 * self.0
    }

    pub(super) fn text(self, text: &str) -> Block {
        self.words(Words::new(text, self.ink()))
    }

    pub(super) fn small(self, text: &str) -> Block {
        self.words(Words::new(text, self.quiet()))
    }

    pub(super) fn words(self, words: Words) -> Block {
        Block::text(words, self.gap(), self.leading())
    }

    pub(super) fn list(self, items: Vec<Words>) -> Block {
        Block::list(items, self.gap(), self.leading())
    }

    pub(super) fn table(self, table: Table) -> Block {
        Block::table(table, self.gap(), self.leading())
    }

    /// The first row of a table.
    pub(super) fn head(self, size: f32, cells: &[&str]) -> Vec<Words> {
        let ink = Ink { size, ..self.bold() };
        cells.iter().map(|text| Words::new(text, ink)).collect()
    }
}
