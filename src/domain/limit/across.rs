//! One person's day across the places they work at. It is theirs alone: no practice's figure contains it.

use std::sync::Arc;

use entity::ids::{ClinicianId, LocalDate};

use super::{Day, Headroom, Limit, Rules, Worked, limit_on};

/// A person's day at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Who they are there.
    pub clinician: ClinicianId,
    /// As it counts there.
    pub day: Day,
    /// What the practice has set.
    pub rules: Arc<Rules>,
}

/// A person's day at all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// Contacts that count, of all places.
    pub counted: u32,
    /// The limit that applies to the person.
    pub limit: Limit,
    /// Where that leaves them.
    pub headroom: Headroom,
}

/// Adds a person's day up and holds it against one limit; nothing without a place.
///
/// 25 is a maximum of the person and not of the practice (UEMO/BMA), so limits are never added up: the *sessions* are. The
/// sessions of all places with a count today are one day, each practice's own rules say what limit such a day has, and
/// the largest of these applies. One session at each of two practices (13 and 13) is a day of two sessions: 25. Where
/// nobody has counted yet, what each place expects of the day is taken instead. A duty doctor's allowance applies where
/// they are on duty everywhere they count.
pub fn across(shares: &[Share], on: LocalDate) -> Option<Total> {
    let counts = |share: &&Share| share.day.source.is_some();
    let mut worked: Vec<&Share> = shares.iter().filter(counts).collect();
    if worked.is_empty() {
        worked = shares.iter().collect();
    }
    let whole_day = Worked {
        half_sessions: worked.iter().fold(0, |sum: u32, share| sum.saturating_add(share.day.worked.half_sessions)),
        duty: worked.iter().all(|share| share.day.worked.duty),
    };
    let limit = worked
        .iter()
        .map(|share| limit_on(&share.rules, Some(share.clinician), on, whole_day))
        .max_by_key(|limit| limit.contacts)?;
    let counted = shares.iter().fold(0, |sum: u32, share| sum.saturating_add(share.day.counted));
    Some(Total { counted, limit, headroom: Headroom::of(counted, limit) })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::domain::limit::{DayFacts, Rule, day};

    fn on() -> LocalDate {
        "2026-11-20".parse().unwrap()
    }

    /// A place where `taps` were counted in so many half sessions, against a full day of `full_day`.
    fn share(taps: Option<u32>, half_sessions: u32, full_day: u32) -> Share {
        let clinician = ClinicianId(Uuid::now_v7());
        let rules = Rules {
            limits: vec![Rule {
                clinician: None,
                effective_on: "2026-01-01".parse().unwrap(),
                last_on: None,
                recorded_at: DateTime::UNIX_EPOCH,
                full_day,
                one_session: full_day.div_ceil(2),
                duty_day: Some(10),
                nearing_percent: 85,
            }],
            rota: Vec::new(),
        };
        let facts = DayFacts { taps, worked: Some(Worked { half_sessions, duty: false }), ..DayFacts::default() };
        Share { clinician, day: day(&facts, &rules, clinician, on()), rules: Arc::new(rules) }
    }

    fn total(shares: &[Share]) -> (u32, u32, Headroom) {
        let total = across(shares, on()).unwrap();
        (total.counted, total.limit.contacts, total.headroom)
    }

    #[test]
    fn sessions_are_added_up_and_limits_never() {
        let available = |left| Headroom::Available { left };
        let one_each = [share(Some(12), 2, 25), share(Some(7), 2, 25)];
        assert_eq!(total(&one_each), (19, 25, available(6)));
        let two_days = [share(Some(14), 4, 25), share(Some(13), 4, 25)];
        assert_eq!(total(&two_days), (27, 25, Headroom::Over { by: 2 }));
        let half_more = [share(Some(5), 2, 25), share(Some(1), 1, 25)];
        assert_eq!(total(&half_more), (6, 20, available(14)));
        let alone = [share(Some(5), 2, 25)];
        assert_eq!(total(&alone), (5, 13, available(8)));
    }

    #[test]
    fn a_place_without_a_count_lends_no_session() {
        let idle = [share(Some(13), 2, 25), share(None, 4, 25)];
        assert_eq!(total(&idle), (13, 13, Headroom::AtLimit));
        let morning = [share(None, 2, 25), share(None, 2, 25)];
        assert_eq!(total(&morning), (0, 25, Headroom::Available { left: 25 }));
        assert_eq!(across(&[], on()), None);
    }

    #[test]
    fn the_larger_of_two_practices_limits_applies() {
        let strict_first = [share(Some(10), 4, 20), share(Some(10), 4, 28)];
        assert_eq!(total(&strict_first), (20, 28, Headroom::Available { left: 8 }));
    }

    #[test]
    fn duty_counts_where_it_is_duty_everywhere() {
        let mut both = [share(Some(4), 4, 25), share(Some(4), 4, 25)];
        both[0].day.worked.duty = true;
        assert_eq!(total(&both).1, 25);
        both[1].day.worked.duty = true;
        assert_eq!(total(&both).1, 10);
    }
}
