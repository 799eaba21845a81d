use std::{fmt, str::FromStr};

use entity::ids::NotAnId;
use serde::Serialize;
use serde_json::{Value, json};

use super::*;

const NORTHERN_IRELAND: &str = include_str!("../../../tests/data/catalogue/northern-ireland-2025.json");

fn day(text: &str) -> LocalDate {
    text.parse().unwrap()
}

fn code(text: &str) -> ItemCode {
    text.parse().unwrap()
}

fn england() -> &'static Catalogue {
    Catalogue::built_in().unwrap()
}

fn england_item(text: &str) -> &'static Item {
    england().item(&code(text)).unwrap()
}

/// A catalogue of one valid item, for tests to break.
fn sound() -> Value {
    let words = |text: &str| json!({ "label": text, "tag": text });
    json!({
        "schema": 1, "edition": "test-1", "jurisdiction": "Test", "valid_from": "2024-08-01",
        "items": [{
            "code": "advice-and-guidance", "title": "Advice", "area_title": "Advice paused",
            "plain": "Stops it.", "valid_from": "2024-08-01",
            "subject": "pathway", "subject_word": "pathway", "suggestions": ["Dermatology"],
            "statuses": {
                "running": words("Used"), "thinking": words("Thinking"),
                "pausing-from": words("Pausing"), "paused-since": words("Paused"),
                "restarted": words("Used again"),
            },
            "positions": [position("2024-08-01", "permitted"), position("2026-04-01", "conditional")],
            "published": true, "series_order": 1,
        }],
    })
}

fn position(from: &str, kind: &str) -> Value {
    json!({
        "from": from, "position": kind, "guard_rail": "Urgent referrals go on.",
        "source": "A source", "checked_on": "2026-11-02",
    })
}

/// The mistakes found after one value of the sound catalogue is replaced or, by `None`, taken out.
fn broken(pointer: &str, value: Option<Value>) -> Vec<String> {
    let mut file = sound();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = file.pointer_mut(parent).unwrap();
    match (parent, value) {
        (Value::Object(fields), Some(value)) => {
            fields.insert(key.to_owned(), value);
        }
        (Value::Object(fields), None) => {
            fields.remove(key).unwrap();
        }
        (Value::Array(entries), Some(value)) => {
            entries.push(value);
        }
        (parent, value) => panic!("cannot put {value:?} into {parent}"),
    }
    mistakes(&file)
}

fn mistakes(file: &Value) -> Vec<String> {
    let errors = Catalogue::parse(&file.to_string()).unwrap_err();
    errors.iter().map(ToString::to_string).collect()
}

fn set(pointer: &str, value: impl Into<Value>) -> Vec<String> {
    broken(pointer, Some(value.into()))
}

#[test]
fn the_built_in_catalogue_is_sound() {
    assert_eq!(Catalogue::built_in().map(|catalogue| catalogue.items.len()), Ok(13));
    assert_eq!(england().jurisdiction, "England");
}

#[test]
fn jurisdiction_is_data() {
    let catalogue = Catalogue::parse(NORTHERN_IRELAND).unwrap();
    assert_eq!(catalogue.jurisdiction, "Northern Ireland");
    assert_eq!(catalogue.items.len(), 5);
    let paperwork = catalogue.item(&code("unfunded-paperwork")).unwrap();
    assert_eq!(paperwork.position_on(day("2026-01-01")).kind, PositionKind::Unknown);
    assert!(catalogue.published_series(day("2025-01-01"), day("2026-12-31")).is_empty());
}

#[test]
fn the_test_catalogue_is_sound() {
    assert!(Catalogue::parse(&sound().to_string()).is_ok());
}

#[test]
fn codes_are_the_same_in_text_and_in_json() {
    fn check<T>(all: &[T])
    where
        T: Copy + fmt::Debug + fmt::Display + PartialEq + Serialize + FromStr<Err = NotAnId>,
        T: for<'de> Deserialize<'de>,
    {
        for &value in all {
            assert_eq!(value.to_string().parse::<T>(), Ok(value));
            assert_eq!(serde_json::to_value(value).unwrap(), Value::from(value.to_string()));
            assert_eq!(serde_json::from_value::<T>(value.to_string().into()).unwrap(), value);
        }
    }
    check(Status::ALL);
    check(SubjectKind::ALL);
    check(PositionKind::ALL);
    assert_eq!(
        "paused".parse::<Status>().unwrap_err().to_string(),
        "not a status: a status is running, thinking, pausing-from, paused-since or restarted"
    );
}

