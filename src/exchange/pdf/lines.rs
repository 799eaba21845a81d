//! Text broken into lines no wider than their column.

use krilla::text::KrillaGlyph;
use unicode_linebreak::{BreakOpportunity, linebreaks};

use super::fonts::{Face, Fonts, Weight};
use crate::domain::drawable;

/// How letters look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ink {
    pub(super) size: f32,
    pub(super) weight: Weight,
    pub(super) colour: Colour,
}

/// The colours of a document; all of them read well on white.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Colour {
    Text,
    Heading,
    Quiet,
    Rule,
}

/// Words that flow together, in one or more inks.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Words(Vec<Run>);

#[derive(Debug, Clone, PartialEq)]
struct Run {
    text: String,
    ink: Ink,
}

/// What one font draws of a line in one ink.
#[derive(Debug, Clone)]
pub(super) struct Piece<'a> {
    pub(super) face: &'a Face,
    pub(super) ink: Ink,
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
    /// Of a capital letter, whichever font draws it: lines keep their distance.
    height: f32,
    /// Place of its run among those of the words.
    pub(super) run: usize,
}

/// One line: its pieces from left to right.
#[derive(Debug, Clone)]
pub(super) struct Line<'a> {
    pub(super) pieces: Vec<Piece<'a>>,
    /// Without the space at its end.
    pub(super) width: f32,
    /// Of its tallest capital letters.
    pub(super) height: f32,
}

impl Words {
    pub(super) fn new(text: &str, ink: Ink) -> Self {
        Self::default().and(text, ink)
    }

    /// These words and then others. A sign that no font has stands as [`drawable::REPLACEMENT`].
    pub(super) fn and(mut self, text: &str, ink: Ink) -> Self {
        self.0.push(Run { text: drawable::drawn(text), ink });
        self
    }

    /// Whether each run is bold among others that are not: what a reader should hear as important.
    pub(super) fn strong(&self) -> impl Iterator<Item = bool> {
        let bold = |run: &Run| run.ink.weight == Weight::Bold;
        let mixed = self.0.iter().any(bold) && !self.0.iter().all(bold);
        self.0.iter().map(move |run| mixed && bold(run))
    }

    /// The ink they begin in.
    pub(super) fn ink(&self) -> Option<Ink> {
        self.0.first().map(|run| run.ink)
    }

    /// The words in one string.
    pub(super) fn text(&self) -> String {
        self.0.iter().map(|run| run.text.as_str()).collect()
    }

    /// Width of the widest line if nothing is broken that need not be.
    pub(super) fn natural_width(&self, fonts: &Fonts) -> f32 {
        let lines = self.lines(fonts, f32::INFINITY);
        lines.iter().map(|line| line.width).fold(0.0, f32::max)
    }

    /// The lines of a column: as many words on each as fit. A word wider than the column is broken where it must be.
    pub(super) fn lines<'a>(&self, fonts: &'a Fonts, width: f32) -> Vec<Line<'a>> {
        let whole = self.text();
        let mut breaker = Breaker { width, lines: Vec::new(), line: Line::empty() };
        let mut start = 0;
        for (end, kind) in linebreaks(&whole) {
            breaker.take(self.pieces(fonts, start, end));
            if kind == BreakOpportunity::Mandatory {
                breaker.finish();
            }
            start = end;
        }
        breaker.lines
    }

    /// What lies between two places of the words, shaped.
    fn pieces<'a>(&self, fonts: &'a Fonts, from: usize, to: usize) -> Vec<Piece<'a>> {
        let mut pieces = Vec::new();
        let mut at = 0;
        for (run, part) in self.0.iter().enumerate() {
            let (start, end) = (from.max(at), to.min(at + part.text.len()));
            // A break that must be, and a tab, are read as the space between two words.
            let text = part.text.get(start.saturating_sub(at)..end.saturating_sub(at));
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                let text = text.replace(['\n', '\t'], " ");
                for (range, face) in fonts.parts(&text, part.ink.weight) {
                    let text = &text[range];
                    pieces.push(Piece {
                        face,
                        ink: part.ink,
                        text: text.to_owned(),
                        glyphs: face.shape(text),
                        height: fonts.of(part.ink.weight).capital * part.ink.size,
                        run,
                    });
                }
            }
            at += part.text.len();
        }
        pieces
    }
}

