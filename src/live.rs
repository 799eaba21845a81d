//! The change feed: what changed, never what it is. A page that hears it fetches again and is authorised again.

use std::{fmt, str::FromStr};

use entity::ids::{NotAnId, OdsCode};
use tokio::sync::broadcast;
use uuid::Uuid;

/// What of a practice changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    /// Counts, limits, sessions.
    Contacts,
    /// The action register or a weekly answer.
    Register,
    /// Consent.
    Sharing,
    /// Clinicians and devices.
    People,
    /// A divert, what belongs to it, or a clinician who says that they are at their limit.
    Divert,
}

impl What {
    /// Name of the event on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Register => "register",
            Self::Sharing => "sharing",
            Self::People => "people",
            Self::Divert => "divert",
        }
    }
}

/// Something of one practice changed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Change {
    /// Whose.
    pub practice: OdsCode,
    /// What.
    pub what: What,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.what.name(), self.practice)
    }
}

impl FromStr for Change {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        const BAD: NotAnId = NotAnId { what: "a change", why: "a change is a word and a practice code" };
        let (what, practice) = text.split_once(' ').ok_or(BAD)?;
        let what = [What::Contacts, What::Register, What::Sharing, What::People, What::Divert]
            .into_iter()
            .find(|known| known.name() == what)
            .ok_or(BAD)?;
        Ok(Self { practice: practice.parse()?, what })
    }
}

/// The feed of this node. Events of other nodes arrive through PostgreSQL and are published here too.
#[derive(Debug, Clone)]
pub struct Live {
    sender: broadcast::Sender<Change>,
    node: Uuid,
}

impl Default for Live {
    fn default() -> Self {
        Self { sender: broadcast::channel(1024).0, node: Uuid::now_v7() }
    }
}

impl Live {
    /// Tells everyone listening on this node. For the writer, after COMMIT.
    pub fn publish(&self, change: &Change) {
        // An error only says that nobody listens.
        drop(self.sender.send(change.clone()));
    }

    /// Hears every change from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.sender.subscribe()
    }

    /// Marks what this node sent to the others, so that it does not publish it twice.
    pub fn node(&self) -> Uuid {
        self.node
    }
}
