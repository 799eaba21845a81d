//! Finds what could identify a patient in free text, so that it is refused before it is stored.
//!
//! No patient data is stored: free text exists only where a feature needs it, is short, and passes [`check_note`].
//! The check must never repeat or log the text. It errs towards refusing; what it lets through by design are single
//! letters (`Dr A`), organisations and what is called after people, and numbers that no person has (`0300`, `0800`).
//! Names of staff and addresses of teams are no patient's: a letter may have them ([`check_letter`]), a note says the
//! clinic.

mod birthdays;
mod dates;
mod emails;
mod kinds;
mod labelled;
mod names;
mod numbers;
mod phones;
mod places;
mod text;
mod words;

#[cfg(test)]
mod clean_tests;
#[cfg(test)]
mod fuzz_tests;
#[cfg(test)]
mod planted_tests;
#[cfg(test)]
mod tests;

pub use self::kinds::IdentifierKind;
use self::text::Text;
use crate::domain::drawable::{self, Sign};

/// A place of a text that names or could identify somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// First byte in the text.
    pub start: usize,
    /// Length in bytes.
    pub len: usize,
    /// What it is.
    pub kind: IdentifierKind,
}

/// Everything in a text that could identify a patient, in the order of the text; findings may overlap.
///
/// Full-width digits, unusual spaces and hyphens, and invisible characters are read as what they look like.
pub fn patient_data(text: &str) -> Vec<Finding> {
    let mut findings = findings(text);
    findings.retain(|finding| finding.kind.is_of_patient());
    findings
}

/// The same, with names of staff and addresses of teams.
fn findings(text: &str) -> Vec<Finding> {
    let text = Text::new(text);
    let groups = numbers::groups(&text);
    let mut spans = Vec::new();
    numbers::find(&text, &groups, &mut spans);
    phones::find(&text, &groups, &mut spans);
    labelled::find(&text, &groups, &mut spans);
    birthdays::find(&text, &mut spans);
    places::find(&text, &mut spans);
    emails::find(&text, &mut spans);
    names::find(&text, &mut spans);
    let mut findings: Vec<_> = spans
        .into_iter()
        .map(|(kind, from, to)| {
            let (start, len) = text.bytes(from, to);
            Finding { start, len, kind }
        })
        .collect();
    findings.sort_unstable();
    findings.dedup();
    findings
}

/// Whether ten digits pass the check of the NHS Data Dictionary: the sum of the first nine, weighted 10 to 2, taken
/// from 11 modulo 11, is the tenth; a result of 10 is never valid. Spaces and hyphens between digits are ignored.
///
/// Ten equal digits such as `0000000000` can pass although they are nobody's number: see [`is_nhs_number`].
pub fn modulus_11(text: &str) -> bool {
    let digits: Option<Vec<u32>> = text
        .chars()
        .filter(|c| !matches!(c, ' ' | '-'))
        .map(|c| c.is_ascii_digit().then(|| c.to_digit(10)).flatten())
        .collect();
    digits.is_some_and(|digits| numbers::passes(&digits))
}

/// Whether a text can be a person's NHS number: it passes [`modulus_11`] and its digits are not all the same.
pub fn is_nhs_number(text: &str) -> bool {
    let mut digits = text.chars().filter(char::is_ascii_digit);
    let first = digits.next();
    modulus_11(text) && digits.any(|digit| Some(digit) != first)
}

/// A short free text that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note(String);

impl Note {
    /// The text, trimmed, with line ends as `\n`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Note> for String {
    fn from(note: Note) -> Self {
        note.0
    }
}

/// Why a text is refused. Names kinds, numbers and one sign, never the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RefusedText {
    /// Nothing but blanks.
    #[error("Write something, or leave the field out")]
    Empty,
    /// More characters than the field takes.
    #[error("Use at most {most} characters; this has {is}")]
    TooLong {
        /// Characters of the text.
        is: usize,
        /// Characters the field takes.
        most: usize,
    },
    /// Control characters, which no keyboard makes.
    #[error("Use letters, digits and plain signs on one line")]
    ControlCharacter,
    /// No font that documents are set in has this sign; the only thing of a text that is ever repeated.
    #[error("{0} cannot be printed in a letter. Write it with Latin letters and common signs")]
    Undrawable(Sign),
    /// The text names or could identify somebody; the first kind found.
    #[error("This seems to hold {}. {}", .0.seen(), .0.instead())]
    PatientData(IdentifierKind),
}

/// A note of at most `max_len` characters that names nobody, patient or staff, and can be printed: see [`drawable`].
pub fn check_note(text: &str, max_len: usize) -> Result<Note, RefusedText> {
    check(text, max_len, findings)
}

/// What is sent or shown under somebody's name, such as a letter: staff and their addresses may stand in it, patient data
/// may not.
pub fn check_letter(text: &str, max_len: usize) -> Result<Note, RefusedText> {
    check(text, max_len, patient_data)
}

fn check(text: &str, max_len: usize, look: fn(&str) -> Vec<Finding>) -> Result<Note, RefusedText> {
    let typed = text.trim().replace("\r\n", "\n");
    let plain = drawable::plain(&typed);
    let text = plain.trim();
    let is = text.chars().count();
    if text.is_empty() {
        return Err(RefusedText::Empty);
    }
    if is > max_len {
        return Err(RefusedText::TooLong { is, most: max_len });
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err(RefusedText::ControlCharacter);
    }
    // Both as it was typed and as it is kept: what is plainer must not hide anything.
    let found = look(&typed).into_iter().next();
    let found = found.or_else(|| (typed != text).then(|| look(text).into_iter().next())?);
    if let Some(finding) = found {
        return Err(RefusedText::PatientData(finding.kind));
    }
    match drawable::undrawable(text) {
        Some((_, sign)) => Err(RefusedText::Undrawable(sign)),
        None => Ok(Note(text.to_owned())),
    }
}
