//! What plans propose, and that a plan made twice proposes nothing.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{
    tests::{day, instant, kind_of, org},
    *,
};

fn practice(code: &str, pcn: Option<&str>) -> Statement {
    Statement {
        standing: Openness::Open { since: None },
        name: Some(format!("PRACTICE {code}")),
        parents: BTreeMap::from([(OrganisationKind::Pcn, pcn.map(org))]),
        ..Statement::about(OrganisationKind::Practice, org(code))
    }
}

fn area(kind: OrganisationKind, code: &str) -> Statement {
    let standing = Openness::Open { since: None };
    Statement { standing, ..Statement::about(kind, org(code)) }
}

fn scope(source: OrganisationSource) -> ImportScope {
    ImportScope { source, newest: None }
}

/// The history after each of some files, recorded a minute after the other.
fn history(files: &[(&[Statement], &str, ImportScope)]) -> (Vec<Dated>, Plan) {
    let mut facts: Vec<Dated> = Vec::new();
    let mut last = Plan::default();
    for (minute, (statements, on, scope)) in (0_i64..).zip(files) {
        last = plan(&Tree::from_facts(facts.clone()), statements, day(on), *scope);
        facts.extend(last.facts.iter().cloned().map(|fact| fact.recorded(instant(minute))));
    }
    (facts, last)
}

fn whats(plan: &Plan) -> Vec<(&str, &ChangedFact)> {
    plan.changes.iter().map(|change| (change.code.as_str(), &change.what)).collect()
}

const MAPPING: ImportScope = ImportScope { source: OrganisationSource::PracticeMapping, newest: None };

#[test]
fn a_second_month_moves_renames_opens_and_closes() {
    let first = [
        area(OrganisationKind::Pcn, "U1"),
        area(OrganisationKind::Pcn, "U2"),
        practice("A81001", Some("U1")),
        practice("A81002", Some("U1")),
        practice("A81003", Some("U2")),
    ];
    let renamed = Statement { name: Some("NEW".into()), ..practice("A81002", Some("U1")) };
    let second = [
        area(OrganisationKind::Pcn, "U1"),
        area(OrganisationKind::Pcn, "U2"),
        practice("A81001", Some("U2")),
        renamed,
        practice("A81004", None),
    ];
    let (facts, plan) = history(&[(&first, "2026-08-01", MAPPING), (&second, "2026-09-01", MAPPING)]);
    let moved = ChangedFact::Moved { kind: OrganisationKind::Pcn, from: Some(org("U1")), to: Some(org("U2")) };
    let renamed = ChangedFact::Renamed { from: "PRACTICE A81002".into(), to: "NEW".into() };
    assert_eq!(
        whats(&plan),
        [("A81001", &moved), ("A81002", &renamed), ("A81004", &ChangedFact::Opened), ("A81003", &ChangedFact::Closed)]
    );
    let tree = Tree::from_facts(facts);
    assert_eq!(tree.on(day("2026-08-31")).practices_in(OrganisationKind::Pcn, &org("U1")).len(), 2);
    assert_eq!(tree.on(day("2026-09-01")).practices_in(OrganisationKind::Pcn, &org("U1")).len(), 1);
    assert_eq!(tree.on(day("2026-09-01")).all_practices().count(), 3);
}

#[test]
fn an_opening_date_from_another_file_counts_backwards() {
    let dated = Statement {
        standing: Openness::Open { since: Some(day("1974-04-01")) },
        list_size: Some(9000),
        ..Statement::about(OrganisationKind::Practice, org("A81001"))
    };
    let (facts, plan) = history(&[
        (&[practice("A81001", None)], "2026-08-01", MAPPING),
        (&[dated], "2026-08-01", scope(OrganisationSource::PracticeLists)),
    ]);
    let earlier = ChangedFact::OpenedEarlier { than: day("2026-08-01") };
    let size = ChangedFact::ListSize { from: None, to: 9000 };
    assert_eq!(whats(&plan), [("A81001", &earlier), ("A81001", &size)]);
    let view = Tree::from_facts(facts).on(day("1990-01-01"));
    assert_eq!(view.all_practices().next().unwrap().list_size, Some(9000));
}

