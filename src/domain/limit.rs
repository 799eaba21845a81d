//! The safe limit of one clinician on one day, and where they stand against it. It informs and never stops anyone.
//!
//! 25 contacts a day is the safe maximum of UEMO and the BMA; a single session is 13 (BMA case study: two sessions are
//! 25). Practices use other figures, so a limit is a dated row and every report says which it used.

use std::cmp::{Ordering, Reverse};

use chrono::{DateTime, Utc};
use entity::ids::{ClinicianId, LocalDate};

use super::contact::Source;

/// The safe maximum for a full day (UEMO/BMA).
pub const RECOMMENDED_FULL_DAY: u32 = 25;
/// The recommended maximum for one session (BMA case study).
pub const RECOMMENDED_ONE_SESSION: u32 = 13;
/// From this share of the limit on, a day is nearing it (a London guide starts limiting at 85% booked).
pub const NEARING_PERCENT: u32 = 85;

/// Who set the limit that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetBy {
    /// Nobody: the recommended maximum.
    Recommended,
    /// The practice, for everyone.
    Practice,
    /// The practice, for this clinician.
    Clinician,
}

/// A dated limit of the practice, or of one clinician of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// For whom; for everyone where empty.
    pub clinician: Option<ClinicianId>,
    /// First day.
    pub effective_on: LocalDate,
    /// Later rows of the same day correct earlier ones.
    pub recorded_at: DateTime<Utc>,
    /// Limit of two sessions or more.
    pub full_day: u32,
    /// Limit of one session.
    pub one_session: u32,
    /// Share of the limit from which a day is nearing it, in percent.
    pub nearing_percent: u32,
}

/// The limit that applies to one clinician on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Contacts.
    pub contacts: u32,
    /// Share from which the day is nearing it, in percent.
    pub nearing_percent: u32,
    /// Who set it.
    pub set_by: SetBy,
}

/// The limit of `clinician` on `day` at `sessions` worked: the clinician's own newest rule, else the practice's, else
/// the recommended maximum.
pub fn limit_on(rules: &[Rule], clinician: ClinicianId, day: LocalDate, sessions: u32) -> Limit {
    let newest = |whose: Option<ClinicianId>| {
        rules
            .iter()
            .filter(|rule| rule.clinician == whose && rule.effective_on <= day)
            .max_by_key(|rule| (rule.effective_on, rule.recorded_at))
    };
    let (rule, set_by) = match (newest(Some(clinician)), newest(None)) {
        (Some(own), _) => (Some(own), SetBy::Clinician),
        (None, Some(practice)) => (Some(practice), SetBy::Practice),
        (None, None) => (None, SetBy::Recommended),
    };
    let (full_day, one_session, nearing_percent) = rule.map_or(
        (
            RECOMMENDED_FULL_DAY,
            RECOMMENDED_ONE_SESSION,
            NEARING_PERCENT,
        ),
        |rule| (rule.full_day, rule.one_session, rule.nearing_percent),
    );
    let contacts = if sessions <= 1 { one_session } else { full_day };
    Limit {
        contacts,
        nearing_percent,
        set_by,
    }
}

/// Where a clinician stands against the day's limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Headroom {
    /// Room left.
    Available {
        /// Contacts left.
        left: u32,
    },
    /// Room left, and 85% used.
    Nearing {
        /// Contacts left.
        left: u32,
    },
    /// Nothing left.
    AtLimit,
    /// Past it.
    Over {
        /// Contacts past it.
        by: u32,
    },
}

impl Headroom {
    /// Stable text, as in the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::Available { .. } => "available",
            Self::Nearing { .. } => "nearing",
            Self::AtLimit => "at-limit",
            Self::Over { .. } => "over",
        }
    }

    /// A word before it is a colour.
    pub fn title(self) -> &'static str {
        match self {
            Self::Available { .. } => "Available",
            Self::Nearing { .. } => "Nearing the limit",
            Self::AtLimit => "At the limit",
            Self::Over { .. } => "Over the limit",
        }
    }

    /// Contacts left; none at the limit and past it.
    pub fn left(self) -> u32 {
        match self {
            Self::Available { left } | Self::Nearing { left } => left,
            Self::AtLimit | Self::Over { .. } => 0,
        }
    }
}

