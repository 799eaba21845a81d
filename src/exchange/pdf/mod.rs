//! Documents for people outside the service: tagged PDF (PDF/UA-1) that a screen reader can follow, written by krilla.
//!
//! A document is a list of blocks in reading order. They are shaped and broken into lines, cut into strips that no page
//! parts, laid on pages, and written with the structure that says what each text is. Nothing is read from disk or
//! fetched: the fonts are inside the binary. No text is ever read as a command, for there is no language to read it in.

pub use day_record::{ClinicianLine, DayRecord, DayTotal, DivertShown, MessageLine};
pub use letter::{LetterData, paragraphs};
pub use meeting::MeetingSheet;
pub use release::ReleaseData;

mod day_record;
mod document;
mod fonts;
mod letter;
mod lines;
mod meeting;
mod pages;
mod release;
mod rows;
mod strips;
#[cfg(test)]
mod tests;
mod write;

use self::{document::Document, fonts::Fonts, strips::Cutter};

/// Why there is no document. Its parts are ours, so this is a fault of ours. It is logged, so it says nothing of the
/// text: what the writer says may repeat it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Failed {
    /// A font inside the binary cannot be read.
    #[error("the document could not be set: its fonts cannot be read")]
    Fonts,
    /// The writer does not know the standard or the size of the page.
    #[error("the document could not be set: the writer does not take its settings")]
    Settings,
    /// The writer found what PDF/UA-1 does not allow.
    #[error("the document could not be set: {mistakes} mistake(s) against PDF/UA-1")]
    Refused {
        /// How many.
        mistakes: usize,
    },
}

/// Sets a document. Takes some hundredths of a second of a core: call it from a thread that may block. A sign that no
/// font has stands as [`crate::domain::drawable::REPLACEMENT`]: what is typed was refused for it, what was stored before
/// or comes from a file must not break a document. The same document gives the same bytes.
fn set(document: &Document) -> Result<Vec<u8>, Failed> {
    let fonts = Fonts::built_in()?;
    let margins = document.margins;
    let mut cutter = Cutter::new(fonts, (margins.width(), margins.height()));
    let nodes = cutter.cut(&document.blocks);
    let laid = pages::lay(cutter.strips, margins);
    write::write(document, fonts, (&laid, nodes))
}
