//! The text of a template: read, listed, merged.
//!
//! The first line is the subject, then paragraphs apart by an empty line; a text message has no subject. A field stands
//! between braces: `{last_day}`. A brace has no other use.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::Deserialize;

use crate::domain::{drawable, identifier};

/// Longest value of a field, in characters.
pub const LONGEST_VALUE: usize = 600;
/// Longest name of a field.
const LONGEST_CODE: usize = 40;

/// How a letter is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// With sender, day and recipient.
    Letter,
    /// A text message: no subject, best within 160 characters.
    Sms,
    /// Large, for a wall.
    Poster,
}

/// Whose wording: the nearest to the practice wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Comes with the product.
    National,
    /// The practice's LMC's.
    Lmc,
    /// The practice's own.
    Practice,
}

impl Level {
    /// Stable text, as stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::National => "national",
            Self::Lmc => "lmc",
            Self::Practice => "practice",
        }
    }

    /// In words, for the practice.
    pub fn words(self) -> &'static str {
        match self {
            Self::National => "the national wording",
            Self::Lmc => "your LMC’s wording",
            Self::Practice => "your own wording",
        }
    }
}

impl FromStr for Level {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::National, Self::Lmc, Self::Practice].into_iter().find(|level| level.code() == text).ok_or(())
    }
}

/// A place in a template, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Character of the line.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line {}, column {}", self.line, self.column)
    }
}

/// Why a text is no template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {why}")]
pub struct Unreadable {
    /// Where.
    pub at: Place,
    /// What is wrong there.
    pub why: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Field(String, Place),
}

/// A template that can be merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    subject: Vec<Part>,
    body: Vec<Part>,
}

/// A template with every field filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The first line; empty in a text message.
    pub subject: String,
    /// The paragraphs, apart by an empty line.
    pub body: String,
}

/// The fields that miss a value, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("these fields are not filled: {}", .0.join(", "))]
pub struct Unfilled(pub Vec<String>);

/// What a field is filled with: something, without patient data and without braces, on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value(String);

impl Value {
    /// Checks a value. Line ends and runs of blanks become one blank; nothing but blanks is no value.
    ///
    /// # Errors
    /// A sentence that never repeats the text.
    pub fn check(text: &str) -> Result<Option<Self>, String> {
        // First, for a brace of full width becomes one too.
        let text = drawable::plain(text);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            return Ok(None);
        }
        if text.contains(['{', '}']) {
            return Err("Leave out { and }: they stand for fields of a template".to_owned());
        }
        match identifier::check_letter(&text, LONGEST_VALUE) {
            Ok(note) => Ok(Some(Self(note.into()))),
            Err(refused) => Err(refused.to_string()),
        }
    }

    /// A value that the product itself knows, such as the practice's name or a day; only braces are taken out.
    pub fn known(text: &str) -> Self {
        Self(text.replace(['{', '}'], ""))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// Where and why it cannot be read; the first mistake.
    pub fn parse(text: &str, form: Form) -> Result<Self, Unreadable> {
        let text = text.replace("\r\n", "\n");
        let mut lines = text.trim_end().split('\n').enumerate();
        let mut subject = Vec::new();
        if form != Form::Sms {
            let (at, line) = lines.next().unwrap_or_default();
            subject = parts(line, at.saturating_add(1))?;
            let why = "the first line is the subject, and it is empty";
            something(&subject, 1, why)?;
        }
        let (mut body, mut last) = (Vec::new(), 1);
        for (at, line) in lines {
            last = at.saturating_add(1);
            if !body.is_empty() {
                push(&mut body, "\n");
            }
            let line = parts(line.trim_end(), last)?;
            if body.is_empty() && line.is_empty() {
                continue;
            }
            body.extend(line);
        }
        something(&body, last, "there is no text below the subject")?;
        Ok(Self { subject, body })
    }

    /// The fields with the first place of each, in the order of the text.
    pub fn fields(&self) -> impl Iterator<Item = (&str, Place)> {
        let mut seen = Vec::new();
        let all = self.subject.iter().chain(&self.body);
        for part in all {
            if let Part::Field(code, place) = part
                && !seen.iter().any(|(known, _)| known == code)
            {
                seen.push((code.as_str(), *place));
            }
        }
        seen.into_iter()
    }

    /// Fills every field.
    ///
    /// # Errors
    /// The fields that have no value.
    pub fn merge(&self, values: &BTreeMap<String, Value>) -> Result<Merged, Unfilled> {
        let missing: Vec<String> =
            self.fields().filter(|(code, _)| !values.contains_key(*code)).map(|(code, _)| code.to_owned()).collect();
        if !missing.is_empty() {
            return Err(Unfilled(missing));
        }
        let fill = |parts: &[Part]| -> String {
            let words = parts.iter().map(|part| match part {
                Part::Text(text) => text.as_str(),
                Part::Field(code, _) => values.get(code).map_or("", Value::as_str),
            });
            words.collect()
        };
        Ok(Merged { subject: fill(&self.subject), body: fill(&self.body) })
    }
}

/// Lines pile up as parts; text that follows text is one part.
fn push(parts: &mut Vec<Part>, text: &str) {
    match parts.last_mut() {
        Some(Part::Text(before)) => before.push_str(text),
        _ => parts.push(Part::Text(text.to_owned())),
    }
}

fn something(parts: &[Part], line: usize, why: &'static str) -> Result<(), Unreadable> {
    let blank = |part: &Part| matches!(part, Part::Text(text) if text.trim().is_empty());
    if parts.iter().all(blank) {
        return Err(Unreadable { at: Place { line, column: 1 }, why });
    }
    Ok(())
}

/// One line cut into text and fields.
fn parts(line: &str, number: usize) -> Result<Vec<Part>, Unreadable> {
    let mut found = Vec::new();
    let mut column = 1_usize;
    let mut rest = line;
    while let Some(at) = rest.find(['{', '}']) {
        let (text, from) = rest.split_at(at);
        column = column.saturating_add(text.chars().count());
        let place = Place { line: number, column };
        let wrong = |why| Unreadable { at: place, why };
        if !text.is_empty() {
            push(&mut found, text);
        }
        let inner = from.strip_prefix('{').ok_or_else(|| wrong("this brace closes nothing"))?;
        let (code, after) = inner.split_once('}').ok_or_else(|| wrong("this brace is not closed on its line"))?;
        if !is_code(code) {
            return Err(wrong("a field is named by small letters, digits and _, such as {last_day}"));
        }
        found.push(Part::Field(code.to_owned(), place));
        // The code and its two braces; all ASCII.
        column = column.saturating_add(code.len()).saturating_add(2);
        rest = after;
    }
    if !rest.is_empty() {
        push(&mut found, rest);
    }
    Ok(found)
}

/// Small letters, digits and `_`, a letter first.
pub fn is_code(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.len() <= LONGEST_CODE
        && text.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_')
}
