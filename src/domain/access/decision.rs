//! The decision table.

use entity::ids::OdsCode;

use super::{Action, Actor, Denied, Facts, Grant, KeyScope, Role, Target};

/// The decision without the proof: for menus, and for the printed matrix.
pub fn decide(actor: &Actor, action: Action, target: &Target, facts: Facts) -> Result<(), Denied> {
    let open = action == Action::SignIn || action == Action::ReadReleases && facts.public_releases;
    if *actor == Actor::Stranger && !open {
        return Err(Denied::Stranger);
    }
    if !facts.exists {
        return Err(Denied::NotFound);
    }
    if permits(actor, action, target, facts) {
        Ok(())
    } else if belongs(actor, target, facts) {
        Err(Denied::NotYours)
    } else {
        Err(Denied::NotFound)
    }
}

fn permits(actor: &Actor, action: Action, target: &Target, facts: Facts) -> bool {
    let open = match action {
        Action::SignIn => true,
        // A program has none.
        Action::SeeAccount => !matches!(actor, Actor::Program { .. }),
        Action::ReadReleases => facts.public_releases,
        _ => false,
    };
    open || match actor {
        Actor::Stranger => false,
        Actor::Person { grants, .. } => {
            matches!(action, Action::SetMail | Action::KeepAccount)
                || grants.iter().any(|grant| role_permits(grant, action, target, facts))
        }
        Actor::Device { practice, clinician, .. } => match action {
            Action::SeeOwnTotal => true,
            Action::SeeOwnDay
            | Action::RecordContacts
            | Action::KeepTapAddresses
            | Action::HearOwnLimit
            | Action::EnterDaySheet
            | Action::EraseCounts => {
                matches!(target, Target::Clinician(at, whose) if at == practice && whose == clinician)
            }
            Action::SeePracticeTotal | Action::CountDiverts | Action::LogTransfers => {
                matches!(target, Target::Practice(at) if at == practice)
            }
            _ => false,
        },
        Actor::Program { grant, scopes, .. } => {
            action == Action::SeeOwnKey
                || KeyScope::of(action).is_some_and(|scope| scopes.contains(&scope))
                    && role_permits(grant, action, target, facts)
        }
        Actor::TapAddress { practice, clinician, .. } => {
            matches!(action, Action::SeeOwnDay | Action::RecordContacts)
                && !facts.has_left
                && matches!(target, Target::Clinician(at, whose) if at == practice && whose == clinician)
        }
        Actor::Display { practice, desk, .. } => match action {
            Action::SeeDisplay => matches!(target, Target::Practice(at) if at == practice),
            Action::SeeDesk | Action::CountDiverts | Action::LogTransfers => {
                *desk && matches!(target, Target::Practice(at) if at == practice)
            }
            _ => false,
        },
    }
}

