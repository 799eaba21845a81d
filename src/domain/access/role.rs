//! What a person may hold.

use std::str::FromStr;

use entity::ids::NotAnId;

use super::Grant;
use crate::domain::organisation::OrganisationKind;

/// What a person may hold in an organisation. Clinicians act through an enrolled device instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Runs one practice's record.
    PracticeManager,
    /// Sees one LMC's area live.
    LmcOfficer,
    /// Reads releases for an ICB.
    IcbAnalyst,
    /// Looks after the service: organisations and people, never a practice's rows.
    Administrator,
}

/// Who reads on both sides could undo what a release protects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReaderSide {
    /// What practices record and show their LMC.
    Practices,
    /// Protected sums only.
    Releases,
}

impl Role {
    /// Every role, in the order of the tables.
    pub const ALL: [Self; 4] = [Self::PracticeManager, Self::LmcOfficer, Self::IcbAnalyst, Self::Administrator];

    /// Stable text, as stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::PracticeManager => "practice-manager",
            Self::LmcOfficer => "lmc-officer",
            Self::IcbAnalyst => "icb-analyst",
            Self::Administrator => "administrator",
        }
    }

    /// As written on a page.
    pub fn title(self) -> &'static str {
        match self {
            Self::PracticeManager => "Practice manager",
            Self::LmcOfficer => "LMC officer",
            Self::IcbAnalyst => "ICB analyst",
            Self::Administrator => "Administrator",
        }
    }

    /// The kind of organisation it is held in; none where it is held for the whole service.
    pub fn held_in(self) -> Option<OrganisationKind> {
        match self {
            Self::PracticeManager => Some(OrganisationKind::Practice),
            Self::LmcOfficer => Some(OrganisationKind::Lmc),
            Self::IcbAnalyst => Some(OrganisationKind::Icb),
            Self::Administrator => None,
        }
    }

    /// On which side of the disclosure rules its holder reads, if on one.
    pub fn side(self) -> Option<ReaderSide> {
        match self {
            Self::PracticeManager | Self::LmcOfficer => Some(ReaderSide::Practices),
            Self::IcbAnalyst => Some(ReaderSide::Releases),
            Self::Administrator => None,
        }
    }

    /// Whether it opens more than one practice.
    pub fn sees_many(self) -> bool {
        match self {
            Self::PracticeManager => false,
            Self::LmcOfficer | Self::IcbAnalyst | Self::Administrator => true,
        }
    }
}

/// What of these is open now: a role that sees more than one practice is shut until a second factor was proven.
pub fn open_grants(mut grants: Vec<Grant>, is_proven: bool) -> Vec<Grant> {
    grants.retain(|grant| is_proven || !grant.role.sees_many());
    grants
}

impl FromStr for Role {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        Self::ALL.into_iter().find(|role| role.code() == text).ok_or(NotAnId {
            what: "a role",
            why: "roles are practice-manager, lmc-officer, icb-analyst and administrator",
        })
    }
}
