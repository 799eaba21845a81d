//! What a filled-in spreadsheet would change: each row against the register as it stands.

use std::collections::BTreeMap;

use entity::ids::{ItemCode, StatusId};
use uuid::Uuid;

use super::{
    ground::Ground,
    rows::Meant,
    spreadsheet_view::{MOST_CHANGES, Plan, Planned},
};
use crate::{
    domain::{
        action::{self, StatusChange, StatusRow, SubjectStatus, Trust},
        catalogue::Status,
    },
    exchange::spreadsheet::{Back, Column, RowError, SheetRow},
    operations::record_changes::seen,
};

impl<'a> Ground<'a> {
    /// Holds every row against the register.
    pub(super) fn plan(&self, back: Back) -> Plan<'a> {
        let mut plan = Plan {
            changes: Vec::new(),
            more: 0,
            unchanged: 0,
            errors: back.errors,
            not_read: back.not_read,
            seen: String::new(),
        };
        let mut meant = Vec::new();
        for row in back.rows {
            match self.meant(&row) {
                Ok(Some(about)) => meant.push((row, about)),
                Ok(None) => {}
                Err(error) => plan.errors.push(error),
            }
        }
        let again = twice(&meant);
        for (row, about) in meant {
            let others = again.get(&about.key()).filter(|rows| rows.len() > 1);
            let planned = match others {
                Some(rows) => Err(same_subject(&row, rows)),
                None => self.planned(row, about),
            };
            match planned {
                Ok(None) => plan.unchanged += 1,
                Ok(Some(_)) if plan.changes.len() >= MOST_CHANGES => plan.more += 1,
                Ok(Some(change)) => plan.changes.push(change),
                Err(error) => plan.errors.push(error),
            }
        }
        plan.errors.sort_by_key(|error| (error.row, error.column));
        let register = self.register;
        let news = plan.changes.iter().map(|change| &change.new);
        let known = (&*register.recorded, register.subjects());
        plan.seen = seen(self.practice, self.today, known, news);
        plan
    }

    /// The change of a row; nothing where the register says the same, or where nobody touched the row.
    fn planned(&self, row: SheetRow, meant: Meant<'a>) -> Result<Option<Planned<'a>>, RowError> {
        let key = (meant.item.code.clone(), meant.subject_id());
        let none = Vec::new();
        let history = self.histories.get(&key).unwrap_or(&none);
        let before = self.stands(history, |standing| Some((standing.status()?, standing.row()?.clone())));
        if row.says_nothing() && (before.is_none() || row.made_from.is_none()) {
            return Ok(None);
        }
        let current = before.as_ref().map(|(status, _)| *status);
        let status = self.status(&row, meant.item, current)?;
        let stands = before.as_ref().is_some_and(|(now, stored)| status == *now && says(&row, stored));
        if stands || untouched(&row, status, history) {
            return Ok(None);
        }
        let id = StatusId(Uuid::now_v7());
        let checked = self.change(&row, meant, status, id)?;
        let change = checked.ready.new.change.clone();
        let after = StatusChange { subject: key.1, ..change }.recorded(self.register.read_at);
        self.would_stand(&row, history, after.clone())?;
        let (position, row) = (
            checked.item.position_on(after.change.effective_on),
            SheetRow { status: status.as_str().to_owned(), ..row },
        );
        Ok(Some(Planned {
            row,
            id,
            item: checked.item,
            subject: checked.subject,
            before,
            new: checked.ready.new,
            after,
            position,
        }))
    }

    fn stands<T>(&self, rows: &[StatusRow], told: impl Fn(&SubjectStatus<'_>) -> Option<T>) -> Option<T> {
        let standings = action::standings(rows, self.today, self.register.read_at, Trust::Confirmed);
        standings.into_values().next().and_then(|one| told(&one))
    }

    /// A row about the past would be recorded and never show; the same file would bring it again and again.
    fn would_stand(&self, row: &SheetRow, history: &[StatusRow], new: StatusRow) -> Result<(), RowError> {
        let id = new.change.id;
        let mut rows = history.to_vec();
        rows.push(new);
        let stands = self.stands(&rows, |standing| {
            let stands = standing.row()?;
            Some((stands.change.id, stands.change.effective_on))
        });
        match stands {
            Some((stands, day)) if stands != id => Err(RowError::new(
                row.row,
                Column::From,
                format!(
                    "The register has an entry from {} that would still be in force. Record this one on the item’s page, beside its history",
                    day.short()
                ),
            )),
            _ => Ok(()),
        }
    }
}

fn twice(meant: &[(SheetRow, Meant<'_>)]) -> BTreeMap<(ItemCode, String), Vec<u32>> {
    let mut rows: BTreeMap<_, Vec<u32>> = BTreeMap::new();
    for (row, about) in meant {
        rows.entry(about.key()).or_default().push(row.row);
    }
    rows
}

fn same_subject(row: &SheetRow, rows: &[u32]) -> RowError {
    let other = rows.iter().find(|other| **other != row.row);
    let reason = other.map_or_else(
        || "Another row is about the same. Keep one of them".to_owned(),
        |other| format!("Row {other} is about the same. Keep one of them"),
    );
    RowError::new(row.row, Column::Code, reason)
}

/// The row's own days are those of a record.
fn says(row: &SheetRow, stored: &StatusRow) -> bool {
    row.from == Some(stored.change.effective_on)
        && row.about == stored.change.about
        && row.notice_served_on == stored.change.notice_served_on
        && row.noted == stored.change.noted
}

/// The row says what it said when the file was made; the register has moved on since, and the file takes nothing back.
fn untouched(row: &SheetRow, status: Status, history: &[StatusRow]) -> bool {
    let made_from = history.iter().find(|stored| Some(stored.change.id) == row.made_from);
    made_from.is_some_and(|stored| {
        let reads = stored.change.status == status
            || (stored.change.status == Status::PausingFrom && status == Status::PausedSince);
        reads && says(row, stored)
    })
}
