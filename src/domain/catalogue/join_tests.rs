//! Several editions as one menu.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn day(text: &str) -> LocalDate {
    text.parse().unwrap()
}

fn code(text: &str) -> ItemCode {
    text.parse().unwrap()
}

fn item(code: &str, from: &str, title: &str, positions: &[(&str, &str)]) -> Value {
    let words = |text: &str| json!({ "label": format!("{title} {text}"), "tag": text });
    let positions = positions.iter().map(|(from, kind)| {
        json!({
            "from": from, "position": kind, "guard_rail": format!("{title}."), "source": "S",
            "checked_on": "2026-11-02",
        })
    });
    json!({
        "code": code, "title": title, "area_title": title, "plain": title, "valid_from": from,
        "subject": "practice", "published": false, "positions": positions.collect::<Vec<_>>(),
        "statuses": {
            "running": words("runs"), "thinking": words("thinks"), "pausing-from": words("pauses"),
            "paused-since": words("paused"), "restarted": words("again"),
        },
    })
}

fn edition(name: &str, from: &str, items: &[Value]) -> Catalogue {
    let file = json!({
        "schema": 1, "edition": name, "jurisdiction": "Test", "valid_from": from, "items": items,
    });
    Catalogue::parse(&file.to_string()).unwrap()
}

fn with(mut item: Value, field: &str, value: impl Into<Value>) -> Value {
    item.as_object_mut().unwrap().insert(field.to_owned(), value.into());
    item
}

fn published(code: &str, from: &str, order: u32) -> Value {
    let item = item(code, from, code, &[(from, "permitted")]);
    with(with(item, "published", true), "series_order", order)
}

/// 2024: advice and letter; 2026: advice in other words, and a second letter.
fn two() -> [Catalogue; 2] {
    let advice = |from, title, positions: &[_]| item("advice", from, title, positions);
    let letter = item("letter", "2024-08-01", "Letter", &[("2024-08-01", "permitted")]);
    let first = edition(
        "first",
        "2024-08-01",
        &[
            advice("2024-08-01", "Advice", &[("2024-08-01", "permitted"), ("2026-06-01", "conflicts")]),
            with(letter, "valid_until", "2026-12-31"),
        ],
    );
    let second_letter = item("letter-2", "2026-04-01", "Letter 2", &[("2026-04-01", "permitted")]);
    let second = edition(
        "second",
        "2026-04-01",
        &[
            with(second_letter, "follows", "letter"),
            advice("2026-04-01", "Guidance", &[("2025-01-01", "conditional"), ("2027-01-01", "unknown")]),
        ],
    );
    [first, second]
}

fn joined() -> Catalogue {
    Catalogue::join("Test", &two()).unwrap()
}

