//! What a file about organisations says.

use std::fmt;

use entity::ids::{LocalDate, OrgCode};

use crate::domain::organisation::{Openness, OrganisationKind, OrganisationSource, Statement};

/// The files that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// NHS England's `gp-reg-pat-prac-map`; holds its date.
    PracticeMapping,
    /// ODS `epraccur` as served until 2025: statuses `A`, `C`, `D`, `P`, settings as numbers.
    EpraccurOld,
    /// ODS `epraccur` as served since: status words, settings as roles.
    EpraccurNew,
    /// Practices with list sizes and opening dates; the list size column names its month.
    PracticeLists,
    /// LMCs and the ICBs they cover.
    Lmcs,
    /// The LMC of each practice.
    LmcMembers,
    /// Answers of ODS's ORD interface, as JSON.
    Ord,
}

impl FileKind {
    /// The source that an import of such a file is recorded under.
    pub fn source(self) -> OrganisationSource {
        match self {
            Self::PracticeMapping => OrganisationSource::PracticeMapping,
            Self::EpraccurOld | Self::EpraccurNew => OrganisationSource::Epraccur,
            Self::PracticeLists => OrganisationSource::PracticeLists,
            Self::Lmcs => OrganisationSource::Lmcs,
            Self::LmcMembers => OrganisationSource::LmcMembers,
            Self::Ord => OrganisationSource::Ord,
        }
    }
}

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extract {
    /// What kind of file it is.
    pub kind: FileKind,
    /// The date the file itself gives; without one the person who imports it must.
    pub effective_on: Option<LocalDate>,
    /// What it says, areas before practices, each organisation once.
    pub statements: Vec<Statement>,
    /// Rows that open nothing, with the reason.
    pub skipped: Vec<Skipped>,
    /// Rows that are used and that their compiler marked as uncertain; an administrator should look at them.
    pub uncertain: Vec<Uncertain>,
    /// A caveat about all of the file to be shown wherever its figures are.
    pub caveat: Option<&'static str>,
}

impl Extract {
    pub(super) fn new(kind: FileKind) -> Self {
        Self {
            kind,
            effective_on: None,
            statements: Vec::new(),
            skipped: Vec::new(),
            uncertain: Vec::new(),
            caveat: None,
        }
    }

    /// Takes in what another file of the same kind says, so that both are compared with what is known as one.
    pub fn join(&mut self, other: Self) {
        let Self { kind: _, effective_on: _, statements, skipped, uncertain, caveat: _ } = other;
        self.statements.extend(statements);
        self.skipped.extend(skipped);
        self.uncertain.extend(uncertain);
    }
}

/// A row that was not used, or not all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Line of the file, from 1.
    pub line: u64,
    /// The code of the row.
    pub code: OrgCode,
    /// Why.
    pub reason: Reason,
}

/// Why a row was skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// In Wales.
    Wales,
    /// In Jersey, Guernsey, Alderney or on the Isle of Man.
    CrownDependency,
    /// In another country.
    Elsewhere,
    /// A prescribing cost centre of another setting, such as a prison or a walk-in centre.
    OtherSetting,
    /// Closed. It opens nothing; where the practice is known only from this kind of file, it closes it.
    Closed,
    /// Dormant: dormant codes with patients exist, so it neither opens nor closes anything.
    Dormant,
    /// Proposed, not open yet.
    Proposed,
    /// The file assigns the practice to no LMC.
    Unassigned,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wales => "in Wales",
            Self::CrownDependency => "in a Crown dependency",
            Self::Elsewhere => "in another country",
            Self::OtherSetting => "not a GP practice",
            Self::Closed => "closed",
            Self::Dormant => "dormant",
            Self::Proposed => "proposed, not open yet",
            Self::Unassigned => "assigned to no LMC",
        })
    }
}

/// A row that is used though its compiler was not sure of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncertain {
    /// Line of the file, from 1.
    pub line: u64,
    /// The organisation.
    pub code: OrgCode,
}

/// Statement that an area is open.
pub(super) fn area(kind: OrganisationKind, code: OrgCode) -> Statement {
    Statement { standing: Openness::Open { since: None }, ..Statement::about(kind, code) }
}
