//! Documents for people outside the service: tagged PDF that a screen reader can follow, set by typst.
//!
//! A template is a file of this program; what it shows reaches it as JSON through `json("data.json")`, never as part of
//! its source, so no text can become a command. Nothing is read from disk or fetched: one template, one file of data,
//! the fonts inside the binary.

pub use letter::{LetterData, paragraphs};
pub use meeting::MeetingSheet;
pub use release::ReleaseData;

mod letter;
mod meeting;
mod release;

use std::sync::LazyLock;

use serde::Serialize;
use typst::{
    Library, LibraryExt, World, comemo,
    diag::{FileError, FileResult, SourceDiagnostic, Warned},
    foundations::{Bytes, Datetime, Duration, Smart},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

/// A document whose look is part of this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// A practice's day: counts, diverts, where patients were sent, messages.
    DayRecord,
    /// A letter or a poster of a practice.
    Letter,
    /// A release.
    Release,
    /// What a release says about an LMC's area.
    MeetingSheet,
}

impl Template {
    fn source(self) -> &'static str {
        match self {
            Self::DayRecord => include_str!("../../assets/pdf/day-record.typ"),
            Self::Letter => include_str!("../../assets/pdf/letter.typ"),
            Self::Release => include_str!("../../assets/pdf/release.typ"),
            Self::MeetingSheet => include_str!("../../assets/pdf/meeting-sheet.typ"),
        }
    }
}

/// Why there is no document. Template and data are ours, so this is a fault of ours.
#[derive(Debug, thiserror::Error)]
#[error("the document could not be set: {0}")]
pub struct Failed(String);

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// Open Sans, regular and bold: what every document is set in.
static FONTS: LazyLock<(LazyHash<FontBook>, Vec<Font>)> = LazyLock::new(|| {
    let files: [&'static [u8]; 2] = [
        include_bytes!("../../assets/fonts/OpenSans-Regular.ttf"),
        include_bytes!("../../assets/fonts/OpenSans-Bold.ttf"),
    ];
    let fonts: Vec<Font> = files
        .into_iter()
        .flat_map(|file| Font::iter(Bytes::new(file)))
        .collect();
    (LazyHash::new(FontBook::from_fonts(&fonts)), fonts)
});

/// Sets a document. Takes some tenths of a second of a core: call it from a thread that may block.
///
/// # Errors
/// [`Failed`] with what typst says, which names places of the template and no data.
pub fn render(template: Template, data: &impl Serialize) -> Result<Vec<u8>, Failed> {
    let data = serde_json::to_vec(data).map_err(|error| Failed(error.to_string()))?;
    let desk = Desk::new(template, data)?;
    let Warned { output, .. } = typst::compile::<PagedDocument>(&desk);
    let result = output
        .and_then(|document| typst_pdf::pdf(&document, &options()?))
        .map_err(|errors| said(&errors));
    // What typst remembers of this document would only pile up.
    comemo::evict(0);
    result
}

/// PDF/UA-1: a document that misses a title, a language or the text of a picture is refused here, not by its reader.
fn options() -> Result<PdfOptions, typst::ecow::EcoVec<SourceDiagnostic>> {
    let standards = PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|error| {
        typst::ecow::eco_vec![SourceDiagnostic::error(
            typst::syntax::Span::detached(),
            error.message().clone(),
        )]
    })?;
    Ok(PdfOptions {
        creator: Smart::Custom(Some(
            concat!("Headroom ", env!("CARGO_PKG_VERSION")).to_owned(),
        )),
        standards,
        ..PdfOptions::default()
    })
}

fn said(errors: &[SourceDiagnostic]) -> Failed {
    let words: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    Failed(words.join("; "))
}

/// What lies before typst while it sets one document.
struct Desk {
    main: Source,
    data: FileId,
    bytes: Bytes,
}

impl Desk {
    fn new(template: Template, data: Vec<u8>) -> Result<Self, Failed> {
        let main = Source::new(id("main.typ")?, template.source().to_owned());
        Ok(Self {
            main,
            data: id("data.json")?,
            bytes: Bytes::new(data),
        })
    }
}

fn id(name: &str) -> Result<FileId, Failed> {
    let path = VirtualPath::new(name).map_err(|error| Failed(format!("{error:?}")))?;
    Ok(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.0
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() {
            Ok(self.main.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data {
            Ok(self.bytes.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.1.get(index).cloned()
    }

    /// Documents say when they were made by their data; the clock is not typst's to read.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_from_data_stays_text() {
        let data = day("#panic(\"no\") *bold* <script> $x$ \\ \" ] )");
        let pdf = render(Template::DayRecord, &data).unwrap();
        assert!(pdf.starts_with(b"%PDF-1."));
        assert!(pdf.windows(15).any(|part| part == b"/StructTreeRoot"));
        let hole = render(Template::DayRecord, &json!({})).unwrap_err();
        assert!(hole.to_string().contains("dictionary"), "{hole}");
    }

    #[test]
    fn two_pages_of_a_letter_take_less_than_their_time() {
        let long = "Please confirm that you have received this letter. ".repeat(12);
        let letter = json!({
            "form": "letter", "practice": "Alder Lane Surgery", "ods": "Z90001", "dated": "20 November 2026",
            "recipient": "Wyre and Calder", "subject": "Notice on #strong[x]",
            "paragraphs": (0..8).map(|_| vec![long.as_str(), "Second line"]).collect::<Vec<_>>()
        });
        // The first document reads the fonts.
        render(Template::Letter, &letter).unwrap();
        let mut times: Vec<_> = (0..5)
            .map(|_| {
                let begin = std::time::Instant::now();
                let pdf = render(Template::Letter, &letter).unwrap();
                assert!(pdf.starts_with(b"%PDF-1."));
                begin.elapsed()
            })
            .collect();
        times.sort_unstable();
        // Unoptimised and beside other tests; a release takes a small part of it.
        assert!(times[0].as_millis() < 3000, "{times:?}");
        for form in ["letter", "poster"] {
            let mut other = letter.clone();
            other["form"] = form.into();
            assert!(render(Template::Letter, &other).is_ok());
        }
        assert!(render(Template::Letter, &json!({})).is_err());
    }

    /// A day with `words` wherever a practice can write.
    fn day(words: &str) -> serde_json::Value {
        json!({
            "practice": words, "ods": "Z90001", "day": words, "generated": "20 November 2026 at 18:40",
            "total": { "counted": 98, "limit": 100, "left": 2, "clinicians": 4, "full": 3 },
            "clinicians": [{
                "label": words, "group": "GP partner", "counted": "25", "limit": "25", "set_by": "recommended maximum",
                "state": "At the limit", "source": "taps", "reason": words, "told": "14:05"
            }],
            "diverts": [{
                "began": "14:10", "ended": "17:20", "started_by": "Practice manager", "ended_by": "Practice manager",
                "ground": words, "guard_rail": "2026-04", "text": [words, words], "sources": [words]
            }],
            "destinations": [{ "name": words, "n": 4 }], "sent": 4,
            "messages": [{ "kind": words, "how": "Email", "sent": "14:06", "answer": "Agreed, by telephone at 14:30" }],
            "rule": words, "script": "version 2", "groups": words
        })
    }
}
