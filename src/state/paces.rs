//! How fast programs go: each key has so many requests a minute on a node.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use entity::ids::ApiKeyId;

use crate::{clock::Clock, error::AppError};

/// Requests of one key a minute.
pub const MOST_REQUESTS: u32 = 600;
/// Seconds.
const MINUTE: i64 = 60;

/// Where a key stands in this minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Requests left.
    pub left: u32,
    /// Seconds until there are [`MOST_REQUESTS`] again.
    pub resets_in: u32,
}

/// Requests of this minute, by key.
#[derive(Debug, Default)]
pub struct Paces(Mutex<(i64, HashMap<ApiKeyId, u32>)>);

impl Paces {
    /// Counts one more.
    ///
    /// # Errors
    /// [`AppError::TooManyTries`] where there were too many in this minute.
    pub fn step(&self, key: ApiKeyId, clock: &Clock) -> Result<Pace, AppError> {
        let now = clock.now().timestamp();
        let minute = now.div_euclid(MINUTE);
        let rest = MINUTE.saturating_sub(now.rem_euclid(MINUTE));
        let resets_in = u32::try_from(rest).unwrap_or(1);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 != minute {
            *known = (minute, HashMap::new());
        }
        let n = known.1.entry(key).or_default();
        *n = n.saturating_add(1);
        match MOST_REQUESTS.checked_sub(*n) {
            Some(left) => Ok(Pace { left, resets_in }),
            None => Err(AppError::TooManyTries { retry_after: resets_in }),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_key_has_600_a_minute_and_the_next_minute_again() {
        let clock = Clock::fixed("2026-11-20T08:00:10Z".parse().unwrap());
        let (paces, key) = (Paces::default(), ApiKeyId(Uuid::from_u128(1)));
        assert_eq!(paces.step(key, &clock).unwrap(), Pace { left: 599, resets_in: 50 });
        for _ in 1..MOST_REQUESTS {
            paces.step(key, &clock).unwrap();
        }
        let refused = paces.step(key, &clock);
        assert!(matches!(refused, Err(AppError::TooManyTries { retry_after: 50 })));
        paces.step(ApiKeyId(Uuid::from_u128(2)), &clock).unwrap();
        clock.set("2026-11-20T08:01:00Z".parse().unwrap());
        assert_eq!(paces.step(key, &clock).unwrap().left, 599);
    }
}
