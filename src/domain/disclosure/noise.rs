//! Noise with memory: the square-root factorisation of continual counting.
//!
//! The noise of the t-th release of a cell's series is `z_t` = Σ f_{t−j} `g_j` over j = 1 … t, with `f_k` = C(2k, k) / 4^k and
//! independent Gaussians `g_j`, so that what a practice does once and keeps doing is hidden by all releases together. A pure
//! function of the key and of what is counted, in integers alone: the same for ever, on every node and every processor.
//! (Fichtenberger, Henzinger and Upadhyay 2023; Henzinger, Upadhyay and Upadhyay 2023.)

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::gaussian::{LAST, LOWER};

/// Names the method; part of what is hashed, so that a new method never reuses old noise.
pub const VERSION: &str = "headroom-release-2";
/// What the method before was called: the ledger may hold releases of it.
pub const VERSION_1: &str = "headroom-release-1";
/// Steps of the grid of one Gaussian to a practice.
const GRID: i128 = 64;
/// f is kept to 2⁻⁴⁰.
const FRACTION: u32 = 40;
/// Standard deviation of one Gaussian, in hundredths of a practice.
const SIGMA_HUNDREDTHS: u128 = 305;

/// The noise key of an installation: 256 bits. Never shown, logged or stored in the database.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl Key {
    /// A key as read from its file.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(not shown)")
    }
}

/// One Gaussian, in sixty-fourths of a practice: `HMAC-SHA256(key; version ‖ series ‖ cell ‖ j)`, each part behind its
/// length, read as a 64-bit number and looked up in the table of cumulative probabilities.
pub fn gaussian(key: &Key, series: &str, cell: &str, j: u32) -> i32 {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key.0) else {
        // HMAC takes keys of every length; this cannot be reached, and the most noise would be the safe answer.
        return -LAST;
    };
    let j = j.to_string();
    for part in [VERSION, series, cell, &j] {
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(part.as_bytes());
    }
    let digest = mac.finalize().into_bytes();
    let uniform = digest.iter().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    of_uniform(uniform)
}

/// The inverse of the distribution: the smallest k with P(G ≤ k) × 2⁶⁴ above the number.
pub(super) fn of_uniform(uniform: u64) -> i32 {
    let step = |at: usize| i32::try_from(at).unwrap_or(LAST);
    // P(G ≤ k) for k ≥ 0 is 1 − P(G ≤ −k − 1): the upper half is the lower one, read from its end.
    let negative = LOWER.partition_point(|limit| *limit <= uniform);
    if negative < LOWER.len() {
        return step(negative).saturating_sub(LAST);
    }
    // The smallest k with 1 − P(G ≤ −k − 1) above it is the number of limits of the lower half that reach what is left.
    let left = uniform.wrapping_neg();
    let below = LOWER.partition_point(|limit| *limit < left);
    step(LOWER.len().saturating_sub(below)).min(LAST)
}

/// `f_0` … f_{n−1}, each to 2⁻⁴⁰, rounded to the nearest.
pub fn factors(n: u32) -> Vec<u64> {
    // Kept to 2⁻¹⁰⁰ on the way: what is cut off in a few thousand steps stays far below 2⁻⁴¹.
    const KEPT: u32 = 100;
    let half = 1_u128 << (KEPT - FRACTION - 1);
    let mut f = 1_u128 << KEPT;
    (1..=n)
        .map(|k| {
            let rounded = u64::try_from(f.saturating_add(half) >> (KEPT - FRACTION));
            let twice = u128::from(k).saturating_mul(2);
            let next = f.saturating_mul(twice.saturating_sub(1));
            f = next.checked_div(twice).unwrap_or(0);
            rounded.unwrap_or(u64::MAX)
        })
        .collect()
}

/// The protected count of the t-th release of a cell's series: the top-coded count and its noise, rounded once, half to even.
pub fn noisy(key: &Key, series: &str, cell: &str, t: u32, coded: u32) -> i64 {
    let unit = GRID << FRACTION;
    let factors = factors(t);
    let noise: i128 = (1..=t)
        .zip(factors.iter().rev())
        .map(|(j, f)| i128::from(*f).saturating_mul(gaussian(key, series, cell, j).into()))
        .fold(0, i128::saturating_add);
    let sum = i128::from(coded).saturating_mul(unit).saturating_add(noise);
    rounded(sum, unit)
}

/// In whole units, half to even.
fn rounded(sum: i128, unit: i128) -> i64 {
    let (whole, rest) = (sum.div_euclid(unit), sum.rem_euclid(unit));
    let half = unit / 2;
    let is_up = rest > half || (rest == half && whole.rem_euclid(2) == 1);
    i64::try_from(whole.saturating_add(i128::from(is_up))).unwrap_or(0)
}

/// A variance, in σ² × 2⁻⁸⁰ practices²: of sums of Gaussians by their factors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Variance(u128);

impl Variance {
    /// Of the noise of the t-th release.
    pub fn of_release(t: u32) -> Self {
        Self(squares(factors(t).into_iter()))
    }

    /// Of the difference between the t-th release and the one `later` releases after it.
    pub fn of_change(t: u32, later: u32) -> Self {
        let f = factors(t.saturating_add(later));
        let (fresh, kept) = f.split_at(f.len().min(later as usize));
        let moved = kept.iter().zip(&f).map(|(now, then)| then.abs_diff(*now));
        Self(squares(fresh.iter().copied().chain(moved)))
    }

    /// Of so many independent ones.
    #[must_use]
    pub fn times(self, n: u32) -> Self {
        Self(self.0.saturating_mul(u128::from(n)))
    }

    /// Of the sum of independent ones.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// 1.96 standard deviations: nineteen in twenty lie within.
    pub fn nineteen_in_twenty(self) -> Half {
        let hundredths = SIGMA_HUNDREDTHS.saturating_mul(196);
        let scaled = hundredths.saturating_mul(hundredths);
        let scaled = self.0.saturating_mul(scaled).isqrt();
        Half(scaled.div_ceil(10_000))
    }
}

/// Half the width of a range, in 2⁻⁴⁰ practices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Half(u128);

impl Half {
    /// In whole practices, upwards.
    pub fn practices(self) -> u32 {
        u32::try_from(self.0.div_ceil(1 << FRACTION)).unwrap_or(u32::MAX)
    }

    /// The range around a value, its ends moved outward to the next five.
    pub fn around(self, value: i64) -> (i64, i64) {
        let five = 5_i128 << FRACTION;
        let middle = i128::from(value) << FRACTION;
        let half = i128::try_from(self.0).unwrap_or(i128::MAX >> 1);
        let low = middle.saturating_sub(half).div_euclid(five);
        let high = middle.saturating_add(half).saturating_neg().div_euclid(five);
        let high = high.saturating_neg();
        let fives = |n: i128| i64::try_from(n).unwrap_or(i64::MAX / 8).saturating_mul(5);
        (fives(low), fives(high))
    }

    /// Whether a value is at least another less this.
    pub fn reaches(self, value: i64, other: i64) -> bool {
        let short = i128::from(other.saturating_sub(value)) << FRACTION;
        u128::try_from(short).map_or(true, |short| short <= self.0)
    }
}

fn squares(factors: impl Iterator<Item = u64>) -> u128 {
    let squares = factors.map(|f| u128::from(f).saturating_mul(f.into()));
    squares.fold(0, u128::saturating_add)
}
