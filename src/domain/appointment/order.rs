//! Whether the days of a column are written day first or month first, judged over all of them: a single row cannot tell.

use std::collections::BTreeSet;

use super::moment::{number, words};

/// Different days that are kept for the second look.
const MOST: usize = 400;
/// Days of which the first number never changes and the second does, from which on nobody wrote them day first.
const RUN: usize = 4;
/// One row in so many may be a typing mistake.
const MISTAKES: u64 = 20;

/// What the days of a column say of their order.
#[derive(Debug, Clone, Default)]
pub struct DayOrder {
    day_first: u64,
    month_first: u64,
    either: BTreeSet<(u32, u32)>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As in this country, or nothing speaks against it.
    DayFirst,
    /// As in America.
    MonthFirst,
    /// Some one way, some the other.
    Both,
}

impl DayOrder {
    /// Looks at one cell.
    pub fn note(&mut self, text: &str) {
        let text = text.trim();
        let on = text.find(|c: char| c.is_whitespace()).map_or(text, |at| text.get(..at).unwrap_or(text));
        let Some([first, second, _]) = words(on) else {
            return;
        };
        let (Some(first), Some(second)) = (number(first, 2), number(second, 2)) else {
            return;
        };
        if first > 12 && second <= 12 {
            self.day_first = self.day_first.saturating_add(1);
        } else if second > 12 && first <= 12 {
            self.month_first = self.month_first.saturating_add(1);
        } else if first != second && self.either.len() < MOST {
            self.either.insert((first, second));
        }
    }

    /// The order of the whole column.
    pub fn judged(&self) -> Order {
        if self.month_first > 0 && self.day_first == 0 {
            return Order::MonthFirst;
        }
        if self.month_first.saturating_mul(MISTAKES) > self.day_first {
            return Order::Both;
        }
        // 11/02, 11/03, 11/04, 11/05 are days of one week in November, not the 11th of four months.
        let firsts: BTreeSet<u32> = self.either.iter().map(|(first, _)| *first).collect();
        if self.day_first == 0 && firsts.len() == 1 && self.either.len() >= RUN {
            return Order::MonthFirst;
        }
        Order::DayFirst
    }
}
