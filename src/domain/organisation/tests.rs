//! The tree against a fold nobody could get wrong, and rows against themselves.

use chrono::TimeZone;
use proptest::prelude::*;

use super::*;

pub(super) fn day(text: &str) -> LocalDate {
    text.parse().unwrap()
}

pub(super) fn org(text: &str) -> OrgCode {
    text.parse().unwrap()
}

pub(super) fn instant(minutes: i64) -> DateTime<Utc> {
    Utc.timestamp_opt(minutes.saturating_mul(60), 0).unwrap()
}

fn dated(code: &str, kind: OrganisationKind, on: &str, recorded: i64, fact: Fact) -> Dated {
    let (effective_on, recorded_at) = (day(on), instant(recorded));
    Dated { code: org(code), kind, effective_on, recorded_at, fact }
}

fn parent(kind: OrganisationKind, code: &str) -> Fact {
    Fact::Parent { kind, code: (!code.is_empty()).then(|| org(code)) }
}

fn kent() -> Tree {
    let practice = |code, on, fact| dated(code, OrganisationKind::Practice, on, 0, fact);
    Tree::from_facts(vec![
        dated("QKS", OrganisationKind::Icb, "2026-08-01", 0, Fact::Opened),
        dated("QKS", OrganisationKind::Icb, "2026-08-01", 0, Fact::Name("Kent and Medway".into())),
        dated("kent", OrganisationKind::Lmc, "2026-08-01", 0, Fact::Opened),
        dated("kent", OrganisationKind::Lmc, "2026-08-01", 0, Fact::Covers { icb: org("QKK"), covers: true }),
        practice("G82001", "1974-04-01", Fact::Opened),
        practice("G82001", "2026-08-01", Fact::Name("THE SURGERY".into())),
        practice("G82001", "2026-08-01", parent(OrganisationKind::Icb, "QKS")),
        practice("G82001", "2026-08-01", parent(OrganisationKind::Lmc, "kent")),
        practice("G82001", "2026-10-01", Fact::Name("THE NEW SURGERY".into())),
        practice("G82002", "2026-08-01", Fact::Opened),
        practice("G82002", "2026-08-01", parent(OrganisationKind::Icb, "QKS")),
        practice("G82002", "2026-09-01", Fact::Closed { successor: Some(org("G82001")) }),
    ])
}

#[test]
fn a_practice_counts_from_its_opening_with_what_was_first_learnt() {
    let tree = kent();
    assert!(tree.on(day("1974-03-31")).practice(&"G82001".parse().unwrap()).is_none());
    let view = tree.on(day("2020-01-01"));
    let practice = view.practice(&"G82001".parse().unwrap()).unwrap();
    assert_eq!(&*practice.name, "THE SURGERY");
    assert_eq!(practice.icb, Some(org("QKS")));
    assert_eq!(practice.opened, Some(day("1974-04-01")));
    assert_eq!(&*view.organisation(&org("QKS")).unwrap().name, "Kent and Medway");
    assert_eq!(view.organisation(&org("QKS")).unwrap().opened, None);
    // Nobody had named the area in 1960, and no practice was in it.
    assert!(tree.on(day("1960-01-01")).organisation(&org("QKS")).is_none());
}

#[test]
fn closing_and_renaming_hold_from_their_day() {
    let tree = kent();
    let names = |on| -> Vec<String> {
        let view = tree.on(day(on));
        view.practices_in(OrganisationKind::Icb, &org("QKS")).iter().map(|p| p.name.to_string()).collect()
    };
    assert_eq!(names("2026-08-31"), ["THE SURGERY", "G82002"]);
    assert_eq!(names("2026-09-01"), ["THE SURGERY"]);
    assert_eq!(names("2026-10-01"), ["THE NEW SURGERY"]);
    let view = tree.on(day("2026-11-20"));
    let gone = view.practice(&"G82002".parse().unwrap()).unwrap();
    assert_eq!((gone.closed, gone.is_open()), (Some(day("2026-09-01")), false));
    assert_eq!(view.successor(&org("G82002")), Some(&org("G82001")));
    assert_eq!(view.all_practices().count(), 1);
    assert!(view.practices_in(OrganisationKind::Practice, &org("G82002")).is_empty());
    assert_eq!(view.practices_in(OrganisationKind::Practice, &org("G82001")).len(), 1);
    assert_eq!(view.of_kind(OrganisationKind::Icb).count(), 1);
    assert_eq!(view.icbs_of_lmc(&org("kent")), [org("QKK"), org("QKS")]);
}

