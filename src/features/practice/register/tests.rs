//! The pages read by a real parser.

use entity::ids::{LocalDate, OdsCode, StatusId, SubjectId};
use scraper::Html;
use uuid::Uuid;

use super::{item_view, json::Documentation, view};
use crate::{
    domain::{
        action::{NotedDay, StatusChange, StatusRow},
        catalogue::{Catalogue, Item, Status},
        register::{RegisterAt, Subjects},
    },
    error::FieldError,
    store::actions::Recorded,
    ui::{
        filled::Filled,
        sheet::tests::{count, read},
    },
    web::forms,
};

fn day(text: &str) -> LocalDate {
    text.parse().unwrap()
}

fn catalogue() -> &'static Catalogue {
    Catalogue::built_in().unwrap()
}

fn named(code: &str) -> &'static Item {
    catalogue().item(&code.parse().unwrap()).unwrap()
}

fn recorded(item: &str, subject: Option<SubjectId>, status: Status, on: &str) -> Recorded {
    let mut change = StatusChange::of(StatusId(Uuid::now_v7()), &item.parse().unwrap(), status, day(on));
    change.subject = subject;
    change.noted[NotedDay::Decided] = Some(day("2025-07-28"));
    Recorded {
        row: change.recorded("2025-08-01T12:00:00Z".parse().unwrap()),
        edition: "england-2026-11".to_owned(),
        position: "permitted".to_owned(),
        guard_rail: "Kept as it was.".to_owned(),
        recorded_by: Uuid::nil(),
    }
}

struct Shown {
    practice: OdsCode,
    recorded: Vec<Recorded>,
    rows: Vec<StatusRow>,
    subjects: Subjects,
}

impl Shown {
    fn new(recorded: Vec<Recorded>, subjects: Subjects) -> Self {
        Self {
            practice: "Z90001".parse().unwrap(),
            rows: recorded.iter().map(|one| one.row.clone()).collect(),
            recorded,
            subjects,
        }
    }

    fn ground(&self, on: &str) -> RegisterAt<'_> {
        RegisterAt {
            catalogue: catalogue(),
            rows: &self.rows,
            subjects: &self.subjects,
            on: day(on),
            known_at: "2026-11-20T12:00:00Z".parse().unwrap(),
        }
    }

    fn item(&self, code: &str, subject: Option<(SubjectId, &str)>, typed: &[(&str, &str)]) -> Html {
        let mut filled = Filled::fresh([("item", code.to_owned())]);
        for (name, text) in typed {
            filled.sent.put(name, *text);
        }
        filled.errors = vec![FieldError::new("decided_on", "Enter a real day")];
        let view = item_view::View {
            practice: &self.practice,
            beside: None,
            item: named(code),
            subject,
            ground: self.ground("2026-11-20"),
            history: self.recorded.iter().collect(),
            outcomes: Vec::new(),
            filled: &filled,
            saved: false,
        };
        read(&item_view::content(&view))
    }

    fn register(&self, on: &str) -> Html {
        let view = view::View {
            practice: &self.practice,
            ground: self.ground(on),
            belonged: &[],
            today: day("2026-11-20"),
            typed: on,
            error: None,
        };
        read(&view::content(&view))
    }
}

fn text(page: &Html) -> String {
    page.root_element().text().collect()
}

#[test]
fn an_item_offers_its_own_words_and_keeps_what_was_typed() {
    let dermatology = SubjectId(Uuid::now_v7());
    let subjects = Subjects::from([(dermatology, ("advice-and-guidance".parse().unwrap(), "Dermatology".to_owned()))]);
    let shown = Shown::new(
        vec![recorded("advice-and-guidance", Some(dermatology), Status::PausedSince, "2025-08-04")],
        subjects,
    );
    let typed =
        [("status", "paused-since"), ("effective_on", "2026-11-23"), ("decided_on", "yesterday"), ("about", "yes")];
    let page = shown.item("advice-and-guidance", Some((dermatology, "Dermatology")), &typed);
    assert_eq!(count(&page, "input[name=status]"), 5);
    assert_eq!(count(&page, "input[name=status][value=paused-since][checked]"), 1);
    assert_eq!(count(&page, "input[name=decided_on][value=yesterday]"), 1);
    assert_eq!(count(&page, "input[name=about][checked]"), 1);
    assert_eq!(count(&page, "a[href='#decided_on']"), 1);
    assert_eq!(count(&page, "input[name=notice_served_on]"), 0);
    assert_eq!(count(&page, "button[class=nhsuk-button]"), 1);
    let text = text(&page);
    for part in [
        "Advice & Guidance: Dermatology",
        "Conditional on 23 November 2026",
        "Paused, except where it helps",
        "Recorded 1 Aug 2025 by the practice",
        "Partners decided on 28 Jul 2025",
        "Kept as it was.",
    ] {
        assert!(text.contains(part), "{part}");
    }
}

#[test]
fn services_ask_for_the_notice_and_agreements_for_their_purpose() {
    let shown = Shown::new(Vec::new(), Subjects::new());
    let fresh = [("effective_on", "2026-11-20")];
    let service = shown.item("voluntary-services", None, &fresh);
    assert_eq!(count(&service, "input[name=notice_served_on]"), 1);
    assert_eq!(count(&service, "input[name=subject_name][list]"), 1);
    assert_eq!(count(&service, "datalist option[value='Ring pessaries']"), 1);
    let agreement = shown.item("dsa-withdraw", None, &fresh);
    assert_eq!(count(&agreement, "input[name=exclusively_secondary]"), 1);
    let conflict = shown.item("gp-connect-update-record", None, &fresh);
    assert!(text(&conflict).contains("You can record it all the same."));
}

#[test]
fn the_register_lists_every_item_and_says_which_day_it_shows() {
    let shown = Shown::new(vec![recorded("dsa-freeze", None, Status::PausedSince, "2026-10-15")], Subjects::new());
    let today = text(&shown.register("2026-11-20"));
    for item in catalogue().items_on(day("2026-11-20")) {
        assert!(today.contains(&item.title), "{}", item.title);
    }
    assert!(today.contains("Frozen"));
    let past = text(&shown.register("2026-10-01"));
    assert!(past.contains("As it stood on 1 October 2026, as far as is known today."));
    assert!(!past.contains("15 Oct 2026"));
}

#[test]
fn an_as_of_day_is_a_day_that_has_come() {
    let today = day("2026-11-20");
    assert_eq!(forms::as_of("", today), Ok(today));
    assert_eq!(forms::as_of("2026-10-01", today), Ok(day("2026-10-01")));
    assert!(forms::as_of("2026-11-21", today).is_err());
    assert!(forms::as_of("soon", today).is_err());
}

#[test]
fn every_property_of_the_api_has_an_example_or_leads_to_one() {
    let document = serde_json::to_value(<Documentation as utoipa::OpenApi>::openapi()).unwrap();
    assert_eq!(document["paths"].as_object().unwrap().len(), 2);
    for shape in ["StatusOut", "PositionOut", "ItemOut"] {
        let properties = document["components"]["schemas"][shape]["properties"].as_object().unwrap();
        for (name, property) in properties {
            let leads = property.to_string().contains("$ref");
            assert!(leads || property.get("example").is_some(), "{shape}.{name}: {property}");
        }
    }
}
