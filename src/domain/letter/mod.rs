//! Letters: templates with named fields at three levels, merged with values, and what became of each letter.
//!
//! No field stays unfilled unnoticed: [`Template::merge`] names every field that misses a value, and a [`Value`] can hold
//! neither patient data nor a brace, so merged text holds no field.

pub mod book;
pub mod diff;
pub mod sms;
pub mod template;
mod wording;

#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, fmt};

use entity::ids::{LocalDate, RowId};

pub use template::{Form, Level, Merged, Template, Unfilled, Value};
pub use wording::{Wording, nearest};

use crate::domain::{
    codes::codes,
    drawable::{self, Sign},
    identifier,
};

/// Longest template, in characters.
pub const LONGEST_TEMPLATE: usize = 6000;
/// Longest note about a reply, in characters.
pub const LONGEST_NOTE: usize = 300;

codes! {
    "a way", "a letter goes out by post, email or portal, or is shown",
    /// The way a letter goes out.
    Way {
        /// By post.
        Post = "post",
        /// By e-mail.
        Email = "email",
        /// Through a portal.
        Portal = "portal",
        /// At the practice.
        Shown = "shown",
    }
}

impl Way {
    /// As a person reads it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Post => "Post",
            Self::Email => "E-mail",
            Self::Portal => "Portal",
            Self::Shown => "Shown or handed out at the practice",
        }
    }
}

/// The words of a way; the code where it is not known.
pub fn way(code: &str) -> &str {
    code.parse::<Way>().map_or(code, |way| way.title())
}

/// A letter as it went out: what of it is the same for every form.
#[derive(Debug, Clone, Copy)]
pub struct Paper<'a> {
    /// Letter, text message or poster.
    pub form: Form,
    /// The practice's name.
    pub practice: &'a str,
    /// Its code.
    pub ods: &'a str,
    /// The day written on it.
    pub dated_on: LocalDate,
    /// Whom it goes to.
    pub recipient: &'a str,
    /// Its first line; empty in a text message.
    pub subject: &'a str,
    /// Its paragraphs.
    pub body: &'a str,
}

impl Paper<'_> {
    /// The signs for which its PDF shows [`drawable::REPLACEMENT`]: of a letter from before they were refused, or of the
    /// practice's name as a national file has it.
    pub fn replaced(&self) -> BTreeSet<Sign> {
        if self.form == Form::Sms {
            return BTreeSet::new();
        }
        [self.practice, self.recipient, self.subject, self.body].into_iter().flat_map(drawable::replaced).collect()
    }
}

/// What [`Paper::replaced`] found, as a reader of the PDF is told; nothing where it found nothing.
pub fn replaced_in_words(signs: &BTreeSet<Sign>) -> Option<String> {
    if signs.is_empty() {
        return None;
    }
    let signs: Vec<String> = signs.iter().map(Sign::to_string).collect();
    Some(format!(
        "The PDF shows {} where the letter has a sign that cannot be printed: {}",
        drawable::REPLACEMENT,
        signs.join(", ")
    ))
}

/// The whole letter as plain text, to paste.
pub fn plain_text(paper: &Paper<'_>) -> String {
    match paper.form {
        Form::Sms => paper.body.to_owned(),
        Form::Poster => format!("{}\n\n{}\n", paper.subject, paper.body),
        Form::Letter => format!(
            "{} ({})\n{}\n\nTo: {}\n\n{}\n\n{}\n",
            paper.practice,
            paper.ods,
            paper.dated_on.written(),
            paper.recipient,
            paper.subject,
            paper.body
        ),
    }
}

/// A letter whose reply is due on a day and has not come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited {
    /// The letter.
    pub id: RowId,
    /// The notice it went out with.
    pub notice: Option<RowId>,
    /// Its first line.
    pub subject: String,
    /// Whom it went to.
    pub recipient: String,
    /// The day.
    pub due: LocalDate,
}

/// Where a letter stands with its reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyState {
    /// It was recorded by mistake.
    InError,
    /// A reply came.
    Received(LocalDate),
    /// No reply was asked for by a day.
    NoneDue,
    /// A reply is due.
    Due(LocalDate),
    /// A reply was due; how many days ago.
    Overdue(LocalDate, i64),
}

