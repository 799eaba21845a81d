//! What files say about organisations, and what an import of them would do.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, OrgCode};

use super::{Dated, Fact, OrganisationKind};

/// Where statements come from; decides what a file may open and close.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrganisationSource {
    /// NHS England's mapping of every practice with patients (`gp-reg-pat-prac-map`). Complete: what it leaves out
    /// is closed, practices and areas alike.
    PracticeMapping,
    /// The ODS list of practices and prescribing cost centres (`epraccur`). Never closes or reopens a practice that a
    /// patient-list file knows: dormant and closed codes with patients exist.
    Epraccur,
    /// Practices with list sizes and opening dates.
    PracticeLists,
    /// LMCs and the ICBs they cover. No complete list is published, so what it leaves out stays.
    Lmcs,
    /// Which practice belongs to which LMC.
    LmcMembers,
    /// Records of single organisations as ODS's ORD interface answers them; bound by patient lists as `epraccur` is.
    Ord,
}

impl OrganisationSource {
    /// The stable code that is stored with an import.
    pub fn code(self) -> &'static str {
        match self {
            Self::PracticeMapping => "practice-mapping",
            Self::Epraccur => "epraccur",
            Self::PracticeLists => "practice-lists",
            Self::Lmcs => "lmcs",
            Self::LmcMembers => "lmc-members",
            Self::Ord => "ord",
        }
    }

    /// Whether a patient-list file knows better which practices are open.
    pub(super) fn yields_to_patient_lists(self) -> bool {
        matches!(self, Self::Epraccur | Self::Ord)
    }

    /// Whether an organisation of this kind that the file leaves out is closed.
    pub(super) fn closes(self, kind: OrganisationKind) -> bool {
        self == Self::PracticeMapping && kind != OrganisationKind::Lmc
    }
}

/// What an import may touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportScope {
    /// Where the statements come from.
    pub source: OrganisationSource,
    /// The newest day that was imported from this source; an older file changes the past only.
    pub newest: Option<LocalDate>,
}

/// What a file says about whether an organisation is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Openness {
    /// Nothing: the file is about something else, and the organisation must be known already.
    #[default]
    Unsaid,
    /// Open on the file's date.
    Open {
        /// Its opening date, where the file has one.
        since: Option<LocalDate>,
    },
    /// Closed.
    Closed {
        /// First day on which it was closed; without one the file's date counts.
        on: Option<LocalDate>,
    },
}

/// What a file says about one organisation on its date. What is `None` is not said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The organisation.
    pub code: OrgCode,
    /// Its kind.
    pub kind: OrganisationKind,
    /// Whether it is open.
    pub standing: Openness,
    /// Which other took over from one that is closed.
    pub successor: Option<OrgCode>,
    /// Its name.
    pub name: Option<String>,
    /// Registered patients.
    pub list_size: Option<u32>,
    /// What it belongs to; a kind that is not a key is not said, a kind with `None` is said to be none.
    pub parents: BTreeMap<OrganisationKind, Option<OrgCode>>,
    /// All the ICBs an LMC covers.
    pub covers: Option<BTreeSet<OrgCode>>,
}

impl Statement {
    /// A statement that says nothing yet.
    pub fn about(kind: OrganisationKind, code: OrgCode) -> Self {
        Self {
            code,
            kind,
            standing: Openness::Unsaid,
            successor: None,
            name: None,
            list_size: None,
            parents: BTreeMap::new(),
            covers: None,
        }
    }
}

/// A new fact; it is dated by [`Proposed::recorded`] when it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// The organisation.
    pub code: OrgCode,
    /// Its kind.
    pub kind: OrganisationKind,
    /// First day on which it holds.
    pub effective_on: LocalDate,
    /// The fact.
    pub fact: Fact,
}

impl Proposed {
    /// The fact as recorded at an instant.
    pub fn recorded(self, recorded_at: DateTime<Utc>) -> Dated {
        let Self { code, kind, effective_on, fact } = self;
        Dated { code, kind, effective_on, recorded_at, fact }
    }
}

/// A change that a person can read before an import is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationChange {
    /// The organisation.
    pub code: OrgCode,
    /// Its kind.
    pub kind: OrganisationKind,
    /// First day of the change.
    pub on: LocalDate,
    /// What changes.
    pub what: ChangedFact,
}

/// What changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangedFact {
    /// It is new, or open again.
    Opened,
    /// It is closed.
    Closed,
    /// It was closed before, and another took over.
    TakenOver {
        /// Which.
        by: OrgCode,
    },
    /// It was open earlier than was known; the day of the change is the earlier date.
    OpenedEarlier {
        /// The opening date known so far.
        than: LocalDate,
    },
    /// It belongs to another organisation.
    Moved {
        /// Kind of the parent.
        kind: OrganisationKind,
        /// Where it was.
        from: Option<OrgCode>,
        /// Where it is.
        to: Option<OrgCode>,
    },
    /// It has another name.
    Renamed {
        /// The old name.
        from: Arc<str>,
        /// The new name.
        to: String,
    },
    /// It has another number of registered patients.
    ListSize {
        /// The old number.
        from: Option<u32>,
        /// The new number.
        to: u32,
    },
    /// An LMC covers an ICB, or no longer does.
    Covers {
        /// The ICB.
        icb: OrgCode,
        /// Whether it is covered.
        covers: bool,
    },
}

/// A statement, or a part of one, that gives no fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The organisation the statement is about.
    pub code: OrgCode,
    /// Why it gives no fact.
    pub why: WhyLeftOut,
}

/// Why a statement gives no fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyLeftOut {
    /// The file does not open organisations, and this one is unknown.
    Unknown,
    /// It would belong to an organisation that neither the tree nor the file knows.
    UnknownParent {
        /// Kind of the parent.
        kind: OrganisationKind,
        /// The unknown code.
        code: OrgCode,
    },
    /// The code is known as another kind of organisation.
    OtherKind {
        /// The known kind.
        is: OrganisationKind,
    },
    /// The file says closed, yet a patient-list file has it: it stays open.
    OnPatientList,
    /// The file says open, yet it was closed: only a patient-list file opens it again.
    StaysClosed,
    /// An earlier statement of the same file is about it.
    SaidBefore,
}

/// Changes of one sort: how they are called, and which they are.
type Group = (&'static str, fn(&ChangedFact) -> bool);

impl ChangedFact {
    /// The sorts of changes, in the order in which they are told.
    pub const GROUPS: [Group; 8] = [
        ("opened", |what| matches!(what, Self::Opened)),
        ("closed", |what| matches!(what, Self::Closed)),
        ("taken over", |what| matches!(what, Self::TakenOver { .. })),
        ("moved", |what| matches!(what, Self::Moved { .. })),
        ("renamed", |what| matches!(what, Self::Renamed { .. })),
        ("opened earlier", |what| matches!(what, Self::OpenedEarlier { .. })),
        ("list sizes changed", |what| matches!(what, Self::ListSize { .. })),
        ("areas covered changed", |what| matches!(what, Self::Covers { .. })),
    ];
}

/// What an import would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// The facts to record.
    pub facts: Vec<Proposed>,
    /// The same for people, in the order of the file, closures of what it leaves out last.
    pub changes: Vec<OrganisationChange>,
    /// What was said and gives no fact.
    pub left_out: Vec<LeftOut>,
}

impl Plan {
    /// Practices that the plan closes.
    pub fn practices_closed(&self) -> usize {
        let closed = |change: &&OrganisationChange| {
            change.kind == OrganisationKind::Practice && change.what == ChangedFact::Closed
        };
        self.changes.iter().filter(closed).count()
    }
}
