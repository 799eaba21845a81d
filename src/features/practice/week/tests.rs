//! The page read by a real parser.

use std::collections::BTreeMap;

use entity::ids::{LocalDate, OdsCode, QuestionId, StatusId};
use scraper::Html;
use uuid::Uuid;

use super::{
    questions_view::{Questions, Refused},
    register_view::{RegisterPart, Todo, What},
    steps_view::Step,
    view::{Before, Capacity, SharingPart, TransfersPart, Week, capacity, week},
};
use crate::{
    domain::{
        limit::PracticeDay,
        question::{Given, Question, QuestionKind},
        transfer::GivenBack,
    },
    ui::sheet::tests::{count, read},
};

fn day(text: &str) -> LocalDate {
    text.parse().unwrap()
}

fn example() -> Week {
    let practice: OdsCode = "Z90001".parse().unwrap();
    Week {
        practice: practice.clone(),
        today: day("2026-11-20"),
        ending: day("2026-11-20"),
        sent: None,
        before: Before::OnTime,
        changed: false,
        questions: Questions {
            practice: practice.clone(),
            lmc: "East LMC".to_owned(),
            shared: true,
            open: Vec::new(),
            given: BTreeMap::new(),
            refused: None,
        },
        register: RegisterPart {
            practice: practice.clone(),
            today: day("2026-11-20"),
            todo: vec![
                Todo {
                    due: day("2026-11-20"),
                    what: What::Noted { id: StatusId(Uuid::now_v7()), noted: "<b>Phlebotomy</b>".to_owned() },
                },
                Todo {
                    due: day("2027-02-01"),
                    what: What::LastDay {
                        name: "Voluntary services: ECGs".to_owned(),
                        served: Some(day("2026-08-24")),
                    },
                },
            ],
            paused: Vec::new(),
            items: 11,
        },
        capacity: Capacity {
            divert: None,
            practice,
            day: PracticeDay {
                clinicians: 7,
                counted: 114,
                limit: 175,
                nearing_hundredths: 14_875,
                ..PracticeDay::default()
            },
            near: vec![("Dr B".to_owned(), 24, 25)],
        },
        sharing: SharingPart {
            shared: Some(true),
            icb: Some("XDA".parse().unwrap()),
            last: Some(("lmc-officer".to_owned(), "2026-11-03T14:02:00Z".parse().unwrap())),
        },
        transfers: TransfersPart { first: day("2026-11-01"), items: 3, sum: GivenBack::default(), slot: 1 },
        steps_left: Vec::new(),
        closed: None,
    }
}

fn parsed(view: &Week) -> Html {
    read(&week(view))
}

fn text(page: &Html) -> String {
    page.root_element().text().collect()
}

#[test]
fn the_week_is_answered_with_one_primary_button() {
    let page = parsed(&example());
    assert_eq!(count(&page, "button[class=nhsuk-button]"), 1);
    assert_eq!(count(&page, "h1"), 1);
    assert_eq!(count(&page, "input[name=week][value='2026-11-20']"), 1);
    let text = text(&page);
    for part in [
        "Week to Friday 20 November",
        "Due today. Last week was sent on time.",
        "61 left",
        "114 counted of 175, 7 clinicians Available",
        "Dr B is at 24 of 25. Nobody is over.",
        "LMC officer, 3 Nov 14:02",
        "notice served 24 August 2026",
        "1 Feb 2027",
        "All 11 items, with history",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn an_answered_week_says_when_and_asks_no_more() {
    let mut view = example();
    view.sent = "2026-11-20T09:12:00Z".parse().ok();
    let page = parsed(&view);
    assert_eq!(count(&page, "input[name=week]"), 0);
    assert!(text(&page).contains("Sent on Friday 20 November 2026 at 09:12."));
}

#[test]
fn what_the_lmc_noted_can_be_confirmed_or_removed_and_stays_text() {
    let page = parsed(&example());
    assert_eq!(count(&page, "button[name=answer]"), 2);
    assert_eq!(count(&page, "td b, th b"), 0);
    assert!(text(&page).contains("<b>Phlebotomy</b>"));
}

#[test]
fn the_fragments_answer_with_themselves() {
    let view = example();
    let page = parsed(&view);
    for (id, path) in [("capacity", "/practices/Z90001/week/capacity"), ("register", "/practices/Z90001/week/register")]
    {
        let selector = format!("section#{id}[hx-get='{path}']");
        assert_eq!(count(&page, &selector), 1, "{id}");
    }
    let alone = Html::parse_fragment(&capacity(&view.capacity).into_string());
    assert_eq!(count(&alone, "section#capacity"), 1);
}

fn question(n: u128, kind: QuestionKind) -> Question {
    Question {
        id: QuestionId(Uuid::from_u128(n)),
        lmc: "east".parse().unwrap(),
        week_ending: day("2026-11-20"),
        place: 1,
        opens_on: day("2026-11-16"),
        closes_on: day("2026-11-27"),
        kind,
        wording: format!("Question <i>{n}</i>?"),
        options: vec!["One".to_owned(), "Two".to_owned()],
    }
}

#[test]
fn questions_say_first_who_will_see_the_answer_and_can_all_be_skipped() {
    let mut view = example();
    view.questions.open = vec![
        question(1, QuestionKind::Choice),
        question(2, QuestionKind::Number),
        question(3, QuestionKind::YesNo),
        question(4, QuestionKind::Text),
    ];
    let said = BTreeMap::from([(QuestionId(Uuid::from_u128(3)), Given::Skipped)]);
    view.questions.given = said;
    let page = parsed(&view);
    assert_eq!(count(&page, "#questions button[value=skip]"), 4);
    assert_eq!(count(&page, "#questions i"), 0, "text stays text");
    assert_eq!(count(&page, "button[class=nhsuk-button]"), 1);
    assert_eq!(count(&page, "#questions details"), 1);
    assert_eq!(count(&page, ".nhsuk-error-summary"), 0);
    let told = text(&page);
    let who = told.find("East LMC sees your answer with your practice’s name");
    assert!(who < told.find("Question <i>1</i>?"), "{told}");
    view.questions.shared = false;
    assert!(text(&parsed(&view)).contains("counts your practice as not heard from"));

    view.questions.refused = Some(Refused {
        question: QuestionId(Uuid::from_u128(2)),
        typed: "many".to_owned(),
        why: "Enter a number".to_owned(),
    });
    let page = parsed(&view);
    assert_eq!(count(&page, ".nhsuk-error-summary a[href='#answer-1']"), 1);
    assert_eq!(count(&page, "input#answer-1[value=many]"), 1);
}

#[test]
fn a_practice_that_is_new_reads_what_to_do_and_is_asked_for_no_week() {
    let new = Week { steps_left: Step::ALL.to_vec(), before: Before::Nothing, ..example() };
    let page = read(&week(&new));
    let text = page.root_element().text().collect::<String>();
    for said in
        ["First steps", "Add the people who consult", "You have recorded nothing here yet", "Nothing is paused here"]
    {
        assert!(text.contains(said), "{said}: {text}");
    }
    for said in ["Due", "Nothing changed", "Done"] {
        assert!(!text.contains(said), "{said}: {text}");
    }
    assert_eq!(count(&page, "ol li a"), 5);
    let begun = Week { steps_left: vec![Step::Sharing], ..example() };
    let page = read(&week(&begun));
    assert_eq!((count(&page, "ol li a"), count(&page, "ol li")), (1, 5));
    let page = read(&week(&example()));
    assert_eq!(count(&page, "ol li"), 0);
}