#[test]
fn a_position_holds_from_its_first_day_until_the_next() {
    let kind = |item, on| england_item(item).position_on(day(on)).kind;
    for (item, on, expected) in [
        ("gp-connect-update-record", "2025-09-30", PositionKind::Permitted),
        ("gp-connect-update-record", "2025-10-01", PositionKind::Conflicts),
        ("declaration-online-requests", "2025-09-30", PositionKind::Permitted),
        ("declaration-online-requests", "2025-10-01", PositionKind::Conflicts),
        ("declaration-digital-telephony", "2026-11-20", PositionKind::Unknown),
        ("safe-contact-limit", "2026-03-31", PositionKind::Permitted),
        ("safe-contact-limit", "2026-04-01", PositionKind::Conditional),
        ("advice-and-guidance", "2024-07-31", PositionKind::Permitted),
        ("advice-and-guidance", "2026-03-31", PositionKind::Permitted),
        ("advice-and-guidance", "2026-11-23", PositionKind::Conditional),
        ("referral-rationing", "2026-04-01", PositionKind::Conditional),
        ("medicines-optimisation-software", "2026-05-31", PositionKind::Permitted),
        ("medicines-optimisation-software", "2026-06-01", PositionKind::Conditional),
        ("voluntary-services", "2026-11-20", PositionKind::Permitted),
    ] {
        assert_eq!(kind(item, on), expected, "{item} on {on}");
    }
}

#[test]
fn a_middle_position_gives_way_to_a_later_one() {
    let limit = england_item("safe-contact-limit");
    assert_eq!(limit.position_on(day("2025-12-01")).from, day("2025-10-01"));
}

#[test]
fn the_menu_follows_the_day() {
    let codes = |on| england().items_on(day(on)).map(|item| item.code.as_str()).collect::<Vec<_>>();
    assert_eq!(codes("2024-07-31"), Vec::<&str>::new());
    assert_eq!(codes("2024-08-01").len(), 11);
    assert!(codes("2025-09-30").contains(&"declaration-online-requests"));
    assert!(!codes("2025-10-01").contains(&"declaration-online-requests"));
    assert!(!codes("2026-05-31").contains(&"acute-prescribing-choice"));
    assert_eq!(codes("2026-06-01").len(), 11);
    assert!(england().item(&code("declaration-online-requests")).is_some());
}

#[test]
fn each_item_has_its_own_words() {
    let advice = england_item("advice-and-guidance");
    assert_eq!(advice.label(Status::Running), "Used as before");
    assert_eq!(advice.label(Status::PausedSince), "Paused, except where it helps");
    assert_eq!(advice.tag(Status::PausedSince), "Paused");
    let services = england_item("voluntary-services");
    assert_eq!(services.label(Status::PausingFrom), "Notice served, ends on");
    assert_eq!(services.tag(Status::PausingFrom), "Notice served");
    assert_eq!(england_item("dsa-withdraw").tag(Status::PausedSince), "Withdrawn");
}

#[test]
fn the_built_in_words_of_one_item_differ() {
    for item in &england().items {
        let mut labels: Vec<_> = Status::ALL.iter().map(|&status| item.label(status)).collect();
        labels.sort_unstable();
        labels.dedup();
        assert_eq!(labels.len(), Status::ALL.len(), "{}", item.code);
    }
}

#[test]
fn subjects_are_named_where_there_is_more_than_the_practice() {
    assert!(!england_item("safe-contact-limit").takes_subject());
    let services = england_item("voluntary-services");
    assert!(services.takes_subject());
    assert_eq!(services.subject_word.as_deref(), Some("service"));
    assert!(services.suggestions.iter().any(|name| name == "Ring pessaries"));
}

#[test]
fn mixed_purposes_are_refused_for_one_item_alone() {
    let refusing: Vec<_> = england().items.iter().filter(|i| i.refuses_mixed_purpose).collect();
    assert_eq!(refusing, [england_item("dsa-withdraw")]);
}

#[test]
fn a_release_has_its_series_in_order_and_nothing_that_conflicts_or_ended() {
    let series = england().published_series(day("2026-04-01"), day("2027-03-31"));
    let codes: Vec<_> = series.iter().map(|item| item.code.as_str()).collect();
    assert_eq!(
        codes,
        [
            "safe-contact-limit",
            "advice-and-guidance",
            "voluntary-services",
            "referral-rationing",
            "dsa-withdraw",
            "dsa-freeze",
            "medicines-optimisation-software",
            "pilot-programmes",
            "dsa-review-letter",
            "acute-prescribing-choice",
        ]
    );
    for item in series {
        assert_eq!(item.valid_until, None, "{}", item.code);
        assert!(item.positions.iter().all(|position| position.kind != PositionKind::Conflicts));
    }
}

