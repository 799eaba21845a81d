//! Pages written as tagged PDF (PDF/UA-1).

use krilla::{
    Document as Pdf, SerializeSettings,
    color::rgb,
    configure::{Accessibility, ConfigurationBuilder},
    destination::XyzDestination,
    error::KrillaError,
    geom::{PathBuilder, Point, Rect},
    metadata::{Metadata, TextDirection},
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::{Fill, FillRule},
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TagGroup, TagTree},
};

use super::{
    cutter::Node,
    document::{CM, Document, PAGE},
    failed::Failed,
    fonts::{Fonts, Weight},
    lines::{Colour, Ink, Words},
    pages::{Bookmark, Pages},
    strips::{Mark, Strip},
};
use crate::domain::drawable;

/// A footer has no more lines; what it says stands in the document too.
const FOOTER_LINES: usize = 3;

/// Writes a document. What PDF/UA-1 asks for, a title, bookmarks, a text for each glyph, is checked here and not by its
/// reader.
pub(super) fn write(
    document: &Document,
    fonts: &Fonts,
    (laid, nodes): (&Pages<'_>, Vec<Node>),
) -> Result<Vec<u8>, Failed> {
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|_| Failed::Settings)?;
    let mut pdf = Pdf::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let mut texts = Texts::default();
    for (at, marks) in laid.pages.iter().enumerate() {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or(Failed::Settings)?;
        let mut page = pdf.start_page_with(settings);
        let mut surface = page.surface();
        for marks in marks.chunk_by(|one, next| tagged(one) == tagged(next)) {
            texts.draw(&mut surface, marks);
        }
        for (kind, marks) in around(document, fonts, (at + 1, laid.pages.len())) {
            artifact(&mut surface, kind, &marks);
        }
        surface.finish();
        page.finish();
    }
    let mut tree = TagTree::new();
    for node in nodes {
        texts.tag(node, &mut tree.children);
    }
    pdf.set_tag_tree(tree);
    pdf.set_outline(outline(&laid.bookmarks));
    pdf.set_metadata(
        Metadata::new()
            .title(drawable::drawn(&document.title))
            .language("en-GB".to_owned())
            .text_direction(TextDirection::LeftToRight)
            .creator(concat!("Headroom ", env!("CARGO_PKG_VERSION")).to_owned()),
    );
    pdf.finish().map_err(|error| refused(&error))
}

/// How many things the writer found wrong, without their texts.
fn refused(error: &KrillaError) -> Failed {
    Failed::Refused {
        mistakes: match error {
            KrillaError::Validation(all) => all.len(),
            _ => 1,
        },
    }
}

/// What is drawn belongs to this text of the structure.
fn tagged(mark: &Mark<'_>) -> Option<usize> {
    match mark {
        Mark::Text { slot, .. } => *slot,
        Mark::Rule { .. } => None,
    }
}

/// Where on the pages each text of the structure stands.
#[derive(Default)]
struct Texts(std::collections::HashMap<usize, Vec<Identifier>>);

impl Texts {
    /// Draws what belongs to one text, or to none.
    fn draw(&mut self, surface: &mut Surface<'_>, marks: &[Mark<'_>]) {
        let Some(slot) = marks.first().and_then(tagged) else {
            artifact(surface, ArtifactType::Layout, marks);
            return;
        };
        let at = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
        for mark in marks {
            draw(surface, mark);
        }
        surface.end_tagged();
        self.0.entry(slot).or_default().push(at);
    }

    fn tag(&mut self, node: Node, into: &mut Vec<krilla::tagging::Node>) {
        match node {
            Node::Text(slot) => {
                let places = self.0.remove(&slot).unwrap_or_default();
                into.extend(places.into_iter().map(Into::into));
            }
            Node::Group(tag, inner) => {
                let mut group = TagGroup::new(tag);
                for node in inner {
                    self.tag(node, &mut group.children);
                }
                into.push(group.into());
            }
        }
    }
}

