//! Appointment extracts: what a row of a practice's own book says about capacity, and nothing about its patient.
//!
//! The rules are pure: which column means what, which columns are about patients and are dropped at the door, what became
//! of a slot, what kind of contact it was. Reading files is a matter of `exchange`.

mod columns;
mod erasures;
mod matching;
mod moment;
mod order;
mod patients;
mod row;
mod same_days;
mod summary;
mod words;

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use entity::ids::{ClinicianId, LocalDate, NotAnId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub use columns::{Column, FileKind, Places, is_used, plain, recognise, twice, usual_columns};
pub use erasures::Erasures;
pub use matching::{Matched, Matching};
pub use moment::{day, moment};
pub use order::{DayOrder, Order};
pub use patients::{holds_nhs_number, is_header, is_machine_column, is_patient_column, looks_like_numbers_of_patients};
pub use row::{Cells, Read, RowRules, Said, Session, Sessions};
pub use same_days::{Overlap, OverlapDay, SameDays};
pub use summary::{ImportSummary, MOST_REPEATED, SlotsOfDays};
pub use words::{Came, TypeMeaning, came_in_words, kind_in_words, mode_in_words, outcome_in_words, truth};

use super::contact::ContactKind;

/// Days of slots that are taken: those before are folded into the practice's days.
pub const KEPT_DAYS: u64 = 91;
/// Days ahead that are taken; a book that is open further is a typing mistake.
pub const AHEAD_DAYS: u64 = 400;

/// Where files come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum System {
    /// EMIS Web's bulk extract.
    Emis,
    /// TPP SystmOne's strategic reporting extract.
    Tpp,
    /// A report that the practice made itself, with columns of its own.
    Report,
}

impl System {
    /// Every system.
    pub const ALL: [Self; 3] = [Self::Emis, Self::Tpp, Self::Report];

    /// Stable text.
    pub fn code(self) -> &'static str {
        match self {
            Self::Emis => "emis",
            Self::Tpp => "tpp",
            Self::Report => "report",
        }
    }

    /// As written on a page.
    pub fn title(self) -> &'static str {
        match self {
            Self::Emis => "EMIS extract",
            Self::Tpp => "TPP SystmOne extract",
            Self::Report => "Report of your own",
        }
    }
}

impl FromStr for System {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        Self::ALL
            .into_iter()
            .find(|system| system.code() == text)
            .ok_or(NotAnId { what: "a system", why: "systems are emis, tpp and report" })
    }
}

/// What became of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SlotOutcome {
    /// The patient was seen: the only one that counts as a contact.
    Attended,
    /// Vaccinated: counted apart, outside the limit.
    Vaccinated,
    /// Capacity used, and no contact.
    DidNotAttend,
    /// Booked; of a day that is over, nobody noted what became of it.
    Booked,
    /// Booked once, and cancelled.
    Cancelled,
    /// Nobody booked it.
    Free,
    /// Taken out of the book, or no longer counted.
    Removed,
}

impl SlotOutcome {
    /// Every outcome.
    pub const ALL: [Self; 7] = [
        Self::Attended,
        Self::Vaccinated,
        Self::DidNotAttend,
        Self::Booked,
        Self::Cancelled,
        Self::Free,
        Self::Removed,
    ];

    /// Those that a practice can say its own words for a status mean.
    pub const TAUGHT: [Self; 5] = [Self::Attended, Self::DidNotAttend, Self::Booked, Self::Cancelled, Self::Free];

    /// Stable text.
    pub fn code(self) -> &'static str {
        match self {
            Self::Attended => "attended",
            Self::Vaccinated => "vaccinated",
            Self::DidNotAttend => "did-not-attend",
            Self::Booked => "booked",
            Self::Cancelled => "cancelled",
            Self::Free => "free",
            Self::Removed => "removed",
        }
    }

    /// Whether slots with this outcome are summed; the others only take back what was summed before.
    pub fn is_summed(self) -> bool {
        matches!(self, Self::Attended | Self::Vaccinated | Self::DidNotAttend | Self::Booked)
    }
}

impl FromStr for SlotOutcome {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.code() == text)
            .ok_or(NotAnId { what: "an outcome", why: "it is none of those that are stored" })
    }
}

/// A slot as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotState {
    /// Who holds it.
    pub clinician: ClinicianId,
    /// The London day.
    pub day: LocalDate,
    /// When it starts, where the file says so.
    pub starts_at: Option<DateTime<Utc>>,
    /// Kind of contact.
    pub kind: ContactKind,
    /// What became of it.
    pub outcome: SlotOutcome,
}

/// What one slot of a file says, with its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Digest of its id.
    pub slot: Uuid,
    /// Line of the file, from 1.
    pub line: u64,
    /// How it stands, where it is summed.
    pub stands: Option<SlotState>,
    /// What became of it.
    pub outcome: SlotOutcome,
}

/// Some rows of a file.
#[derive(Debug, Default)]
pub struct Chunk {
    /// Slots, each once.
    pub slots: Vec<Slot>,
    /// Refused lines.
    pub refused: Vec<(u64, RowRefusal)>,
    /// Bytes read so far, for whoever waits.
    pub bytes: u64,
}

