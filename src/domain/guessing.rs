//! How often somebody may guess, and how long they wait then.
//!
//! A place (an address, or a browser that is known for the account) has ten wrong tries in five minutes. So has an account
//! from all the places together where it is not known; of these, one place uses up seven at most, so that a stranger who
//! goes on guessing from one place never keeps the owner out at another. Where the account is known its tries count at
//! that place alone: nobody else can use them up.
//!
//! A PIN is short and its device in somebody's hand, and a code of an authenticator app is asked of whoever has the
//! password: their wrong tries count until one is right, and after ten the wait doubles with each.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};

/// How long a try counts.
pub const WINDOW: Duration = Duration::minutes(5);
/// How many there are in it.
pub const MOST: usize = 10;
/// How many of an account's tries one place uses up at most.
pub const MOST_OF_ONE_PLACE: usize = 7;
/// Wrong ones in a row before the first wait.
const IN_A_ROW: u32 = 10;
/// The longest wait after wrong ones in a row.
const LONGEST: Duration = Duration::hours(24);

/// One try at an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Try {
    /// Where from.
    pub place: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Seconds until a place has a try again; nothing where it has one now.
pub fn wait_of_place(tries: &[DateTime<Utc>], now: DateTime<Utc>) -> Option<u32> {
    first(tries.iter().copied(), now, |at| tries.iter().filter(|&&tried| counts(tried, at)).count() < MOST)
}

/// Seconds until an account has a try again, from places where it is not known.
pub fn wait_of_account(tries: &[Try], now: DateTime<Utc>) -> Option<u32> {
    first(tries.iter().map(|one| one.at), now, |at| {
        let mut places: HashMap<&str, usize> = HashMap::new();
        for one in tries.iter().filter(|one| counts(one.at, at)) {
            let of_place = places.entry(&one.place).or_default();
            *of_place = of_place.saturating_add(1).min(MOST_OF_ONE_PLACE);
        }
        places.values().sum::<usize>() < MOST
    })
}

fn counts(tried: DateTime<Utc>, at: DateTime<Utc>) -> bool {
    at.signed_duration_since(tried) < WINDOW
}

/// Seconds until the first moment that is free: now, or when one of the tries stops counting.
fn first(
    tries: impl Iterator<Item = DateTime<Utc>>,
    now: DateTime<Utc>,
    is_free: impl Fn(DateTime<Utc>) -> bool,
) -> Option<u32> {
    if is_free(now) {
        return None;
    }
    let mut ends: Vec<DateTime<Utc>> =
        tries.filter_map(|at| at.checked_add_signed(WINDOW)).filter(|end| *end > now).collect();
    ends.sort();
    let end = ends.into_iter().find(|end| is_free(*end));
    let wait = end.map_or(WINDOW, |end| end.signed_duration_since(now));
    Some(seconds(wait))
}

/// Seconds until a PIN or a code may be given again, after so many wrong ones in a row; nothing where it may now.
pub fn wait_in_a_row(wrong: u32, last: DateTime<Utc>, now: DateTime<Utc>) -> Option<u32> {
    let doubled = wrong.checked_sub(IN_A_ROW)?;
    let factor = 1_i32.checked_shl(doubled.min(16)).unwrap_or(i32::MAX);
    let wait = WINDOW.checked_mul(factor).unwrap_or(LONGEST).min(LONGEST);
    let rest = wait.checked_sub(&now.signed_duration_since(last))?;
    (rest > Duration::zero()).then(|| seconds(rest))
}

/// Whole seconds, upwards: whoever waits so long has waited long enough.
fn seconds(wait: Duration) -> u32 {
    let whole = wait.num_seconds();
    let part = i64::from(wait.subsec_nanos() > 0);
    u32::try_from(whole.saturating_add(part).max(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn tries(places: &[(&str, usize)]) -> Vec<Try> {
        let all = places.iter().flat_map(|&(place, n)| (0..n).map(move |_| Try { place: place.to_owned(), at: at(0) }));
        all.collect()
    }

    #[test]
    fn a_place_has_ten_tries_in_five_minutes() {
        let nine: Vec<_> = (0..9).map(at).collect();
        assert_eq!(wait_of_place(&nine, at(9)), None);
        let ten: Vec<_> = (0..10).map(at).collect();
        assert_eq!(wait_of_place(&ten, at(10)), Some(290));
        assert_eq!(wait_of_place(&ten, at(299)), Some(1));
        assert_eq!(wait_of_place(&ten, at(300)), None);
        let more: Vec<_> = (0..12).map(at).collect();
        assert_eq!(wait_of_place(&more, at(12)), Some(290));
    }

    #[test]
    fn an_account_has_ten_of_which_one_place_uses_seven() {
        for (places, free) in [
            (&[("a", 10)][..], true),
            (&[("a", 100)], true),
            (&[("a", 10), ("b", 2)], true),
            (&[("a", 10), ("b", 3)], false),
            (&[("a", 5), ("b", 5)], false),
            (&[("a", 5), ("b", 4)], true),
        ] {
            let wait = wait_of_account(&tries(places), at(10));
            assert_eq!(wait.is_none(), free, "{places:?}: {wait:?}");
        }
        let many: Vec<Try> = (0..10).map(|n| Try { place: n.to_string(), at: at(n) }).collect();
        assert_eq!(wait_of_account(&many, at(10)), Some(290));
        assert_eq!(wait_of_account(&many, at(300)), None);
    }

    #[test]
    fn after_ten_wrong_pins_the_wait_doubles_up_to_a_day() {
        assert_eq!(wait_in_a_row(9, at(0), at(0)), None);
        for (wrong, wait) in
            [(10, 300), (11, 600), (12, 1_200), (18, 76_800), (19, 86_400), (60, 86_400), (u32::MAX, 86_400)]
        {
            assert_eq!(wait_in_a_row(wrong, at(0), at(0)), Some(wait), "{wrong}");
            assert_eq!(wait_in_a_row(wrong, at(0), at(i64::from(wait))), None);
        }
        // Four digits take longer than a device is enrolled: a try a day in the end.
        let days: u32 = (10..100).filter_map(|n| wait_in_a_row(n, at(0), at(0))).sum();
        assert!(days / 86_400 > 80);
    }
}