impl Piece<'_> {
    pub(super) fn width(&self) -> f32 {
        let advances = self.glyphs.iter().map(|glyph| glyph.x_advance);
        advances.sum::<f32>() * self.ink.size
    }

    /// Width of the spaces at its end.
    fn space(&self) -> f32 {
        let words = self.text.trim_end_matches(' ').len();
        let spaces = self.glyphs.iter().rev();
        let spaces = spaces.take_while(|glyph| glyph.text_range.start >= words);
        spaces.map(|glyph| glyph.x_advance).sum::<f32>() * self.ink.size
    }

    /// Takes what follows it into itself, if the same font draws it in the same ink.
    fn join(&mut self, next: Self) -> Option<Self> {
        if !std::ptr::eq(self.face, next.face) || self.run != next.run {
            return Some(next);
        }
        let before = self.text.len();
        self.text.push_str(&next.text);
        self.glyphs.extend(next.glyphs.into_iter().map(|mut glyph| {
            glyph.text_range.start += before;
            glyph.text_range.end += before;
            glyph
        }));
        None
    }

    /// How much of its text is no wider than `width`; a space at its end may be.
    fn fitting(&self, width: f32) -> usize {
        if self.width() - self.space() <= width {
            return self.text.len();
        }
        let mut used = 0.0;
        let over = self.glyphs.iter().find(|glyph| {
            used += glyph.x_advance * self.ink.size;
            used > width
        });
        over.map_or(self.text.len(), |glyph| glyph.text_range.start)
    }

    /// Cuts off what stands after `at`, the start of a glyph.
    fn cut(&mut self, at: usize) -> Self {
        let text = self.text.split_off(at);
        let first = self.glyphs.partition_point(|glyph| glyph.text_range.start < at);
        let mut glyphs = self.glyphs.split_off(first);
        for glyph in &mut glyphs {
            glyph.text_range.start -= at;
            glyph.text_range.end -= at;
        }
        Self { text, glyphs, ..*self }
    }
}

impl Line<'_> {
    fn empty() -> Self {
        Self { pieces: Vec::new(), width: 0.0, height: 0.0 }
    }
}

struct Breaker<'a> {
    width: f32,
    lines: Vec<Line<'a>>,
    line: Line<'a>,
}

impl<'a> Breaker<'a> {
    /// Sets a word that has the space after it.
    fn take(&mut self, word: Vec<Piece<'a>>) {
        let whole: f32 = word.iter().map(Piece::width).sum();
        let seen = whole - word.last().map_or(0.0, Piece::space);
        if self.filled() + seen > self.width {
            self.finish();
        }
        for piece in word {
            if seen > self.width {
                self.take_apart(piece);
            } else {
                self.push(piece);
            }
        }
    }

    /// Sets a part of a word that no line has room for: as many letters on each as fit, at least one.
    fn take_apart(&mut self, mut piece: Piece<'a>) {
        loop {
            let mut at = piece.fitting(self.width - self.filled());
            if at == 0 && self.line.pieces.is_empty() {
                at = piece.glyphs.first().map_or(piece.text.len(), |glyph| glyph.text_range.end);
            }
            if at == 0 {
                self.finish();
            } else if at >= piece.text.len() {
                self.push(piece);
                return;
            } else {
                let rest = piece.cut(at);
                self.push(piece);
                self.finish();
                piece = rest;
            }
        }
    }

    /// Width of the line with the space at its end.
    fn filled(&self) -> f32 {
        self.line.pieces.iter().map(Piece::width).sum()
    }

    fn push(&mut self, piece: Piece<'a>) {
        self.line.height = self.line.height.max(piece.height);
        let rest = match self.line.pieces.last_mut() {
            Some(last) => last.join(piece),
            None => Some(piece),
        };
        self.line.pieces.extend(rest);
    }

    fn finish(&mut self) {
        if self.line.pieces.is_empty() {
            return;
        }
        let mut line = std::mem::replace(&mut self.line, Line::empty());
        line.width = line.pieces.iter().map(Piece::width).sum();
        line.width -= line.pieces.last().map_or(0.0, Piece::space);
        self.lines.push(line);
    }
}