fn artifact(surface: &mut Surface<'_>, kind: ArtifactType, marks: &[Mark<'_>]) {
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
    for mark in marks {
        draw(surface, mark);
    }
    surface.end_tagged();
}

fn draw(surface: &mut Surface<'_>, mark: &Mark<'_>) {
    match mark {
        Mark::Text { piece, x, baseline, .. } => {
            surface.set_fill(Some(fill(piece.ink.colour)));
            let start = Point::from_xy(*x, *baseline);
            let font = piece.face.font();
            surface.draw_glyphs(start, &piece.glyphs, font, &piece.text, piece.ink.size, false);
        }
        Mark::Rule { x, y, width, thickness, colour } => {
            let mut path = PathBuilder::new();
            if let Some(rule) = Rect::from_xywh(*x, *y, *width, *thickness) {
                path.push_rect(rule);
            }
            surface.set_fill(Some(fill(*colour)));
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
    }
}

fn fill(colour: Colour) -> Fill {
    let colour = match colour {
        Colour::Text => rgb::Color::new(0x21, 0x2b, 0x32),
        Colour::Heading => rgb::Color::new(0x12, 0x34, 0x4d),
        Colour::Quiet => rgb::Color::new(0x4c, 0x62, 0x72),
        Colour::Rule => rgb::Color::new(0xd8, 0xdd, 0xe0),
    };
    Fill { paint: colour.into(), opacity: NormalizedF32::ONE, rule: FillRule::default() }
}

/// The header and the footer of a page.
fn around<'a>(
    document: &Document,
    fonts: &'a Fonts,
    (page, pages): (usize, usize),
) -> Vec<(ArtifactType, Vec<Mark<'a>>)> {
    let margins = document.margins;
    let mut all = Vec::new();
    if let Some(header) = &document.header {
        let ink = Ink { size: 9.0, weight: Weight::Bold, colour: Colour::Text };
        let lines = Words::new(header, ink).lines(fonts, margins.width());
        let mut strip = Strip::default();
        for line in lines.iter().take(1) {
            let x = margins.side + (margins.width() - line.width) / 2.0;
            strip.draw(line, x, 0.7 * margins.top, 0);
        }
        all.push((ArtifactType::Header, strip.marks));
    }
    if let Some(footer) = &document.footer {
        let ink = Ink { size: 8.0, weight: Weight::Regular, colour: Colour::Quiet };
        let number = Words::new(&format!("Page {page} of {pages}"), ink);
        let room = number.natural_width(fonts);
        let mut strip = Strip::default();
        let mut y = PAGE.1 - 0.7 * margins.bottom + ink.size * 0.714;
        for line in number.lines(fonts, room + CM).iter().take(1) {
            strip.draw(line, PAGE.0 - margins.side - line.width, y, 0);
        }
        let words = Words::new(footer, ink).lines(fonts, margins.width() - room - CM);
        for line in words.iter().take(FOOTER_LINES) {
            strip.draw(line, margins.side, y, 0);
            y += 1.33 * ink.size;
        }
        all.push((ArtifactType::Footer, strip.marks));
    }
    all
}

/// The bookmarks: each heading below the one it belongs to.
fn outline(bookmarks: &[Bookmark]) -> Outline {
    let mut outline = Outline::new();
    for entry in entries(bookmarks) {
        outline.push_child(entry);
    }
    outline
}

fn entries(bookmarks: &[Bookmark]) -> Vec<OutlineNode> {
    let mut entries = Vec::new();
    let mut rest = bookmarks;
    while let Some((first, after)) = rest.split_first() {
        let deeper = after.iter().take_while(|other| other.level > first.level);
        let (below, next) = after.split_at(deeper.count());
        let at = XyzDestination::new(first.page, Point::from_xy(0.0, first.y));
        let mut entry = OutlineNode::new(first.text.clone(), at).with_open(true);
        for inner in self::entries(below) {
            entry.push_child(inner);
        }
        entries.push(entry);
        rest = next;
    }
    entries
}
