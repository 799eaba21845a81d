//! Who can see what, in words. A test holds each row against the decision table, so that the page cannot say less than
//! what is so.

use super::access::Action;

/// One thing and who sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// What there is to see.
    pub what: &'static str,
    /// The clinician on an enrolled device.
    pub clinician: &'static str,
    /// The practice manager.
    pub manager: &'static str,
    /// The LMC officer.
    pub lmc: &'static str,
    /// The ICB analyst.
    pub icb: &'static str,
    /// The permission behind it, where one alone decides.
    pub action: Option<Action>,
}

/// "No" begins every cell that says so.
const NO: &str = "No";

/// Everything there is to see.
pub const TABLE: [Row; 10] = [
    Row {
        what: "One clinician’s count of today and earlier days",
        clinician: "Yes, their own",
        manager: "Yes, of their practice",
        lmc: NO,
        icb: NO,
        action: Some(Action::SeeOwnDay),
    },
    Row {
        what: "One clinician’s total across the practices they work at",
        clinician: "Yes, their own, on a device enrolled at each",
        manager: NO,
        lmc: NO,
        icb: NO,
        action: Some(Action::SeeOwnTotal),
    },
    Row {
        what: "All clinicians of a practice beside each other",
        clinician: NO,
        manager: "Yes, of their practice; also a screen they gave a display link, by label",
        lmc: NO,
        icb: NO,
        action: Some(Action::SeeCapacity),
    },
    Row {
        what: "The practice’s total of the day",
        clinician: "Yes, of their practice",
        manager: "Yes, of their practice",
        lmc: "Only as part of an area with three or more counted clinicians",
        icb: NO,
        action: Some(Action::SeePracticeTotal),
    },
    Row {
        what: "What a practice has paused, and since when",
        clinician: NO,
        manager: "Yes, of their practice, with its whole history",
        lmc: "Yes, where the practice agreed to share it",
        icb: NO,
        action: Some(Action::SeePracticeAsLmc),
    },
    Row {
        what: "What a practice is thinking about",
        clinician: NO,
        manager: "Yes, of their practice",
        lmc: NO,
        icb: NO,
        action: Some(Action::SeeRegister),
    },
    Row {
        what: "What a practice answers to the questions of its LMC",
        clinician: NO,
        manager: "Yes, of their practice",
        lmc: "Yes, where the practice agreed to share",
        icb: NO,
        // Two permissions: each sees another side of it.
        action: None,
    },
    Row {
        what: "Who read a template notice of an LMC or decided against it: nothing is kept of that",
        clinician: NO,
        manager: NO,
        lmc: NO,
        icb: NO,
        action: None,
    },
    Row {
        what: "Figures of an area as they stand now",
        clinician: NO,
        manager: NO,
        lmc: "Yes, of their LMC’s area",
        icb: NO,
        action: Some(Action::SeeLmcArea),
    },
    Row {
        what: "Releases: four-weekly figures in which no practice can be found",
        clinician: NO,
        manager: "Yes",
        lmc: "Yes",
        icb: "Yes",
        action: Some(Action::ReadReleases),
    },
];

/// The kinds of pages on which somebody outside reads a practice's rows, as its receipts name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutsidePage {
    /// The page of the area: who has not answered yet, and whose reply is overdue.
    Area,
    /// The list of practices of the area.
    Practices,
    /// The page of the one practice.
    Practice,
    /// Who served notice from a template.
    Notices,
    /// Answers to a question.
    Answers,
}

impl OutsidePage {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Area,
        Self::Practices,
        Self::Practice,
        Self::Notices,
        Self::Answers,
    ];

    /// Stable text, as stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Area => "area",
            Self::Practices => "practices",
            Self::Practice => "practice",
            Self::Notices => "notices",
            Self::Answers => "answers",
        }
    }

    /// As the practice reads it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Area => "The area: not yet heard from, or a reply overdue",
            Self::Practices => "The list of practices",
            Self::Practice => "The page of your practice",
            Self::Notices => "Notices served from a template",
            Self::Answers => "Answers to a question",
        }
    }

    /// The words for a stored text; receipts of before say no kind.
    pub fn words_of(stored: Option<&str>) -> &'static str {
        Self::ALL
            .into_iter()
            .find(|page| Some(page.code()) == stored)
            .map_or("A page with your row", Self::words)
    }
}

#[cfg(test)]
mod tests {
    use entity::ids::{ClinicianId, DeviceId, OdsCode, OrgCode, PersonId};
    use uuid::Uuid;

    use super::*;
    use crate::domain::access::{Actor, Facts, Grant, Role, Target, decide};

    fn person(role: Role, organisation: &str) -> Actor {
        Actor::Person {
            id: PersonId(Uuid::nil()),
            grants: vec![Grant {
                role,
                organisation: organisation.parse().unwrap(),
            }],
        }
    }

    /// What each reader is asked about: their own, with every fact in their favour.
    fn may(actor: &Actor, action: Action) -> bool {
        let practice: OdsCode = "A00001".parse().unwrap();
        let lmc: OrgCode = "l1".parse().unwrap();
        let officer =
            matches!(actor, Actor::Person { grants, .. } if grants[0].role == Role::LmcOfficer);
        let facts = Facts {
            exists: true,
            represented: officer,
            represented_then: officer,
            shares_with_lmc: officer,
            has_left: false,
            public_releases: false,
        };
        [
            Target::Clinician(practice.clone(), ClinicianId(Uuid::nil())),
            Target::Practice(practice),
            Target::Lmc(lmc),
            Target::Releases,
            Target::Account,
        ]
        .iter()
        .any(|target| decide(actor, action, target, facts).is_ok())
    }

    #[test]
    fn a_receipt_names_the_page() {
        for page in OutsidePage::ALL {
            assert_eq!(OutsidePage::words_of(Some(page.code())), page.words());
        }
        assert_eq!(OutsidePage::words_of(None), "A page with your row");
    }

    #[test]
    fn the_page_says_what_the_decision_table_does() {
        let clinician = Actor::Device {
            id: DeviceId(Uuid::nil()),
            practice: "A00001".parse().unwrap(),
            clinician: ClinicianId(Uuid::nil()),
        };
        let manager = person(Role::PracticeManager, "A00001");
        let lmc = person(Role::LmcOfficer, "l1");
        let icb = person(Role::IcbAnalyst, "I1");
        for row in TABLE {
            let Some(action) = row.action else { continue };
            for (actor, cell) in [
                (&clinician, row.clinician),
                (&manager, row.manager),
                (&lmc, row.lmc),
                (&icb, row.icb),
            ] {
                // A manager sees the register itself; officers see area sums through their own page.
                let other_way = matches!(
                    (action, cell),
                    (Action::SeePracticeAsLmc, cell) if cell == row.manager
                ) || (action == Action::SeePracticeTotal && cell == row.lmc);
                if !other_way {
                    assert_eq!(
                        may(actor, action),
                        cell != NO,
                        "{}: {actor}: {cell}",
                        row.what
                    );
                }
            }
        }
    }
}
