//! The network scheme: its dated windows in which a practice may leave, what follows from staying and leaving, and what a
//! practice notes for itself. A note is a thought: it never leaves the practice.

use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, RowId};

use super::{codes::codes, name::NetworkNoteText};

mod book;

pub use book::{NetworkBook, NetworkChange, NetworkQuestion, NetworkRule, NetworkWindow, QuestionSet, WindowDay};

codes! {
    "a note on the network scheme",
    "a note is taking-part, staying, leaving or undecided",
    /// What a practice notes for itself.
    Leaning {
        /// It takes part, and nothing is under discussion.
        TakingPart = "taking-part",
        /// It leans to staying.
        Staying = "staying",
        /// It leans to leaving.
        Leaving = "leaving",
        /// It has not decided.
        Undecided = "undecided",
    }
}

impl Leaning {
    /// As a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::TakingPart => "Taking part",
            Self::Staying => "Leaning to stay",
            Self::Leaving => "Leaning to leave",
            Self::Undecided => "Undecided",
        }
    }
}

/// A note before it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNetworkNote {
    /// Made by the client.
    pub id: RowId,
    /// What.
    pub leaning: Leaning,
    /// A few words of the practice's own.
    pub note: Option<NetworkNoteText>,
}

/// A note of a practice's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkNote {
    /// What it says.
    pub says: NewNetworkNote,
    /// When it was written.
    pub recorded_at: DateTime<Utc>,
}

/// Where a day stands among the windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowStands<'a> {
    /// One is open.
    Open(&'a NetworkWindow),
    /// None is open; this one is the next.
    Ahead(&'a NetworkWindow),
    /// None is open and none is known ahead; this one closed last.
    Closed(&'a NetworkWindow),
    /// None is known at all.
    Unknown,
}

impl NetworkBook {
    /// Where a day stands. A window without a known first day counts as open only in its last month: no sooner can anybody
    /// rely on it.
    pub fn on(&self, day: LocalDate) -> WindowStands<'_> {
        const AT_LEAST: u64 = 30;
        let opens = |one: &NetworkWindow| one.opens_on.unwrap_or_else(|| one.closes_on.minus_days(AT_LEAST));
        let open = self.windows.iter().find(|one| opens(one) <= day && day <= one.closes_on);
        let ahead = || self.windows.iter().filter(|one| opens(one) > day).min_by_key(|one| one.closes_on);
        let closed = || self.windows.iter().filter(|one| one.closes_on < day).max_by_key(|one| one.closes_on);
        match (open, ahead(), closed()) {
            (Some(open), ..) => WindowStands::Open(open),
            (None, Some(ahead), _) => WindowStands::Ahead(ahead),
            (None, None, Some(closed)) => WindowStands::Closed(closed),
            (None, None, None) => WindowStands::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> LocalDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_stands_in_a_window_before_one_or_after_all() {
        let book = NetworkBook::built_in().unwrap();
        let stands = |on| match book.on(day(on)) {
            WindowStands::Open(one) => format!("open {}", one.code),
            WindowStands::Ahead(one) => format!("ahead {}", one.code),
            WindowStands::Closed(one) => format!("closed {}", one.code),
            WindowStands::Unknown => "unknown".to_owned(),
        };
        assert_eq!(stands("2020-03-30"), "ahead 2020-21");
        assert_eq!(stands("2020-05-31"), "open 2020-21", "the last day is within it");
        assert_eq!(stands("2020-06-01"), "ahead 2022-23");
        assert_eq!(stands("2022-03-30"), "ahead 2022-23", "of no first day is known");
        assert_eq!(stands("2022-04-30"), "open 2022-23");
        assert_eq!(stands("2022-10-01"), "open 2022-23-change");
        assert_eq!(stands("2026-05-31"), "open 2026-27");
        assert_eq!(stands("2026-11-30"), "closed 2026-27");
    }

    #[test]
    fn a_file_that_breaks_a_rule_says_every_rule_it_breaks() {
        let text = include_str!("../../assets/network/england.json");
        let broken = text
            .replace(r#""schema": 1"#, r#""schema": 2"#)
            .replace(r#""opens_on": "2022-10-01""#, r#""opens_on": "2022-11-01""#)
            .replace(r#""opens_on": "2026-05-01""#, r#""opens_on": null"#)
            .replace(r#""code": "2022-23-change""#, r#""code": "2022-23""#)
            .replace(r#""kind": "number","#, r#""kind": "choice","#)
            .replace("{draft}: which", "Which");
        let wrong = NetworkBook::parse(&broken).unwrap_err().join("\n");
        for why in [
            "this version reads 1",
            "2022-23: closes before it opens",
            "2026-27: a first day that is not there",
            "2022-23: twice",
            "staff: a choice of 0",
            "which: does not name the draft",
        ] {
            assert!(wrong.contains(why), "{why}: {wrong}");
        }
        assert!(NetworkBook::parse("[]").is_err());
    }

    #[test]
    fn the_set_fits_into_a_week_whatever_the_draft_is_called() {
        let set = &NetworkBook::built_in().unwrap().set;
        assert!(set.questions.len() <= usize::try_from(super::super::question::MOST).unwrap());
        let longest = "x".repeat(QuestionSet::LONGEST_DRAFT);
        for question in &set.questions {
            assert!(question.asks(&longest).chars().count() <= super::super::question::LONGEST_WORDING);
            for option in &question.options {
                assert!(option.chars().count() <= super::super::question::LONGEST_OPTION);
            }
        }
    }
}