#[test]
fn epraccur_never_closes_what_a_patient_list_has() {
    let closing = |code| Statement {
        standing: Openness::Closed { on: Some(day("2017-10-31")) },
        ..Statement::about(OrganisationKind::Practice, org(code))
    };
    let only_epraccur = Statement { parents: BTreeMap::new(), ..practice("A81002", None) };
    let (_, plan) = history(&[
        (&[practice("A81001", None)], "2026-08-01", MAPPING),
        (&[only_epraccur], "2026-08-02", scope(OrganisationSource::Epraccur)),
        (&[closing("A81001"), closing("A81002"), closing("A81003")], "2026-09-01", scope(OrganisationSource::Epraccur)),
    ]);
    assert_eq!(whats(&plan), [("A81002", &ChangedFact::Closed)]);
    // It was first seen after that closing date, so the file's date counts.
    assert_eq!(plan.changes.first().unwrap().on, day("2026-09-01"));
    let kept = LeftOut { code: org("A81001"), why: WhyLeftOut::OnPatientList };
    assert_eq!(plan.left_out, [kept]);
}

#[test]
fn who_took_over_is_told_with_the_closing_or_after_it() {
    let closing = |successor: Option<&str>| Statement {
        standing: Openness::Closed { on: Some(day("2026-08-31")) },
        successor: successor.map(org),
        ..Statement::about(OrganisationKind::Practice, org("A81001"))
    };
    let of_no_list = |code| Statement { parents: BTreeMap::new(), ..practice(code, None) };
    let open = [of_no_list("A81001"), of_no_list("A81002")];
    let ord = scope(OrganisationSource::Ord);
    for later in [&[closing(Some("A81002"))][..], &[closing(None), closing(Some("A81002")), closing(Some("A81002"))]] {
        let mut files: Vec<(&[Statement], &str, ImportScope)> = vec![(&open, "2026-08-01", ord)];
        files.extend(later.iter().map(|one| (std::slice::from_ref(one), "2026-09-05", ord)));
        let (facts, plan) = history(&files);
        let view = Tree::from_facts(facts).on(day("2026-09-06"));
        assert_eq!(view.successor(&org("A81001")), Some(&org("A81002")));
        // Who took over is no closing: the guard against a file that is cut short does not count it.
        assert!(plan.practices_closed() == usize::from(later.len() == 1), "{:?}", plan.changes);
        // The same again says nothing new.
        assert!(later.len() == 1 || plan.changes.is_empty(), "{:?}", plan.changes);
    }
}

#[test]
fn only_a_patient_list_opens_again() {
    let one = [practice("A81001", None)];
    let (facts, plan) = history(&[
        (&one, "2026-08-01", MAPPING),
        (&[], "2026-09-01", MAPPING),
        (&one, "2026-10-01", scope(OrganisationSource::Epraccur)),
    ]);
    assert!(plan.facts.is_empty());
    assert_eq!(plan.left_out.first().unwrap().why, WhyLeftOut::StaysClosed);
    let again = super::plan(&Tree::from_facts(facts), &one, day("2026-10-01"), MAPPING);
    assert_eq!(whats(&again), [("A81001", &ChangedFact::Opened)]);
}

