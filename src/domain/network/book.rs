//! The windows of the network scheme and a ready-made set of questions about a draft of it: dated data, read from one file.

use std::sync::LazyLock;

use entity::ids::LocalDate;
use serde::Deserialize;

use crate::domain::question::{OPTIONS, QuestionKind};

/// The only shape of file this version reads.
const SCHEMA: u32 = 1;
/// What stands in a wording for the name of the draft.
const DRAFT: &str = "{draft}";

static BUILT_IN: LazyLock<Result<NetworkBook, Vec<String>>> =
    LazyLock::new(|| NetworkBook::parse(include_str!("../../assets/network/england.json")));

/// How surely a day or a rule is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WindowDay {
    /// Read in a public source.
    Seen,
    /// From memory: printed with that word.
    Recalled,
    /// Not read anywhere.
    NotSeen,
}

/// What follows from staying or leaving.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkRule {
    /// Stable.
    pub code: String,
    /// Two words.
    pub title: String,
    /// In plain words.
    pub text: String,
    /// How surely it is known.
    pub status: WindowDay,
    /// Where it was read.
    pub source: String,
}

/// Days between which a practice may leave.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkWindow {
    /// Stable.
    pub code: String,
    /// "2026/27".
    pub year: String,
    /// First day, where it is known.
    pub opens_on: Option<LocalDate>,
    /// How surely.
    pub opens: WindowDay,
    /// Last day.
    pub closes_on: LocalDate,
    /// How surely.
    pub closes: WindowDay,
    /// To whom notice went and how long it ran; empty where that was not read.
    pub notice: String,
    /// What opened it.
    pub trigger: String,
    /// Where it was read.
    pub source: String,
}

/// A change of the scheme that opened no window that is known.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkChange {
    /// From when.
    pub on: LocalDate,
    /// What.
    pub text: String,
    /// How surely it is known.
    pub status: WindowDay,
    /// Where it was read.
    pub source: String,
}

/// Questions that an LMC may put together.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionSet {
    /// Stable.
    pub code: String,
    /// What it is about.
    pub title: String,
    /// In their order.
    pub questions: Vec<NetworkQuestion>,
}

impl QuestionSet {
    /// Longest name of a draft, in characters.
    pub const LONGEST_DRAFT: usize = 80;
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkQuestion {
    /// Stable.
    pub code: String,
    /// What is asked for.
    pub kind: QuestionKind,
    wording: String,
    /// What can be chosen.
    pub options: Vec<String>,
}

impl NetworkQuestion {
    /// What is asked about a draft.
    pub fn asks(&self, draft: &str) -> String {
        self.wording.replace(DRAFT, draft)
    }
}

/// The file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkBook {
    schema: u32,
    /// Name of this edition.
    pub edition: String,
    /// When its sources were last read.
    pub checked_on: LocalDate,
    /// Its full name.
    pub scheme: String,
    /// What follows from staying and leaving.
    pub rules: Vec<NetworkRule>,
    /// Windows, the oldest first.
    pub windows: Vec<NetworkWindow>,
    /// Other changes, the oldest first.
    pub changes: Vec<NetworkChange>,
    /// Questions about a draft.
    pub set: QuestionSet,
}

impl NetworkBook {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// Every rule it breaks, or its first mistake of shape.
    pub fn parse(text: &str) -> Result<Self, Vec<String>> {
        let book: Self = serde_json::from_str(text).map_err(|error| vec![error.to_string()])?;
        let broken = book.broken();
        if broken.is_empty() { Ok(book) } else { Err(broken) }
    }

    /// The book that comes with this version.
    ///
    /// # Errors
    /// What is wrong with it, which its tests exclude.
    pub fn built_in() -> Result<&'static Self, &'static [String]> {
        BUILT_IN.as_ref().map_err(Vec::as_slice)
    }

    fn broken(&self) -> Vec<String> {
        let mut broken = Vec::new();
        let mut require = |holds: bool, why: String| {
            if !holds {
                broken.push(why);
            }
        };
        require(self.schema == SCHEMA, format!("schema: this version reads {SCHEMA}"));
        for window in &self.windows {
            let name = &window.code;
            require(
                window.opens_on.is_none_or(|opens| opens <= window.closes_on),
                format!("{name}: closes before it opens"),
            );
            let known = window.opens != WindowDay::NotSeen;
            require(window.opens_on.is_some() == known, format!("{name}: a first day that is not there"));
            require(window.closes != WindowDay::NotSeen, format!("{name}: a last day that was not read"));
            require(
                !window.source.is_empty() && !window.trigger.is_empty(),
                format!("{name}: no source or no trigger"),
            );
            require(self.windows.iter().filter(|other| other.code == *name).count() == 1, format!("{name}: twice"));
        }
        let in_order = self.windows.is_sorted_by_key(|window| window.closes_on);
        require(in_order, "windows: not in order".to_owned());
        require(self.rules.iter().all(|rule| !rule.source.is_empty()), "rules: one without a source".to_owned());
        require(
            self.changes.iter().all(|change| !change.source.is_empty()),
            "changes: one without a source".to_owned(),
        );
        for question in &self.set.questions {
            let (name, n) = (&question.code, question.options.len());
            let right = match question.kind {
                QuestionKind::Choice => (OPTIONS.0..=OPTIONS.1).contains(&n),
                QuestionKind::Number | QuestionKind::YesNo | QuestionKind::Text => n == 0,
            };
            require(right, format!("{name}: a {} of {n}", question.kind));
            require(question.wording.contains(DRAFT), format!("{name}: does not name the draft"));
        }
        broken
    }
}
