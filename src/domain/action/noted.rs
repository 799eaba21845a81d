//! The days around a change that a practice notes and no rule reads. A new one is a variant here: forms, histories,
//! evidence and comparisons go through all of them, and the compiler asks for its column.

use std::ops::{Index, IndexMut};

use entity::ids::LocalDate;
use serde::{Deserialize, Serialize};

/// A day that a practice may note beside a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotedDay {
    /// The partners decided.
    Decided,
    /// Staff were told in writing.
    StaffTold,
}

impl NotedDay {
    /// In the order in which a page asks for them.
    pub const ALL: [Self; 2] = [Self::Decided, Self::StaffTold];

    /// The field of forms, of the API and of files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Decided => "decided_on",
            Self::StaffTold => "staff_told_on",
        }
    }

    /// As a page asks for it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Decided => "Partners decided on",
            Self::StaffTold => "Staff told in writing on",
        }
    }

    /// Above its column in the register's spreadsheet: files that are out there have it.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Decided => "Decided on",
            Self::StaffTold => "Staff told on",
        }
    }

    /// In a table's cell, before the day.
    pub fn short_label(self) -> &'static str {
        match self {
            Self::Decided => "Decided",
            Self::StaffTold => "Staff told",
        }
    }
}

/// What a practice noted, day by day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotedDays([Option<LocalDate>; NotedDay::ALL.len()]);

impl NotedDays {
    /// Asks for each.
    pub fn from_each(noted: impl FnMut(NotedDay) -> Option<LocalDate>) -> Self {
        Self(NotedDay::ALL.map(noted))
    }

    /// Each with its day, noted or not.
    pub fn each(self) -> impl Iterator<Item = (NotedDay, Option<LocalDate>)> {
        NotedDay::ALL.into_iter().zip(self.0)
    }

    /// The first day that cannot be, and why: what was decided and told lies behind, and nobody is told before the decision.
    pub fn impossible(self, today: LocalDate) -> Option<(NotedDay, &'static str)> {
        let [decided, told] = NotedDay::ALL.map(|day| self[day]);
        if decided.is_some_and(|decided| decided > today) {
            return Some((NotedDay::Decided, "Enter the day on which they decided: this one is to come"));
        }
        if told.is_some_and(|told| told > today) {
            return Some((NotedDay::StaffTold, "Enter the day on which they were told: this one is to come"));
        }
        let before = decided.zip(told).is_some_and(|(decided, told)| told < decided);
        before.then_some((NotedDay::StaffTold, "Staff cannot have been told before the partners decided"))
    }

    /// None is noted.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

impl Index<NotedDay> for NotedDays {
    type Output = Option<LocalDate>;

    #[expect(clippy::indexing_slicing, reason = "there is a place for each day")]
    fn index(&self, day: NotedDay) -> &Self::Output {
        &self.0[day as usize]
    }
}

impl IndexMut<NotedDay> for NotedDays {
    #[expect(clippy::indexing_slicing, reason = "there is a place for each day")]
    fn index_mut(&mut self, day: NotedDay) -> &mut Self::Output {
        &mut self.0[day as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_cannot_be_are_told_apart() {
        let day = |text: &str| text.parse::<LocalDate>().ok();
        let found = |decided: &str, told: &str| {
            let noted = NotedDays([day(decided), day(told)]);
            noted.impossible(day("2026-11-28").unwrap()).map(|(day, _)| day)
        };
        for (decided, told, wrong) in [
            ("", "", None),
            ("2026-11-28", "2026-11-28", None),
            ("2026-11-20", "", None),
            ("", "2020-01-01", None),
            ("2026-12-20", "", Some(NotedDay::Decided)),
            ("2026-11-20", "2026-12-01", Some(NotedDay::StaffTold)),
            ("2026-11-20", "2020-01-01", Some(NotedDay::StaffTold)),
        ] {
            assert_eq!(found(decided, told), wrong, "{decided} {told}");
        }
    }
}
