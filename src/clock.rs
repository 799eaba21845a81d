//! The only reader of the time. Tests and the demo's history set it.
//!
//! It also knows the latest time this installation has seen. Where the machine's clock is further than 26 hours from that,
//! it is doubted: nothing is deleted or published until an administrator says what time it is, and what is recorded
//! meanwhile is dated by the time that surely passed.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use entity::ids::LocalDate;

use crate::domain::{
    calendar,
    standing::{ClockState, beside},
};

/// A clock that has been running so long without being doubted is the one that is believed.
const SETTLED: Duration = Duration::from_hours(26);
/// How far the time that surely passed may be from the clock before both are taken for one: clocks are set a little.
const SAME_SECONDS: i64 = 120;
/// Nothing was given out or seen.
const NEVER: i64 = i64::MIN;

/// Where the time comes from; instants are cut to microseconds.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    /// Microseconds since 1970, where the time stands still.
    fixed: Option<Arc<AtomicI64>>,
    /// Microseconds that are added to the machine's clock.
    ahead: i64,
    seen: Arc<Seen>,
}

/// What is known of the time beside what the machine says.
#[derive(Debug)]
struct Seen {
    /// The latest time this installation has seen, in microseconds.
    latest: AtomicI64,
    /// No row is dated before then.
    stamped: AtomicI64,
    /// A time that was right, and when it was so by a clock that cannot be set.
    steady: Mutex<Option<(DateTime<Utc>, Instant)>>,
}

impl Default for Seen {
    fn default() -> Self {
        Self { latest: AtomicI64::new(NEVER), stamped: AtomicI64::new(NEVER), steady: Mutex::new(None) }
    }
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// The machine's clock, set wrong by so many seconds: to see what happens then.
    pub fn set_wrong(seconds: i64) -> Self {
        Self { ahead: seconds.saturating_mul(1_000_000), ..Self::default() }
    }

