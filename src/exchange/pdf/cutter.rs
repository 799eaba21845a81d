//! Blocks cut into strips, with what each says to a screen reader.

use std::rc::Rc;

use krilla::tagging::{ListNumbering, Tag, TagKind};

use super::{
    document::{Block, Content, Table, Width},
    fonts::Fonts,
    lines::{Line, Words},
    rows::{Cell, Cells, Row},
    strips::Strip,
};

/// Between a list's marks and its text.
const INDENT: f32 = 0.9;

/// What a screen reader follows.
#[derive(Debug)]
pub(super) enum Node {
    Group(TagKind, Vec<Node>),
    Text(usize),
}

/// Cuts blocks for a page of one width and height.
#[derive(Debug)]
pub(super) struct Cutter<'a> {
    pub(super) fonts: &'a Fonts,
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) strips: Vec<Strip<'a>>,
    slots: usize,
    /// What the last block wants below it.
    below: f32,
}

impl<'a> Cutter<'a> {
    pub(super) fn new(fonts: &'a Fonts, (width, height): (f32, f32)) -> Self {
        Self { fonts, width, height, strips: Vec::new(), slots: 0, below: 0.0 }
    }

    pub(super) fn cut(&mut self, blocks: &[Block]) -> Vec<Node> {
        let mut nodes = Vec::new();
        for block in blocks {
            match &block.content {
                Content::Heading(level, words) => nodes.push(self.heading(block, *level, words)),
                Content::Text(words) => nodes.push(self.paragraph(block, words)),
                Content::List(items) => nodes.push(self.list(block, items)),
                Content::Table(table) => nodes.push(self.table(block, table)),
                Content::Foot(words) => {
                    let first = self.strips.len();
                    nodes.push(self.paragraph(block, words));
                    let foot = join(self.strips.split_off(first));
                    self.strips.extend(foot.map(|strip| Strip { at_foot: true, ..strip }));
                }
                Content::Together(inner) => {
                    let first = self.strips.len();
                    nodes.extend(self.cut(inner));
                    let mut kept = self.strips.iter_mut().skip(first).rev();
                    kept.next();
                    for strip in kept {
                        strip.kept = true;
                    }
                }
            }
        }
        nodes
    }

    fn heading(&mut self, block: &Block, level: u16, words: &Words) -> Node {
        let (first, children) = self.slots(words);
        let lines = words.lines(self.fonts, self.width);
        let mut strips = strips(&lines, 0.0, first, block.leading);
        if let Some(strip) = strips.first_mut() {
            strip.heading = Some((level, words.text()));
        }
        self.add(block, strips);
        let level = std::num::NonZeroU16::new(level).unwrap_or(std::num::NonZeroU16::MIN);
        Node::Group(Tag::Hn(level, Some(words.text())).into(), children)
    }

    fn paragraph(&mut self, block: &Block, words: &Words) -> Node {
        let (first, children) = self.slots(words);
        let lines = words.lines(self.fonts, self.width);
        self.add(block, strips(&lines, 0.0, first, block.leading));
        Node::Group(Tag::P.into(), children)
    }

    fn list(&mut self, block: &Block, items: &[Words]) -> Node {
        let mut all = Vec::new();
        let mut nodes = Vec::new();
        for words in items {
            let Some(ink) = words.ink() else { continue };
            let indent = INDENT * ink.size;
            let (label, label_node) = self.slots(&Words::new("•", ink));
            let (first, children) = self.slots(words);
            let lines = words.lines(self.fonts, self.width - indent);
            let mut item = strips(&lines, indent, first, block.leading);
            let bullet = Words::new("•", ink).lines(self.fonts, indent);
            if let (Some(strip), Some(bullet)) = (item.first_mut(), bullet.first()) {
                // Before the text, as it is read.
                let text = std::mem::take(&mut strip.marks);
                strip.draw(bullet, 0.0, strip.height, label);
                strip.marks.extend(text);
                strip.gap = block.leading;
            }
            all.append(&mut item);
            let parts = vec![Node::Group(Tag::Lbl.into(), label_node), Node::Group(Tag::LBody.into(), children)];
            nodes.push(Node::Group(Tag::LI.into(), parts));
        }
        self.add(block, all);
        Node::Group(Tag::L(ListNumbering::Disc).into(), nodes)
    }

