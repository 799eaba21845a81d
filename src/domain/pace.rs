//! When a clinician passes the limit if the day goes on as it began. A plain sum, said only when there is enough of the
//! day to say it from, and never as advice.

use chrono::{DateTime, Duration, Utc};

use super::calendar;

/// Fewer contacts than this say nothing about a day.
const LEAST_CONTACTS: usize = 4;
/// So does less time than this.
const LEAST_TIME: Duration = Duration::minutes(45);
/// A guess is rounded to so many minutes: "about 15:40".
const ROUNDED_MINUTES: i64 = 5;
/// Guesses for the evening are of no use to anyone.
const LATEST: &str = "20:00";

/// The instant of the contact after the limit, where contacts keep coming as often as they did from the first one to now.
/// Nothing where the limit is passed already, where there is too little to go by, or where it is not before eight in the
/// evening.
pub fn passes_at(times: &[DateTime<Utc>], limit: u32, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let limit = usize::try_from(limit).ok()?;
    let to_come = limit.checked_add(1)?.checked_sub(times.len())?;
    let first = *times.iter().min()?;
    let so_far = now.signed_duration_since(first);
    if times.len() < LEAST_CONTACTS || so_far < LEAST_TIME || to_come == 0 {
        return None;
    }
    // From the first contact to now there were so many intervals, the one that is still running included.
    let each = so_far
        .num_seconds()
        .checked_div(i64::try_from(times.len()).ok()?)?;
    let rest = each.checked_mul(i64::try_from(to_come).ok()?)?;
    let at = now.checked_add_signed(Duration::seconds(rest))?;
    let step = ROUNDED_MINUTES.checked_mul(60)?;
    let rounded = at
        .timestamp()
        .checked_add(step / 2)?
        .div_euclid(step)
        .checked_mul(step)?;
    let at = DateTime::from_timestamp(rounded, 0)?;
    let soon = calendar::london_day(at) == calendar::london_day(now)
        && calendar::london_time(at).as_str() < LATEST;
    soon.then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-11-20T{text}:00Z").parse().unwrap()
    }

    /// `n` contacts, one every `minutes`, from eight in the morning.
    fn every(minutes: i64, n: i64) -> Vec<DateTime<Utc>> {
        (0..n)
            .map(|at_| at("08:00") + Duration::minutes(minutes * at_))
            .collect()
    }

    #[test]
    fn a_steady_morning_says_when_it_passes_the_limit() {
        // Fourteen in three and a half hours: one a quarter of an hour, and twelve more pass 25.
        assert_eq!(
            passes_at(&every(15, 14), 25, at("11:30")),
            Some(at("14:30"))
        );
        assert_eq!(passes_at(&every(20, 9), 13, at("11:00")), Some(at("12:40")));
    }

    #[test]
    fn too_little_too_late_or_past_the_limit_says_nothing() {
        assert_eq!(passes_at(&every(10, 3), 25, at("09:00")), None);
        assert_eq!(passes_at(&every(1, 10), 25, at("08:30")), None);
        assert_eq!(passes_at(&every(60, 4), 25, at("12:00")), None);
        assert_eq!(passes_at(&every(10, 26), 25, at("14:00")), None);
        assert_eq!(passes_at(&[], 25, at("14:00")), None);
    }
}
