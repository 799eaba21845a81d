//! Work beside the contacts, counted by tally marks: letters, results, people who did not attend. Never part of the 25.
//!
//! BMA asks that work outside the 25 be seen: a GP may see 25 patients and still handle 75 to 100 letters. A patient who
//! did not attend is capacity used, but no contact (NHS England/GPC appointment guidance).

use std::str::FromStr;

use entity::ids::{ClinicianId, LocalDate, NotAnId, OdsCode, RowId};
use uuid::Uuid;

/// The most tally marks of one entry.
pub const MOST_AT_ONCE: u32 = 200;
/// The most entries of one clinician's day: a letter, a result and a prescription every minute of a long one.
pub const MOST_ENTRIES: u32 = 1_000;
/// The most entries of one practice's day, of patients sent elsewhere.
pub const MOST_ENTRIES_OF_PRACTICE: u32 = 2_000;

/// What was done beside the contacts. Stored as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Work {
    /// The patient did not attend.
    DidNotAttend,
    /// Letters read and acted upon.
    Letters,
    /// Results reviewed.
    Results,
    /// Repeat and other prescriptions outside a contact.
    Prescriptions,
    /// Referrals written.
    Referrals,
    /// Administration.
    Administration,
    /// Work a hospital or another provider passed on.
    Transferred,
}

impl Work {
    /// Every kind, in the order of the page.
    pub const ALL: [Self; 7] = [
        Self::DidNotAttend,
        Self::Letters,
        Self::Results,
        Self::Prescriptions,
        Self::Referrals,
        Self::Administration,
        Self::Transferred,
    ];

    /// Stable text.
    pub fn code(self) -> &'static str {
        match self {
            Self::DidNotAttend => "did-not-attend",
            Self::Letters => "letters",
            Self::Results => "results",
            Self::Prescriptions => "prescriptions",
            Self::Referrals => "referrals",
            Self::Administration => "administration",
            Self::Transferred => "transferred",
        }
    }

    /// As written beside a number.
    pub fn title(self) -> &'static str {
        match self {
            Self::DidNotAttend => "Did not attend",
            Self::Letters => "Letters",
            Self::Results => "Results",
            Self::Prescriptions => "Prescriptions",
            Self::Referrals => "Referrals",
            Self::Administration => "Administration",
            Self::Transferred => "Transferred work",
        }
    }
}

impl FromStr for Work {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let found = Self::ALL.into_iter().find(|work| work.code() == text);
        found.ok_or(NotAnId {
            what: "a kind of work",
            why: "kinds are did-not-attend, letters, results, prescriptions, referrals, administration and transferred",
        })
    }
}

/// Which sheet a tally mark stands on, and whose that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TallySheet {
    /// A clinician's work beside the contacts.
    Work(ClinicianId),
    /// Where a practice sent patients while it diverted: its own as a whole.
    Divert,
}

impl TallySheet {
    /// Stable text; the source under which the tally marks are summed.
    pub fn code(self) -> &'static str {
        match self {
            Self::Work(_) => "work",
            Self::Divert => "divert",
        }
    }
}

/// Tally marks ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TallyMark {
    /// Where.
    pub practice: OdsCode,
    /// Made by the client; sent again it changes nothing.
    pub id: RowId,
    /// The London day it counts for.
    pub day: LocalDate,
    /// Which sheet, and whose.
    pub sheet: TallySheet,
    /// Line of the sheet: the code of a [`Work`], or of a destination.
    pub kind: String,
    /// How many; below zero takes back.
    pub n: i32,
    /// Person or device.
    pub recorded_by: Uuid,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_work_read_back_as_written() {
        for work in Work::ALL {
            assert_eq!(work.code().parse::<Work>(), Ok(work));
        }
        assert!("lunch".parse::<Work>().is_err());
    }
}
