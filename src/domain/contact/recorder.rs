//! Who records a contact, and how many days back they may.

use uuid::Uuid;

use crate::domain::access::{Actor, Authority, By, ClinicianScope};

/// How far back a practice manager may record.
pub const BACKFILL_DAYS: u64 = 31;
/// How far back a clinician's own device may.
pub const OWN_BACKFILL_DAYS: u64 = 7;

/// Who records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorder {
    /// A clinician's own device.
    Device(Uuid),
    /// A practice manager, or a program of the practice.
    Person(Uuid),
}

impl Recorder {
    /// Stored beside the contact.
    pub fn id(self) -> Uuid {
        match self {
            Self::Device(id) | Self::Person(id) => id,
        }
    }

    /// How many days back they may record.
    pub fn days_back(self) -> u64 {
        match self {
            Self::Device(_) => OWN_BACKFILL_DAYS,
            Self::Person(_) => BACKFILL_DAYS,
        }
    }
}

impl From<&Actor> for Recorder {
    fn from(actor: &Actor) -> Self {
        match actor {
            Actor::Person { .. } | Actor::Program { .. } => Self::Person(actor.id()),
            _ => Self::Device(actor.id()),
        }
    }
}

impl From<&By<ClinicianScope>> for Recorder {
    fn from(by: &By<ClinicianScope>) -> Self {
        if by.is_person() { Self::Person(by.id()) } else { Self::Device(by.id()) }
    }
}