#[test]
fn a_circle_of_successors_ends() {
    let closed = |code, to| {
        let successor = Some(org(to));
        dated(code, OrganisationKind::Practice, "2026-08-01", 0, Fact::Closed { successor })
    };
    let tree = Tree::from_facts(vec![closed("G82001", "G82002"), closed("G82002", "G82001")]);
    assert_eq!(tree.on(day("2026-08-01")).successor(&org("G82001")), None);
}

#[test]
fn rows_that_are_no_facts_say_why_without_the_value() {
    for (fact, value, second) in [
        ("moved", "", None),
        ("opened", "x", None),
        ("opened", "", Some("yes")),
        ("name", "", None),
        ("list-size", "-1", None),
        ("parent", "QKS", None),
        ("parent", "Q K", Some("icb")),
        ("covers", "", Some("yes")),
        ("covers", "QKS", Some("perhaps")),
    ] {
        let why = from_row(fact, value, second).unwrap_err().to_string();
        assert!(!why.contains("Q K") && !why.contains("perhaps"), "{why}");
    }
    assert!("trust".parse::<OrganisationKind>().is_err());
}

fn any_code() -> impl Strategy<Value = OrgCode> {
    prop_oneof![
        (0..4u8).prop_map(|n| format!("A8100{n}")),
        (0..3u8).prop_map(|n| format!("U0000{n}")),
        (0..2u8).prop_map(|n| format!("Q{n}A")),
        (0..2u8).prop_map(|n| format!("lmc-{n}")),
    ]
    .prop_map(|code| code.parse().unwrap())
}

pub(super) fn kind_of(code: &OrgCode) -> OrganisationKind {
    match code.as_str().chars().next() {
        Some('A') => OrganisationKind::Practice,
        Some('U') => OrganisationKind::Pcn,
        Some('Q') => OrganisationKind::Icb,
        _ => OrganisationKind::Lmc,
    }
}

fn any_fact() -> impl Strategy<Value = Fact> {
    let kind = prop::sample::select(OrganisationKind::ALL.to_vec());
    prop_oneof![
        Just(Fact::Opened),
        prop::option::of(any_code()).prop_map(|successor| Fact::Closed { successor }),
        "[A-Z]{1,3}".prop_map(Fact::Name),
        any::<u32>().prop_map(Fact::ListSize),
        (kind, prop::option::of(any_code())).prop_map(|(kind, code)| Fact::Parent { kind, code }),
        (any_code(), any::<bool>()).prop_map(|(icb, covers)| Fact::Covers { icb, covers }),
    ]
}

fn any_dated() -> impl Strategy<Value = Dated> {
    (any_code(), 0..10u64, 0..3i64, any_fact()).prop_map(|(code, later, minutes, fact)| Dated {
        kind: kind_of(&code),
        code,
        effective_on: day("2026-08-01").plus_days(later),
        recorded_at: instant(minutes),
        fact,
    })
}

/// Of the facts that `like` picks the one that counts: tries every fact, one after the other.
fn naive(facts: &[Dated], code: &OrgCode, on: Option<LocalDate>, like: impl Fn(&Fact) -> bool) -> Option<Dated> {
    let mut best: Option<&Dated> = None;
    for fact in facts.iter().filter(|dated| dated.code == *code && like(&dated.fact)) {
        let key = |dated: &Dated| (dated.effective_on, dated.recorded_at);
        let better = match (best, on) {
            (_, Some(on)) if fact.effective_on > on => false,
            (None, _) => true,
            (Some(best), Some(_)) => key(fact) >= key(best),
            // Without a day: the first, and of those of one day and moment the first in the list.
            (Some(best), None) => key(fact) < key(best),
        };
        if better {
            best = Some(fact);
        }
    }
    best.cloned()
}

