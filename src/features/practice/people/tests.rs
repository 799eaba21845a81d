//! Pages read by a real parser.

use std::collections::HashMap;

use entity::ids::{ClinicianId, DeviceId, PersonId};
use scraper::{Html, Selector};
use uuid::Uuid;

use super::view::{self, One, Overview, Typed};
use crate::{
    clock::Clock,
    config::{Keys, Options, Settings},
    db::Db,
    domain::access::Actor,
    error::FieldError,
    state::{AppState, StateConfig},
    store::people::{ClinicianRow, DeviceRow},
    web::{caller::Caller, shell::Place},
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

fn place() -> Place {
    Place::Practice { practice: "Z90001".parse().unwrap(), name: "Alder Lane".to_owned() }
}

fn clinician(label: &str) -> ClinicianRow {
    ClinicianRow {
        practice: "Z90001".parse().unwrap(),
        id: ClinicianId(Uuid::now_v7()),
        label: label.to_owned(),
        staff_group: "locum".to_owned(),
        added_at: "2026-11-01T08:00:00Z".parse().unwrap(),
        left_on: None,
    }
}

fn device(of: &ClinicianRow) -> DeviceRow {
    DeviceRow {
        practice: of.practice.clone(),
        id: DeviceId(Uuid::now_v7()),
        clinician: of.id,
        secret_hash: "SECRET-HASH".to_owned(),
        enrolled_at: of.added_at,
        expires_at: of.added_at,
        last_seen_at: of.added_at,
        pin_hash: Some("PIN-HASH".to_owned()),
        revoked_at: None,
    }
}

fn texts(page: &Html, selector: &str) -> Vec<String> {
    page.select(&Selector::parse(selector).unwrap()).map(|found| found.text().collect::<String>()).collect()
}

#[tokio::test]
async fn a_refused_list_keeps_every_line_and_names_each_mistake() {
    let (app, _folder) = app().await;
    let typed = Typed { list: "Dr A\nDr B".to_owned(), ..Typed::default() };
    let errors = [FieldError::new("list", "Line 1: no group"), FieldError::new("list", "Line 2: no group")];
    let row = clinician("Dr \"Z\" <script>");
    let overview = Overview {
        practice: &row.practice,
        today: app.clock.today(),
        clinicians: std::slice::from_ref(&row),
        devices: &HashMap::from([(row.id, vec![device(&row)])]),
        open_links: &HashMap::new(),
    };
    let page = view::overview(&app, &caller(), &place(), &overview, &typed, &errors);
    let page = Html::parse_document(&page.into_string());
    assert_eq!(texts(&page, "textarea"), ["Dr A\nDr B"]);
    assert_eq!(texts(&page, ".nhsuk-error-summary li").len(), 2);
    assert_eq!(texts(&page, "tbody th"), [row.label]);
    assert_eq!(texts(&page, "h1"), ["People"]);
    assert!(!page.html().contains("SECRET-HASH") && !page.html().contains("PIN-HASH"));
}

#[tokio::test]
async fn a_fresh_link_is_shown_with_its_picture_and_an_old_one_never() {
    let (app, _folder) = app().await;
    let row = clinician("Dr A");
    let link = "http://localhost:8025/enrol/abc";
    let show = |link: Option<&str>| {
        let one =
            One { row: &row, today: app.clock.today(), devices: &[device(&row)], open_link: Some(row.added_at), link };
        Html::parse_document(&view::one(&app, &caller(), &place(), &one, &[]).into_string())
    };
    let fresh = show(Some(link));
    assert_eq!(texts(&fresh, "#enrolment-link"), [link]);
    assert_eq!(texts(&fresh, "svg[role=img]").len(), 1);
    let later = show(None);
    assert!(!later.html().contains("/enrol/"));
    assert_eq!(texts(&later, "form[action$='/revoke'] button"), ["Revoke Device 1"]);
}
