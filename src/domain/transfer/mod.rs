//! Work that hospitals and other providers pass on to a practice: what came, from whom, what the practice did, and which duty
//! stood behind it. Never which patient, and never which person of the provider.

use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, SubjectId, TransferId};

use super::{
    codes::codes,
    name::{Asked, OwnReference},
};

pub mod answer_kind;
pub mod answers;
pub mod book;
mod built_in;
pub mod department;
pub mod desk;
pub mod letter;
mod lists;
pub mod logged;
pub mod minutes;
pub mod past;
pub mod provider;

pub use built_in::built_in;
pub use minutes::{GivenBack, Minutes};
pub use provider::ProviderRef;

codes! {
    "an outcome",
    "an outcome is returned, declined, agreed, done-urgent or done-other",
    /// What the practice did with it.
    TransferOutcome {
        /// Sent back with a letter.
        Returned = "returned",
        /// Told them that the practice does not do it.
        Declined = "declined",
        /// Ours, or taken on by agreement.
        Agreed = "agreed",
        /// Done because a patient needed it at once.
        DoneUrgent = "done-urgent",
        /// Done because that was quicker than sending it back, or for another reason.
        DoneOther = "done-other",
    }
}

impl TransferOutcome {
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

    /// Declined or returned: the provider has it again.
    pub fn is_sent_back(self) -> bool {
        matches!(self, Self::Returned | Self::Declined)
    }

    /// Done all the same, for whatever reason.
    pub fn is_done(self) -> bool {
        matches!(self, Self::DoneUrgent | Self::DoneOther)
    }

    /// In a table.
    pub fn short_label(self) -> &'static str {
        match self {
            Self::DoneUrgent => "Done: urgent",
            Self::DoneOther => "Done",
            sent_back => sent_back.label(),
        }
    }
}

/// One piece of transferred work, before it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTransfer {
    /// Made by the client.
    pub id: TransferId,
    /// The entry that it takes the place of.
    pub corrects: Option<TransferId>,
    /// The first entry of those that correct each other, where that is another one.
    pub first: Option<TransferId>,
    /// Who passed it on.
    pub provider: ProviderRef,
    /// Which part of it, by its code.
    pub department: Option<String>,
    /// The pathway of the practice's register that it is about, where the department alone does not say which.
    pub pathway: Option<SubjectId>,
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

impl NewTransfer {
    /// The name that an item keeps, however often it is corrected: letters are about that.
    pub fn lasting(&self) -> TransferId {
        self.first.unwrap_or(self.id)
    }
}

/// "Wyrevale Infirmary, cardiology".
pub fn sender(provider: &ProviderRef, department: Option<&str>) -> String {
    match department::name(department) {
        Some(name) => format!("{}, {name}", provider.name),
        None => provider.name.clone(),
    }
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
