use entity::ids::{ClinicianId, DeviceId, OdsCode, OrgCode, PersonId};
use uuid::Uuid;

use super::*;
use crate::domain::access::{Actor, Facts, Grant, Role, Target, decide};

fn person(role: Role, organisation: &str) -> Actor {
    Actor::Person {
        id: PersonId(Uuid::nil()),
        grants: vec![Grant { role, organisation: organisation.parse().unwrap() }],
    }
}

/// What each reader is asked about is their own.
fn may(actor: &Actor, action: Action, shares: bool) -> bool {
    let practice: OdsCode = "A00001".parse().unwrap();
    let lmc: OrgCode = "l1".parse().unwrap();
    let officer = matches!(actor, Actor::Person { grants, .. } if grants[0].role == Role::LmcOfficer);
    let facts = Facts {
        exists: true,
        represented: officer,
        represented_then: officer,
        shares_with_lmc: officer && shares,
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
fn the_table_says_what_the_decision_table_does() {
    let clinician = Actor::Device {
        id: DeviceId(Uuid::nil()),
        practice: "A00001".parse().unwrap(),
        clinician: ClinicianId(Uuid::nil()),
    };
    let manager = person(Role::PracticeManager, "A00001");
    let lmc = person(Role::LmcOfficer, "l1");
    let icb = person(Role::IcbAnalyst, "I1");
    for row in TABLE {
        for (actor, cell) in [&clinician, &manager, &lmc, &icb].into_iter().zip(row.cells()) {
            let Some(action) = cell.by else { continue };
            let (shared, not) = match cell.when {
                SeenWhen::Never => (false, false),
                SeenWhen::Always | SeenWhen::OwnEntry => (true, true),
                SeenWhen::Shares | SeenWhen::SharesFromThree => (true, false),
            };
            let told = format!("{}: {actor}: {}", row.words, cell.says);
            assert_eq!(may(actor, action, true), shared, "{told}");
            assert_eq!(may(actor, action, false), not, "{told}");
        }
    }
}

#[test]
fn a_cell_that_says_no_begins_with_it_and_each_row_is_its_own() {
    let mut seen = std::collections::BTreeSet::new();
    for row in TABLE {
        assert!(seen.insert(row.what), "{}", row.words);
        for cell in row.cells() {
            let never = cell.says == "No" || cell.says.starts_with("No, ");
            assert_eq!(never, cell.when == SeenWhen::Never, "{}", row.words);
        }
    }
}
