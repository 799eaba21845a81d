//! One row of an extract: what it says about a slot, or why it cannot be taken.

use std::collections::HashMap;

use entity::ids::{ClinicianId, LocalDate, OdsCode};
use uuid::Uuid;

use super::{
    AHEAD_DAYS, Column, KEPT_DAYS, Matched, Matching, RowRefusal, SlotOutcome, SlotState, System, digest_id, moment,
    outcome_in_words, truth,
};
use crate::domain::contact::ContactKind;

/// The cells of a row, without those about patients.
pub trait Cells {
    /// What a column says; nothing where the file has no such column.
    fn get(&self, column: Column) -> Option<&str>;
    /// Whether any column about patients says something; nothing where there is no such column.
    fn has_patient(&self) -> Option<bool>;
}

/// A session of EMIS: its type, and who holds it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Session {
    /// Its type, or else its description.
    pub kind: String,
    /// Who holds it.
    pub holders: Vec<String>,
}

/// Sessions by the digest of their id.
pub type Sessions = HashMap<Uuid, Session>;

/// What rows are read against.
#[derive(Debug)]
pub struct RowRules<'a> {
    /// Whose files.
    pub practice: &'a OdsCode,
    /// Where they come from.
    pub system: System,
    /// How holders and types are matched.
    pub matching: &'a Matching,
    /// Sessions, where slots only name them.
    pub sessions: &'a Sessions,
    /// The London day.
    pub today: LocalDate,
}

/// What a row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The slot: by its own id, or by holder and time where the file has no ids.
    pub slot: Uuid,
    /// Whether the slot has an id of its own: without, several of the same holder and time are told apart by their order.
    pub own_id: bool,
    /// What it says.
    pub said: Said,
}

/// What is said about a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// It is summed.
    Stands(SlotState),
    /// It is not, and if it was before, no longer.
    Gone(SlotOutcome),
    /// It is not, for its holder or its type is not counted.
    NotCounted,
    /// It lies before the days that are kept.
    TooOld,
}