#[test]
fn series_are_ordered_by_their_place_not_by_the_file() {
    let mut file = sound();
    let mut second = file.pointer("/items/0").unwrap().clone();
    second.as_object_mut().unwrap().insert("code".to_owned(), "dsa-freeze".into());
    file.pointer_mut("/items/0/series_order").map(|order| *order = 2.into()).unwrap();
    second.as_object_mut().unwrap().insert("series_order".to_owned(), 1.into());
    file.pointer_mut("/items").unwrap().as_array_mut().unwrap().push(second);
    let catalogue = Catalogue::parse(&file.to_string()).unwrap();
    let codes: Vec<_> =
        catalogue.published_series(day("2024-08-01"), day("2027-03-31")).iter().map(|i| i.code.as_str()).collect();
    assert_eq!(codes, ["dsa-freeze", "advice-and-guidance"]);
}

#[test]
fn another_schema_is_told_so() {
    let file = json!({ "schema": 2, "anything": true });
    assert_eq!(mistakes(&file), ["schema: this version reads schema 1, the file is of 2"]);
}

#[test]
fn a_mistake_of_shape_says_where_it_stands() {
    let starts = |found: Vec<String>, with: &str| {
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found.concat().starts_with(with), "{found:?} should start with {with:?}");
    };
    starts(set("/items/0/colour", "red"), "items[0].colour: unknown field `colour`");
    starts(set("/items/0/positions/0/from", "2024-02-30"), "items[0].positions[0].from: ");
    starts(
        set("/items/0/positions/1/position", "forbidden"),
        "items[0].positions[1].position: A position is permitted, conditional, conflicts or unknown",
    );
    starts(
        set("/items/0/code", "Advice & Guidance"),
        "items[0].code: An item code has 1 to 60 small letters, digits or hyphens",
    );
    starts(set("/items/0/positions", json!([])), "items[0].positions: an item needs at least one contract position");
    starts(broken("/items/0/statuses/pausing-from", None), "items[0].statuses: missing field `pausing-from`");
    starts(set("/items/0/statuses/stopped", json!({})), "items[0].statuses.stopped: unknown field");
    starts(broken("/items", None), ".: missing field `items`");
}

#[test]
fn text_that_is_not_one_json_value_is_refused() {
    for text in ["", "limit", "[]", "{}"] {
        assert!(Catalogue::parse(text).is_err(), "{text:?}");
    }
    let errors = Catalogue::parse(&format!("{} {{}}", sound())).unwrap_err();
    assert!(errors.iter().all(|error| error.reason.contains("trailing characters")), "{errors:?}");
}

#[test]
fn a_code_is_used_once() {
    let mut copy = sound().pointer("/items/0").unwrap().clone();
    copy.as_object_mut().unwrap().insert("series_order".to_owned(), 2.into());
    assert_eq!(set("/items/1", copy), ["items[1].code: advice-and-guidance is already the code of items[0]"]);
}

#[test]
fn days_are_in_order() {
    assert_eq!(
        set("/valid_from", "2024-09-01"),
        ["items[0].valid_from: comes before 2024-09-01, the catalogue's first day"]
    );
    assert_eq!(
        set("/items/0/valid_until", "2024-07-31"),
        ["items[0].valid_until: comes before 2024-08-01, the item's first day"]
    );
    assert_eq!(
        set("/items/0/positions/0/from", "2024-08-02"),
        ["items[0].positions[0].from: leaves days from 2024-08-01, the item's first, without a position"]
    );
    for not_later in ["2024-08-01", "2024-07-01"] {
        assert_eq!(
            set("/items/0/positions/1/from", not_later),
            ["items[0].positions[1].from: does not come after 2024-08-01, the one before"]
        );
    }
}

#[test]
fn texts_are_there_and_fit() {
    assert_eq!(set("/edition", " "), ["edition: is empty"]);
    assert_eq!(set("/items/0/exception", ""), ["items[0].exception: is empty"]);
    assert_eq!(set("/items/0/statuses/paused-since/tag", "\t"), ["items[0].statuses.paused-since.tag: is empty"]);
    assert_eq!(
        set("/items/0/positions/1/guard_rail", "é".repeat(601)),
        ["items[0].positions[1].guard_rail: has 601 characters, at most 600 fit"]
    );
    let mut file = sound();
    *file.pointer_mut("/items/0/positions/1/guard_rail").unwrap() = "é".repeat(600).into();
    assert!(Catalogue::parse(&file.to_string()).is_ok());
    assert_eq!(set("/items", json!([])), ["items: a catalogue needs at least one item"]);
}

#[test]
fn every_mistake_of_content_is_told() {
    let mut file = sound();
    *file.pointer_mut("/items/0/title").unwrap() = "".into();
    *file.pointer_mut("/items/0/positions/0/source").unwrap() = "".into();
    *file.pointer_mut("/jurisdiction").unwrap() = "".into();
    assert_eq!(
        mistakes(&file),
        ["jurisdiction: is empty", "items[0].title: is empty", "items[0].positions[0].source: is empty"]
    );
}

