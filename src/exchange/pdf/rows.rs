//! One row of a table as strips.

use krilla::tagging::{TableHeaderScope, Tag, TagKind};

use super::{
    document::Column,
    lines::{Colour, Line},
    strips::{Mark, Strip},
};

/// What the cells of a row are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cells {
    Head,
    Body,
}

impl Cells {
    /// The first row names the columns, the first cell of another its row.
    pub(super) fn tag(self, column: usize) -> TagKind {
        match (self, column) {
            (Self::Head, _) => Tag::TH(TableHeaderScope::Column).into(),
            (Self::Body, 0) => Tag::TH(TableHeaderScope::Row).into(),
            (Self::Body, _) => Tag::TD.into(),
        }
    }

    fn rule(self) -> (f32, Colour) {
        match self {
            Self::Head => (1.0, Colour::Heading),
            Self::Body => (0.5, Colour::Rule),
        }
    }
}

#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) cells: Vec<Cell<'a>>,
    pub(super) inset: f32,
    pub(super) leading: f32,
}

#[derive(Debug)]
pub(super) struct Cell<'a> {
    pub(super) lines: Vec<Line<'a>>,
    /// The slot of its first run.
    pub(super) first: usize,
    pub(super) x: f32,
    pub(super) width: f32,
    pub(super) column: Column,
}

impl<'a> Row<'a> {
    /// One strip, or as many as it takes to keep each below `most`.
    pub(super) fn strips(&self, most: f32, (width, kind): (f32, Cells)) -> Vec<Strip<'a>> {
        let mut left: Vec<&[Line<'a>]> = self.cells.iter().map(|cell| &*cell.lines).collect();
        let mut strips = Vec::new();
        loop {
            let mut strip = Strip::default();
            let mut tallest: f32 = 0.0;
            for (cell, lines) in self.cells.iter().zip(&mut left) {
                let (drawn, height) = self.draw(&mut strip, cell, lines, most);
                tallest = tallest.max(height);
                *lines = lines.get(drawn..).unwrap_or_default();
            }
            let over = left.iter().all(|lines| lines.is_empty());
            strip.height = tallest + 2.0 * self.inset;
            if over {
                let (thickness, colour) = kind.rule();
                strip.marks.push(Mark::Rule { x: 0.0, y: strip.height - thickness, width, thickness, colour });
            }
            strips.push(strip);
            if over {
                return strips;
            }
        }
    }

    /// Draws the lines of a cell that fit, at least one; says how many and how tall they are.
    fn draw(&self, strip: &mut Strip<'a>, cell: &Cell<'a>, lines: &[Line<'a>], most: f32) -> (usize, f32) {
        let mut height = 0.0;
        for (at, line) in lines.iter().enumerate() {
            let gap = if at == 0 { 0.0 } else { self.leading };
            let down = height + gap + line.height;
            if at > 0 && down + 2.0 * self.inset > most {
                return (at, height);
            }
            height = down;
            let x = if cell.column.right { cell.width - self.inset - line.width } else { self.inset };
            strip.draw(line, cell.x + x, self.inset + height, cell.first);
        }
        (lines.len(), height)
    }
}
