//! What a practice agrees to when it shares with its LMC: which days are open, and the version of the text that said so.

use chrono::{DateTime, Utc};
use entity::ids::LocalDate;

use super::calendar;

/// The one purpose so far: that the practice's LMC sees its rows.
pub const LMC_VIEW: &str = "lmc-view";
/// The first text that opened transferred work to the LMC: a practice that agreed to an older one shows nothing of it.
const TRANSFERS_SINCE: &str = "2026-12-01";
/// The text that is agreed to now. A new text is a new version; what was agreed to before keeps the meaning it had.
pub const VERSION: &str = "2026-12-02";
/// The first text. It said nothing of earlier days, and opened them.
pub const FIRST_VERSION: &str = "2026-11";

/// Which days are open to the LMC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Days {
    /// Every day, also those before the practice agreed.
    All,
    /// From this day on. What stands on it is shown, with the day since when it does; no earlier day is.
    From(LocalDate),
}

impl Days {
    /// As stored.
    pub fn of(shown_from: Option<LocalDate>) -> Self {
        shown_from.map_or(Self::All, Self::From)
    }

    /// To be stored.
    pub fn shown_from(self) -> Option<LocalDate> {
        match self {
            Self::All => None,
            Self::From(day) => Some(day),
        }
    }

    /// Whether the LMC may see how things stood on this day.
    pub fn open(self, day: LocalDate) -> bool {
        match self {
            Self::All => true,
            Self::From(first) => first <= day,
        }
    }

    /// The day on which the LMC learnt of something that was recorded at this moment: of what was there before, on the
    /// first day that is open.
    pub fn learnt(self, recorded_at: DateTime<Utc>) -> LocalDate {
        let day = calendar::london_day(recorded_at);
        match self {
            Self::All => day,
            Self::From(first) => day.max(first),
        }
    }
}

/// Whether whoever agreed to this text opened transferred work to the LMC. Versions are days, or the month of the first.
pub fn opens_transfers(version: &str) -> bool {
    version >= TRANSFERS_SINCE
}

/// What a practice decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// It shares.
    pub given: bool,
    /// When it said so.
    pub at: DateTime<Utc>,
    /// The text it was asked with.
    pub version: String,
    /// Which days are open, while it shares.
    pub days: Days,
}

impl Decision {
    /// Whether saying this now would change nothing. Days that are open from an earlier day on stay open from that day on.
    pub fn holds(&self, given: bool, days: Days) -> bool {
        let same = match (self.days, days) {
            (Days::All, Days::All) => true,
            (Days::From(first), Days::From(asked)) => first <= asked,
            _ => false,
        };
        self.given == given && (!given || (same && self.version == VERSION))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> LocalDate {
        text.parse().unwrap()
    }

    fn decision(given: bool, days: Days) -> Decision {
        Decision { given, at: "2026-11-20T12:00:00Z".parse().unwrap(), version: VERSION.to_owned(), days }
    }

    #[test]
    fn earlier_days_are_open_where_that_was_agreed() {
        let from = Days::From(day("2026-11-20"));
        assert!(Days::All.open(day("2020-01-01")));
        assert!(!from.open(day("2026-11-19")) && from.open(day("2026-11-20")));
        let earlier = "2026-06-01T09:00:00Z".parse().unwrap();
        let later = "2026-11-23T09:00:00Z".parse().unwrap();
        assert_eq!(Days::All.learnt(earlier), day("2026-06-01"));
        assert_eq!(from.learnt(earlier), day("2026-11-20"));
        assert_eq!(from.learnt(later), day("2026-11-23"));
        for days in [Days::All, from] {
            assert_eq!(Days::of(days.shown_from()), days);
        }
    }

    #[test]
    fn only_a_text_that_said_so_opens_transferred_work() {
        assert!(opens_transfers(VERSION) && opens_transfers("2027-01-04"));
        assert!(!opens_transfers(FIRST_VERSION) && !opens_transfers("2026-11-30"));
    }

    #[test]
    fn saying_again_what_holds_is_nothing_new() {
        let (earlier, from) = (Days::From(day("2026-11-13")), Days::From(day("2026-11-20")));
        assert!(decision(true, Days::All).holds(true, Days::All));
        assert!(decision(true, earlier).holds(true, from));
        assert!(!decision(true, from).holds(true, Days::All));
        assert!(!decision(true, Days::All).holds(true, from));
        assert!(!decision(true, from).holds(false, Days::All));
        assert!(decision(false, Days::All).holds(false, from));
        let old = Decision { version: FIRST_VERSION.to_owned(), ..decision(true, Days::All) };
        assert!(!old.holds(true, Days::All), "another text is agreed to");
    }
}