#[test]
fn what_points_nowhere_is_left_out_and_named() {
    let lmc = Statement {
        parents: BTreeMap::from([(OrganisationKind::Lmc, Some(org("atlantis")))]),
        ..Statement::about(OrganisationKind::Practice, org("A81001"))
    };
    let unknown = Statement::about(OrganisationKind::Practice, org("A81999"));
    let other = Statement::about(OrganisationKind::Lmc, org("A81001"));
    let (_, plan) = history(&[
        (&[practice("A81001", None)], "2026-08-01", MAPPING),
        (&[lmc.clone(), unknown, lmc, other], "2026-08-01", scope(OrganisationSource::LmcMembers)),
    ]);
    assert!(plan.facts.is_empty());
    let whys: Vec<_> = plan.left_out.iter().map(|left| left.why.clone()).collect();
    let parent = WhyLeftOut::UnknownParent { kind: OrganisationKind::Lmc, code: org("atlantis") };
    assert_eq!(whys, [parent, WhyLeftOut::Unknown, WhyLeftOut::SaidBefore, WhyLeftOut::SaidBefore]);
}

#[test]
fn an_lmc_may_stop_covering_an_icb() {
    let lmc = |icbs: &[&str]| Statement {
        covers: Some(icbs.iter().map(|icb| org(icb)).collect()),
        ..area(OrganisationKind::Lmc, "kent")
    };
    let (facts, plan) = history(&[
        (&[lmc(&["QKS", "QKK"])], "2026-08-01", scope(OrganisationSource::Lmcs)),
        (&[lmc(&["QKS"])], "2026-09-01", scope(OrganisationSource::Lmcs)),
    ]);
    let ended = ChangedFact::Covers { icb: org("QKK"), covers: false };
    assert_eq!(whats(&plan), [("kent", &ended)]);
    let tree = Tree::from_facts(facts);
    assert_eq!(tree.on(day("2026-08-31")).icbs_of_lmc(&org("kent")).len(), 2);
    assert_eq!(tree.on(day("2026-09-01")).icbs_of_lmc(&org("kent")), [org("QKS")]);
}

#[test]
fn an_older_file_leaves_today_alone() {
    let areas = [area(OrganisationKind::Pcn, "U1"), area(OrganisationKind::Pcn, "U2")];
    let file = |practices: &[Statement]| [&areas[..], practices].concat();
    let new = file(&[practice("A81001", Some("U1")), practice("A81002", None)]);
    let old = file(&[practice("A81001", Some("U2")), practice("A81003", None)]);
    let forced = ImportScope { newest: Some(day("2026-08-01")), ..MAPPING };
    let (facts, _) = history(&[(&new, "2026-08-01", MAPPING), (&old, "2025-08-01", forced)]);
    let tree = Tree::from_facts(facts);
    let codes = |on, pcn| -> Vec<String> {
        let view = tree.on(day(on));
        view.practices_in(OrganisationKind::Pcn, &org(pcn)).iter().map(|p| p.code.to_string()).collect()
    };
    assert_eq!(codes("2025-08-01", "U2"), ["A81001"]);
    assert_eq!(codes("2026-08-01", "U1"), ["A81001"]);
    let open = |on| -> Vec<String> { tree.on(day(on)).all_practices().map(|p| p.code.to_string()).collect() };
    assert_eq!(open("2025-08-01"), ["A81001", "A81003"]);
    assert_eq!(open("2026-08-01"), ["A81001", "A81002"]);
}