/// Where `counted` stands against `limit`.
pub fn headroom(counted: u32, limit: Limit) -> Headroom {
    match counted.cmp(&limit.contacts) {
        Ordering::Greater => Headroom::Over {
            by: counted.saturating_sub(limit.contacts),
        },
        Ordering::Equal => Headroom::AtLimit,
        Ordering::Less => {
            let left = limit.contacts.saturating_sub(counted);
            let used = u64::from(counted).saturating_mul(100);
            let nearing = u64::from(limit.contacts).saturating_mul(limit.nearing_percent.into());
            if used >= nearing {
                Headroom::Nearing { left }
            } else {
                Headroom::Available { left }
            }
        }
    }
}

/// What is known of one clinician's day before a source is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DayFacts {
    /// Sum of taps, where there was any (even if all are voided).
    pub taps: Option<u32>,
    /// Of them, complex ones.
    pub complex: u32,
    /// The newest day sheet entry.
    pub sheet: Option<u32>,
    /// Sessions worked, where somebody said so.
    pub sessions: Option<u32>,
}

/// One clinician's day against the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Contacts that count.
    pub counted: u32,
    /// Where they come from; nothing where nobody counted.
    pub source: Option<Source>,
    /// The limit that applies.
    pub limit: Limit,
    /// Where that leaves the clinician.
    pub headroom: Headroom,
    /// Sessions the limit follows from.
    pub sessions: u32,
    /// Contacts on the second ruler, in tenths: complex ones weigh 2.5 (BMA's 2018 bands).
    pub weighted_tenths: u32,
}

/// Folds what is known into the day as it counts: taps where there are any, else the day sheet. Never both.
pub fn day(facts: &DayFacts, rules: &[Rule], clinician: ClinicianId, on: LocalDate) -> Day {
    let (counted, source) = match (facts.taps, facts.sheet) {
        (Some(taps), _) => (taps, Some(Source::Taps)),
        (None, Some(sheet)) => (sheet, Some(Source::Sheet)),
        (None, None) => (0, None),
    };
    let sessions = facts.sessions.unwrap_or(2);
    let limit = limit_on(rules, clinician, on, sessions);
    let complex = facts.complex.min(counted);
    let routine = counted.saturating_sub(complex);
    Day {
        counted,
        source,
        limit,
        headroom: headroom(counted, limit),
        sessions,
        weighted_tenths: routine
            .saturating_mul(10)
            .saturating_add(complex.saturating_mul(25)),
    }
}

/// A practice's day: the sum of its clinicians', each against their own limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PracticeDay {
    /// Clinicians with a count today.
    pub clinicians: u32,
    /// Their contacts.
    pub counted: u32,
    /// The sum of their limits.
    pub limit: u32,
    /// What is left: each clinician's own room; nobody's excess eats another's.
    pub left: u32,
    /// Clinicians at the limit or past it.
    pub full: u32,
}

/// Sums the days of clinicians who have a count.
pub fn practice_day<'a>(days: impl IntoIterator<Item = &'a Day>) -> PracticeDay {
    days.into_iter()
        .filter(|day| day.source.is_some())
        .fold(PracticeDay::default(), |sum, day| PracticeDay {
            clinicians: sum.clinicians.saturating_add(1),
            counted: sum.counted.saturating_add(day.counted),
            limit: sum.limit.saturating_add(day.limit.contacts),
            left: sum.left.saturating_add(day.headroom.left()),
            full: sum.full.saturating_add(u32::from(matches!(
                day.headroom,
                Headroom::AtLimit | Headroom::Over { .. }
            ))),
        })
}

