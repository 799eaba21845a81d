//! Whoever asks.

use std::fmt;

use entity::ids::{ApiKeyId, ClinicianId, DeviceId, DisplayId, OdsCode, OrgCode, PersonId, TapAddressId};
use uuid::Uuid;

use super::{Grant, KeyScope, Role};

/// Whoever asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A person who signed in, with what they hold now.
    Person {
        /// Who.
        id: PersonId,
        /// Unrevoked grants.
        grants: Vec<Grant>,
    },
    /// A device enrolled for one clinician.
    Device {
        /// Which.
        id: DeviceId,
        /// Where.
        practice: OdsCode,
        /// For whom.
        clinician: ClinicianId,
    },
    /// A screen that was given a display link.
    Display {
        /// Which.
        id: DisplayId,
        /// Where.
        practice: OdsCode,
        /// At the reception desk, where it may count where patients were sent; otherwise it only shows.
        desk: bool,
    },
    /// A program with a key of its organisation: what the role gives there, as far as the key goes.
    Program {
        /// Which key.
        key: ApiKeyId,
        /// What it never goes beyond.
        grant: Grant,
        /// How far it goes.
        scopes: Vec<KeyScope>,
    },
    /// Whoever sends to a secret address, such as a key on a desk: it counts for one clinician and reads no more than the
    /// day it adds to.
    TapAddress {
        /// Which.
        id: TapAddressId,
        /// Where.
        practice: OdsCode,
        /// For whom.
        clinician: ClinicianId,
    },
    /// Nobody we know.
    Stranger,
}

impl Actor {
    /// Whether they have this role in this organisation.
    pub fn holds(&self, role: Role, organisation: &OrgCode) -> bool {
        match self {
            Self::Person { grants, .. } => {
                grants.iter().any(|grant| grant.role == role && grant.organisation == *organisation)
            }
            Self::Program { grant, .. } => grant.role == role && grant.organisation == *organisation,
            Self::Device { .. } | Self::Display { .. } | Self::TapAddress { .. } | Self::Stranger => false,
        }
    }

    /// The id written beside what this actor records.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Person { id, .. } => id.0,
            Self::Device { id, .. } => id.0,
            Self::Display { id, .. } => id.0,
            Self::Program { key, .. } => key.0,
            Self::TapAddress { id, .. } => id.0,
            Self::Stranger => Uuid::nil(),
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person { id, .. } => write!(f, "person {id}"),
            Self::Device { id, .. } => write!(f, "device {id}"),
            Self::Display { id, .. } => write!(f, "display {id}"),
            Self::Program { key, .. } => write!(f, "key {key}"),
            Self::TapAddress { id, .. } => write!(f, "address {id}"),
            Self::Stranger => f.write_str("stranger"),
        }
    }
}
