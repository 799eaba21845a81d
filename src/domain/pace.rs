//! When a clinician passes the limit if the day goes on as it began. A plain sum, said only when there is enough of the
//! day to say it from, and never as advice.

use chrono::{DateTime, Duration, Utc};

use super::calendar;

/// Fewer contacts than this say nothing about a day.
const LEAST_CONTACTS: u32 = 4;
/// So does less time than this.
const LEAST_TIME: Duration = Duration::minutes(45);
/// A guess is rounded to so many minutes: "about 15:40".
const ROUNDED_MINUTES: i64 = 5;
/// Guesses for the evening are of no use to anyone.
const LATEST: &str = "20:00";

/// The instant of the contact after the limit, where contacts keep coming as often as they did from the first one to now.
/// Nothing where the limit is passed already, where there is too little to go by, or where it is not before eight in the
/// evening.
pub fn passes_at(first: DateTime<Utc>, counted: u32, limit: u32, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let to_come = limit.checked_add(1)?.checked_sub(counted)?;
    let so_far = now.signed_duration_since(first);
    if counted < LEAST_CONTACTS || so_far < LEAST_TIME || to_come == 0 {
        return None;
    }
    // From the first contact to now there were so many intervals, the one that is still running included.
    let each = so_far.num_seconds().checked_div(counted.into())?;
    let rest = each.checked_mul(to_come.into())?;
    let at = now.checked_add_signed(Duration::seconds(rest))?;
    let step = ROUNDED_MINUTES.checked_mul(60)?;
    let rounded = at.timestamp().checked_add(step / 2)?.div_euclid(step).checked_mul(step)?;
    let at = DateTime::from_timestamp(rounded, 0)?;
    let soon = calendar::london_day(at) == calendar::london_day(now) && calendar::london_time(at).as_str() < LATEST;
    soon.then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-11-20T{text}:00Z").parse().unwrap()
    }

    /// What is said at a time of a day on which so many contacts were counted since eight in the morning.
    fn said(counted: u32, limit: u32, now: &str) -> Option<DateTime<Utc>> {
        passes_at(at("08:00"), counted, limit, at(now))
    }

    #[test]
    fn a_steady_morning_says_when_it_passes_the_limit() {
        // Fourteen in three and a half hours: one a quarter of an hour, and twelve more pass 25.
        assert_eq!(said(14, 25, "11:30"), Some(at("14:30")));
        assert_eq!(said(9, 13, "11:00"), Some(at("12:40")));
    }

    #[test]
    fn too_little_too_late_or_past_the_limit_says_nothing() {
        assert_eq!(said(3, 25, "09:00"), None);
        assert_eq!(said(10, 25, "08:30"), None);
        assert_eq!(said(4, 25, "12:00"), None);
        assert_eq!(said(26, 25, "14:00"), None);
        assert_eq!(said(0, 25, "14:00"), None);
    }
}
