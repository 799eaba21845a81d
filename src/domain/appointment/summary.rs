//! What was read, in counts: the report of an import, stored with it. Holds names of columns, no values.

use std::collections::BTreeMap;

use entity::ids::LocalDate;
use serde::{Deserialize, Serialize};

use super::{Outcome, Refusal, Said};

/// Counts of what was read and what changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// Rows below the headers.
    pub rows: u64,
    /// Rows by what became of the slot.
    pub outcomes: BTreeMap<String, u64>,
    /// Of the booked, those of days that are over.
    pub without_outcome: u64,
    /// Rows of holders or types that are not counted.
    pub not_counted: u64,
    /// Rows before the days that are kept.
    pub too_old: u64,
    /// Refused rows by the code of the reason.
    pub refused: BTreeMap<String, u64>,
    /// Columns about patients, each with the cells that were dropped.
    pub dropped: Vec<(String, u64)>,
    /// First and last day of what is summed.
    pub days: Option<(LocalDate, LocalDate)>,
    /// Slots not known before.
    pub fresh: u64,
    /// Slots that stand otherwise than before.
    pub changed: u64,
    /// Slots that are summed no longer.
    pub gone: u64,
}

impl Summary {
    /// Notes what a row says.
    pub fn note(&mut self, said: &Said, today: LocalDate) {
        let outcome = match said {
            Said::NotCounted => {
                self.not_counted = self.not_counted.saturating_add(1);
                return;
            }
            Said::TooOld => {
                self.too_old = self.too_old.saturating_add(1);
                return;
            }
            Said::Gone(outcome) => *outcome,
            Said::Stands(state) => {
                let (first, last) = self.days.unwrap_or((state.day, state.day));
                self.days = Some((first.min(state.day), last.max(state.day)));
                if state.outcome == Outcome::Booked && state.day < today {
                    self.without_outcome = self.without_outcome.saturating_add(1);
                }
                state.outcome
            }
        };
        let n = self.outcomes.entry(outcome.code().to_owned()).or_default();
        *n = n.saturating_add(1);
    }

    /// Notes a refused row.
    pub fn refuse(&mut self, refusal: Refusal) {
        let n = self.refused.entry(refusal.code().to_owned()).or_default();
        *n = n.saturating_add(1);
    }

    /// Rows with an outcome.
    pub fn of(&self, outcome: Outcome) -> u64 {
        self.outcomes.get(outcome.code()).copied().unwrap_or(0)
    }

    /// All refused rows.
    pub fn all_refused(&self) -> u64 {
        self.refused
            .values()
            .fold(0, |sum, n| sum.saturating_add(*n))
    }

    /// Slots whose sums change.
    pub fn changes(&self) -> u64 {
        self.fresh
            .saturating_add(self.changed)
            .saturating_add(self.gone)
    }
}
