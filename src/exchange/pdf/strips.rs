//! Strips: what must not be parted between two pages, and what is drawn in them.

use std::rc::Rc;

use super::lines::{Colour, Line, Piece};

/// A band of a page, as wide as the text.
#[derive(Debug, Clone, Default)]
pub(super) struct Strip<'a> {
    /// Above it, but not at the top of a page.
    pub(super) gap: f32,
    pub(super) height: f32,
    pub(super) marks: Vec<Mark<'a>>,
    /// Stands on the page of the next strip.
    pub(super) tied: bool,
    /// So does this, where a page has room for all that are kept.
    pub(super) kept: bool,
    /// Stands at the foot of its page.
    pub(super) at_foot: bool,
    /// Drawn again above it where it begins a page.
    pub(super) head: Option<Rc<Strip<'a>>>,
    /// Level and text, for the bookmarks.
    pub(super) heading: Option<(u16, String)>,
}

/// What is drawn, from the left of the text and the top of its strip.
#[derive(Debug, Clone)]
pub(super) enum Mark<'a> {
    Text {
        piece: Piece<'a>,
        x: f32,
        baseline: f32,
        /// Which text of the structure; none for what is only repeated.
        slot: Option<usize>,
    },
    Rule {
        x: f32,
        y: f32,
        width: f32,
        thickness: f32,
        colour: Colour,
    },
}

impl<'a> Strip<'a> {
    /// Draws a line that begins at `x`; its runs are the slots from `first` on.
    pub(super) fn draw(&mut self, line: &Line<'a>, x: f32, baseline: f32, first: usize) {
        let mut x = x;
        for piece in &line.pieces {
            self.marks.push(Mark::Text { piece: piece.clone(), x, baseline, slot: Some(first + piece.run) });
            x += piece.width();
        }
    }
}

impl Mark<'_> {
    pub(super) fn moved(mut self, right: f32, down: f32) -> Self {
        match &mut self {
            Self::Text { x, baseline, .. } => (*x, *baseline) = (*x + right, *baseline + down),
            Self::Rule { x, y, .. } => (*x, *y) = (*x + right, *y + down),
        }
        self
    }

    /// The same, for the eye alone.
    pub(super) fn repeated(mut self) -> Self {
        if let Self::Text { slot, .. } = &mut self {
            *slot = None;
        }
        self
    }
}