    fn table(&mut self, block: &Block, table: &Table) -> Node {
        let widths = self.widths(table);
        let (head, names) = self.row(block, table, &widths, &table.head, Cells::Head);
        let head = join(head).map(Rc::new);
        let mut all: Vec<Strip<'_>> = Vec::new();
        if let Some(head) = &head {
            all.push(Strip { tied: true, ..Strip::clone(head) });
        }
        let mut body = Vec::new();
        for cells in &table.rows {
            let (mut row, nodes) = self.row(block, table, &widths, cells, Cells::Body);
            for strip in &mut row {
                strip.head.clone_from(&head);
            }
            all.append(&mut row);
            body.push(Node::Group(Tag::TR.into(), nodes));
        }
        self.add(block, all);
        let names = vec![Node::Group(Tag::TR.into(), names)];
        let parts = vec![Node::Group(Tag::THead.into(), names), Node::Group(Tag::TBody.into(), body)];
        Node::Group(Tag::Table.into(), parts)
    }

    pub(super) fn widths(&self, table: &Table) -> Vec<f32> {
        let count = table.columns.iter().map(|_| 1.0).sum::<f32>();
        let natural = |at: usize| {
            let cells = std::iter::once(&table.head).chain(&table.rows);
            let cells = cells.filter_map(|row| row.get(at));
            let widest = cells.map(|words| words.natural_width(self.fonts));
            let width = widest.fold(0.0, f32::max) + 2.0 * table.inset;
            // Whatever it holds, the others keep theirs.
            width.min(self.width / count)
        };
        let columns = table.columns.iter().enumerate();
        let fixed: Vec<(f32, f32)> = columns
            .map(|(at, column)| match column.width {
                Width::Natural => (natural(at), 0.0),
                Width::Share(share) => (0.0, share),
            })
            .collect();
        let rest = self.width - fixed.iter().map(|(width, _)| width).sum::<f32>();
        let shares = fixed.iter().map(|(_, share)| share).sum::<f32>();
        let each = fixed.iter();
        each.map(|(width, share)| width + rest * share / shares.max(f32::MIN_POSITIVE)).collect()
    }

    /// One row: a strip, or several where no page has room for it.
    fn row(
        &mut self,
        block: &Block,
        table: &Table,
        widths: &[f32],
        cells: &[Words],
        kind: Cells,
    ) -> (Vec<Strip<'a>>, Vec<Node>) {
        let mut row = Row { cells: Vec::new(), inset: table.inset, leading: block.leading };
        let mut nodes = Vec::new();
        let mut x = 0.0;
        for (at, (words, (width, column))) in cells.iter().zip(widths.iter().zip(&table.columns)).enumerate() {
            let (first, children) = self.slots(words);
            nodes.push(Node::Group(kind.tag(at), children));
            row.cells.push(Cell {
                lines: words.lines(self.fonts, width - 2.0 * table.inset),
                first,
                x,
                width: *width,
                column: *column,
            });
            x += width;
        }
        // A head that is drawn again leaves room for a row.
        let strips = row.strips(self.height / 2.0, (self.width, kind));
        (strips, nodes)
    }

    /// Numbers the texts of some words, and says what they are to a reader.
    fn slots(&mut self, words: &Words) -> (usize, Vec<Node>) {
        let first = self.slots;
        let nodes = words.strong().map(|strong| {
            let text = Node::Text(self.slots);
            self.slots += 1;
            if strong { Node::Group(Tag::Strong.into(), vec![text]) } else { text }
        });
        let nodes = nodes.collect();
        (first, nodes)
    }

    fn add(&mut self, block: &Block, mut strips: Vec<Strip<'a>>) {
        let (Some(first), count) = (strips.first_mut(), self.strips.len()) else {
            return;
        };
        first.gap = if count == 0 { block.above } else { block.above.max(self.below) };
        if block.tied {
            for strip in &mut strips {
                strip.tied = true;
            }
        }
        self.below = block.below;
        self.strips.append(&mut strips);
    }
}

/// The lines of a text, each a strip. Neither its first nor its last line stands alone on a page.
fn strips<'a>(lines: &[Line<'a>], x: f32, first: usize, leading: f32) -> Vec<Strip<'a>> {
    let count = lines.len();
    let strips = lines.iter().enumerate().map(|(at, line)| {
        let mut strip = Strip {
            gap: if at == 0 { 0.0 } else { leading },
            height: line.height,
            tied: at + 1 < count && (at == 0 || at + 2 == count),
            ..Strip::default()
        };
        strip.draw(line, x, line.height, first);
        strip
    });
    strips.collect()
}

/// Several strips as one.
fn join(strips: Vec<Strip<'_>>) -> Option<Strip<'_>> {
    let mut strips = strips.into_iter();
    let mut whole = strips.next()?;
    for strip in strips {
        let down = whole.height + strip.gap;
        whole.marks.extend(strip.marks.into_iter().map(|mark| mark.moved(0.0, down)));
        whole.height = down + strip.height;
    }
    Some(whole)
}
