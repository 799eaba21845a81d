//! Repeatable chance.

use std::f64::consts::TAU;

use super::method::whole;

/// `SplitMix64`.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        let span = u64::from(high - low + 1);
        low + u32::try_from(self.roll() % span).unwrap()
    }

    /// Above 0, at most 1.
    pub(super) fn unit(&mut self) -> f64 {
        let [high, low] = [self.roll() >> 32, self.roll() >> 32].map(|half| u32::try_from(half).unwrap());
        (f64::from(high) * 4_294_967_296.0 + f64::from(low) + 1.0) / 18_446_744_073_709_551_616.0
    }

    /// Happens so often.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() <= probability
    }

    /// Of so many practices, those that act, each with this chance.
    pub(super) fn of(&mut self, n: u32, probability: f64) -> u32 {
        let acts = (0..n).filter(|_| self.chance(probability));
        u32::try_from(acts.count()).unwrap()
    }

    /// A standard Gaussian (Box and Muller).
    pub(super) fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (TAU * self.unit()).cos()
    }

    /// Two-sided geometric: P(k) proportional to exp(−ε |k|).
    pub(super) fn geometric(&mut self, epsilon: f64) -> i64 {
        let one = |dice: &mut Self| whole((dice.unit().ln() / -epsilon).floor());
        one(self) - one(self)
    }

    /// The 32 bytes of a key.
    pub(super) fn key(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for part in bytes.chunks_mut(8) {
            part.copy_from_slice(&self.roll().to_be_bytes());
        }
        bytes
    }
}
