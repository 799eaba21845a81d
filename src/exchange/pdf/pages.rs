//! Strips laid on pages.

use super::{
    document::Margins,
    strips::{Mark, Strip},
};

/// What stands on the pages of a document, from their upper left corner.
#[derive(Debug, Default)]
pub(super) struct Pages<'a> {
    pub(super) pages: Vec<Vec<Mark<'a>>>,
    pub(super) bookmarks: Vec<Bookmark>,
}

/// Where a heading stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bookmark {
    pub(super) level: u16,
    pub(super) text: String,
    pub(super) page: usize,
    pub(super) y: f32,
}

/// Lays strips one below the other. What is tied stays together, and so does what is kept where a page has room for it.
pub(super) fn lay(strips: Vec<Strip<'_>>, margins: Margins) -> Pages<'_> {
    let mut layer = Layer { done: Pages { pages: vec![Vec::new()], bookmarks: Vec::new() }, margins, used: 0.0 };
    for kept in groups(strips, |strip| strip.tied || strip.kept) {
        if layer.holds(&kept) {
            layer.place(kept);
        } else {
            for tied in groups(kept, |strip| strip.tied) {
                layer.place(tied);
            }
        }
    }
    layer.done
}

/// Runs of strips, each of which but the last goes on with the next.
fn groups(strips: Vec<Strip<'_>>, goes_on: fn(&Strip<'_>) -> bool) -> Vec<Vec<Strip<'_>>> {
    let mut groups = vec![Vec::new()];
    for strip in strips {
        let more = goes_on(&strip);
        if let Some(group) = groups.last_mut() {
            group.push(strip);
        }
        if !more {
            groups.push(Vec::new());
        }
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// How tall they are on a page of their own.
fn height(strips: &[Strip<'_>]) -> f32 {
    let mut strips = strips.iter();
    let first = strips.next().map_or(0.0, |strip| {
        let head = strip.head.as_ref().map_or(0.0, |head| head.height);
        head + strip.height
    });
    first + strips.map(|strip| strip.gap + strip.height).sum::<f32>()
}

struct Layer<'a> {
    done: Pages<'a>,
    margins: Margins,
    /// How much of the page is used.
    used: f32,
}

impl<'a> Layer<'a> {
    /// Whether an empty page has room for them.
    fn holds(&self, strips: &[Strip<'_>]) -> bool {
        height(strips) <= self.margins.height()
    }

    /// Whether this page has, after what stands on it.
    fn has_room(&self, strips: &[Strip<'_>]) -> bool {
        let needed: f32 = strips.iter().map(|strip| strip.gap + strip.height).sum();
        self.used + needed <= self.margins.height()
    }

    fn is_empty(&self) -> bool {
        self.done.pages.last().is_none_or(Vec::is_empty)
    }

    fn place(&mut self, strips: Vec<Strip<'a>>) {
        if !self.is_empty() && self.holds(&strips) && !self.has_room(&strips) {
            self.begin_page();
        }
        for strip in strips {
            if !self.is_empty() && !self.has_room(std::slice::from_ref(&strip)) {
                self.begin_page();
            }
            if self.is_empty()
                && let Some(head) = &strip.head
            {
                let marks = head.marks.iter().cloned().map(Mark::repeated);
                self.draw(marks.collect(), head.height);
            }
            self.place_one(strip);
        }
    }

    fn place_one(&mut self, strip: Strip<'a>) {
        if strip.at_foot {
            self.used = self.used.max(self.margins.height() - strip.height);
        } else if !self.is_empty() {
            self.used += strip.gap;
        }
        if let Some((level, text)) = strip.heading {
            self.done.bookmarks.push(Bookmark {
                level,
                text,
                page: self.done.pages.len().saturating_sub(1),
                y: self.margins.top + self.used,
            });
        }
        self.draw(strip.marks, strip.height);
    }

    fn draw(&mut self, marks: Vec<Mark<'a>>, height: f32) {
        let (right, down) = (self.margins.side, self.margins.top + self.used);
        if let Some(page) = self.done.pages.last_mut() {
            page.extend(marks.into_iter().map(|mark| mark.moved(right, down)));
        }
        self.used += height;
    }

    fn begin_page(&mut self) {
        self.done.pages.push(Vec::new());
        self.used = 0.0;
    }
}
