//! A letter or a poster.

use super::{
    Failed,
    document::{Block, CM, Document, Margins},
    fonts::Weight,
    lines::{Colour, Ink, Words},
    set,
};
use crate::domain::{
    drawable,
    letter::{Form, Paper},
};

/// What a letter says. It owns its texts, so that it can go to a thread that may block.
#[derive(Debug, Clone)]
pub struct LetterData {
    is_poster: bool,
    practice: String,
    ods: String,
    dated: String,
    recipient: String,
    subject: String,
    paragraphs: Vec<Vec<String>>,
}

impl LetterData {
    /// A letter as it goes out.
    pub fn of(paper: &Paper<'_>) -> Self {
        Self {
            is_poster: paper.form == Form::Poster,
            practice: paper.practice.to_owned(),
            ods: paper.ods.to_owned(),
            dated: paper.dated_on.written(),
            recipient: paper.recipient.to_owned(),
            subject: paper.subject.to_owned(),
            paragraphs: paragraphs(paper.body),
        }
    }

    /// Sets it as a tagged PDF, in some hundredths of a second of a core.
    ///
    /// # Errors
    /// [`Failed`].
    pub fn render(&self) -> Result<Vec<u8>, Failed> {
        set(&self.document())
    }

    pub(super) fn document(&self) -> Document {
        let practice = or_else(&self.practice, &self.ods);
        // A heading of nothing is none, and a document without one cannot be tagged.
        let subject = or_else(&self.subject, "Letter");
        Document {
            title: format!("{subject}: {practice}"),
            margins: if self.is_poster {
                Margins { side: 2.2 * CM, top: 2.6 * CM, bottom: 2.6 * CM }
            } else {
                Margins { side: 2.5 * CM, top: 2.4 * CM, bottom: 2.4 * CM }
            },
            header: None,
            footer: (!self.is_poster).then(|| format!("{practice} ({})", self.ods)),
            blocks: if self.is_poster { self.poster(&practice, &subject) } else { self.letter(&practice, &subject) },
        }
    }

    fn letter(&self, practice: &str, subject: &str) -> Vec<Block> {
        let text = ink(10.5, Colour::Text);
        let head = Ink { weight: Weight::Bold, ..ink(13.0, Colour::Heading) };
        let quiet = ink(10.5, Colour::Quiet);
        let set = |text: &str, ink: Ink| Block::text(Words::new(text, ink), 11.0, LEADING * 10.5);
        let mut blocks = vec![
            set(practice, head),
            set(&format!("Practice code {}", self.ods), quiet).below(21.0),
            set(&self.dated, text),
            set(&format!("To: {}", self.recipient), text),
            Block::heading_of(1, subject, 14.0, (22.0, 14.0)),
        ];
        blocks.extend(self.paragraphs.iter().map(|lines| set(&lines.join("\n"), text)));
        blocks
    }

    fn poster(&self, practice: &str, subject: &str) -> Vec<Block> {
        let text = ink(24.0, Colour::Text);
        let leading = LEADING * text.size;
        let mut blocks = vec![Block::heading_of(1, subject, 44.0, (0.0, 26.0))];
        blocks.extend(
            self.paragraphs.iter().map(|lines| Block::text(Words::new(&lines.join("\n"), text), 26.4, leading)),
        );
        let foot = Words::new(&format!("{practice}, {}", self.dated), ink(15.0, Colour::Quiet));
        blocks.push(Block::foot(foot, LEADING * 15.0));
        blocks
    }
}

/// Between lines, in parts of the size.
const LEADING: f32 = 0.68;

fn ink(size: f32, colour: Colour) -> Ink {
    Ink { size, weight: Weight::Regular, colour }
}

/// A text, or another where it says nothing.
pub(super) fn or_else(text: &str, other: &str) -> String {
    let drawn = drawable::drawn(text);
    if drawn.trim().is_empty() { other.to_owned() } else { drawn }
}

/// The paragraphs of a letter, each as its lines.
pub fn paragraphs(body: &str) -> Vec<Vec<String>> {
    let mut all = vec![Vec::new()];
    for line in body.lines() {
        match all.last_mut() {
            Some(lines) if !line.trim().is_empty() => lines.push(line.to_owned()),
            Some(lines) if lines.is_empty() => {}
            _ => all.push(Vec::new()),
        }
    }
    all.retain(|lines| !lines.is_empty());
    all
}
