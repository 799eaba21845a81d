//! Documents for people outside the service: tagged PDF (PDF/UA-1) that a screen reader can follow, written by krilla.
//!
//! A document is a list of blocks in reading order. They are shaped and broken into lines, cut into strips that no page
//! parts, laid on pages, and written with the structure that says what each text is. Nothing is read from disk or
//! fetched: the fonts are inside the binary. No text is ever read as a command, for there is no language to read it in.

pub use day_record::{ClinicianLine, DayRecord, DayTotal, DivertShown, MessageLine};
pub use failed::Failed;
pub use letter::{LetterData, paragraphs};
pub use meeting::MeetingSheet;
pub use release::ReleaseData;

mod cutter;
mod day_record;
mod document;
mod failed;
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

use self::{cutter::Cutter, document::Document, fonts::Fonts};

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
