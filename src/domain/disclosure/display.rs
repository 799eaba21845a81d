//! How a protected sum is shown: to the nearest five beside its likely range, or as a class.

use serde::{Deserialize, Serialize};

use super::noise::Variance;

/// Fewer than this are shown as a class.
const LEAST_SHOWN: u32 = 10;
/// A cell's items are shown once its own count of practices that have recorded anything has read so many.
pub const ENOUGH_RECORDED: i64 = 20;
/// An area with fewer practices shows nothing.
pub const LEAST_ICB: u32 = 20;

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
    /// Somewhere in its likely range: a class would say more than is known.
    Between,
    /// Too few have recorded anything to say.
    TooFew,
    /// The area has fewer than twenty practices.
    Hidden,
    /// The contract conflicts with the item since: it is not counted any more.
    NotCounted,
}

impl Shown {
    /// Stable text.
    pub fn code(self) -> &'static str {
        match self {
            Self::FewerThanTen => "fewer-than-ten",
            Self::About(_) => "about",
            Self::OrMore(_) => "or-more",
            Self::Between => "between",
            Self::TooFew => "too-few",
            Self::Hidden => "hidden",
            Self::NotCounted => "not-counted",
        }
    }

    /// The number of what is shown: that of "about", or the one end of "or more".
    pub fn number(self) -> Option<u32> {
        match self {
            Self::About(value) | Self::OrMore(value) => Some(value),
            _ => None,
        }
    }

    /// The number that stands for it on a map or a line, where there is one.
    pub fn centre(self) -> Option<u32> {
        match self {
            Self::FewerThanTen => Some(5),
            shown => shown.number(),
        }
    }

    /// The number, where one is shown.
    pub fn about(self) -> Option<u32> {
        match self {
            Self::About(value) => Some(value),
            _ => None,
        }
    }

    /// Between which numbers the displayed one lies, for comparing two releases; nothing where no number is meant.
    pub(super) fn ends(self) -> Option<(u32, u32)> {
        match self {
            Self::FewerThanTen => Some((0, LEAST_SHOWN)),
            Self::About(value) => Some((value, value)),
            Self::OrMore(value) => Some((value, u32::MAX)),
            Self::Between | Self::TooFew | Self::Hidden | Self::NotCounted => None,
        }
    }
}

/// A sum of protected counts, over the cells of an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    /// The sum, not clamped.
    pub value: i64,
    /// Practices of the frame.
    pub practices: u32,
    /// The sum of the cells' margins of top-coding.
    pub margin: u32,
    /// Of its noise.
    pub variance: Variance,
    /// What cells whose count may be top-coded add at the top.
    pub hidden_at_top: u32,
}

impl Sum {
    /// The same with another cell.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            value: self.value.saturating_add(other.value),
            practices: self.practices.saturating_add(other.practices),
            margin: self.margin.saturating_add(other.margin),
            variance: self.variance.and(other.variance),
            hidden_at_top: self.hidden_at_top.saturating_add(other.hidden_at_top),
        }
    }

    /// The range that holds nineteen times in twenty, in practices: 1.96 standard deviations of this sum around its value, more
    /// at the top for what is hidden there, outward to fives, and within 0 and all practices.
    pub fn likely(self) -> (u32, u32) {
        let half = self.variance.nineteen_in_twenty();
        let (low, _) = half.around(self.value);
        let (_, high) = half.around(self.value.saturating_add(self.hidden_at_top.into()));
        let within = |end: i64| {
            let end = end.clamp(0, i64::from(self.practices));
            u32::try_from(end).unwrap_or(0)
        };
        (within(low), within(high))
    }
}

/// Shows a sum, with its likely range where it is not a class. A class stands only where the whole range lies within it, so
/// that it is as true as a range; what is less certain is shown as a range.
pub fn display(sum: Sum) -> (Shown, Option<(u32, u32)>) {
    let value = sum.value.clamp(0, i64::from(sum.practices));
    let value = u32::try_from(value).unwrap_or(0);
    let top = sum.practices.saturating_sub(sum.margin).saturating_sub(5);
    let (low, high) = sum.likely();
    if value < LEAST_SHOWN {
        if high <= LEAST_SHOWN {
            return (Shown::FewerThanTen, None);
        }
        return (Shown::Between, Some((low, high)));
    }
    if value > top {
        let least = down_to_five(top);
        if low >= least {
            return (Shown::OrMore(least), None);
        }
        return (Shown::Between, Some((low, high)));
    }
    (Shown::About(nearest_five(value)), Some((low, high)))
}

fn down_to_five(value: u32) -> u32 {
    (value / 5).saturating_mul(5)
}

fn nearest_five(value: u32) -> u32 {
    down_to_five(value.saturating_add(2))
}
