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
use serde_json::Value;
use typst::{
    Library, LibraryExt, World, comemo,
    diag::{FileError, FileResult, SourceDiagnostic, Warned},
    foundations::{Bytes, Datetime, Duration, Smart},
    syntax::{DiagSpanKind, FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::domain::drawable;

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

/// Why there is no document. Template and data are ours, so this is a fault of ours. It is logged, so it says where in
/// the template and nothing of the text: what typst says may repeat it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Failed {
    /// The data cannot be written as JSON, or are no map.
    #[error("the document could not be set: its data cannot be written as JSON")]
    Data,
    /// This program could not lay its own files before typst.
    #[error("the document could not be set: typst does not take its files")]
    Desk,
    /// Typst refused.
    #[error("the document could not be set: {template:?}, line {line}, {mistakes} mistake(s)")]
    Typst {
        /// Which template.
        template: Template,
        /// Line of the template at the first mistake; 0 where it is known to be in no line.
        line: usize,
        /// How many.
        mistakes: usize,
    },
}

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// Open Sans, regular and bold: what every document is set in; and behind it, the letters and signs that it lacks.
static FONTS: LazyLock<(LazyHash<FontBook>, Vec<Font>)> = LazyLock::new(|| {
    let files: [&'static [u8]; 3] = [
        include_bytes!("../../assets/fonts/OpenSans-Regular.ttf"),
        include_bytes!("../../assets/fonts/OpenSans-Bold.ttf"),
        include_bytes!("../../assets/fonts/DejaVuSans-signs.ttf"),
    ];
    let fonts: Vec<Font> = files
        .into_iter()
        .flat_map(|file| Font::iter(Bytes::new(file)))
        .collect();
    (LazyHash::new(FontBook::from_fonts(&fonts)), fonts)
});

/// Sets a document. Takes some tenths of a second of a core: call it from a thread that may block. A sign that no font
/// has stands as [`drawable::REPLACEMENT`]: what is typed was refused for it, what was stored before or comes from a file
/// must not break a document.
///
/// # Errors
/// [`Failed`], which names places of the template and no data.
pub fn render(template: Template, data: &impl Serialize) -> Result<Vec<u8>, Failed> {
    let mut data = serde_json::to_value(data).map_err(|_| Failed::Data)?;
    make_drawable(&mut data);
    let desk = Desk::new(template, data.to_string().into_bytes())?;
    let Warned { output, .. } = typst::compile::<PagedDocument>(&desk);
    let result = output
        .and_then(|document| typst_pdf::pdf(&document, &options()?))
        .map_err(|errors| desk.said(template, &errors));
    // What typst remembers of this document would only pile up.
    comemo::evict(0);
    result
}

/// Every text of the data, made fit to be drawn.
fn make_drawable(data: &mut Value) {
    match data {
        Value::String(text) => *text = drawable::drawn(text),
        Value::Array(all) => all.iter_mut().for_each(make_drawable),
        Value::Object(all) => all.values_mut().for_each(make_drawable),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
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

    /// Where in the template typst found mistakes; what it says of them may repeat a text.
    fn said(&self, template: Template, errors: &[SourceDiagnostic]) -> Failed {
        let at = errors.iter().find_map(|error| match error.span.get() {
            DiagSpanKind::Number { id, num, sub_range } if id == self.main.id() => {
                self.main.range(num, sub_range)
            }
            _ => None,
        });
        let before = at.and_then(|at| self.main.text().get(..at.start));
        Failed::Typst {
            template,
            line: before.map_or(0, |text| text.split('\n').count()),
            mistakes: errors.len(),
        }
    }
}

fn id(name: &str) -> Result<FileId, Failed> {
    let path = VirtualPath::new(name).map_err(|_| Failed::Desk)?;
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
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn text_from_data_stays_text() {
        let data = day("#panic(\"no\") *bold* <script> $x$ \\ \" ] )");
        let pdf = render(Template::DayRecord, &data).unwrap();
        assert!(pdf.starts_with(b"%PDF-1."));
        assert!(pdf.windows(15).any(|part| part == b"/StructTreeRoot"));
        let hole = render(Template::DayRecord, &json!({})).unwrap_err();
        let Failed::Typst { line, mistakes, .. } = hole else {
            panic!("{hole}")
        };
        assert!(line > 1 && mistakes == 1, "{hole}");
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

    fn set_letter(words: &str) -> Result<Vec<u8>, Failed> {
        // The practice and the subject are set in bold.
        let letter = json!({
            "form": "letter", "practice": words, "ods": "Z90001", "dated": "20 November 2026",
            "recipient": words, "subject": words, "paragraphs": [[words, words], [words]]
        });
        render(Template::Letter, &letter)
    }

    #[test]
    fn the_table_of_what_can_be_drawn_is_that_of_the_fonts() {
        let covers = |font: &Font, c: u32| font.info().coverage.contains(c);
        let [regular, bold, behind] = FONTS.1.as_slice() else {
            panic!("three fonts")
        };
        let points = |ranges: &[(u32, u32)]| {
            let ranges = ranges.iter();
            ranges.flat_map(|(a, z)| *a..=*z).collect::<Vec<_>>()
        };
        for c in points(drawable::SIGNS) {
            let both = covers(regular, c) && covers(bold, c);
            assert!(both || covers(behind, c), "U+{c:04X}");
        }
        for c in points(drawable::MARKS) {
            assert!(covers(behind, c), "U+{c:04X}");
        }
        for c in points(drawable::LETTERS) {
            assert!(covers(behind, c), "U+{c:04X}");
        }
        for c in "☐☑☒✓✗→←↑↓•…≤≥≠£€①⑩½⅓°′″–—“”‘’ŵŷłżếñşğőđțəŋẹ\u{FFFD}".chars()
        {
            let fits = drawable::undrawable(&c.to_string()).is_none();
            assert!(fits || c == drawable::REPLACEMENT, "{c}");
            let c = u32::from(c);
            assert!(covers(regular, c) || covers(behind, c), "U+{c:04X}");
        }
    }

    #[test]
    fn every_sign_and_every_mark_on_every_letter_is_set_in_both_weights() {
        let all = |ranges: &[(u32, u32)]| -> Vec<char> {
            let points = ranges.iter().flat_map(|(a, z)| *a..=*z);
            points.filter_map(char::from_u32).collect()
        };
        let apart: String = all(drawable::SIGNS)
            .iter()
            .flat_map(|c| [*c, ' '])
            .collect();
        let together: String = all(drawable::SIGNS).iter().collect();
        // Each mark on some letters of each kind, and each letter under one mark.
        let (letters, marks) = (all(drawable::LETTERS), all(drawable::MARKS));
        let under = |letter: char, mark: char| [letter, mark, mark, ' '];
        let marked: String = "aOnıƀẽ"
            .chars()
            .flat_map(|letter| marks.iter().map(move |mark| (letter, *mark)))
            .chain(letters.iter().map(|letter| (*letter, '\u{308}')))
            .flat_map(|(letter, mark)| under(letter, mark))
            .collect();
        let set = |words: &str| {
            let plain = drawable::plain(words);
            assert_eq!(drawable::undrawable(&plain), None);
            for weight in ["regular", "bold"] {
                let made = set_in(weight, &plain);
                assert!(made.is_ok(), "{weight}: {made:?}");
            }
        };
        set(&apart);
        set(&together);
        set(&marked);
    }

    /// The body of a letter is regular, the name of the practice bold.
    fn set_in(weight: &str, words: &str) -> Result<usize, Failed> {
        let name = if weight == "bold" { words } else { "x" };
        let letter = json!({
            "form": "letter", "practice": name, "ods": "Z90001", "dated": "20 November 2026",
            "recipient": "x", "subject": "x", "paragraphs": [[if weight == "bold" { "x" } else { words }]]
        });
        render(Template::Letter, &letter).map(|pdf| pdf.len())
    }

    #[test]
    fn what_no_font_has_is_replaced_and_no_text_is_in_an_error() {
        for words in [
            "王 سلام שלום ① 🙂 ☐ → n\u{301}",
            "a\tb\nc",
            "\u{202E}\u{E000}\u{FFFE}\u{0}\u{7F}",
            "",
        ] {
            assert!(set_letter(words).is_ok(), "{words:?}");
            assert!(
                render(Template::DayRecord, &day(words)).is_ok(),
                "{words:?}"
            );
        }
        let secret = json!({ "form": "letter", "paragraphs": "王 secret" });
        let said = render(Template::Letter, &secret).unwrap_err();
        let said = format!("{said} {said:?}");
        assert!(!said.contains('王') && !said.contains("secret"), "{said}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
        #[test]
        fn any_text_at_all_makes_a_document(words in prop_oneof!["\\PC{0,60}", ".{0,60}", "(?s:.){0,60}", "[\u{0}-\u{2FF}\u{300}-\u{36F}\u{2000}-\u{27BF}]{0,80}"]) {
            prop_assert!(set_letter(&words).is_ok());
        }
    }

    /// A day with `words` wherever a practice can write.
    fn day(words: &str) -> Value {
        json!({
            "practice": words, "ods": "Z90001", "day": words, "generated": "20 November 2026 at 18:40",
            "total": { "figures": "2 left · 98 counted of 100", "state": "Nearing the limit", "clinicians": 4, "full": 3 },
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
