//! The table of the noise: a discrete Gaussian of standard deviation 3.05 practices on a grid of 1/64, cut at nine standard
//! deviations.

/// The last step of the grid: 9 × 3.05 × 64 is 1,756.8.
pub(super) const LAST: i32 = 1_756;

/// P(G ≤ k) × 2⁶⁴ for k = −1,756 … −1 sixty-fourths, rounded half to even; P(G = k) is proportional to exp(−k² / 2s²) with
/// s = 3.05 × 64. The other half follows: P(G ≤ k) = 1 − P(G ≤ −k − 1).
pub(super) const LOWER: [u64; 1_756] = include!("gaussian.table");
