//! One row of a spreadsheet: what it is about, and the change it asks for.

use entity::ids::{ItemCode, StatusId, SubjectId};

use super::ground::Ground;
use crate::{
    domain::{
        action,
        catalogue::{Item, Status},
        name::SubjectName,
    },
    error::FieldError,
    exchange::spreadsheet::{Column, RowError, SheetRow},
    operations::{
        Operation,
        record_status::{About, Ready, RecordStatus},
    },
};

/// What a row is about.
pub(super) struct Meant<'a> {
    pub(super) item: &'a Item,
    about: About,
    pub(super) subject: Option<String>,
}

/// A row that was read to the end.
pub(super) struct Checked<'a> {
    pub(super) item: &'a Item,
    pub(super) subject: Option<String>,
    pub(super) ready: Ready,
}

impl<'a> Ground<'a> {
    /// Reads a row that was shown before, without asking where its item stands.
    pub(super) fn checked(&self, row: &SheetRow, id: StatusId) -> Result<Checked<'a>, RowError> {
        let meant = self.meant(row)?;
        let meant = meant.ok_or_else(|| RowError::new(row.row, Column::Status, CHOOSE))?;
        let status = self.status(row, meant.item, None)?;
        self.change(row, meant, status, id)
    }

    /// What a row is about; nothing for one that only offers its item.
    pub(super) fn meant(&self, row: &SheetRow) -> Result<Option<Meant<'a>>, RowError> {
        let wrong = |column, reason: &str| RowError::new(row.row, column, reason.to_owned());
        let code = row.code.to_lowercase().parse::<ItemCode>().ok();
        let item = code.and_then(|code| {
            let day = row.from.unwrap_or(self.today);
            self.register.catalogue.item_on(&code, day)
        });
        let item =
            item.ok_or_else(|| wrong(Column::Code, "No item of the catalogue has this code. Choose it from the list"))?;
        let name = row.subject.split_whitespace().collect::<Vec<_>>().join(" ");
        if !item.takes_subject() {
            return if name.is_empty() {
                Ok(Some(Meant { item, about: About::Practice, subject: None }))
            } else {
                let (_, why) = action::RefusedStatus::SubjectNotTaken.explain();
                Err(wrong(Column::Subject, why))
            };
        }
        if name.is_empty() && row.says_nothing() {
            return Ok(None);
        }
        let known = self.names.get(&(item.code.clone(), name.to_lowercase())).copied();
        let made_from = row.made_from_subject.filter(|id| self.register.subject(&item.code, *id).is_some());
        if made_from.is_some() && made_from != known {
            return Err(wrong(
                Column::Subject,
                "A subject keeps its name. Put the name back, and write another subject into an empty row",
            ));
        }
        let about = match known {
            Some(id) => About::Known(id),
            None if name.is_empty() => {
                let (_, why) = action::RefusedStatus::SubjectMissing.explain();
                return Err(wrong(Column::Subject, why));
            }
            None => name
                .parse::<SubjectName>()
                .map(About::Named)
                .map_err(|refused| wrong(Column::Subject, &refused.to_string()))?,
        };
        Ok(Some(Meant { item, about, subject: Some(name) }))
    }

    pub(super) fn status(&self, row: &SheetRow, item: &Item, current: Option<Status>) -> Result<Status, RowError> {
        let wrong = |reason| RowError::new(row.row, Column::Status, reason);
        if row.status.is_empty() {
            return Err(wrong(match current {
                Some(_) => "An empty status removes nothing. Put the status back, or choose the status of today",
                None => CHOOSE,
            }));
        }
        // The file has today's words; what is said about another day may be chosen in the words of that day.
        let today = self.register.catalogue.item_on(&item.code, self.today);
        let named = Status::ALL.iter().copied().filter(|status| {
            let labels = today.into_iter().chain([item]);
            let mut labels = labels.map(|item| item.label(*status));
            labels.any(|label| label.eq_ignore_ascii_case(&row.status)) || status.as_str() == row.status
        });
        let all: Vec<Status> = named.collect();
        current
            .filter(|status| all.contains(status))
            .or_else(|| all.first().copied())
            .ok_or_else(|| wrong("This item has no such state. Choose one from the list"))
    }

    pub(super) fn change(
        &self,
        row: &SheetRow,
        meant: Meant<'a>,
        status: Status,
        id: StatusId,
    ) -> Result<Checked<'a>, RowError> {
        let effective_on =
            row.from.ok_or_else(|| RowError::new(row.row, Column::From, "Enter the day from which this holds"))?;
        let (subject, subject_name) = match meant.about {
            About::Practice => (None, None),
            About::Known(id) => (Some(id), None),
            About::Named(name) => (None, Some(name)),
        };
        let record = RecordStatus {
            id,
            subject,
            subject_name,
            about: row.about,
            notice_served_on: row.notice_served_on,
            exclusively_secondary: row.secondary,
            ..RecordStatus::of(&meant.item.code, status, effective_on).with_noted(row.noted)
        };
        let ready = record.check(&self.facts, &self.by).map_err(|errors| {
            let first = errors.into_iter().next();
            let first = first.unwrap_or_else(|| FieldError::new("effective_on", CHOOSE));
            at_column(row, first)
        })?;
        Ok(Checked { ready, item: meant.item, subject: meant.subject })
    }
}

const CHOOSE: &str = "Choose the status from that day";

impl Meant<'_> {
    /// The subject, where it was named before.
    pub(super) fn subject_id(&self) -> Option<SubjectId> {
        match self.about {
            About::Known(id) => Some(id),
            About::Practice | About::Named(_) => None,
        }
    }

    /// Item and name in small letters: rows that share it are about the same.
    pub(super) fn key(&self) -> (ItemCode, String) {
        let name = self.subject.as_deref().unwrap_or_default().to_lowercase();
        (self.item.code.clone(), name)
    }
}

/// The column of a field of the form.
fn at_column(row: &SheetRow, error: FieldError) -> RowError {
    let column = match error.field.as_ref() {
        "subject" | "subject_name" => Column::Subject,
        "status" => Column::Status,
        "notice_served_on" => Column::NoticeServed,
        "exclusively_secondary" => Column::Secondary,
        _ => Column::From,
    };
    RowError::new(row.row, column, error.message)
}