/// Why a row was not taken. Each names a rule, never what the row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowRefusal {
    /// Another number of columns than the header.
    Torn,
    /// A line longer than any row is.
    TooLong,
    /// Bytes that are no text.
    NotText,
    /// An NHS number in a column of free text.
    NhsNumber,
    /// No id of the slot.
    NoSlot,
    /// No day, or none that can be read.
    NoDay,
    /// A time that cannot be read.
    BadTime,
    /// A yes-or-no column that says neither.
    BadFlag,
    /// A status that is not known.
    BadStatus,
    /// The session is in none of the files.
    NoSession,
    /// No session holder.
    NoHolder,
    /// A session holder who was not matched to a clinician.
    UnknownHolder,
    /// A session of two clinicians who both count.
    SeveralHolders,
    /// Seen, on a day that lies ahead.
    Ahead,
    /// More than a year ahead.
    FarAhead,
    /// The same slot on an earlier line.
    Twice,
    /// A count that is no whole number, or larger than a day.
    BadCount,
    /// As many appointments of the clinician and day stand on earlier lines as a day takes.
    FullDay,
}

impl RowRefusal {
    /// Every refusal.
    pub const ALL: [Self; 18] = [
        Self::Torn,
        Self::TooLong,
        Self::NotText,
        Self::NhsNumber,
        Self::NoSlot,
        Self::NoDay,
        Self::BadTime,
        Self::BadFlag,
        Self::BadStatus,
        Self::NoSession,
        Self::NoHolder,
        Self::UnknownHolder,
        Self::SeveralHolders,
        Self::Ahead,
        Self::FarAhead,
        Self::Twice,
        Self::BadCount,
        Self::FullDay,
    ];

    /// Stable text.
    pub fn code(self) -> &'static str {
        match self {
            Self::Torn => "torn",
            Self::TooLong => "too-long",
            Self::NotText => "not-text",
            Self::NhsNumber => "nhs-number",
            Self::NoSlot => "no-slot",
            Self::NoDay => "no-day",
            Self::BadTime => "bad-time",
            Self::BadFlag => "bad-flag",
            Self::BadStatus => "bad-status",
            Self::NoSession => "no-session",
            Self::NoHolder => "no-holder",
            Self::UnknownHolder => "unknown-holder",
            Self::SeveralHolders => "several-holders",
            Self::Ahead => "ahead",
            Self::FarAhead => "far-ahead",
            Self::Twice => "twice",
            Self::BadCount => "bad-count",
            Self::FullDay => "full-day",
        }
    }

    /// The column that is wrong, where it is one.
    pub fn column(self) -> Option<Column> {
        match self {
            Self::NoSlot | Self::Twice => Some(Column::Slot),
            Self::NoDay | Self::Ahead | Self::FarAhead | Self::FullDay => Some(Column::Day),
            Self::BadTime => Some(Column::Time),
            Self::BadStatus => Some(Column::Status),
            Self::BadCount => Some(Column::Count),
            Self::NoSession => Some(Column::Session),
            Self::NoHolder | Self::UnknownHolder | Self::SeveralHolders => Some(Column::Holder),
            // Any column of free text or of yes and no, or the row as a whole.
            Self::Torn | Self::TooLong | Self::NotText | Self::NhsNumber | Self::BadFlag => None,
        }
    }

    /// A sentence for whoever made the file.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Torn => "the row has not as many columns as the header, or a quotation mark is not closed",
            Self::TooLong => "the line is longer than 64 kB",
            Self::NotText => "the line is not text in the encoding of this system",
            Self::NhsNumber => "a column of free text holds an NHS number",
            Self::NoSlot => "the slot has no id",
            Self::NoDay => "the date is missing or cannot be read",
            Self::BadTime => "the time cannot be read",
            Self::BadFlag => "a column that should say yes or no, or attended or did not attend, says neither",
            Self::BadStatus => "the status is missing or not known",
            Self::NoSession => "the session is not in the file of sessions, or has no holder",
            Self::NoHolder => "the session holder is missing",
            Self::UnknownHolder => "the session holder is not matched to a clinician",
            Self::SeveralHolders => "two clinicians hold this session",
            Self::Ahead => "it was attended on a day in the future",
            Self::FarAhead => "it is more than a year ahead",
            Self::Twice => "the same slot is on an earlier line",
            Self::BadCount => "the count is not a whole number from 0 to 200",
            Self::FullDay => "200 attended appointments of this clinician and day are on earlier lines",
        }
    }
}

impl fmt::Display for RowRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

impl FromStr for RowRefusal {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        Self::ALL
            .into_iter()
            .find(|refusal| refusal.code() == text)
            .ok_or(NotAnId { what: "a reason", why: "it is none of those that are stored" })
    }
}

/// An id that follows from texts and lets nobody read them: version 8, the first half of a SHA-256.
pub fn digest_id(parts: &[&[u8]]) -> Uuid {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests;