/// What a role gives in its organisation.
fn role_permits(grant: &Grant, action: Action, target: &Target, facts: Facts) -> bool {
    let practice = || matches!(target, Target::Practice(at) if grant.organisation == at.into());
    let clinician = || matches!(target, Target::Clinician(at, _) if grant.organisation == at.into());
    let lmc = || matches!(target, Target::Lmc(at) if grant.organisation == *at);
    match action {
        Action::ReadReleases => return true,
        // Whoever runs an organisation here, of whatever kind; nobody for the service as a whole.
        Action::ManageKeys | Action::SeeWhatHappened => {
            return grant.role.side().is_some()
                && matches!(target, Target::Organisation(at) if grant.organisation == *at);
        }
        _ => {}
    }
    match grant.role {
        Role::PracticeManager => match action {
            Action::SeeOwnDay | Action::RecordContacts | Action::EnterDaySheet => clinician(),
            // While they work there the counts are theirs to erase; afterwards the practice may.
            Action::EraseCounts => facts.has_left && clinician(),
            Action::SeePracticeTotal
            | Action::SeeCapacity
            | Action::EnterDaySheets
            | Action::SetLimits
            | Action::ImportAppointments
            | Action::SeeRegister
            | Action::RecordStatus
            | Action::AnswerWeek
            | Action::LogTransfers
            | Action::SeeTransfers
            | Action::SeeLetters
            | Action::WriteLetters
            | Action::SetSharing
            | Action::SeeDiverts
            | Action::RunDivert
            | Action::ManageDisplays
            | Action::ManageWebhooks
            | Action::HearOfLimits
            | Action::ManageClinicians
            | Action::ManageManagers
            | Action::DownloadRecord
            | Action::SeeDisplay
            | Action::SeeDesk
            | Action::CountDiverts => practice(),
            _ => false,
        },
        Role::LmcOfficer => match action {
            Action::SeeLmcArea
            | Action::SeeAreaTransfers
            | Action::RunTransferDesk
            | Action::SetMeeting
            | Action::BringIn
            | Action::EditLmcLetters
            | Action::PublishTemplates
            | Action::EditLocalItems
            | Action::AskQuestions
            | Action::PublishOffice
            | Action::SeeQuestionResults => lmc(),
            // Days belong to the LMC that represented the practice on them; consent is always today's.
            Action::SeePracticeAsLmc => facts.represented_then && facts.shares_with_lmc,
            // Without consent an officer may still write down what the practice told them; they see that entry only.
            Action::EnterByTelephone => facts.represented,
            _ => false,
        },
        Role::IcbAnalyst => false,
        Role::Administrator => action == Action::Administer,
    }
}

fn manages(actor: &Actor, practice: &OdsCode) -> bool {
    actor.holds(Role::PracticeManager, &practice.into())
}

/// Whether "this is not yours to do" tells the actor nothing new: they work in the place they ask about.
fn belongs(actor: &Actor, target: &Target, facts: Facts) -> bool {
    match target {
        Target::Practice(practice) => match actor {
            Actor::Device { practice: own, .. } | Actor::Display { practice: own, .. } => own == practice,
            Actor::Person { .. } | Actor::Program { .. } => {
                manages(actor, practice) || (facts.represented && facts.shares_with_lmc)
            }
            Actor::TapAddress { .. } | Actor::Stranger => false,
        },
        Target::Clinician(practice, clinician) => match actor {
            Actor::Device { practice: own, clinician: me, .. } => own == practice && me == clinician,
            _ => manages(actor, practice),
        },
        Target::Lmc(lmc) => actor.holds(Role::LmcOfficer, lmc),
        Target::Organisation(organisation) => Role::ALL.iter().any(|role| actor.holds(*role, organisation)),
        Target::Releases | Target::Account | Target::Service => true,
    }
}

#[cfg(test)]
mod tests {
    use entity::ids::{ApiKeyId, ClinicianId, DeviceId, OrgCode, PersonId};
    use uuid::Uuid;

    use super::*;

    const FACTS: Facts = Facts {
        exists: true,
        represented: true,
        represented_then: true,
        shares_with_lmc: true,
        has_left: true,
        public_releases: false,
    };

    fn targets(practice: &OdsCode, lmc: &OrgCode) -> Vec<Target> {
        vec![
            Target::Clinician(practice.clone(), ClinicianId(Uuid::nil())),
            Target::Practice(practice.clone()),
            Target::Lmc(lmc.clone()),
            Target::Organisation(practice.into()),
            Target::Organisation(lmc.clone()),
            Target::Releases,
            Target::Account,
            Target::Service,
        ]
    }

    fn person(role: Role, organisation: OrgCode) -> Actor {
        Actor::Person { id: PersonId(Uuid::nil()), grants: vec![Grant { role, organisation }] }
    }

    fn program(role: Role, organisation: OrgCode, scopes: &[KeyScope]) -> Actor {
        Actor::Program { key: ApiKeyId(Uuid::nil()), grant: Grant { role, organisation }, scopes: scopes.to_vec() }
    }

    fn places() -> (OdsCode, OrgCode) {
        ("A00001".parse().unwrap(), "l1".parse().unwrap())
    }

