use crate::domain::access::{Action, Actor, Facts, Grant, Role, Target, decide};

#[test]
fn whoever_may_make_a_pack_may_see_all_that_is_in_it() {
    let practice: entity::ids::OdsCode = "Z90001".parse().unwrap();
    let target = Target::Practice(practice.clone());
    let facts =
        Facts { exists: true, represented: true, represented_then: true, shares_with_lmc: true, ..Facts::default() };
    let mut actors = vec![Actor::Stranger];
    actors.extend(Role::ALL.map(|role| Actor::Person {
        id: entity::ids::PersonId(uuid::Uuid::nil()),
        grants: vec![Grant { role, organisation: (&practice).into() }],
    }));
    let may = |actor: &Actor, action| decide(actor, action, &target, facts).is_ok();
    assert!(actors.iter().any(|actor| may(actor, Action::SeeLetters)));
    for actor in actors.iter().filter(|actor| may(actor, Action::SeeLetters)) {
        for action in [Action::SeeRegister, Action::SeeCapacity, Action::SeeTransfers] {
            assert!(may(actor, action), "{actor:?} {action:?}");
        }
    }
}
