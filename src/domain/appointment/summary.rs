//! What was read, in counts: the report of an import, stored with it. Holds names of columns, no values.

use std::collections::{BTreeMap, BTreeSet};

use entity::ids::{ClinicianId, LocalDate};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{RowRefusal, Said, SlotOutcome};

/// Counts of what was read and what changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportSummary {
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
    /// Rows of days that their clinician had erased.
    pub erased: u64,
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
    /// Rows of a report without slot ids whose holder, day and time an earlier row names too; each counts.
    pub repeated: u64,
    /// Lines of the first of them, at most [`MOST_REPEATED`].
    pub repeated_lines: Vec<u64>,
    /// Rows whose first cells were blank and taken from the row above: the report groups them.
    pub filled_down: u64,
    /// Lines among the rows that are none: titles, totals, headings again.
    pub left_out: u64,
    /// What was said of days that were taken in before, where it was asked: a code of [`super::SameDays`].
    pub same_days: Option<String>,
    /// Digest of the erasures that it was built on; nothing in those staged before this was kept.
    pub built_on: Option<Uuid>,
    /// Another import that this one takes back.
    pub takes_back: Option<Uuid>,
    /// Slots that counted before and of which a newer report of the same days says nothing, by their day; they go on
    /// counting.
    pub vanished: BTreeMap<LocalDate, u64>,
    /// Slots of the same days that counted before, of clinicians of whom the file says nothing at all.
    pub of_others: u64,
}

/// Slots by clinician and day.
pub type SlotsOfDays = BTreeMap<(ClinicianId, LocalDate), u64>;

/// Lines of repeated rows that are kept; the rest is counted.
pub const MOST_REPEATED: usize = 100;

impl ImportSummary {
    /// Notes that a row names what an earlier one named.
    pub fn repeat(&mut self, line: u64) {
        self.repeated = self.repeated.saturating_add(1);
        if self.repeated_lines.len() < MOST_REPEATED {
            self.repeated_lines.push(line);
        }
    }

    /// Notes cells of a column that were dropped, in whichever of the files.
    pub fn drop_column(&mut self, name: String, cells: u64) {
        match self.dropped.iter_mut().find(|(known, _)| *known == name) {
            Some((_, n)) => *n = n.saturating_add(cells),
            None => self.dropped.push((name, cells)),
        }
    }

    /// Compares what counts before a report with what it says of the same days, of the clinicians it is about.
    pub fn vanish(&mut self, before: &SlotsOfDays, named: &SlotsOfDays, about: &BTreeSet<ClinicianId>) {
        let Some((first, last)) = self.days else {
            return;
        };
        for ((clinician, day), n) in before.iter().filter(|((_, day), _)| (first..=last).contains(day)) {
            let left = n.saturating_sub(named.get(&(*clinician, *day)).copied().unwrap_or(0));
            if left > 0 && about.contains(clinician) {
                let vanished = self.vanished.entry(*day).or_default();
                *vanished = vanished.saturating_add(left);
            } else {
                self.of_others = self.of_others.saturating_add(left);
            }
        }
    }

    /// Slots that vanished.
    pub fn all_vanished(&self) -> u64 {
        self.vanished.values().fold(0, |sum, n| sum.saturating_add(*n))
    }

    /// Whether there were rows and each was refused: then the files are refused, rather than said to change nothing.
    pub fn is_all_refused(&self) -> bool {
        self.rows > 0 && self.all_refused() >= self.rows
    }

    /// What a person should look at before it counts, in sentences.
    pub fn warnings(&self) -> Vec<String> {
        let mut found = Vec::new();
        if self.repeated > 0 {
            let lines: Vec<String> = self.repeated_lines.iter().map(u64::to_string).collect();
            let more = if self.repeated > u64::try_from(lines.len()).unwrap_or(u64::MAX) { " and more" } else { "" };
            found.push(format!(
                "The file has no slot ids, and {} of its rows name a session holder, day and time that an earlier row \
                 names too: line {}{more}. Each counts as a slot of its own. If two exports were put together, take the \
                 second one out.",
                self.repeated,
                lines.join(", ")
            ));
        }
        if let (Some((first, _)), Some((last, _))) = (self.vanished.first_key_value(), self.vanished.last_key_value()) {
            found.push(format!(
                "{} slots of {} to {} counted before and are not in this file any more. They go on counting: a row that \
                 is left out takes nothing back. If the file was cut short, choose the whole one; if they were taken \
                 out, send them once more as cancelled.",
                self.all_vanished(),
                first.short(),
                last.short()
            ));
        }
        if self.of_others > 0 {
            found.push(format!(
                "{} slots of these days counted before and are of clinicians who are not in this file. They go on counting. \
                 That is right where the file is of some clinicians only; if it was cut short, choose the whole one.",
                self.of_others
            ));
        }
        found
    }

    /// Notes what a row says of one slot.
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
            Said::Erased => {
                self.erased = self.erased.saturating_add(1);
                return;
            }
            Said::Gone(outcome) => *outcome,
            Said::Stands(state) => {
                let (first, last) = self.days.unwrap_or((state.day, state.day));
                self.days = Some((first.min(state.day), last.max(state.day)));
                if state.outcome == SlotOutcome::Booked && state.day < today {
                    self.without_outcome = self.without_outcome.saturating_add(1);
                }
                state.outcome
            }
        };
        let n = self.outcomes.entry(outcome.code().to_owned()).or_default();
        *n = n.saturating_add(1);
    }

    /// Notes a refused row.
    pub fn refuse(&mut self, refusal: RowRefusal) {
        let n = self.refused.entry(refusal.code().to_owned()).or_default();
        *n = n.saturating_add(1);
    }

    /// Rows with an outcome.
    pub fn of(&self, outcome: SlotOutcome) -> u64 {
        self.outcomes.get(outcome.code()).copied().unwrap_or(0)
    }

    /// All refused rows.
    pub fn all_refused(&self) -> u64 {
        self.refused.values().fold(0, |sum, n| sum.saturating_add(*n))
    }

    /// Slots whose sums change.
    pub fn changes(&self) -> u64 {
        self.fresh.saturating_add(self.changed).saturating_add(self.gone)
    }
}
