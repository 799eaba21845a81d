//! What a program's key may be given. A key goes as far as one of these says and never beyond its organisation's role.

use std::str::FromStr;

use entity::ids::NotAnId;

use super::{Action, Role};

/// How far a program's key goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyScope {
    /// Sends appointment files and lets them count.
    Imports,
    /// Reads.
    Read,
    /// Records contacts, day sheets, diverted patients and transferred work.
    Record,
}

impl KeyScope {
    /// Every one, in the order of the page.
    pub const ALL: [Self; 3] = [Self::Imports, Self::Read, Self::Record];

    /// Stable text, as stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Imports => "imports",
            Self::Read => "read",
            Self::Record => "record",
        }
    }

    /// As written on a page.
    pub fn title(self) -> &'static str {
        match self {
            Self::Imports => "Send appointments",
            Self::Read => "Read",
            Self::Record => "Record",
        }
    }

    /// What it opens, as written on a page for a role.
    pub fn says(self, role: Role) -> &'static str {
        match (self, role) {
            (Self::Imports, _) => "Appointment reports and extracts: send them, match them, let them count",
            (Self::Read, Role::PracticeManager) => "Whatever the practice reads of itself, clinicians’ counts too",
            (Self::Read, Role::LmcOfficer) => "Whatever the LMC reads of its area; consent of practices holds",
            (Self::Read, _) => "Releases",
            (Self::Record, _) => "Contacts, day sheets, where patients were sent, and work that providers passed on",
        }
    }

    /// Those with something to open for a role.
    pub fn offered_to(role: Role) -> Vec<Self> {
        match role {
            Role::PracticeManager => Self::ALL.to_vec(),
            Role::LmcOfficer | Role::IcbAnalyst => vec![Self::Read],
            Role::Administrator => Vec::new(),
        }
    }

    /// The one that opens an action; none where no key ever does: accounts, people, keys, and what a person answers for.
    pub fn of(action: Action) -> Option<Self> {
        match action {
            Action::ImportAppointments => Some(Self::Imports),
            Action::SeeOwnDay
            | Action::SeePracticeTotal
            | Action::SeeCapacity
            | Action::SeeDisplay
            | Action::SeeDesk
            | Action::SeeDiverts
            | Action::SeeRegister
            | Action::SeeTransfers
            | Action::SeeLetters
            | Action::SeeQuestionResults
            | Action::SeeLmcArea
            | Action::SeeAreaTransfers
            | Action::SeePracticeAsLmc
            | Action::ReadReleases => Some(Self::Read),
            Action::RecordContacts
            | Action::EnterDaySheet
            | Action::EnterDaySheets
            | Action::CountDiverts
            | Action::LogTransfers => Some(Self::Record),
            Action::EraseCounts
            | Action::KeepTapAddresses
            | Action::HearOwnLimit
            | Action::SetLimits
            | Action::RunDivert
            | Action::ManageDisplays
            | Action::RecordStatus
            | Action::AnswerWeek
            | Action::WriteLetters
            | Action::EditLmcLetters
            | Action::PublishTemplates
            | Action::EditLocalItems
            | Action::AskQuestions
            | Action::PublishOffice
            | Action::SetSharing
            | Action::ManageClinicians
            | Action::RunTransferDesk
            | Action::SetMeeting
            | Action::EnterByTelephone
            | Action::ManageManagers
            | Action::BringIn
            | Action::ManageKeys
            | Action::ManageWebhooks
            | Action::HearOfLimits
            | Action::SeeWhatHappened
            | Action::DownloadRecord
            | Action::SignIn
            | Action::SeeOwnKey
            | Action::SeeAccount
            | Action::KeepAccount
            | Action::SetMail
            | Action::SeeOwnTotal
            | Action::Administer => None,
        }
    }
}

impl FromStr for KeyScope {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.code() == text)
            .ok_or(NotAnId { what: "a scope of a key", why: "scopes are imports, read and record" })
    }
}
