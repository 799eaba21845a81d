//! What tests of pages share: a service that holds nothing, a stranger, and what every page keeps to.

use maud::Markup;
use scraper::{Html, Selector};

use super::caller::Caller;
use crate::{
    clock::Clock,
    config::{Keys, Options, Settings},
    db::Db,
    domain::access::Actor,
    state::{AppState, StateConfig},
};

pub(crate) async fn app(demo: bool) -> (AppState, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::sqlite(&folder.path().join("x.sqlite")).await.unwrap();
    let with = StateConfig {
        db,
        clock: Clock::fixed("2026-11-20T11:00:00Z".parse().unwrap()),
        settings: Settings::resolve(Options::default()).unwrap(),
        keys: Keys::new(&[1; 32], &[]),
        demo,
    };
    (AppState::new(with).unwrap(), folder)
}

pub(crate) fn stranger() -> Caller {
    Caller {
        actor: Actor::Stranger,
        session: None,
        name: None,
        enrolments: Vec::new(),
        has_pin: false,
        by_token: false,
    }
}

pub(crate) fn count(page: &Html, selector: &str) -> usize {
    page.select(&Selector::parse(selector).unwrap()).count()
}

/// One heading, at most one primary button, and a label for each field.
pub(crate) fn holds(page: Markup) {
    let page = Html::parse_document(&page.into_string());
    assert_eq!((count(&page, "h1"), count(&page, "main")), (1, 1));
    let primary = "button.nhsuk-button:not(.nhsuk-button--secondary), a.nhsuk-button:not(.nhsuk-button--secondary)";
    assert!(count(&page, primary) <= 1);
    assert_eq!(count(&page, "input:not([type=hidden]):not([id])"), 0);
    assert_eq!(count(&page, "label"), count(&page, "input:not([type=hidden])"));
}
