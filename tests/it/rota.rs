//! The rota of everybody in one form: only what was changed is written, weeks are filled, what is to come is said.

use entity::ids::ClinicianId;
use uuid::Uuid;

use crate::support::{
    app::{Client, Reply, TestApp},
    databases::{TestDb, both_databases},
};

const PAGE: &str = "/practices/Z90001/limits";
const ROWS: &str = "SELECT count(*) FROM rota";

async fn send(manager: &Client, fields: &[(String, &str)]) -> Reply {
    let id = Uuid::now_v7().to_string();
    let all: Vec<(&str, &str)> =
        fields.iter().map(|(name, text)| (name.as_str(), *text)).chain([("id", id.as_str())]).collect();
    manager.form("/practices/Z90001/rota", &all).await
}

/// What the page shows in a cell.
fn shown(page: &str, clinician: ClinicianId, weekday: u32) -> String {
    let html = scraper::Html::parse_document(page);
    let css = format!("select[name=\"day-{clinician}-{weekday}\"] option[selected]");
    let selected = scraper::Selector::parse(&css).unwrap();
    html.select(&selected).next().map(|option| option.text().collect()).unwrap_or_default()
}

both_databases!(a_rota_of_seven_is_set_with_a_choice_each, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let mut who = Vec::new();
    for label in ["Dr A", "Dr B", "Dr C", "Dr D", "Dr E", "Dr F", "Dr G"] {
        who.push(app.clinician("Z90001", label).await);
    }
    let manager = app.manager("Z90001").await;
    // One whole week, and the others as the row above; Dr C's Wednesday was chosen and stays.
    let mut fields: Vec<(String, &str)> =
        vec![(format!("fill-{}", who[0]), "4"), ("rota_from".to_owned(), "2026-11-20")];
    fields.extend(who[1..].iter().map(|id| (format!("fill-{id}"), "above")));
    fields.push((format!("day-{}-3", who[2]), "0"));
    let saved = send(&manager, &fields).await.is(303).location();
    let page = manager.get(&saved).await.is(200).body.clone();
    assert!(page.contains("The rota is saved."), "{page}");
    assert_eq!(test.number(ROWS).await, 35);
    for (at, id) in who.iter().enumerate() {
        assert_eq!(shown(&page, *id, 1), "2", "{at}");
        assert_eq!(shown(&page, *id, 6), "–", "{at}");
        // The rows below Dr C follow what stands above them.
        assert_eq!(shown(&page, *id, 3), if at < 2 { "2" } else { "Off" }, "{at}");
    }
    // Nothing was changed: that is said, and nothing is written.
    let was = |id: ClinicianId| (format!("was-{id}"), "4,4,4,4,4,,");
    let same: Vec<(String, &str)> =
        [was(who[0])].into_iter().chain((1..=5).map(|day| (format!("day-{}-{day}", who[0]), "4"))).collect();
    let page = send(&manager, &same).await;
    assert!(page.is(422).body.contains("Nothing is changed"), "{}", page.body);
    assert_eq!(test.number(ROWS).await, 35);
});

both_databases!(what_somebody_else_set_meanwhile_is_not_set_back, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let (one, other) = (app.clinician("Z90001", "Dr A").await, app.clinician("Z90001", "Dr B").await);
    let manager = app.manager("Z90001").await;
    let cell = |id: ClinicianId, day: u32| format!("day-{id}-{day}");
    send(&manager, &[(cell(one, 1), "4"), (cell(other, 1), "4")]).await.is(303);
    // A page of before shows two sessions of both; meanwhile Dr B has one.
    send(&manager, &[(format!("was-{other}"), "4,,,,,,"), (cell(other, 1), "2")]).await.is(303);
    let late = [
        (format!("was-{one}"), "4,,,,,,"),
        (cell(one, 1), "6"),
        (format!("was-{other}"), "4,,,,,,"),
        (cell(other, 1), "4"),
    ];
    send(&manager, &late).await.is(303);
    let page = manager.get(PAGE).await.is(200).body.clone();
    assert_eq!((shown(&page, one, 1), shown(&page, other, 1)), ("3".to_owned(), "1".to_owned()));
    // What holds later is said, and this week's stays.
    let later = [(format!("was-{one}"), "6,,,,,,"), (cell(one, 1), "1"), ("rota_from".to_owned(), "2026-12-07")];
    send(&manager, &later).await.is(303);
    let page = manager.get(PAGE).await.is(200).body.clone();
    assert!(page.contains("From 7 December 2026, Dr A: Monday half a session"), "{page}");
    assert_eq!(shown(&page, one, 1), "3");
});

both_databases!(what_cannot_be_in_a_rota_is_told_and_what_was_chosen_is_kept, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let (one, other) = (app.clinician("Z90001", "Dr A").await, app.clinician("Z90001", "Dr B").await);
    let foreign = app.clinician("Z90002", "Dr C").await;
    let manager = app.manager("Z90001").await;
    for (field, text) in [(format!("day-{one}-1"), "7"), (format!("fill-{one}"), "x"), ("rota_from".to_owned(), "soon")]
    {
        let page = send(&manager, &[(field.clone(), text), (format!("day-{other}-2"), "2")]).await;
        assert_eq!(shown(&page.is(422).body, other, 2), "1", "{field}");
    }
    // Of another practice's clinician nothing is written here.
    send(&manager, &[(format!("day-{foreign}-1"), "2")]).await.is(422);
    let neighbour = app.manager("Z90002").await;
    send(&neighbour, &[(format!("day-{one}-1"), "2")]).await.is(404);
    assert_eq!(test.number(ROWS).await, 0);
});
