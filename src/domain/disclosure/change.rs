//! Which way a figure went between two releases: only what the noise cannot do.

use super::{Area, Content, Figure, Shown, Variance};

/// What display may add to a difference: each value is rounded by up to two and a half.
const ROUNDING: u32 = 5;

/// Which way a figure went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// More than the noise can do.
    Up,
    /// Fewer than the noise can do.
    Down,
    /// As much may be noise.
    NotClear,
    /// There is nothing to compare with: another frame, another method, or nothing shown.
    NotCompared,
}

impl Direction {
    /// In words.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::NotClear => "no clear change",
            Self::NotCompared => "–",
        }
    }
}

impl Content {
    /// Which way a series of an area went since an earlier release of the same frame year. Never a number, which would look
    /// exact.
    pub fn change_since(&self, before: &Self, area: &Area, series: &str) -> Direction {
        let later = self.number.saturating_sub(before.number);
        let comparable = later > 0 && self.year == before.year && self.method == before.method;
        let then = before.areas.iter().find(|then| then.is(area));
        let (Some(then), true) = (then, comparable) else {
            return Direction::NotCompared;
        };
        match (then.figure(series), area.figure(series)) {
            (Some(before), Some(now)) => between(before, now, then.noise_of_change(later)),
            _ => Direction::NotCompared,
        }
    }
}

impl Area {
    fn is(&self, other: &Self) -> bool {
        self.kind == other.kind && self.code == other.code
    }

    /// By how many practices the displayed figure must move in so many releases to say that it moved.
    pub fn noise_of_change(&self, later: u32) -> u32 {
        let variances = self.streams.iter();
        let sum = variances
            .fold(Variance::default(), |sum, (t, cells)| sum.and(Variance::of_change(*t, later).times(*cells)));
        let half = sum.nineteen_in_twenty().practices();
        half.saturating_add(ROUNDING)
    }
}

fn between(before: &Figure, now: &Figure, noise: u32) -> Direction {
    let hidden = |shown| matches!(shown, Shown::Hidden | Shown::TooFew | Shown::NotCounted);
    if hidden(before.shown) || hidden(now.shown) {
        return Direction::NotCompared;
    }
    let ends = |figure: &Figure| match figure.shown {
        Shown::Between => figure.likely,
        shown => shown.ends(),
    };
    let (Some(before), Some(now)) = (ends(before), ends(now)) else {
        return Direction::NotClear;
    };
    if now.0 > before.1.saturating_add(noise) {
        Direction::Up
    } else if before.0 > now.1.saturating_add(noise) {
        Direction::Down
    } else {
        Direction::NotClear
    }
}
