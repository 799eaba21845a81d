//! How a protected sum is shown: to the nearest five, with its likely range.

use serde::{Deserialize, Serialize};

use super::Protected;

/// What a reader sees of one sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "practices", rename_all = "kebab-case")]
pub enum Shown {
    /// Under ten.
    FewerThanTen,
    /// To the nearest five.
    About(u32),
    /// So many or more: nearly all are never told apart from all.
    OrMore(u32),
    /// The area has fewer than twenty practices.
    Hidden,
}

impl Shown {
    /// The number, where one is shown.
    pub fn about(self) -> Option<u32> {
        match self {
            Self::About(value) => Some(value),
            Self::FewerThanTen | Self::OrMore(_) | Self::Hidden => None,
        }
    }

    /// The number that stands for it in bounds: the displayed one, or the middle of what is hidden.
    pub fn centre(self) -> Option<u32> {
        match self {
            Self::FewerThanTen => Some(5),
            Self::About(value) | Self::OrMore(value) => Some(value),
            Self::Hidden => None,
        }
    }
}

/// Shows a sum.
pub fn display(sum: Protected) -> Shown {
    let top = sum.practices.saturating_sub(sum.margin).saturating_sub(5);
    if sum.value < 10 {
        Shown::FewerThanTen
    } else if sum.value > top {
        Shown::OrMore(down_to_five(top))
    } else {
        Shown::About(down_to_five(sum.value.saturating_add(2)))
    }
}

/// The range in which the top-coded count lies in about nineteen of twenty cases, from the displayed value alone,
/// rounded outwards to fives. The noise of one atom has a standard deviation of 2.8; display rounds by up to 2.5.
pub fn likely(shown: Shown, practices: u32, atoms: u32) -> Option<(u32, u32)> {
    let half = half_width(atoms);
    let up = |value: u32| up_to_five(value.saturating_add(half)).min(practices);
    match shown {
        Shown::FewerThanTen => Some((0, up(9))),
        Shown::About(value) => Some((down_to_five(value.saturating_sub(half)), up(value))),
        Shown::OrMore(value) => Some((down_to_five(value.saturating_sub(half)), practices)),
        Shown::Hidden => None,
    }
}

/// ⌈1.96 × √(7.84 × atoms) + 2.5⌉, in whole practices: 7.84 is the variance 2α/(1−α)² of the noise at ε = 0.5.
fn half_width(atoms: u32) -> u32 {
    // (1.96² × 7.84 = 30.118); the integer square root of a value scaled by 10,000 has two decimals.
    let hundredths = u64::from(atoms).saturating_mul(301_180).isqrt();
    u32::try_from(hundredths.saturating_add(250).div_ceil(100)).unwrap_or(u32::MAX)
}

fn down_to_five(value: u32) -> u32 {
    (value / 5).saturating_mul(5)
}

fn up_to_five(value: u32) -> u32 {
    value.div_ceil(5).saturating_mul(5)
}