    /// A clock that stands at `at` until it is moved.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self { fixed: Some(Arc::new(AtomicI64::new(at.timestamp_micros()))), ..Self::default() }
    }

    /// Moves a fixed clock; a system clock stays what it is.
    pub fn set(&self, at: DateTime<Utc>) {
        if let Some(fixed) = &self.fixed {
            fixed.store(at.timestamp_micros(), Ordering::SeqCst);
        }
    }

    /// Now, in UTC, as this node's clock says.
    #[expect(clippy::disallowed_methods, reason = "this is the clock everybody else takes it from")]
    pub fn now(&self) -> DateTime<Utc> {
        let fixed =
            self.fixed.as_ref().and_then(|micros| DateTime::from_timestamp_micros(micros.load(Ordering::SeqCst)));
        let now = fixed.unwrap_or_else(|| {
            let now = Utc::now();
            let ahead = chrono::Duration::microseconds(self.ahead);
            now.checked_add_signed(ahead).unwrap_or(now)
        });
        calendar::to_microseconds(now)
    }

    /// Today in London.
    pub fn today(&self) -> LocalDate {
        calendar::london_day(self.now())
    }

    /// Learns what this installation has seen. The first time, that is where the time goes on from.
    pub fn learn(&self, latest: DateTime<Utc>, stamped: DateTime<Utc>) {
        self.seen.latest.store(latest.timestamp_micros(), Ordering::SeqCst);
        self.seen.stamped.fetch_max(stamped.timestamp_micros(), Ordering::SeqCst);
        let now = self.now();
        let mut steady = self.steady_since();
        let surely = passed(*steady, self.fixed.is_some());
        let is_settled = steady.is_some_and(|(_, since)| since.elapsed() > SETTLED);
        let is_same = surely.is_some_and(|at| at.signed_duration_since(now).num_seconds().abs() < SAME_SECONDS);
        if steady.is_none() {
            *steady = Some((latest.min(now), Instant::now()));
            if ClockState::of(now, latest) == ClockState::Behind {
                *steady = Some((latest, Instant::now()));
            }
        } else if is_same || (is_settled && ClockState::of(now, latest) == ClockState::Right) {
            *steady = Some((now, Instant::now()));
        }
    }

    /// An administrator said that this clock is right.
    pub fn confirmed(&self) {
        let now = self.now();
        self.seen.latest.store(now.timestamp_micros(), Ordering::SeqCst);
        *self.steady_since() = Some((now, Instant::now()));
    }

    fn steady_since(&self) -> std::sync::MutexGuard<'_, Option<(DateTime<Utc>, Instant)>> {
        self.seen.steady.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The latest time this installation has seen; nothing where it has seen none.
    pub fn latest(&self) -> Option<DateTime<Utc>> {
        instant(&self.seen.latest)
    }

    /// How this node's clock stands. Where nothing was ever seen, there is nothing to doubt it by.
    pub fn standing(&self) -> ClockState {
        self.latest().map_or(ClockState::Right, |latest| ClockState::of(self.now(), latest))
    }

    /// Whether this node's clock is not believed.
    pub fn is_doubted(&self) -> bool {
        self.standing() != ClockState::Right
    }

    /// The time that surely passed: what was seen before this node started, and how long it has been running. Nothing where
    /// nothing was seen.
    pub fn steady(&self) -> Option<DateTime<Utc>> {
        let passed = passed(*self.steady_since(), self.fixed.is_some())?;
        Some(calendar::to_microseconds(passed))
    }

    /// What it surely is by now: for what cannot be taken back, a clock that may be a day ahead is not enough.
    pub fn surely(&self) -> DateTime<Utc> {
        let now = self.now();
        self.steady().map_or(now, |steady| steady.min(now))
    }

    /// When what is written now is recorded: never before what was recorded already, whatever the clock says.
    pub fn stamp(&self) -> DateTime<Utc> {
        let now = match self.standing() {
            ClockState::Right => self.now(),
            _ => self.steady().unwrap_or_else(|| self.now()),
        };
        let before = match self.fixed {
            // Tests and the demo's history set their clock back.
            Some(_) => self.seen.stamped.load(Ordering::SeqCst),
            None => self.seen.stamped.fetch_max(now.timestamp_micros(), Ordering::SeqCst),
        };
        DateTime::from_timestamp_micros(before.max(now.timestamp_micros())).unwrap_or(now)
    }

    /// The moment by which everything is dated that was recorded so far. After a clock was ahead for a while, what is recorded
    /// goes on from its dates: read by the clock alone, a consent that was just withdrawn would still be one.
    pub fn known(&self) -> DateTime<Utc> {
        let now = self.now();
        instant(&self.seen.stamped).map_or(now, |stamped| stamped.max(now))
    }

    /// The newest date given to a row.
    pub fn stamped(&self) -> DateTime<Utc> {
        instant(&self.seen.stamped).unwrap_or_else(|| self.stamp())
    }

    /// What time it is beside somebody whose own clock says `told`: ours, unless theirs agrees with the time that surely
    /// passed and ours does not.
    pub fn now_beside(&self, told: Option<DateTime<Utc>>) -> DateTime<Utc> {
        let now = self.now();
        match (told, self.steady()) {
            (Some(told), Some(steady)) => beside(now, steady, told),
            _ => now,
        }
    }
}

/// A clock that stands still lets no time pass.
fn passed(since: Option<(DateTime<Utc>, Instant)>, stands: bool) -> Option<DateTime<Utc>> {
    let (at, since) = since?;
    if stands {
        return Some(at);
    }
    let elapsed = chrono::Duration::from_std(since.elapsed()).unwrap_or_default();
    at.checked_add_signed(elapsed)
}

fn instant(micros: &AtomicI64) -> Option<DateTime<Utc>> {
    match micros.load(Ordering::SeqCst) {
        NEVER => None,
        micros => DateTime::from_timestamp_micros(micros),
    }
}
