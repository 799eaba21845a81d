//! Pages read by a real parser: one heading, labels, what was typed, and no secret where it does not belong.

use scraper::{Html, Selector};

use super::{door_pages, pages, setup::Setup, sign_in::onward};
use crate::{
    clock::Clock,
    config::{Keys, Options, Settings},
    db::Db,
    domain::{access::Actor, limit::PracticeDay},
    error::FieldError,
    state::{AppState, Ingredients},
    store::right_now::RightNow,
    web::caller::Caller,
};

async fn app(demo: bool) -> (AppState, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::sqlite(&folder.path().join("x.sqlite")).await.unwrap();
    let with = Ingredients {
        db,
        clock: Clock::fixed("2026-11-20T11:00:00Z".parse().unwrap()),
        settings: Settings::resolve(Options::default()).unwrap(),
        keys: Keys::new(&[1; 32], &[]),
        demo,
    };
    (AppState::new(with).unwrap(), folder)
}

fn stranger() -> Caller {
    Caller { actor: Actor::Stranger, session: None, name: None, seats: Vec::new(), has_pin: false, by_token: false }
}

fn count(page: &Html, selector: &str) -> usize {
    page.select(&Selector::parse(selector).unwrap()).count()
}

fn typed(next: &str) -> door_pages::SignIn<'_> {
    door_pages::SignIn { email: "a@b.uk", next, was_signed_in: true }
}

#[tokio::test]
async fn every_page_has_one_heading_and_at_most_one_primary_button() {
    let (app, _folder) = app(true).await;
    let caller = stranger();
    let wrong = [FieldError::new("email", "Not right")];
    let invitation = pages::Invitation {
        secret: "s",
        practice: "Alder Lane",
        label: "Dr <A>",
        staff_group: "locum",
        others: &[],
        chosen: "",
    };
    let now = RightNow::default();
    for page in [
        pages::front(&app, &caller, None),
        pages::front(&app, &caller, Some(&now)),
        door_pages::sign_in(&app, &caller, door_pages::SignIn::default(), &[]),
        door_pages::sign_in(&app, &caller, typed("/x"), &wrong),
        pages::roles(&app, &caller, &[]),
        pages::enrol(&app, &caller, &invitation, &[]),
        pages::unlock(&app, &caller, Some("Alder Lane"), "/x", &[]),
        pages::gone(&app, &caller, "Gone", "Why"),
        pages::setup(&app, &caller, "s", &Setup::default(), &wrong),
        pages::password(&app, &caller, "s", &[]),
        pages::who_sees_what(&app, &caller),
        pages::accessibility(&app, &caller),
    ] {
        let page = Html::parse_document(&page.into_string());
        assert_eq!((count(&page, "h1"), count(&page, "main")), (1, 1));
        let primary = "button.nhsuk-button:not(.nhsuk-button--secondary), a.nhsuk-button:not(.nhsuk-button--secondary)";
        assert!(count(&page, primary) <= 1);
        assert_eq!(count(&page, "input:not([type=hidden]):not([id])"), 0);
        assert_eq!(count(&page, "label"), count(&page, "input:not([type=hidden])"));
    }
}

#[tokio::test]
async fn a_refused_sign_in_keeps_the_address_and_never_the_password() {
    let (app, _folder) = app(false).await;
    let wrong = [FieldError::new("email", "Not right")];
    let page = door_pages::sign_in(&app, &stranger(), typed("/practices/Z90001"), &wrong);
    let page = Html::parse_document(&page.into_string());
    let value = |name: &str| {
        let selector = Selector::parse(&format!("input[name={name}]")).unwrap();
        page.select(&selector).next().unwrap().attr("value").map(str::to_owned)
    };
    assert_eq!(value("email").as_deref(), Some("a@b.uk"));
    assert_eq!(value("next").as_deref(), Some("/practices/Z90001"));
    assert_eq!(value("password"), None);
    assert_eq!(count(&page, "title"), 1);
    assert!(page.html().contains("<title>Error: Sign in"));
}

#[tokio::test]
async fn only_the_demo_offers_a_way_in_without_a_password() {
    let (app, _folder) = app(false).await;
    let real = Html::parse_document(&pages::front(&app, &stranger(), None).into_string());
    assert_eq!(count(&real, "form[action='/demo/sign-in']"), 0);
    let now = RightNow {
        sum: PracticeDay { clinicians: 494, counted: 7_600, over: 62, limit: 12_350, ..PracticeDay::default() },
        full_practices: 2,
    };
    let demo = pages::front(&app, &stranger(), Some(&now)).into_string();
    assert!(demo.contains("4,812 left") && demo.contains("7,600 counted (62 over) of 12,350"));
    let demo = Html::parse_document(&demo);
    assert_eq!(count(&demo, "form[action='/demo/sign-in'] button[name=role]"), 4);
}

#[test]
fn signing_in_leads_on_to_pages_of_our_own_only() {
    assert_eq!(onward("/lmc/wyre?day=1").unwrap().as_str(), "/lmc/wyre?day=1");
    for elsewhere in [
        "",
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/sign-in?next=/x",
        "/unlock",
        "lmc",
    ] {
        assert_eq!(onward(elsewhere), None, "{elsewhere}");
    }
}
