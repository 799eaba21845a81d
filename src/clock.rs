//! The only reader of the time. Tests and the demo's history set it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Utc};
use entity::ids::LocalDate;

use crate::domain::calendar;

/// Where the time comes from; instants are cut to microseconds.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    /// Microseconds since 1970, where the time stands still.
    fixed: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands at `at` until it is moved.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self {
            fixed: Some(Arc::new(AtomicI64::new(at.timestamp_micros()))),
        }
    }

    /// Moves a fixed clock; a system clock stays what it is.
    pub fn set(&self, at: DateTime<Utc>) {
        if let Some(fixed) = &self.fixed {
            fixed.store(at.timestamp_micros(), Ordering::SeqCst);
        }
    }

    /// Now, in UTC.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock everybody else takes it from"
    )]
    pub fn now(&self) -> DateTime<Utc> {
        let fixed = self
            .fixed
            .as_ref()
            .and_then(|micros| DateTime::from_timestamp_micros(micros.load(Ordering::SeqCst)));
        calendar::to_microseconds(fixed.unwrap_or_else(Utc::now))
    }

    /// Today in London.
    pub fn today(&self) -> LocalDate {
        calendar::london_day(self.now())
    }
}