impl RowRules<'_> {
    /// Reads a row.
    ///
    /// # Errors
    /// [`RowRefusal`] names the rule that it breaks.
    pub fn read(&self, cells: &impl Cells) -> Result<Read, RowRefusal> {
        let day = cells.get(Column::Day).unwrap_or_default();
        let (day, starts_at) = moment(day, cells.get(Column::Time))
            .map_err(|of_day| if of_day { RowRefusal::NoDay } else { RowRefusal::BadTime })?;
        let slot = self.slot(cells)?;
        let read = |said| {
            let own_id = slot.is_some();
            let slot = slot.unwrap_or_else(|| self.by_time(cells));
            Ok(Read { slot, own_id, said })
        };
        if day < self.today.minus_days(KEPT_DAYS) {
            return read(Said::TooOld);
        }
        if day > self.today.plus_days(AHEAD_DAYS) {
            return Err(RowRefusal::FarAhead);
        }
        let outcome = self.outcome(cells, day)?;
        if !outcome.is_summed() {
            return read(Said::Gone(outcome));
        }
        let (holder, kind) = self.session(cells)?;
        let (Some(clinician), Some(kind)) = (holder, kind) else {
            return read(Said::NotCounted);
        };
        read(Said::Stands(SlotState { clinician, day, starts_at, kind, outcome }))
    }

    /// The slot's own id as a digest.
    fn slot(&self, cells: &impl Cells) -> Result<Option<Uuid>, RowRefusal> {
        match cells.get(Column::Slot).map(str::trim) {
            None => Ok(None),
            Some("") => Err(RowRefusal::NoSlot),
            Some(text) => Ok(Some(self.digest(&["slot", text]))),
        }
    }

    fn by_time(&self, cells: &impl Cells) -> Uuid {
        let text = |column| cells.get(column).unwrap_or_default().trim();
        self.digest(&["time", text(Column::Holder), text(Column::Day), text(Column::Time)])
    }

    fn digest(&self, words: &[&str]) -> Uuid {
        let mut parts = vec![self.practice.as_str().as_bytes(), self.system.code().as_bytes()];
        parts.extend(words.iter().map(|word| word.as_bytes()));
        digest_id(&parts)
    }

    fn outcome(&self, cells: &impl Cells, day: LocalDate) -> Result<SlotOutcome, RowRefusal> {
        let flag = |column| truth(cells.get(column).unwrap_or_default()).ok_or(RowRefusal::BadFlag);
        let says = |column| cells.get(column).is_some_and(|text| !text.trim().is_empty());
        if flag(Column::Deleted)? {
            return Ok(SlotOutcome::Removed);
        }
        let missed = flag(Column::DidNotAttend)?;
        let outcome = match cells.get(Column::Status) {
            Some(_) if says(Column::Cancelled) => SlotOutcome::Cancelled,
            Some(status) => outcome_in_words(status).ok_or(RowRefusal::BadStatus)?,
            None if cells.has_patient() == Some(false) => SlotOutcome::Free,
            None if says(Column::SentIn) || says(Column::Left) => SlotOutcome::Attended,
            None => SlotOutcome::Booked,
        };
        let outcome = if missed && outcome.is_summed() { SlotOutcome::DidNotAttend } else { outcome };
        let happened = matches!(outcome, SlotOutcome::Attended | SlotOutcome::DidNotAttend);
        if happened && day > self.today {
            return Err(RowRefusal::Ahead);
        }
        Ok(outcome)
    }

    /// Whose slot it is and what kind of contact; nothing where either is not counted.
    fn session(&self, cells: &impl Cells) -> Result<(Option<ClinicianId>, Option<ContactKind>), RowRefusal> {
        let Some(session) = cells.get(Column::Session) else {
            let holder = cells.get(Column::Holder).unwrap_or_default();
            let clinician = self.holder(holder)?;
            return Ok((clinician, self.kind(cells)?));
        };
        let found = self.sessions.get(&Self::session_id(session));
        let session = found.filter(|session| !session.holders.is_empty());
        let session = session.ok_or(RowRefusal::NoSession)?;
        let kind = self.matching.kind(self.practice, self.system, &session.kind);
        let mut holder = Err(RowRefusal::NoHolder);
        for text in &session.holders {
            holder = match (holder, self.holder(text)) {
                (Ok(Some(one)), Ok(Some(other))) if one != other => {
                    return Err(RowRefusal::SeveralHolders);
                }
                (Ok(Some(one)), _) => Ok(Some(one)),
                (Err(RowRefusal::NoHolder) | Ok(None), next) => next,
                (unknown, Ok(None)) => unknown,
                (_, next) => next,
            };
        }
        Ok((holder?, kind))
    }

    /// The digest of a session's id.
    pub fn session_id(text: &str) -> Uuid {
        digest_id(&[b"session", text.trim().as_bytes()])
    }

    fn holder(&self, text: &str) -> Result<Option<ClinicianId>, RowRefusal> {
        if text.trim().is_empty() {
            return Err(RowRefusal::NoHolder);
        }
        match self.matching.holder(self.practice, self.system, text) {
            Matched::To(clinician) => Ok(Some(clinician)),
            Matched::NotCounted => Ok(None),
            Matched::Unknown => Err(RowRefusal::UnknownHolder),
        }
    }

    fn kind(&self, cells: &impl Cells) -> Result<Option<ContactKind>, RowRefusal> {
        let by_telephone = truth(cells.get(Column::Telephone).unwrap_or_default()).ok_or(RowRefusal::BadFlag)?;
        let text = cells.get(Column::Type).unwrap_or_default();
        let kind = self.matching.kind(self.practice, self.system, text);
        Ok(match kind {
            Some(ContactKind::InPerson) if by_telephone => Some(ContactKind::Telephone),
            kind => kind,
        })
    }
}
