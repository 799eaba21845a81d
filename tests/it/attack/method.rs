//! What anybody may know of the method, written from its description and not from its code.

use std::f64::consts::{PI, SQRT_2};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Standard deviation of one Gaussian, in practices.
pub(super) const SIGMA: f64 = 3.05;
/// Series of the budget.
pub(super) const SERIES: u32 = 14;
/// Releases of one frame year.
pub(super) const YEAR: usize = 13;
/// Releases of three.
pub(super) const THREE_YEARS: usize = 39;
/// 1.96 standard deviations hold nineteen times in twenty.
const NINETEEN_IN_TWENTY: f64 = 1.96;

pub(super) fn number(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap())
}

/// A floating-point number that is whole.
#[expect(clippy::cast_possible_truncation, reason = "the callers round, and stay far below 2⁵³")]
pub(super) fn whole(value: f64) -> i64 {
    value as i64
}

/// The first factors of the memory, from 1 down.
pub(super) fn memory(n: usize) -> Vec<f64> {
    let steps = 1..n;
    steps.fold(vec![1.0], |mut f, k| {
        f.push(f[k - 1] * (2.0 * number(k) - 1.0) / (2.0 * number(k)));
        f
    })
}

/// What is left of a sequence when the memory is undone: the Gaussians, if the sequence was noise.
pub(super) fn undone(sequence: &[f64]) -> Vec<f64> {
    // The memory is (1 − x)^(−1/2) as a series, so its inverse is (1 − x)^(1/2).
    let mut inverse = vec![1.0];
    for k in 1..sequence.len() {
        inverse.push(inverse[k - 1] * (number(k) - 1.5) / number(k));
    }
    (0..sequence.len()).map(|t| (0..=t).map(|j| inverse[t - j] * sequence[j]).sum()).collect()
}

/// Noise with memory of these Gaussians.
pub(super) fn remembered(gaussians: &[f64], memory: &[f64]) -> Vec<f64> {
    (0..gaussians.len()).map(|t| (0..=t).map(|j| memory[t - j] * gaussians[j]).sum()).collect()
}

/// The margin of the top-code.
pub(super) fn margin(n: u32) -> u32 {
    n.div_ceil(10).max(3)
}

/// Standard deviation of the t-th release of one cell (from 1).
pub(super) fn deviation(t: usize) -> f64 {
    SIGMA * memory(t).iter().map(|f| f * f).sum::<f64>().sqrt()
}

/// The distribution of the standard Gaussian: a series near 0, a continued fraction in the tail.
pub(super) fn cumulative(x: f64) -> f64 {
    let density = (-x * x / 2.0).exp() / (2.0 * PI).sqrt();
    if x.abs() < 3.0 {
        let (mut term, mut sum) = (x, x);
        for k in 1..80 {
            term *= x * x / (2.0 * f64::from(k) + 1.0);
            sum += term;
        }
        return 0.5 + density * sum;
    }
    let tail = (1..60_u32).rev().fold(x.abs(), |rest, k| x.abs() + f64::from(k) / rest);
    let tail = density / tail;
    if x < 0.0 { tail } else { 1.0 - tail }
}

/// A published count of one cell (exact, before display) as the mechanism makes it, computed the other way: the key's
/// Gaussians by bisection of a table in floating point, memory and rounding in floating point.
pub(super) struct Mechanism {
    /// P(G ≤ k) for k = −1,756 … 1,756 steps.
    cumulative: Vec<f64>,
    /// Probabilities of the same.
    pub(super) steps: Vec<(i32, f64)>,
}

const LAST: i32 = 1_756;

impl Mechanism {
    pub(super) fn new() -> Self {
        let weight = |k: i32| (-f64::from(k).powi(2) / (2.0 * (SIGMA * 64.0).powi(2))).exp();
        let all: f64 = (-LAST..=LAST).map(weight).sum();
        let steps: Vec<(i32, f64)> = (-LAST..=LAST).map(|k| (k, weight(k) / all)).collect();
        let mut sum = 0.0;
        let cumulative = steps.iter().map(|(_, p)| {
            sum += p;
            sum
        });
        Self { cumulative: cumulative.collect(), steps }
    }

