//! How fast programs and secret addresses go: each has so many requests a minute on a node.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use uuid::Uuid;

use crate::{clock::Clock, error::AppError};

/// Requests of one key a minute.
pub const MOST_REQUESTS: u32 = 600;
/// Presses of one secret address a minute: a key held down, and no more than a person could mean.
pub const MOST_PRESSES: u32 = 60;
/// Seconds.
const MINUTE: i64 = 60;

/// Where one of them stands in this minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Requests left.
    pub left: u32,
    /// Seconds until there are as many as at first.
    pub resets_in: u32,
}

/// Requests of this minute, by the id of the key or the address.
#[derive(Debug, Default)]
pub struct Paces(Mutex<(i64, HashMap<Uuid, u32>)>);

impl Paces {
    /// Counts one more, of at most so many.
    ///
    /// # Errors
    /// [`AppError::TooManyTries`] where there were too many in this minute.
    pub fn step(&self, id: Uuid, most: u32, clock: &Clock) -> Result<Pace, AppError> {
        let now = clock.now().timestamp();
        let minute = now.div_euclid(MINUTE);
        let rest = MINUTE.saturating_sub(now.rem_euclid(MINUTE));
        let resets_in = u32::try_from(rest).unwrap_or(1);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 != minute {
            *known = (minute, HashMap::new());
        }
        let n = known.1.entry(id).or_default();
        *n = n.saturating_add(1);
        match most.checked_sub(*n) {
            Some(left) => Ok(Pace { left, resets_in }),
            None => Err(AppError::TooManyTries { retry_after: resets_in }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_600_a_minute_and_the_next_minute_again() {
        let clock = Clock::fixed("2026-11-20T08:00:10Z".parse().unwrap());
        let (paces, key) = (Paces::default(), Uuid::from_u128(1));
        assert_eq!(paces.step(key, MOST_REQUESTS, &clock).unwrap(), Pace { left: 599, resets_in: 50 });
        for _ in 1..MOST_REQUESTS {
            paces.step(key, MOST_REQUESTS, &clock).unwrap();
        }
        let refused = paces.step(key, MOST_REQUESTS, &clock);
        assert!(matches!(refused, Err(AppError::TooManyTries { retry_after: 50 })));
        paces.step(Uuid::from_u128(2), MOST_REQUESTS, &clock).unwrap();
        clock.set("2026-11-20T08:01:00Z".parse().unwrap());
        assert_eq!(paces.step(key, MOST_REQUESTS, &clock).unwrap().left, 599);
    }
}
