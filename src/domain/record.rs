//! A practice's whole record on its way from one Headroom to another: what does not go with it, and what may be wrong with a
//! row.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use entity::ids::LocalDate;
use serde::{Deserialize, Serialize};

use super::history::DaySum;

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// In which column; nothing where it is the row as a whole.
    pub column: Option<String>,
    /// A sentence without its subject.
    pub why: Cow<'static, str>,
}

impl Misfit {
    /// Of a column.
    pub fn of(column: impl Into<String>, why: impl Into<Cow<'static, str>>) -> Self {
        Self { column: Some(column.into()), why: why.into() }
    }

    /// Of the row.
    pub fn row(why: impl Into<Cow<'static, str>>) -> Self {
        Self { column: None, why: why.into() }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => write!(f, "column {column}: {}", self.why),
            None => f.write_str(&self.why),
        }
    }
}

/// Tables of a practice's archive that another Headroom does not take in, each with why.
pub const STAYS: &[(&str, &str)] = &[
    ("api_key", "keys of programs open something: new ones are made"),
    ("audit_event", "the old audit trail proves itself in the file; its digest is kept in the new one"),
    ("calendar_feed", "addresses for calendar programs open something: new ones are made"),
    ("consent", "with whom the practice shares is decided anew"),
    ("device", "phones and computers are enrolled anew"),
    ("display", "screens are given a new link"),
    ("joining", "whoever asked to manage the practice asked elsewhere"),
    ("one_time_link", "links open something: new ones are made"),
    ("organisation_fact", "organisations come from the files of NHS England"),
    ("person", "people are let in anew"),
    ("published_appointment", "published appointments come from the files of NHS England"),
    ("push_message", "what browsers were told was told elsewhere"),
    ("push_subscription", "whoever wants to be told in a browser says so anew"),
    ("role_grant", "roles are given anew"),
    ("tap_address", "addresses that count with one press open something: new ones are made"),
    ("webhook", "addresses of the practice's own programs are given anew"),
    ("webhook_message", "what was told to them was told elsewhere"),
];

/// The record of a practice came from another Headroom. Its event holds what the old audit trail cannot prove here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordTakenIn {
    /// The digest of the archive's list of digests, as the event of its download has it.
    pub archive: String,
    /// Tables with rows that were taken in.
    pub tables: usize,
    /// Rows that were taken in.
    pub rows: u64,
    /// The digest of the old audit trail, as the file that it is.
    pub trail: Option<String>,
    /// Sums of days whose own rows were no longer kept, as they came.
    pub folded: BTreeMap<LocalDate, DaySum>,
}