    /// One Gaussian, in practices.
    fn gaussian(&self, key: &[u8; 32], series: &str, cell: &str, j: usize) -> f64 {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        for part in ["headroom-release-2", series, cell, &j.to_string()] {
            mac.update(&u64::try_from(part.len()).unwrap().to_be_bytes());
            mac.update(part.as_bytes());
        }
        let digest = mac.finalize().into_bytes();
        let unit = digest.iter().take(8).rev().fold(0.0, |sum, byte| (sum + f64::from(*byte)) / 256.0);
        let at = self.cumulative.partition_point(|limit| *limit <= unit);
        f64::from(self.steps[at.min(self.steps.len() - 1)].0) / 64.0
    }

    pub(super) fn published(&self, key: &[u8; 32], (series, cell): (&str, &str), t: usize, coded: u32) -> i64 {
        let gaussians: Vec<f64> = (1..=t).map(|j| self.gaussian(key, series, cell, j)).collect();
        let noise = remembered(&gaussians, &memory(t))[t - 1];
        whole((f64::from(coded) + noise).round_ties_even())
    }
}

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Shown {
    Few,
    About(i64),
    OrMore(i64),
    Between,
}

/// What a sum over cells is shown as, with its likely range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Display {
    pub(super) shown: Shown,
    pub(super) likely: Option<(i64, i64)>,
}

/// One cell of a sum: its exact value, its practices, and which of its releases this is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub(super) value: i64,
    pub(super) practices: u32,
    pub(super) t: usize,
}

/// Half of the range that holds nineteen times in twenty.
pub(super) fn half(cells: &[Cell]) -> f64 {
    let variance: f64 = cells.iter().map(|cell| deviation(cell.t).powi(2)).sum();
    NINETEEN_IN_TWENTY * variance.sqrt()
}

/// The likely range of a sum of cells.
fn likely(cells: &[Cell]) -> (i64, i64) {
    let is_near_the_top = |cell: &Cell| {
        let coded = f64::from(cell.practices - margin(cell.practices));
        real(cell.value) >= coded - half(&[*cell])
    };
    let hidden = cells.iter().filter(|cell| is_near_the_top(cell));
    let hidden: u32 = hidden.map(|cell| margin(cell.practices)).sum();
    let n: u32 = cells.iter().map(|cell| cell.practices).sum();
    let value = real(cells.iter().map(|cell| cell.value).sum());
    let low = whole(((value - half(cells)) / 5.0).floor()) * 5;
    let high = whole(((value + half(cells) + f64::from(hidden)) / 5.0).ceil()) * 5;
    let within = |end: i64| end.clamp(0, n.into());
    (within(low), within(high))
}

/// Displays a sum of cells.
pub(super) fn display(cells: &[Cell]) -> Display {
    let n: u32 = cells.iter().map(|cell| cell.practices).sum();
    let b: u32 = cells.iter().map(|cell| margin(cell.practices)).sum();
    let value: i64 = cells.iter().map(|cell| cell.value).sum();
    let value = value.clamp(0, n.into());
    let top = i64::from(n) - i64::from(b) - 5;
    let (low, high) = likely(cells);
    let shown = if value < LEAST_SHOWN && high <= LEAST_SHOWN {
        Shown::Few
    } else if value > top && low >= top / 5 * 5 {
        Shown::OrMore(top / 5 * 5)
    } else if value < LEAST_SHOWN || value > top {
        Shown::Between
    } else {
        Shown::About((value + 2) / 5 * 5)
    };
    let is_range = matches!(shown, Shown::About(_) | Shown::Between);
    Display { shown, likely: is_range.then_some((low, high)) }
}

const LEAST_SHOWN: i64 = 10;

pub(super) fn real(value: i64) -> f64 {
    f64::from(i32::try_from(value).unwrap())
}

#[test]
fn the_gaussian_of_the_attacker_is_one() {
    for (x, known) in [
        (0.0, 0.5),
        (1.0, 0.841_344_746_068_543),
        (1.96, 0.975_002_104_851_780),
        (-3.5, 0.000_232_629_079_035_5),
        (SQRT_2, 0.921_350_396_474_857),
    ] {
        assert!((cumulative(x) - known).abs() < 1e-12, "{x}");
    }
    // Undone and remembered are inverse.
    let some = [3.0, -1.0, 4.0, 1.0, -5.0, 9.0];
    let back = undone(&remembered(&some, &memory(some.len())));
    assert!(some.iter().zip(back).all(|(one, other)| (one - other).abs() < 1e-9));
}