/// The days of a page, fullest first, so that whoever needs help is on top.
pub fn fullest_first<T>(rows: &mut [T], day: impl Fn(&T) -> &Day) {
    rows.sort_by_key(|row| {
        let day = day(row);
        Reverse((
            day.source.is_some(),
            u64::from(day.counted)
                .saturating_mul(1000)
                .checked_div(day.limit.contacts.into()),
        ))
    });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn limit(contacts: u32) -> Limit {
        Limit {
            contacts,
            nearing_percent: NEARING_PERCENT,
            set_by: SetBy::Recommended,
        }
    }

    fn rule(clinician: Option<ClinicianId>, from: &str, full_day: u32) -> Rule {
        Rule {
            clinician,
            effective_on: from.parse().unwrap(),
            recorded_at: "2026-01-01T00:00:00Z".parse().unwrap(),
            full_day,
            one_session: full_day / 2,
            nearing_percent: 85,
        }
    }

    #[test]
    fn a_day_of_25_passes_through_every_state() {
        for (counted, state, left) in [
            (0, "available", 25),
            (14, "available", 11),
            (21, "available", 4),
            (22, "nearing", 3),
            (24, "nearing", 1),
            (25, "at-limit", 0),
            (26, "over", 0),
        ] {
            let headroom = headroom(counted, limit(25));
            assert_eq!(
                (headroom.code(), headroom.left()),
                (state, left),
                "{counted}"
            );
        }
    }

    #[test]
    fn the_limit_follows_sessions_dates_and_overrides() {
        let me = ClinicianId(Uuid::now_v7());
        let other = ClinicianId(Uuid::now_v7());
        let on = |text: &str| text.parse::<LocalDate>().unwrap();
        assert_eq!(limit_on(&[], me, on("2026-11-20"), 2).contacts, 25);
        assert_eq!(limit_on(&[], me, on("2026-11-20"), 1).contacts, 13);
        assert_eq!(
            limit_on(&[], me, on("2026-11-20"), 1).set_by,
            SetBy::Recommended
        );
        let rules = [
            rule(None, "2026-10-01", 28),
            rule(None, "2026-12-01", 36),
            rule(Some(me), "2026-11-01", 20),
        ];
        assert_eq!(limit_on(&rules, me, on("2026-11-20"), 2).contacts, 20);
        assert_eq!(limit_on(&rules, me, on("2026-10-31"), 2).contacts, 28);
        assert_eq!(limit_on(&rules, other, on("2026-12-24"), 2).contacts, 36);
        assert_eq!(limit_on(&rules, other, on("2026-09-30"), 2).contacts, 25);
    }

    #[test]
    fn taps_and_sheet_are_never_added_together() {
        let me = ClinicianId(Uuid::now_v7());
        let on = "2026-11-20".parse().unwrap();
        let both = DayFacts {
            taps: Some(3),
            sheet: Some(18),
            ..DayFacts::default()
        };
        assert_eq!(day(&both, &[], me, on).counted, 3);
        let sheet = DayFacts {
            sheet: Some(18),
            ..DayFacts::default()
        };
        assert_eq!(day(&sheet, &[], me, on).source, Some(Source::Sheet));
        assert_eq!(day(&DayFacts::default(), &[], me, on).source, None);
    }

    proptest! {
        #[test]
        fn one_more_contact_never_leaves_more(counted in 0_u32..400, contacts in 1_u32..100) {
            let before = headroom(counted, limit(contacts));
            let after = headroom(counted + 1, limit(contacts));
            prop_assert!(after.left() <= before.left());
            prop_assert_eq!(before.left(), contacts.saturating_sub(counted));
        }

        #[test]
        fn a_complex_contact_never_weighs_less_than_a_routine_one(taps in 0_u32..200, complex in 0_u32..250) {
            let facts = DayFacts { taps: Some(taps), complex, ..DayFacts::default() };
            let day = day(&facts, &[], ClinicianId(Uuid::nil()), "2026-11-20".parse().unwrap());
            prop_assert!(day.weighted_tenths >= taps * 10);
            prop_assert!(day.weighted_tenths <= taps * 25);
        }
    }
}