/// Where a letter stands on a day, from what was recorded of it.
pub fn standing(
    reply_due_on: Option<LocalDate>,
    received_on: Option<LocalDate>,
    in_error: bool,
    today: LocalDate,
) -> ReplyState {
    match (in_error, received_on, reply_due_on) {
        (true, ..) => ReplyState::InError,
        (_, Some(day), _) => ReplyState::Received(day),
        (_, None, None) => ReplyState::NoneDue,
        (_, None, Some(due)) if due < today => ReplyState::Overdue(due, today.days_since(due)),
        (_, None, Some(due)) => ReplyState::Due(due),
    }
}

impl ReplyState {
    /// In a word, stable for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::InError => "recorded-in-error",
            Self::Received(_) => "received",
            Self::NoneDue => "none-due",
            Self::Due(_) => "due",
            Self::Overdue(..) => "overdue",
        }
    }
}

impl fmt::Display for ReplyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InError => f.write_str("Recorded by mistake"),
            Self::Received(day) => write!(f, "Reply received {}", day.short()),
            Self::NoneDue => f.write_str("No reply date"),
            Self::Due(day) => write!(f, "Reply due {}", day.short()),
            Self::Overdue(due, 1) => write!(f, "Overdue by 1 day (due {})", due.short()),
            Self::Overdue(due, days) => write!(f, "Overdue by {days} days (due {})", due.short()),
        }
    }
}

codes! {
    "an event of a letter",
    "what happened to a letter is acknowledged, reply, agreed, refused, half-answered or recorded-in-error",
    /// What can be recorded of a letter after it went out.
    FollowUp {
        /// They say that it reached them.
        Acknowledged = "acknowledged",
        /// A reply came.
        Reply = "reply",
        /// They take it back, or do what was asked.
        Agreed = "agreed",
        /// They do not.
        Refused = "refused",
        /// They answered a part of it.
        HalfAnswered = "half-answered",
        /// The letter was recorded by mistake.
        InError = "recorded-in-error",
    }
}

impl FollowUp {
    /// What can be recorded of a letter that is answered with yes or no.
    pub const ANSWERS: [Self; 4] = [Self::Acknowledged, Self::Agreed, Self::Refused, Self::HalfAnswered];

    /// In a sentence that ends with a day.
    pub fn words(self) -> &'static str {
        match self {
            Self::Acknowledged => "Acknowledged",
            Self::Reply => "Reply received",
            Self::Agreed => "They agreed",
            Self::Refused => "They refused",
            Self::HalfAnswered => "Half an answer",
            Self::InError => "Recorded as a mistake on",
        }
    }

    /// Whether it is a reply, so that none is awaited any more.
    pub fn is_reply(self) -> bool {
        !matches!(self, Self::Acknowledged | Self::InError)
    }
}

/// Checks a text as somebody wrote it: a template that can be read, of a length that can be kept, with known fields only,
/// and without patient data.
///
/// # Errors
/// A sentence with line and column, or the kind of thing found; never the text.
pub fn check_template(text: &str, kind: &book::LetterKind) -> Result<(String, Template), String> {
    let text = identifier::check_letter(text, LONGEST_TEMPLATE).map_err(|no| match no {
        identifier::RefusedText::Undrawable(_) => placed(text, no),
        no => no.to_string(),
    })?;
    let template = Template::parse(text.as_str(), kind.form).map_err(|error| error.to_string())?;
    book::LetterBook::built_in().map_err(str::to_owned)?.fits(kind, &template)?;
    Ok((text.into(), template))
}

/// The refusal of a sign, with the place of it.
fn placed(text: &str, no: identifier::RefusedText) -> String {
    let text = drawable::plain(&text.replace("\r\n", "\n"));
    let before = drawable::undrawable(&text).and_then(|(at, _)| text.get(..at));
    let before = before.unwrap_or_default();
    let last = before.rsplit('\n').next().unwrap_or_default();
    let place = template::Place { line: before.split('\n').count(), column: last.chars().count().saturating_add(1) };
    format!("{place}: {no}")
}