fn naive_counting(facts: &[Dated], code: &OrgCode, on: LocalDate, like: impl Fn(&Fact) -> bool) -> Option<Fact> {
    naive(facts, code, Some(on), &like).or_else(|| naive(facts, code, None, &like)).map(|dated| dated.fact)
}

proptest! {
    #[test]
    fn a_fact_survives_its_row(fact in any_fact()) {
        let row = to_row(&fact);
        prop_assert_eq!(from_row(row.fact, &row.value, row.second), Ok(fact));
    }

    #[test]
    fn any_row_is_read_or_refused(fact in "[a-z-]{0,9}", value in ".{0,8}", second in prop::option::of("[a-z]{0,8}")) {
        if let Ok(read) = from_row(&fact, &value, second.as_deref()) {
            prop_assert_eq!(to_row(&read).fact, fact);
        }
    }

    #[test]
    fn the_tree_says_what_a_naive_fold_says(
        facts in prop::collection::vec(any_dated(), 0..60),
        later in 0..12u64,
    ) {
        let on = day("2026-07-31").plus_days(later);
        let view = Tree::from_facts(facts.clone()).on(on);
        for n in 0..4 {
            let code = org(&format!("A8100{n}"));
            let status = naive(&facts, &code, Some(on), |f| matches!(f, Fact::Opened | Fact::Closed { .. }));
            let found = view.practice(&code.as_str().parse().unwrap());
            prop_assert_eq!(found.is_some(), status.is_some());
            let (Some(found), Some(status)) = (found, status) else { continue };
            let closed = (status.fact != Fact::Opened).then_some(status.effective_on);
            prop_assert_eq!(found.closed, closed);
            for kind in [OrganisationKind::Pcn, OrganisationKind::SubIcb, OrganisationKind::Icb, OrganisationKind::Region, OrganisationKind::Lmc] {
                let said = naive_counting(&facts, &code, on, |f| matches!(f, Fact::Parent { kind: k, .. } if *k == kind));
                let expected = match said { Some(Fact::Parent { code, .. }) => code, _ => None };
                prop_assert_eq!(found.parent(kind), expected.as_ref());
                if let Some(parent) = expected {
                    let within = view.practices_in(kind, &parent).contains(&found);
                    prop_assert_eq!(within, found.is_open());
                }
            }
            let name = naive_counting(&facts, &code, on, |f| matches!(f, Fact::Name(_)));
            let expected = match name { Some(Fact::Name(name)) => name, _ => code.to_string() };
            prop_assert_eq!(&*found.name, expected.as_str());
            let size = naive_counting(&facts, &code, on, |f| matches!(f, Fact::ListSize(_)));
            prop_assert_eq!(found.list_size.map(Fact::ListSize), size);
        }
    }

    #[test]
    fn the_order_of_facts_of_different_moments_does_not_matter(
        facts in prop::collection::vec(any_dated(), 0..40),
        seed in any::<prop::sample::Index>(),
    ) {
        let facts: Vec<_> = facts
            .into_iter()
            .enumerate()
            .map(|(n, dated)| Dated { recorded_at: instant(i64::try_from(n).unwrap()), ..dated })
            .collect();
        let mut turned = facts.clone();
        turned.rotate_left(seed.index(facts.len().max(1)));
        let on = day("2026-08-05");
        let (one, other) = (Tree::from_facts(facts).on(on), Tree::from_facts(turned).on(on));
        prop_assert!(one.all_practices().eq(other.all_practices()));
        for kind in OrganisationKind::ALL {
            prop_assert!(one.of_kind(kind).eq(other.of_kind(kind)));
        }
    }
}