#[test]
fn a_truncated_or_older_file_is_refused_with_its_numbers() {
    let hundred: Vec<_> = (0..100).map(|n| practice(&format!("A81{n:03}"), None)).collect();
    let (facts, _) = history(&[(&hundred, "2026-08-01", MAPPING)]);
    let tree = Tree::from_facts(facts);
    let judge = |without: &[usize], on: &str, caution| {
        let scope = ImportScope { newest: Some(day("2026-08-01")), ..MAPPING };
        let mut left = hundred.clone();
        left.retain(|one| {
            let code = one.code.to_string();
            !without.iter().any(|n| code == format!("A81{n:03}"))
        });
        let plan = plan(&tree, &left, day(on), scope);
        refuse_truncated(&tree, &left, &plan, day(on), scope, caution)
    };
    assert_eq!(judge(&[7, 99], "2026-09-01", Caution::Refuse), Ok(()));
    let cut = judge(&[1, 2, 3], "2026-09-01", Caution::Refuse).unwrap_err();
    let truncated = ImportRefusal::Truncated { closed: 3, open: 100 };
    assert_eq!(cut, truncated);
    assert!(cut.to_string().starts_with("3 of 100 open practices"));
    let end = judge(&[98, 99], "2026-09-01", Caution::Refuse).unwrap_err();
    let at_end =
        ImportRefusal::CutAtEnd { gone: 2, kind: OrganisationKind::Practice, last: org("A81097"), closes: true };
    assert_eq!(end, at_end);
    assert_eq!(
        end.to_string(),
        "2 practices would be closed, and all of them come after A81097, the last of the file: the file may be cut short"
    );
    for without in [&[1, 2, 3][..], &[98, 99]] {
        assert_eq!(judge(without, "2026-09-01", Caution::Forced), Ok(()));
    }
    let old = judge(&[], "2026-07-01", Caution::Refuse).unwrap_err();
    let newest = day("2026-08-01");
    assert_eq!(old, ImportRefusal::Older { effective_on: day("2026-07-01"), newest });
    assert_eq!(judge(&[], "2026-07-01", Caution::Forced), Ok(()));
}

const MEMBERS: ImportScope = ImportScope { source: OrganisationSource::LmcMembers, newest: None };

fn ten_practices() -> Vec<Statement> {
    (0..10).map(|n| practice(&format!("A8100{n}"), None)).collect()
}

fn member(n: usize) -> Statement {
    Statement {
        parents: BTreeMap::from([(OrganisationKind::Lmc, Some(org("east")))]),
        ..Statement::about(OrganisationKind::Practice, org(&format!("A8100{n}")))
    }
}

#[test]
fn members_of_lmcs_that_nobody_knows_are_refused() {
    let (facts, _) = history(&[(&ten_practices(), "2026-08-01", MAPPING)]);
    let tree = Tree::from_facts(facts);
    let all: Vec<_> = (0..10).map(member).collect();
    let on = day("2026-08-01");
    let plan = plan(&tree, &all, on, MEMBERS);
    let judge = |caution| refuse_truncated(&tree, &all, &plan, on, MEMBERS, caution);
    let nothing = ImportRefusal::NothingKnown { rows: 10, kind: OrganisationKind::Lmc };
    assert_eq!(judge(Caution::Refuse), Err(nothing));
    assert_eq!(judge(Caution::Forced), Ok(()));
}

#[test]
fn a_list_of_members_cut_at_its_end_asks_and_a_correction_does_not() {
    let all: Vec<_> = (0..10).map(member).collect();
    let lmc = [area(OrganisationKind::Lmc, "east")];
    let (facts, _) = history(&[
        (&ten_practices(), "2026-08-01", MAPPING),
        (&lmc, "2026-08-01", scope(OrganisationSource::Lmcs)),
        (&all, "2026-08-01", MEMBERS),
    ]);
    let tree = Tree::from_facts(facts);
    let judge = |said: &[usize]| {
        let said: Vec<_> = said.iter().copied().map(member).collect();
        let on = day("2026-09-01");
        let scope = ImportScope { newest: Some(day("2026-08-01")), ..MEMBERS };
        let plan = plan(&tree, &said, on, scope);
        refuse_truncated(&tree, &said, &plan, on, scope, Caution::Refuse)
    };
    assert_eq!(judge(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), Ok(()));
    assert_eq!(judge(&[0, 1, 3, 4, 5, 6, 9]), Ok(()));
    assert_eq!(judge(&[0]), Ok(()), "a correction");
    let cut = judge(&[0, 1, 2, 3, 4, 5, 6, 7]).unwrap_err().to_string();
    let says = "nothing is said of 2 practices known before, and all of them come after A81007";
    assert!(cut.starts_with(says), "{cut}");
}

