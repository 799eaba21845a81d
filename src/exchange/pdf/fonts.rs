//! The fonts of this program, and the glyphs that a text becomes in them.

use std::{collections::HashSet, ops::Range, sync::LazyLock};

use harfrust::{Direction, ShapeOptions, ShaperData, UnicodeBuffer};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::{
    FontRef, MetadataProvider,
    instance::{LocationRef, Size},
};
use unicode_normalization::char::is_combining_mark;

use super::failed::Failed;

/// Open Sans, regular and bold: what every document is set in; and behind it, the letters and signs that it lacks.
static FONTS: LazyLock<Option<Fonts>> = LazyLock::new(|| {
    Some(Fonts {
        regular: Face::read(include_bytes!("../../assets/fonts/OpenSans-Regular.ttf"))?,
        bold: Face::read(include_bytes!("../../assets/fonts/OpenSans-Bold.ttf"))?,
        behind: Face::read(include_bytes!("../../assets/fonts/DejaVuSans-signs.ttf"))?,
    })
});

/// How thick letters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

#[derive(Debug)]
pub(super) struct Fonts {
    regular: Face,
    bold: Face,
    behind: Face,
}

/// One font file.
pub(super) struct Face {
    font: Font,
    tables: FontRef<'static>,
    shaping: ShaperData,
    covered: HashSet<char>,
    units: f32,
    /// Height of a capital letter, in parts of the size.
    pub(super) capital: f32,
}

impl Fonts {
    /// Those inside the binary, read once.
    pub(super) fn built_in() -> Result<&'static Self, Failed> {
        FONTS.as_ref().ok_or(Failed::Fonts)
    }

    pub(super) fn of(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// The parts of a text, each with the one font that draws it. A letter and its marks are never parted: where there
    /// is a mark, the font that can place it draws both.
    pub(super) fn parts<'a>(&'a self, text: &str, weight: Weight) -> Vec<(Range<usize>, &'a Face)> {
        let first = self.of(weight);
        let mut parts: Vec<(Range<usize>, &Face)> = Vec::new();
        let mut chars = text.char_indices().peekable();
        while let Some((start, letter)) = chars.next() {
            let mut marked = false;
            while chars.next_if(|(_, c)| is_combining_mark(*c)).is_some() {
                marked = true;
            }
            let end = chars.peek().map_or(text.len(), |(at, _)| *at);
            let face = if !marked && first.covers(letter) { first } else { &self.behind };
            match parts.last_mut() {
                Some((range, last)) if std::ptr::eq(*last, face) => range.end = end,
                _ => parts.push((start..end, face)),
            }
        }
        parts
    }

    #[cfg(test)]
    pub(super) fn behind(&self) -> &Face {
        &self.behind
    }
}

impl Face {
    fn read(file: &'static [u8]) -> Option<Self> {
        let tables = FontRef::new(file).ok()?;
        let metrics = tables.metrics(Size::unscaled(), LocationRef::default());
        let units = f32::from(metrics.units_per_em);
        Some(Self {
            font: Font::new(file.into(), 0)?,
            shaping: ShaperData::new(&tables),
            covered: tables.charmap().mappings().filter_map(|(point, _)| char::from_u32(point)).collect(),
            capital: metrics.cap_height.unwrap_or(metrics.ascent) / units,
            units,
            tables,
        })
    }

    pub(super) fn covers(&self, c: char) -> bool {
        self.covered.contains(&c)
    }

    /// As the writer of the file knows it.
    pub(super) fn font(&self) -> Font {
        self.font.clone()
    }

    /// The glyphs of a text, from left to right, with places in parts of the size.
    pub(super) fn shape(&self, text: &str) -> Vec<KrillaGlyph> {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        // No font here has letters that run the other way.
        buffer.set_direction(Direction::LeftToRight);
        let shaper = self.shaping.shaper(&self.tables).build();
        let set = shaper.shape(buffer, ShapeOptions::new());
        let starts: Vec<usize> =
            set.glyph_infos().iter().map(|info| usize::try_from(info.cluster).unwrap_or(text.len())).collect();
        let parts = |units: i32| i16::try_from(units).map_or(0.0, f32::from) / self.units;
        let glyphs = set.glyph_infos().iter().zip(set.glyph_positions());
        glyphs
            .zip(&starts)
            .map(|((info, place), start)| {
                let after = starts.partition_point(|other| other <= start);
                let end = starts.get(after).copied().unwrap_or(text.len());
                KrillaGlyph::new(
                    GlyphId::new(info.glyph_id),
                    parts(place.x_advance),
                    parts(place.x_offset),
                    parts(place.y_offset),
                    parts(place.y_advance),
                    *start..end,
                    None,
                )
            })
            .collect()
    }
}

impl std::fmt::Debug for Face {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.font)
    }
}