    #[test]
    fn every_permission_is_somebodys() {
        let (practice, lmc) = places();
        let clinician = ClinicianId(Uuid::nil());
        let mut actors = vec![
            Actor::Device { id: DeviceId(Uuid::nil()), practice: practice.clone(), clinician },
            person(Role::LmcOfficer, lmc.clone()),
            program(Role::LmcOfficer, lmc.clone(), &[]),
        ];
        actors.extend(Role::ALL.map(|role| person(role, (&practice).into())));
        let targets = targets(&practice, &lmc);
        for action in Action::ALL {
            let may = |actor: &Actor| targets.iter().any(|target| decide(actor, *action, target, FACTS).is_ok());
            assert!(actors.iter().any(may), "{action:?}");
        }
    }

    #[test]
    fn a_key_never_goes_beyond_its_role_and_opens_nothing_that_is_a_persons() {
        let (practice, lmc) = places();
        let organisations = [OrgCode::from(&practice), lmc.clone()];
        let never = [
            Action::Administer,
            Action::ManageKeys,
            Action::ManageWebhooks,
            Action::HearOwnLimit,
            Action::HearOfLimits,
            Action::SeeWhatHappened,
            Action::DownloadRecord,
            Action::ManageClinicians,
            Action::ManageDisplays,
            Action::SetSharing,
            Action::EraseCounts,
            Action::SeeAccount,
            Action::KeepAccount,
            Action::SetMail,
            Action::SeeOwnTotal,
        ];
        for role in Role::ALL {
            for organisation in &organisations {
                let whole = program(role, organisation.clone(), &KeyScope::ALL);
                let holder = person(role, organisation.clone());
                for target in targets(&practice, &lmc) {
                    for action in Action::ALL {
                        // What is any program's own.
                        if [Action::SignIn, Action::SeeOwnKey].contains(action) {
                            continue;
                        }
                        let may = decide(&whole, *action, &target, FACTS).is_ok();
                        assert!(!may || decide(&holder, *action, &target, FACTS).is_ok(), "{role:?} {action:?}");
                        assert!(!may || !never.contains(action), "{role:?} {action:?}");
                        let none = program(role, organisation.clone(), &[]);
                        assert!(decide(&none, *action, &target, FACTS).is_err(), "{role:?} {action:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn whoever_reads_a_practices_trail_sees_each_clinicians_count() {
        let (practice, lmc) = places();
        for role in Role::ALL {
            for organisation in [OrgCode::from(&practice), lmc.clone()] {
                let actor = person(role, organisation);
                let may = |action, target| decide(&actor, action, &target, FACTS).is_ok();
                let reads = may(Action::SeeWhatHappened, Target::Organisation((&practice).into()))
                    || may(Action::DownloadRecord, Target::Practice(practice.clone()));
                // Trails are found by code, and codes of practices are held by managers alone.
                let manages = role == Role::PracticeManager;
                assert!(!reads || !manages || may(Action::SeeCapacity, Target::Practice(practice.clone())), "{role:?}");
            }
        }
    }

    #[test]
    fn each_role_is_offered_what_opens_something_for_it() {
        let (practice, lmc) = places();
        for role in Role::ALL {
            let organisation = if role == Role::LmcOfficer { lmc.clone() } else { OrgCode::from(&practice) };
            let opens = |scope: &KeyScope| {
                let actor = program(role, organisation.clone(), &[*scope]);
                let of_scope = Action::ALL.iter().filter(|action| KeyScope::of(**action) == Some(*scope));
                let targets = targets(&practice, &lmc);
                let mut may = of_scope.flat_map(|action| targets.iter().map(move |target| (action, target)));
                may.any(|(action, target)| decide(&actor, *action, target, FACTS).is_ok())
            };
            let opening: Vec<KeyScope> = KeyScope::ALL.into_iter().filter(opens).collect();
            // Whoever looks after the service makes no keys, though anybody signed in reads releases.
            let offered = if role == Role::Administrator { Vec::new() } else { opening };
            assert_eq!(KeyScope::offered_to(role), offered, "{role:?}");
        }
    }
}