fn any_day() -> impl Strategy<Value = LocalDate> {
    (0..8u64).prop_map(|later| day("2026-08-01").plus_days(later))
}

fn any_statement() -> impl Strategy<Value = Statement> {
    let code = prop::sample::select(vec!["A81001", "A81002", "A81003", "U1", "U2", "QKS", "kent"]);
    let standing = prop_oneof![
        Just(Openness::Unsaid),
        prop::option::of(any_day()).prop_map(|since| Openness::Open { since }),
        prop::option::of(any_day()).prop_map(|since| Openness::Open { since }),
        prop::option::of(any_day()).prop_map(|on| Openness::Closed { on }),
    ];
    let parents = prop::collection::btree_map(
        prop::sample::select(vec![OrganisationKind::Pcn, OrganisationKind::Icb, OrganisationKind::Lmc]),
        prop::option::of(prop::sample::select(vec![org("U1"), org("QKS"), org("kent")])),
        0..3,
    );
    let covers =
        prop::option::of(prop::collection::btree_set(prop::sample::select(vec![org("QKS"), org("QKK")]), 0..3));
    let name = prop::option::of("[AB]");
    (code, standing, name, prop::option::of(0..3u32), parents, covers).prop_map(
        |(code, standing, name, list_size, parents, covers)| {
            let (kind, code) = (kind_of(&org(code)), org(code));
            Statement { code, kind, standing, successor: None, name, list_size, parents, covers }
        },
    )
}

fn any_file() -> impl Strategy<Value = (Vec<Statement>, LocalDate, ImportScope)> {
    let source = prop::sample::select(vec![
        OrganisationSource::PracticeMapping,
        OrganisationSource::Epraccur,
        OrganisationSource::PracticeLists,
        OrganisationSource::Lmcs,
        OrganisationSource::LmcMembers,
    ]);
    let statements = prop::collection::vec(any_statement(), 0..6);
    (statements, any_day(), source, prop::option::of(any_day()))
        .prop_map(|(statements, on, source, newest)| (statements, on, ImportScope { source, newest }))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn the_same_file_twice_says_nothing_new(files in prop::collection::vec(any_file(), 1..5)) {
        let mut facts: Vec<Dated> = Vec::new();
        for (minute, (statements, on, scope)) in (0_i64..).zip(&files) {
            let first = plan(&Tree::from_facts(facts.clone()), statements, *on, *scope);
            let before = facts.len();
            facts.extend(first.facts.into_iter().map(|fact| fact.recorded(instant(minute))));
            let again = plan(&Tree::from_facts(facts.clone()), statements, *on, *scope);
            prop_assert_eq!(&again.facts, &vec![], "after {:?}", facts.get(before..));
            prop_assert_eq!(&again.changes, &vec![]);
        }
    }

    #[test]
    fn a_complete_file_leaves_open_what_it_lists(
        files in prop::collection::vec(any_file(), 0..4),
        listed in prop::collection::btree_set(
            prop::sample::select(vec!["A81001", "A81002", "A81003"]), 0..4),
    ) {
        let mut facts: Vec<Dated> = Vec::new();
        for (minute, (statements, on, scope)) in (0_i64..).zip(&files) {
            let plan = plan(&Tree::from_facts(facts.clone()), statements, *on, *scope);
            facts.extend(plan.facts.into_iter().map(|fact| fact.recorded(instant(minute))));
        }
        let statements: Vec<_> = listed.iter().map(|code| practice(code, None)).collect();
        let on = day("2026-09-01");
        let last = plan(&Tree::from_facts(facts.clone()), &statements, on, MAPPING);
        facts.extend(last.facts.into_iter().map(|fact| fact.recorded(instant(99))));
        let view = Tree::from_facts(facts).on(on);
        let open: BTreeSet<_> = view.all_practices().map(|p| p.code.as_str()).collect();
        prop_assert_eq!(open, listed);
    }
}
