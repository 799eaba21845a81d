//! A letter for a word processor, to be changed there: headings and paragraphs, nothing else.

use std::io::Cursor;

use docx_rs::{BreakType, Docx, Paragraph, Run, RunFonts, Style, StyleType};

/// What the file is set in; a word processor takes another where it is missing.
const FONT: &str = "Arial";

/// A letter or a poster, as lines.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// Above the heading, a paragraph each: who writes, when, to whom.
    pub head: &'a [String],
    /// The subject.
    pub subject: &'a str,
    /// Each paragraph as its lines.
    pub paragraphs: &'a [Vec<String>],
}

/// Why there is no file; a fault of ours.
#[derive(Debug, thiserror::Error)]
#[error("the file for a word processor could not be written: {0}")]
pub struct Failed(String);

/// Writes the file.
///
/// # Errors
/// [`Failed`] with what the library says, which names no text of the letter.
pub fn write(letter: &Letter<'_>) -> Result<Vec<u8>, Failed> {
    let fonts = || RunFonts::new().ascii(FONT).hi_ansi(FONT);
    // Half points.
    let mut docx = Docx::new()
        .default_fonts(fonts())
        .default_size(22)
        .add_style(Style::new("Heading1", StyleType::Paragraph).name("heading 1").size(28).bold());
    for line in letter.head {
        docx = docx.add_paragraph(paragraph(std::slice::from_ref(line)));
    }
    docx = docx.add_paragraph(paragraph(&[letter.subject.to_owned()]).style("Heading1"));
    for lines in letter.paragraphs {
        docx = docx.add_paragraph(paragraph(lines));
    }
    let mut file = Cursor::new(Vec::new());
    docx.build().pack(&mut file).map_err(|error| Failed(error.to_string()))?;
    Ok(file.into_inner())
}

/// Space after a paragraph, in twentieths of a point.
const AFTER: u32 = 200;

fn paragraph(lines: &[String]) -> Paragraph {
    let mut run = Run::new();
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            run = run.add_break(BreakType::TextWrapping);
        }
        run = run.add_text(line);
    }
    Paragraph::new().line_spacing(docx_rs::LineSpacing::new().after(AFTER)).add_run(run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_a_zip_of_escaped_xml() {
        let lines = [vec!["Dear & <colleague>".to_owned(), "two".to_owned()]];
        let head = ["Alder Lane Surgery".to_owned()];
        let letter = Letter { head: &head, subject: "Notice", paragraphs: &lines };
        let file = write(&letter).unwrap();
        assert!(file.starts_with(b"PK\x03\x04") && file.len() > 1000);
    }
}