#[test]
fn a_subject_has_a_word_and_the_practice_has_none() {
    assert_eq!(
        broken("/items/0/subject_word", None),
        ["items[0].subject_word: is needed where the subject is pathway"]
    );
    assert_eq!(
        set("/items/0/subject", "practice"),
        [
            "items[0].subject_word: has no place where the subject is practice",
            "items[0].suggestions: have no place where the subject is practice"
        ]
    );
    assert_eq!(set("/items/0/suggestions/1", "dermatology"), ["items[0].suggestions[1]: is there twice"]);
    assert_eq!(
        set("/items/0/refuses_mixed_purpose", true),
        ["items[0].refuses_mixed_purpose: only an agreement has a purpose"]
    );
}

#[test]
fn notice_belongs_to_services_and_policy_says_who_passed_it() {
    let notice = |subject: &str, months: u64| {
        let mut file = sound();
        file["items"][0]["subject"] = json!(subject);
        file["items"][0]["notice_months"] = json!(months);
        file
    };
    for subject in ["service", "network-service", "network-scheme"] {
        assert!(Catalogue::parse(&notice(subject, 3).to_string()).is_ok(), "{subject}");
    }
    assert_eq!(mistakes(&notice("pathway", 3)), ["items[0].notice_months: has no place where the subject is pathway"]);
    for months in [0, 25] {
        assert_eq!(mistakes(&notice("service", months)), ["items[0].notice_months: is 1 to 24"]);
    }
    let mut policy = json!({
        "from": "2026-05-28", "by": "A conference", "text": "It asks.", "source": "S", "checked_on": "2026-11-28",
    });
    let with = |policy: &Value| {
        let mut file = sound();
        file["items"][0]["policies"] = json!([policy]);
        file
    };
    assert!(Catalogue::parse(&with(&policy).to_string()).is_ok());
    for field in ["by", "text", "source"] {
        let mut empty = policy.clone();
        empty[field] = json!(" ");
        assert_eq!(mistakes(&with(&empty)), [format!("items[0].policies[0].{field}: is empty")]);
    }
    policy["position"] = json!("permitted");
    assert!(mistakes(&with(&policy))[0].starts_with("items[0].policies[0].position: unknown field"));
}

#[test]
fn what_conflicts_is_not_published() {
    let reason = ["items[0].published: an item that conflicts with the contract is not published"];
    assert_eq!(set("/items/0/positions/2", position("2026-12-01", "conflicts")), reason);
    let passed = json!([position("2024-08-01", "conflicts"), position("2026-04-01", "permitted")]);
    let mut file = sound();
    *file.pointer_mut("/items/0/positions").unwrap() = passed;
    assert!(Catalogue::parse(&file.to_string()).is_ok());
}

#[test]
fn a_published_item_has_a_place_of_its_own() {
    assert_eq!(broken("/items/0/series_order", None), ["items[0].series_order: is needed where published is true"]);
    assert_eq!(set("/items/0/published", false), ["items[0].series_order: has no place where published is false"]);
    let mut copy = sound().pointer("/items/0").unwrap().clone();
    copy.as_object_mut().unwrap().insert("code".to_owned(), "dsa-freeze".into());
    assert_eq!(set("/items/1", copy), ["items[1].series_order: 1 is already the place of items[0]"]);
}

#[test]
fn a_release_has_eleven_items_at_most() {
    let with = |count: u32| {
        let mut file = sound();
        let item = file.pointer("/items/0").unwrap().clone();
        let items = (1..=count).map(|n| {
            let mut item = item.clone();
            let fields = item.as_object_mut().unwrap();
            fields.insert("code".to_owned(), format!("item-{n}").into());
            fields.insert("series_order".to_owned(), n.into());
            item
        });
        *file.pointer_mut("/items").unwrap() = items.collect();
        file
    };
    assert!(Catalogue::parse(&with(11).to_string()).is_ok());
    assert_eq!(mistakes(&with(12)), ["items: 12 are published, a release has 11 at most"]);
}

#[test]
fn a_mark_in_front_is_passed_over_and_a_sign_that_no_font_has_is_named() {
    let with_mark = format!("\u{FEFF}{}", sound());
    assert!(Catalogue::parse(&with_mark).is_ok());
    let list = Catalogue::parse("[]").unwrap_err();
    assert!(list[0].to_string().contains("begin with {"), "{list:?}");
    let mut file = sound();
    file["items"][0]["title"] = json!("Limit 王");
    let errors = Catalogue::parse(&file.to_string()).unwrap_err();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].path.contains("title") && errors[0].reason.contains("“王” cannot be printed"), "{errors:?}");
}
