//! Names in the files of slots: session holders, slot types and statuses that nobody explained yet; and how their days are
//! written.

use std::collections::BTreeMap;

use super::{
    Asked, Found, MOST_NAMES, MOST_ROWS, Scan, Unreadable,
    lines::Lines,
    sheet::{Row, Sheet},
};
use crate::domain::{
    appointment::{Cells, Column, DayOrder, KEPT_DAYS, Order, Places, RowRules, SlotOutcome, System, day},
    identifier,
};

/// Words of a status that nobody explained; more of them are no statuses.
const MOST_STATUSES: usize = 40;

/// Reads every row of a file; says how many lines it has.
pub(super) fn of_slots(
    scan: &mut Scan,
    (sheet, places): (&Sheet, &Places),
    lines: &mut Lines<'_>,
    asked: &Asked,
) -> Result<u64, Unreadable> {
    let Scan { system, sessions, holders, types, statuses, rows, missing, .. } = scan;
    let rules = RowRules {
        practice: &asked.practice,
        system: *system,
        matching: &asked.matching,
        sessions,
        today: asked.today,
        erased: &asked.erased,
    };
    let is_report = *system == System::Report;
    let mut names =
        Names { holders, types, statuses, order: DayOrder::default(), oldest: asked.today.minus_days(KEPT_DAYS) };
    let mut full = false;
    let beside = sheet.rows(lines, places, &mut |_, _, row| {
        *rows += 1;
        if *rows > MOST_ROWS {
            return false;
        }
        let Ok(row) = row else { return true };
        if is_report {
            names.of_report(row, &rules, missing.is_empty());
        } else {
            names.of_extract(row, &rules);
        }
        full = names.holders.len() > MOST_NAMES || names.types.len() > MOST_NAMES;
        // The rest is read all the same, for the digest.
        true
    })?;
    if scan.rows > MOST_ROWS {
        return Err(Unreadable::TooManyRows);
    }
    if full {
        return Err(Unreadable::TooManyNames);
    }
    match names.order.judged() {
        Order::MonthFirst => Err(Unreadable::MonthFirst),
        Order::Both => Err(Unreadable::MixedDays),
        Order::DayFirst => Ok(beside.lines),
    }
}

struct Names<'a> {
    holders: &'a mut BTreeMap<String, Found>,
    types: &'a mut BTreeMap<String, Found>,
    statuses: &'a mut BTreeMap<String, Found>,
    order: DayOrder,
    oldest: entity::ids::LocalDate,
}

impl Names<'_> {
    fn is_old(&self, row: &Row<'_>) -> bool {
        let on = row
            .get(Column::Day)
            .and_then(|text| day(text.split([' ', 'T']).next().unwrap_or_default()).or_else(|| day(text)));
        on.is_some_and(|on| on < self.oldest)
    }

    /// A row of an extract: those without a patient are nobody's.
    fn of_extract(&mut self, row: &Row<'_>, rules: &RowRules<'_>) {
        if self.is_old(row) || row.has_patient() == Some(false) {
            return;
        }
        if let Some(session) = row.get(Column::Session) {
            let Some(session) = rules.sessions.get(&RowRules::session_id(session)) else {
                return;
            };
            for holder in &session.holders {
                add(self.holders, holder, &session.kind, 0);
            }
            add(self.types, &session.kind, "", 0);
        } else {
            self.name(row, 0);
        }
    }

    /// A row of a report: those that say nothing of anybody are left alone, where that can be told yet.
    fn of_report(&mut self, row: &Row<'_>, rules: &RowRules<'_>, is_matched: bool) {
        self.order.note(row.get(Column::Day).unwrap_or_default());
        if self.is_old(row) {
            return;
        }
        if !is_matched {
            return self.name(row, 0);
        }
        match rules.outcome_of(row) {
            Some(outcome) if outcome.is_summed() => self.name(row, u64::from(outcome == SlotOutcome::Attended)),
            Some(_) => {}
            None => {
                let status = row.get(Column::Status).unwrap_or_default();
                let known = rules.matching.outcome(rules.practice, rules.system, status).is_some();
                if !known && !status.trim().is_empty() && self.statuses.len() < MOST_STATUSES {
                    add(self.statuses, status, "", 0);
                    self.name(row, 0);
                }
            }
        }
    }

    fn name(&mut self, row: &Row<'_>, attended: u64) {
        let kind = row.get(Column::Type).unwrap_or_default();
        add(self.holders, row.get(Column::Holder).unwrap_or_default(), kind, attended);
        add(self.types, kind, "", attended);
    }
}

fn add(names: &mut BTreeMap<String, Found>, text: &str, hint: &str, attended: u64) {
    let text = text.trim();
    if text.is_empty() || names.len() > MOST_NAMES {
        return;
    }
    if let Some(found) = names.get_mut(text) {
        found.slots += 1;
        found.attended += attended;
        return;
    }
    let hint: String = hint.chars().take(60).collect();
    let fine = identifier::patient_data(&hint).is_empty();
    let found = Found { slots: 1, attended, hint: if fine { hint } else { String::new() }, known: false };
    names.insert(text.to_owned(), found);
}
