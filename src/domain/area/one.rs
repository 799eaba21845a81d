//! One practice as a line of its area: by the same rules as the sums, so that a list opened from a number has as many
//! lines as the number says.

use chrono::{DateTime, Utc};
use entity::ids::LocalDate;

use super::{SILENT_DAYS, Shared, folded::Voice, trend::acting};
use crate::domain::{
    action::{self, Trust},
    calendar,
    catalogue::{Catalogue, Item},
};

/// Items of which anything may leave a practice on a day, in the order of the menu.
pub fn menu(catalogue: &Catalogue, on: LocalDate) -> Vec<&Item> {
    catalogue.items_on(on).filter(|item| action::may_leave(item, on)).collect()
}

/// Whether a practice was heard from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastHeard {
    /// It does not share.
    NotSharing,
    /// It shares, and had recorded and answered nothing.
    Nothing,
    /// It was heard from last in this earlier week.
    Before {
        /// The Friday of that week.
        week: LocalDate,
        /// More than four weeks ago.
        silent: bool,
    },
    /// It answered the week, or recorded something in it.
    InTheWeek(LocalDate),
}

impl LastHeard {
    /// Of a practice on a day.
    pub fn of(shared: Option<&Shared>, on: LocalDate, known_at: DateTime<Utc>) -> Self {
        let Some(shared) = shared else { return Self::NotSharing };
        let Some(week) = shared.last_week(on, known_at) else { return Self::Nothing };
        if shared.voice(on, known_at) == Voice::InTheWeek {
            return Self::InTheWeek(week);
        }
        Self::Before { week, silent: calendar::week_ending(on).days_since(week) > SILENT_DAYS }
    }

    /// Whether its figures count.
    pub fn heard(self) -> bool {
        self.week().is_some()
    }

    /// The last week in which it was heard from.
    pub fn week(self) -> Option<LocalDate> {
        match self {
            Self::NotSharing | Self::Nothing => None,
            Self::Before { week, .. } | Self::InTheWeek(week) => Some(week),
        }
    }
}

/// On which items of the menu a practice acts, in their order; nothing is known of one that was not heard from.
pub fn acts(menu: &[&Item], shared: &Shared, on: LocalDate, known_at: DateTime<Utc>) -> Option<Vec<bool>> {
    shared.last_week(on, known_at)?;
    let standings = action::standings(&shared.rows, on, known_at, Trust::AlsoUnanswered);
    Some(acting(menu, &standings))
}
