//! Pages read by a real parser.

use entity::ids::PersonId;
use scraper::{Html, Selector};
use uuid::Uuid;

use super::view::{self, FreshLink, PersonLine, Typed};
use crate::{
    clock::Clock,
    config::{Keys, Options, Settings},
    db::Db,
    domain::access::Actor,
    state::{AppState, StateConfig},
    web::caller::Caller,
};

async fn app() -> (AppState, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::sqlite(&folder.path().join("x.sqlite")).await.unwrap();
    let with = StateConfig {
        db,
        clock: Clock::fixed("2026-11-20T11:00:00Z".parse().unwrap()),
        settings: Settings::resolve(Options::default()).unwrap(),
        keys: Keys::new(&[1; 32], &[]),
        demo: false,
    };
    (AppState::new(with).unwrap(), folder)
}

fn caller() -> Caller {
    Caller {
        actor: Actor::Person { id: PersonId(Uuid::nil()), grants: Vec::new() },
        session: None,
        name: None,
        enrolments: Vec::new(),
        has_pin: false,
        by_token: false,
    }
}

fn texts(page: &Html, selector: &str) -> Vec<String> {
    page.select(&Selector::parse(selector).unwrap()).map(|found| found.text().collect::<String>()).collect()
}

#[tokio::test]
async fn the_administrator_sees_who_has_no_password_yet() {
    let (app, _folder) = app().await;
    let people = [PersonLine {
        id: PersonId(Uuid::nil()),
        name: "Pam".to_owned(),
        email: "pam@x.uk".to_owned(),
        has_password: false,
        grants: Vec::new(),
    }];
    let fresh = FreshLink { name: "Pam".to_owned(), link: "http://localhost:8025/password/abc".to_owned() };
    let typed = Typed::default();
    let page = view::people(&app, &caller(), &people, Some(&fresh), &typed, &[]);
    let page = Html::parse_document(&page.into_string());
    assert_eq!(texts(&page, "#password-link"), [fresh.link]);
    assert_eq!(texts(&page, ".hr-tag"), ["No password yet"]);
    assert_eq!(texts(&page, "h1"), ["People"]);
}
