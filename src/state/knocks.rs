//! Requests with a secret in their address: links to enrol, to set a password, calendar feeds, displays. A secret cannot be
//! guessed, but each try asks the database: one address has so many a minute.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::{clock::Clock, error::AppError};

/// Tries of one address a minute. The calendars of a large surgery ask some three times.
const MOST: u32 = 300;
/// Seconds.
const MINUTE: i64 = 60;

/// Tries of this minute, by address.
#[derive(Debug, Default)]
pub struct Knocks(Mutex<(i64, HashMap<String, u32>)>);

impl Knocks {
    /// Counts one more.
    ///
    /// # Errors
    /// [`AppError::TooManyTries`] where there were too many in this minute.
    pub fn knock(&self, address: String, clock: &Clock) -> Result<(), AppError> {
        let now = clock.now().timestamp();
        let minute = now.div_euclid(MINUTE);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 != minute {
            *known = (minute, HashMap::new());
        }
        let n = known.1.entry(address).or_default();
        *n = n.saturating_add(1);
        if *n <= MOST {
            return Ok(());
        }
        let rest = MINUTE.saturating_sub(now.rem_euclid(MINUTE));
        Err(AppError::TooManyTries { retry_after: u32::try_from(rest).unwrap_or(1) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_300_a_minute() {
        let clock = Clock::fixed("2026-11-20T08:00:10Z".parse().unwrap());
        let knocks = Knocks::default();
        for _ in 0..MOST {
            knocks.knock("surgery".to_owned(), &clock).unwrap();
        }
        let refused = knocks.knock("surgery".to_owned(), &clock);
        assert!(matches!(refused, Err(AppError::TooManyTries { retry_after: 50 })));
        knocks.knock("elsewhere".to_owned(), &clock).unwrap();
        clock.set("2026-11-20T08:01:00Z".parse().unwrap());
        knocks.knock("surgery".to_owned(), &clock).unwrap();
    }
}
