//! One row of an extract: what it says about a slot, or why it cannot be taken.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::ids::{ClinicianId, LocalDate, OdsCode};
use uuid::Uuid;

use super::{
    AHEAD_DAYS, Came, Column, Erasures, KEPT_DAYS, Matched, Matching, RowRefusal, SlotOutcome, SlotState, System,
    TypeMeaning, came_in_words, digest_id, mode_in_words, moment, moment::is_midnight, truth,
};
use crate::domain::contact::{ContactKind, MOST_A_DAY};

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
    /// What clinicians had erased.
    pub erased: &'a Erasures,
}

/// What a row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The slot: by its own id, or by holder and time where the file has no ids.
    pub slot: Uuid,
    /// Whether the slot has an id of its own: without, several of the same holder and time are told apart by their order.
    pub own_id: bool,
    /// How many slots the row stands for.
    pub count: u32,
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
    /// It is of a day that its clinician had erased; the practice kept the sum.
    Erased,
}

impl RowRules<'_> {
    /// Reads a row.
    ///
    /// # Errors
    /// [`RowRefusal`] names the rule that it breaks.
    pub fn read(&self, cells: &impl Cells) -> Result<Read, RowRefusal> {
        let (day, starts_at) = self.moment(cells)?;
        let slot = self.slot(cells)?;
        let own_id = slot.is_some();
        let slot = slot.unwrap_or_else(|| self.by_time(cells, day, starts_at));
        let count = count(cells, own_id);
        let read = |count, said| Ok(Read { slot, own_id, count, said });
        if day < self.today.minus_days(KEPT_DAYS) {
            return read(count.unwrap_or(1), Said::TooOld);
        }
        if day > self.today.plus_days(AHEAD_DAYS) {
            return Err(RowRefusal::FarAhead);
        }
        let outcome = self.outcome(cells, day)?;
        if !outcome.is_summed() {
            return read(count.unwrap_or(MOST_A_DAY), Said::Gone(outcome));
        }
        let count = count.ok_or(RowRefusal::BadCount)?;
        if count == 0 {
            return read(1, Said::Gone(SlotOutcome::Free));
        }
        let (holder, meaning) = self.session(cells)?;
        let (Some(clinician), Some(meaning)) = (holder, meaning) else {
            return read(count, Said::NotCounted);
        };
        if self.erased.have(clinician, day) {
            return read(count, Said::Erased);
        }
        let outcome = match (meaning, outcome) {
            (TypeMeaning::Vaccination, SlotOutcome::Attended) => SlotOutcome::Vaccinated,
            // Nothing of the limit's is booked.
            (TypeMeaning::Vaccination, SlotOutcome::Booked) => return read(count, Said::Gone(outcome)),
            _ => outcome,
        };
        read(count, Said::Stands(SlotState { clinician, day, starts_at, kind: meaning.kind(), outcome }))
    }

    /// The day and the time, where it says one: in reports midnight is none.
    fn moment(&self, cells: &impl Cells) -> Result<(LocalDate, Option<DateTime<Utc>>), RowRefusal> {
        let day = cells.get(Column::Day).unwrap_or_default();
        let (day, starts_at) = moment(day, cells.get(Column::Time))
            .map_err(|of_day| if of_day { RowRefusal::NoDay } else { RowRefusal::BadTime })?;
        Ok((day, starts_at.filter(|at| self.system != System::Report || !is_midnight(*at))))
    }

    /// What became of the row's slot, where its day can be read; for the first reading.
    pub fn outcome_of(&self, cells: &impl Cells) -> Option<SlotOutcome> {
        let (day, _) = self.moment(cells).ok()?;
        self.outcome(cells, day).ok()
    }

    /// The slot's own id as a digest.
    fn slot(&self, cells: &impl Cells) -> Result<Option<Uuid>, RowRefusal> {
        match cells.get(Column::Slot).map(str::trim) {
            None => Ok(None),
            Some("") => Err(RowRefusal::NoSlot),
            Some(text) => Ok(Some(self.digest(&["slot", text]))),
        }
    }

    /// A slot by what its cells mean, never by how they are written: a file that a spreadsheet saved again has the same.
    fn by_time(&self, cells: &impl Cells, day: LocalDate, starts_at: Option<DateTime<Utc>>) -> Uuid {
        let holder = cells.get(Column::Holder).unwrap_or_default().to_lowercase();
        let holder = holder.split_whitespace().collect::<Vec<_>>().join(" ");
        let time = starts_at.map(|at| at.format("%H:%M").to_string()).unwrap_or_default();
        self.digest(&["at", &holder, &day.to_string(), &time])
    }

    fn digest(&self, words: &[&str]) -> Uuid {
        let mut parts = vec![self.practice.as_str().as_bytes(), self.system.code().as_bytes()];
        parts.extend(words.iter().map(|word| word.as_bytes()));
        digest_id(&parts)
    }

    fn outcome(&self, cells: &impl Cells, day: LocalDate) -> Result<SlotOutcome, RowRefusal> {
        let says = |column| cells.get(column).is_some_and(|text| !text.trim().is_empty());
        let deleted = truth(cells.get(Column::Deleted).unwrap_or_default()).ok_or(RowRefusal::BadFlag)?;
        if deleted {
            return Ok(SlotOutcome::Removed);
        }
        let came = came_in_words(cells.get(Column::DidNotAttend).unwrap_or_default()).ok_or(RowRefusal::BadFlag)?;
        let outcome = match cells.get(Column::Status) {
            Some(_) if says(Column::Cancelled) => SlotOutcome::Cancelled,
            Some(status) if status.trim().is_empty() => unsaid(cells, came),
            Some(status) => self.matching.outcome(self.practice, self.system, status).ok_or(RowRefusal::BadStatus)?,
            None if cells.has_patient() == Some(false) => SlotOutcome::Free,
            None if says(Column::SentIn) || says(Column::Left) => SlotOutcome::Attended,
            None => SlotOutcome::Booked,
        };
        // Two columns together: EMIS says "Attended" of slots that nobody booked, too.
        let outcome = match (came, outcome) {
            (Came::No, outcome) if outcome.is_summed() => SlotOutcome::DidNotAttend,
            (Came::Yes, SlotOutcome::Booked) => SlotOutcome::Attended,
            (_, outcome) => outcome,
        };
        let happened = matches!(outcome, SlotOutcome::Attended | SlotOutcome::DidNotAttend);
        if happened && day > self.today {
            return Err(RowRefusal::Ahead);
        }
        Ok(outcome)
    }

    /// Whose slot it is and what kind of contact; nothing where either is not counted.
    fn session(&self, cells: &impl Cells) -> Result<(Option<ClinicianId>, Option<TypeMeaning>), RowRefusal> {
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

    fn kind(&self, cells: &impl Cells) -> Result<Option<TypeMeaning>, RowRefusal> {
        let by_telephone = truth(cells.get(Column::Telephone).unwrap_or_default()).ok_or(RowRefusal::BadFlag)?;
        let text = cells.get(Column::Type).unwrap_or_default();
        let meaning = self.matching.kind(self.practice, self.system, text);
        if meaning != Some(TypeMeaning::Contact(ContactKind::InPerson)) {
            return Ok(meaning);
        }
        let said = |column| cells.get(column).and_then(mode_in_words);
        let mode = if by_telephone { Some(ContactKind::Telephone) } else { said(Column::Flags) };
        let mode = mode.or_else(|| said(Column::Status)).unwrap_or(ContactKind::InPerson);
        Ok(Some(TypeMeaning::Contact(mode)))
    }
}

/// What a blank status leaves: without anybody in it the slot is free.
fn unsaid(cells: &impl Cells, came: Came) -> SlotOutcome {
    if cells.has_patient() == Some(false) && came != Came::No { SlotOutcome::Free } else { SlotOutcome::Booked }
}

/// How many slots a row stands for; nothing where that cannot be read. A slot with an id of its own is one.
fn count(cells: &impl Cells, own_id: bool) -> Option<u32> {
    let text = cells.get(Column::Count).map_or("", str::trim);
    if own_id || text.is_empty() {
        return Some(1);
    }
    let whole = text.split_once('.').filter(|(_, zeros)| zeros.bytes().all(|byte| byte == b'0'));
    let n = whole.map_or(text, |(whole, _)| whole).parse().ok()?;
    (n <= MOST_A_DAY).then_some(n)
}
