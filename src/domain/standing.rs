//! Whether a node's clock can be believed, against the latest time the installation has seen.

use chrono::{DateTime, Duration, Utc};

/// How far a clock may be from the latest time seen: a night's work can wait a day, and clocks are set.
const BELIEVED: Duration = Duration::hours(26);

/// How a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockState {
    /// It is believed.
    Right,
    /// It is further ahead than a day: it jumped, or nothing ran for days.
    Ahead,
    /// It is further behind than a day.
    Behind,
}

impl ClockState {
    /// How a clock that says `now` stands where `latest` was seen.
    pub fn of(now: DateTime<Utc>, latest: DateTime<Utc>) -> Self {
        let ahead = now.signed_duration_since(latest);
        if ahead > BELIEVED {
            Self::Ahead
        } else if ahead < BELIEVED.checked_mul(-1).unwrap_or(BELIEVED) {
            Self::Behind
        } else {
            Self::Right
        }
    }
}

/// How far two clocks may be apart and still say the same.
const SAME: Duration = Duration::minutes(5);

/// What time it is beside somebody whose own clock says `told`: ours, unless ours is far from `steady`, the time that surely
/// passed, and theirs is nearer to that. Two clocks that agree are believed before one.
pub fn beside(now: DateTime<Utc>, steady: DateTime<Utc>, told: DateTime<Utc>) -> DateTime<Utc> {
    let between = |one: DateTime<Utc>, other: DateTime<Utc>| one.signed_duration_since(other).abs();
    if between(now, steady) <= SAME || between(told, now) <= between(told, steady) {
        return now;
    }
    // Nobody saw how long nothing ran, and what was seen may have been a day ahead itself.
    let least = steady.checked_sub_signed(BELIEVED).unwrap_or(steady);
    let most = steady.checked_add_signed(BELIEVED).unwrap_or(steady);
    told.clamp(least, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_clock_is_believed_within_26_hours_of_the_latest_time_seen() {
        let seen = at("2026-11-20T12:00:00Z");
        let stands = |now: &str| ClockState::of(at(now), seen);
        assert_eq!(stands("2026-11-21T14:00:00Z"), ClockState::Right);
        assert_eq!(stands("2026-11-21T14:00:01Z"), ClockState::Ahead);
        assert_eq!(stands("2027-01-19T12:00:00Z"), ClockState::Ahead);
        assert_eq!(stands("2026-11-19T10:00:00Z"), ClockState::Right);
        assert_eq!(stands("2026-11-19T09:59:59Z"), ClockState::Behind);
    }

    #[test]
    fn a_phone_that_agrees_with_the_time_that_passed_is_believed_before_our_clock() {
        let steady = at("2026-11-20T12:00:00Z");
        let beside = |now: &str, told: &str| beside(at(now), steady, at(told)).to_rfc3339();
        for now in ["2027-01-19T12:00:00Z", "2026-11-21T12:00:00Z", "2026-09-21T12:00:00Z"] {
            assert_eq!(beside(now, "2026-11-20T12:30:00Z"), "2026-11-20T12:30:00+00:00");
            assert_eq!(beside(now, "2026-11-20T11:00:00Z"), "2026-11-20T11:00:00+00:00");
        }
        // A fortnight's holiday: both clocks say that it is over.
        assert_eq!(beside("2026-12-04T08:00:00Z", "2026-12-04T07:59:00Z"), "2026-12-04T08:00:00+00:00");
        // A phone three hours fast makes no hour of ours.
        assert_eq!(beside("2026-11-20T11:59:00Z", "2026-11-20T15:00:00Z"), "2026-11-20T11:59:00+00:00");
    }
}