fn clashes(new: &Catalogue, others: &[Catalogue]) -> Vec<String> {
    let errors = new.joining(others).unwrap_err();
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn the_built_in_editions_join_and_another_jurisdiction_has_none_of_them() {
    let editions = Catalogue::editions_of("England", []).unwrap();
    let menu = Catalogue::join("England", &editions).unwrap();
    let first = Catalogue::built_in().unwrap();
    for item in &first.items {
        let now = menu.item(&item.code).unwrap();
        assert_eq!(now.subject, item.subject, "what a record is about never changes");
        assert_eq!(now.series_order, item.series_order, "{}", item.code);
    }
    let known = |item: &&Item| first.item(&item.code).is_none();
    let added: BTreeSet<&str> = menu.items.iter().filter(known).map(|item| item.code.as_str()).collect();
    assert_eq!(added, BTreeSet::from(["advice-and-guidance-service", "single-point-of-access"]));
    let none = Catalogue::join("Wales", &Catalogue::editions_of("Wales", []).unwrap()).unwrap();
    assert!(none.items.is_empty());
}

#[test]
fn a_later_edition_replaces_from_its_first_day_and_the_past_stays() {
    let menu = joined();
    let advice = code("advice");
    let title = |on| menu.item_on(&advice, day(on)).unwrap().title.clone();
    assert_eq!(title("2020-01-01"), "Advice");
    assert_eq!(title("2026-03-31"), "Advice");
    assert_eq!(title("2026-04-01"), "Guidance");
    for on in ["2024-08-01", "2026-03-31", "2026-04-01", "2027-04-01"] {
        let items = menu.items_on(day(on));
        let named = items.filter(|item| item.code == advice).count();
        assert_eq!(named, 1, "{on}");
    }
    let old = menu.item_of(&advice, "first", day("2026-11-20")).unwrap();
    assert_eq!(old.label(Status::PausedSince), "Advice paused");
    assert_eq!((menu.edition_on(day("2026-03-31")), menu.edition_on(day("2026-04-01"))), ("first", "second"));
}

#[test]
fn positions_of_earlier_days_are_kept_and_later_ones_are_the_later_editions() {
    let menu = joined();
    for version in menu.items.iter().filter(|item| item.code == code("advice")) {
        let said: Vec<_> =
            version.positions.iter().map(|position| (position.from.to_string(), position.kind)).collect();
        let expected = [
            ("2024-08-01".to_owned(), PositionKind::Permitted),
            ("2026-04-01".to_owned(), PositionKind::Conditional),
            ("2027-01-01".to_owned(), PositionKind::Unknown),
        ];
        assert_eq!(said, expected);
    }
}

#[test]
fn what_a_later_edition_does_not_carry_stays_until_its_own_last_day() {
    let menu = joined();
    let there = |on| menu.items_on(day(on)).any(|item| item.code == code("letter"));
    assert!(there("2026-12-31") && !there("2027-01-01"));
    let codes: Vec<_> = menu.all_on(day("2026-11-20")).map(|item| item.code.as_str()).collect();
    assert_eq!(codes, ["advice", "letter", "letter-2"]);
    let next = code("letter");
    let next: Vec<_> = menu.followers(&next, day("2026-11-20")).collect();
    assert_eq!(next[0].code, code("letter-2"));
}

#[test]
fn a_subject_kind_does_not_change() {
    let [first, _] = two();
    let advice = item("advice", "2026-04-01", "A", &[("2026-04-01", "permitted")]);
    let advice = with(with(advice, "subject", "network-service"), "subject_word", "service");
    let new = edition("new", "2026-04-01", &[advice]);
    assert_eq!(
        clashes(&new, &[first]),
        ["items[0].subject: is network-service, and in first it is practice: what a record is about cannot change"]
    );
}

#[test]
fn a_sequence_begins_somewhere_and_never_returns() {
    let [first, second] = two();
    let letter = |code, follows| {
        let letter = item(code, "2026-05-01", "Letter", &[("2026-05-01", "permitted")]);
        with(letter, "follows", follows)
    };
    let new = |items: &[Value]| edition("third", "2026-05-01", items);
    let others = [first, second];
    assert_eq!(
        clashes(&new(&[letter("letter-3", "letter-9")]), &others),
        ["items[0].follows: no item has the code letter-9"]
    );
    assert_eq!(
        clashes(&new(&[letter("letter", "letter-2")]), &others),
        ["items[0].follows: letter comes before letter-2 already"]
    );
    assert_eq!(clashes(&new(&[letter("letter-3", "letter-3")]), &others).len(), 1);
    assert!(new(&[letter("letter-3", "letter-2")]).joining(&others).is_ok());
    // The same from disk, where nobody can be asked: the edition is named.
    let [first, second] = others;
    let all = [first, second, new(&[letter("letter", "letter-2")])];
    let errors = Catalogue::join("Test", &all).unwrap_err();
    assert!(errors.iter().any(|error| error.path == "third items[0].follows"), "{errors:?}");
}

#[test]
fn eleven_items_a_year_are_published_each_in_its_place() {
    let many = |count: u32, until: Option<&str>| {
        let items: Vec<Value> = (1..=count)
            .map(|n| {
                let item = published(&format!("item-{n}"), "2026-04-01", n);
                match until {
                    Some(last) => with(item, "valid_until", last),
                    None => item,
                }
            })
            .collect();
        edition("many", "2026-04-01", &items)
    };
    let more = |from, order| edition("more", from, &[published("more", from, order)]);
    assert!(more("2026-10-01", 11).joining(&[many(10, None)]).is_ok());
    assert_eq!(
        clashes(&more("2026-10-01", 12), &[many(11, None)]),
        ["items: with the other editions 12 are published in the year from 1 April 2026, a release has 11 at most"]
    );
    assert_eq!(
        clashes(&more("2026-10-01", 3), &[many(10, None)]),
        ["items[0].series_order: 3 is already the place of item-3 in many"]
    );
    // A place that is free again the year after can be taken.
    let ended = many(11, Some("2027-03-31"));
    assert!(more("2027-04-01", 3).joining(&[ended]).is_ok());
}

#[test]
fn what_changes_is_told_in_plain_english() {
    let [first, second] = two();
    let before = Catalogue::join("Test", &[first]).unwrap();
    let said = changes(&before, &joined());
    assert_eq!(
        said,
        [
            "Renamed from 1 April 2026: Advice (advice) becomes Guidance",
            "Changed from 1 April 2026: Guidance (advice): the name on area pages, the scope, the words for its statuses",
            "Contract position from 1 April 2026: Guidance (advice): conditional instead of permitted",
            "Contract position from 1 January 2027: Guidance (advice): unknown instead of conflicts",
            "Contract position from 1 June 2026 no longer foreseen: Guidance (advice): conflicts",
            "Added: Letter 2 (letter-2) from 1 April 2026, recorded per practice, not published",
        ]
    );
    assert_eq!(changes(&joined(), &joined()), Vec::<String>::new());
    assert!(second.joining(&[]).is_err(), "its letter 2 follows nothing");
}

proptest! {
    /// Whatever three editions say, each code is on the menu at most once a day, the latest edition that has begun speaks,
    /// and no edition changes what the contract said before its own first day.
    #[test]
    fn one_version_a_day_and_a_past_that_stays(
        starts in prop::array::uniform3(0_u64..900),
        lasts in prop::array::uniform3(prop::option::of(0_u64..900)),
        asked in 0_u64..1_200,
    ) {
        let zero = day("2024-01-01");
        let editions: Vec<Catalogue> = (0..3)
            .map(|n| {
                let from = zero.plus_days(starts[n]);
                let mut one = item(
                    "x", &from.to_string(), &format!("Title {n}"),
                    &[(&from.to_string(), ["permitted", "conditional", "unknown"][n])],
                );
                if let Some(last) = lasts[n] {
                    one = with(one, "valid_until", from.plus_days(last).to_string());
                }
                edition(&format!("e{n}"), &from.to_string(), &[one])
            })
            .collect();
        let on = zero.plus_days(asked);
        let menu = Catalogue::join("Test", &editions).unwrap();
        prop_assert!(menu.items_on(on).count() <= 1);
        let begun = editions.iter().filter(|edition| edition.valid_from <= on);
        let latest = begun.max_by_key(|edition| (edition.valid_from, edition.edition.clone()));
        if let Some(latest) = latest {
            let version = menu.item_on(&code("x"), on).unwrap();
            prop_assert_eq!(&version.edition, &latest.edition);
            let own = latest.items[0].exists_on(on);
            prop_assert_eq!(menu.items_on(on).count() == 1, own);
            prop_assert_eq!(version.position_on(on).kind, latest.items[0].position_on(on).kind);
        }
        // An edition that joins later leaves every day before its own as it was.
        let mut sorted = editions.clone();
        sorted.sort_by_key(|edition| (edition.valid_from, edition.edition.clone()));
        let last = sorted.pop().unwrap();
        let before = Catalogue::join("Test", &sorted).unwrap();
        if on < last.valid_from {
            let (then, now) = (before.item_on(&code("x"), on), menu.item_on(&code("x"), on));
            let (then, now) = (then.unwrap(), now.unwrap());
            prop_assert_eq!(&then.title, &now.title);
            prop_assert_eq!(then.exists_on(on), now.exists_on(on));
            if sorted[0].valid_from <= on {
                prop_assert_eq!(then.position_on(on), now.position_on(on));
            }
        }
    }
}
