//! What acts are about: the groups by which a reader finds them.

use std::str::FromStr;

use entity::ids::NotAnId;

/// What an act is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum About {
    /// Statuses, weekly answers, questions.
    Actions,
    /// Notices, letters, the calendar.
    Letters,
    /// Limits, sheets, what is kept of counts.
    Counting,
    /// Diverts.
    Divert,
    /// Files of appointments.
    Appointments,
    /// Work that others pass on.
    Transfers,
    /// Who sees what.
    Sharing,
    /// Clinicians, their phones, screens.
    Clinicians,
    /// Keys of programs.
    Keys,
    /// What was taken out.
    Downloads,
    /// An LMC's own work for its practices.
    LmcWork,
    /// People and their roles.
    People,
    /// Signing in, passwords, second factors.
    SigningIn,
    /// Organisations, the menu, releases.
    Published,
    /// What the service does to itself.
    Upkeep,
}

impl About {
    /// Each of them, in the order in which they are offered.
    pub const ALL: &'static [Self] = &[
        Self::Actions,
        Self::Letters,
        Self::Counting,
        Self::Divert,
        Self::Appointments,
        Self::Transfers,
        Self::Sharing,
        Self::Clinicians,
        Self::Keys,
        Self::Downloads,
        Self::LmcWork,
        Self::People,
        Self::SigningIn,
        Self::Published,
        Self::Upkeep,
    ];

    /// Stable text, as in an address.
    pub fn code(self) -> &'static str {
        match self {
            Self::Actions => "actions",
            Self::Letters => "letters",
            Self::Counting => "counting",
            Self::Divert => "divert",
            Self::Appointments => "appointments",
            Self::Transfers => "transfers",
            Self::Sharing => "sharing",
            Self::Clinicians => "clinicians",
            Self::Keys => "keys",
            Self::Downloads => "downloads",
            Self::LmcWork => "lmc",
            Self::People => "people",
            Self::SigningIn => "signing-in",
            Self::Published => "published",
            Self::Upkeep => "upkeep",
        }
    }

    /// As it is offered.
    pub fn title(self) -> &'static str {
        match self {
            Self::Actions => "Actions and the week",
            Self::Letters => "Notices and letters",
            Self::Counting => "Limits and counts",
            Self::Divert => "Divert",
            Self::Appointments => "Appointment files",
            Self::Transfers => "Transferred work",
            Self::Sharing => "Who sees this",
            Self::Clinicians => "Clinicians, phones, screens",
            Self::Keys => "Keys for programs",
            Self::Downloads => "Downloads",
            Self::LmcWork => "The LMC’s own work",
            Self::People => "People and roles",
            Self::SigningIn => "Signing in",
            Self::Published => "Organisations, menu, releases",
            Self::Upkeep => "Upkeep by Headroom",
        }
    }
}

impl FromStr for About {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let found = Self::ALL.iter().copied().find(|about| about.code() == text);
        found.ok_or(NotAnId { what: "a kind of act", why: "choose one of the list" })
    }
}
