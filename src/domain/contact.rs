//! What a contact is, and how one is accepted from a phone whose clock may be wrong.
//!
//! A contact is a discrete interaction between a health professional and a patient or the patient's representative,
//! in any mode and setting (NHS England/GPC appointment guidance). Contact 26 is recorded like the first.

use chrono::{DateTime, Utc};
use entity::ids::{ClinicianId, ContactId, LocalDate, OdsCode, VoidId};
use uuid::Uuid;

pub mod clocks;

pub use self::{
    clocks::accept,
    kind::{ContactKind, Entered, Source, VoidReason},
    recorder::{BACKFILL_DAYS, OWN_BACKFILL_DAYS, Recorder},
};
use super::work::{TallyMark, TallySheet};

mod kind;
mod recorder;

/// The most patients of one round or group.
pub const MOST_AT_ONCE: u32 = 60;
/// The most contacts of one clinician's day, by whichever door: more than anyone sees.
pub const MOST_A_DAY: u32 = 200;
/// The most rows of one clinician's day, those that were taken back included. A correction has as much room again.
pub const MOST_ROWS: u32 = 2 * MOST_A_DAY;
/// The word from which the id of a contact follows that takes the place of another.
pub const REPLACED: &str = "replaced";

/// A contact ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewContact {
    /// Where.
    pub practice: OdsCode,
    /// Made by the client; sent again it changes nothing.
    pub id: ContactId,
    /// Whose.
    pub clinician: ClinicianId,
    /// The London day it counts for.
    pub day: LocalDate,
    /// When it took place, as far as is known.
    pub occurred_at: DateTime<Utc>,
    /// Whether the sender named the time; only then must a repeat name the same.
    pub time_given: bool,
    /// How.
    pub kind: ContactKind,
    /// A long-term condition, mental health or the like: 2.5 routine contacts on the second ruler (BMA 2018).
    pub complex: bool,
    /// How it came in.
    pub entered: Entered,
    /// The phone's clock was off by more than five minutes.
    pub clock_off: bool,
    /// Person or device.
    pub recorded_by: Uuid,
}

/// A void ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVoid {
    /// Where.
    pub practice: OdsCode,
    /// Made by the client.
    pub id: VoidId,
    /// What is voided; it may not have arrived yet.
    pub contact: ContactId,
    /// Whose; a void of somebody else's contact does nothing.
    pub clinician: ClinicianId,
    /// Why, where somebody said so.
    pub reason: Option<VoidReason>,
    /// Person or device.
    pub recorded_by: Uuid,
}

/// One operation of the counting path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CountOp {
    /// Count this.
    Contact(NewContact),
    /// Do not count that.
    Void(NewVoid),
    /// Tally marks beside the contacts.
    TallyMark(TallyMark),
}

impl CountOp {
    /// Where.
    pub fn practice(&self) -> &OdsCode {
        match self {
            Self::Contact(contact) => &contact.practice,
            Self::Void(void) => &void.practice,
            Self::TallyMark(mark) => &mark.practice,
        }
    }

    /// Marks a contact as recorded while the clock was wrong or doubted.
    pub fn mark_clock(&mut self) {
        if let Self::Contact(contact) = self {
            contact.clock_off = true;
        }
    }

    /// Whose; none where it belongs to the practice as a whole.
    pub fn clinician(&self) -> Option<ClinicianId> {
        match self {
            Self::Contact(contact) => Some(contact.clinician),
            Self::Void(void) => Some(void.clinician),
            Self::TallyMark(TallyMark { sheet: TallySheet::Work(clinician), .. }) => Some(*clinician),
            Self::TallyMark(TallyMark { sheet: TallySheet::Divert, .. }) => None,
        }
    }
}

/// What became of one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepOutcome {
    /// Written now.
    Recorded,
    /// Written before; nothing changed.
    Repeat,
    /// The id stands for something else; nothing was written.
    IdReused,
    /// There is no room for it; nothing was written.
    Refused(NotTaken),
}

/// Why an operation is not taken that is right in itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTaken {
    /// As many count as may.
    Contacts,
    /// As many were recorded and taken back as may be.
    Rows,
    /// As many voids came before their contacts as may.
    Voids,
    /// As many tally marks were made as may be.
    TallyMarks,
    /// It was made before its clinician had everything erased.
    Erased,
}

impl NotTaken {
    /// The field at fault and a sentence about it.
    pub fn explain(self) -> (&'static str, &'static str) {
        match self {
            Self::Contacts => (
                "occurred_at",
                "This day has 200 contacts, the most that one clinician's day takes. Take back what is wrong first",
            ),
            Self::Rows => {
                ("occurred_at", "So many contacts of this day were recorded and taken back that it takes no more")
            }
            Self::Voids => ("void", "Too many contacts were taken back today that were never recorded"),
            Self::TallyMarks => ("n", "So many entries were made on this day that it takes no more"),
            Self::Erased => ("id", "It was tapped before everything you had counted was erased, and is not counted"),
        }
    }
}

/// A contact as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tap {
    /// Client-made; a UUIDv7 also dates a contact sent without a time.
    pub id: Uuid,
    /// How; in person where nothing is said.
    pub kind: ContactKind,
    /// Complex.
    pub complex: bool,
    /// When, where the sender says.
    pub occurred_at: Option<DateTime<Utc>>,
}

/// Why a contact cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedContact {
    /// The id is all zeros or all ones.
    NoId,
    /// It lies ahead of the server's clock by more than the tolerance.
    Future,
    /// It lies further back than whoever records may go: [`Recorder::days_back`].
    TooOld(Recorder),
}

impl RefusedContact {
    /// The field at fault and a sentence about it.
    pub fn explain(self) -> (&'static str, &'static str) {
        match self {
            Self::NoId => ("id", "Send a UUIDv7 made for this contact"),
            Self::Future => ("occurred_at", "A contact cannot be in the future"),
            Self::TooOld(Recorder::Person(_)) => ("occurred_at", "A contact can be recorded for up to 31 days"),
            Self::TooOld(Recorder::Device(_)) => {
                ("occurred_at", "A clinician's device can record for up to 7 days, a practice manager for up to 31")
            }
        }
    }
}

impl Tap {
    /// What the sender's clock said: as it was sent, or when its id was made.
    pub fn told(&self) -> Option<DateTime<Utc>> {
        self.occurred_at.or_else(|| made_at(self.id))
    }
}

/// When a UUIDv7 was made, to the millisecond; nothing for other versions.
pub fn made_at(id: Uuid) -> Option<DateTime<Utc>> {
    (id.get_version_num() == 7).then_some(())?;
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}

/// An id that follows from another and a word: a write derived from a request gets the same id when the request is sent
/// again. It keeps the time and version of the id it follows from, so it sorts beside it.
pub fn derived_id(from: Uuid, word: &str) -> Uuid {
    use sha2::{Digest, Sha256};
    let digest = Sha256::new().chain_update(from.as_bytes()).chain_update(word.as_bytes()).finalize();
    let mut bytes = *from.as_bytes();
    for (to, random) in bytes.iter_mut().zip(&digest).skip(8) {
        *to = *random;
    }
    if let Some(variant) = bytes.get_mut(8) {
        *variant = (*variant & 0x3f) | 0x80;
    }
    Uuid::from_bytes(bytes)
}

/// The key under which a contact is summed: its kind, and whether it is complex.
pub fn tally_kind(kind: ContactKind, complex: bool) -> String {
    if complex { format!("{kind}-complex") } else { kind.code().to_owned() }
}
