//! Work that hospitals and other providers pass on to a practice: what came, from whom, what the practice did, and which duty
//! stood behind it. Never which patient, and never which person of the provider.

use std::fmt;

use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, TransferId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::name::{Asked, OwnReference};

pub mod book;
pub mod department;
pub mod minutes;
pub mod provider;
pub mod repeats;

pub use minutes::{GivenBack, Minutes};
pub use provider::ProviderRef;

/// What the practice did with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TransferOutcome {
    /// Sent back with a letter.
    Returned,
    /// Told them that the practice does not do it.
    Declined,
    /// Ours, or taken on by agreement.
    Agreed,
    /// Done because a patient needed it at once.
    DoneUrgent,
    /// Done because that was quicker than sending it back, or for another reason.
    DoneOther,
}

impl TransferOutcome {
    /// In the order of the page.
    pub const ALL: [Self; 5] = [Self::Returned, Self::Declined, Self::Agreed, Self::DoneUrgent, Self::DoneOther];

    /// Stable text.
    pub fn code(self) -> &'static str {
        match self {
            Self::Returned => "returned",
            Self::Declined => "declined",
            Self::Agreed => "agreed",
            Self::DoneUrgent => "done-urgent",
            Self::DoneOther => "done-other",
        }
    }

    /// As it stands on a button.
    pub fn label(self) -> &'static str {
        match self {
            Self::Returned => "Returned",
            Self::Declined => "Declined",
            Self::Agreed => "Agreed",
            Self::DoneUrgent => "Done anyway: clinically urgent",
            Self::DoneOther => "Done anyway: another reason",
        }
    }

    /// Read from its stable text.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }
}

impl fmt::Display for TransferOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// One piece of transferred work, before it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTransfer {
    /// Made by the client.
    pub id: TransferId,
    /// The entry that it takes the place of.
    pub corrects: Option<TransferId>,
    /// Who passed it on.
    pub provider: ProviderRef,
    /// Which part of it, by its code.
    pub department: Option<String>,
    /// Code of the category.
    pub category: String,
    /// What exactly, one of the category's reasons.
    pub reason: Option<String>,
    /// Code of the route.
    pub route: String,
    /// What was asked, in a sentence without a person.
    pub asked: Option<Asked>,
    /// What the practice did.
    pub outcome: TransferOutcome,
    /// What it took.
    pub minutes: Minutes,
    /// The practice's own reference.
    pub reference: Option<OwnReference>,
    /// The day it came.
    pub came_on: LocalDate,
    /// Code of the duty that the category proposed on that day.
    pub duty: Option<String>,
    /// Edition of the book.
    pub edition: String,
    /// It was entered in error: it stands in the history and counts for nothing.
    pub removed: bool,
}

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// What it says.
    pub says: NewTransfer,
    /// When it was written.
    pub recorded_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests;
