//! Which practices releases count as logging transferred work: five items in one of the thirteen newest periods, as it stood
//! before the release was made.

use std::collections::BTreeSet;

use headroom::{
    domain::disclosure::{Period, TRANSFERRED},
    jobs,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    app::TestApp,
    databases::{TestDb, both_databases},
};

async fn log(app: &TestApp, practice: &str, day: &str, corrects: Option<&Value>) -> Value {
    // A token does not live as long as this test's clock.
    let manager = app.manager(practice).await;
    let body = json!({
        "id": Uuid::now_v7(), "provider_name": "Wyrevale Infirmary", "category": "clinic-letter", "outcome": "returned",
        "came_on": day, "corrects": corrects, "removed": corrects.is_some(),
    });
    manager.post(&format!("/api/v1/practices/{practice}/transfers"), body).await.is(201).json()["id"].clone()
}

async fn counted(app: &TestApp, period: Period) -> BTreeSet<String> {
    let acting = jobs::releases::acting(&app.state, period).await.unwrap();
    acting.get(TRANSFERRED).into_iter().flatten().map(ToString::to_string).collect()
}

both_databases!(a_release_counts_who_logs_five_items_in_four_weeks_for_a_year, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let tenth = Period::new(2026, 10).unwrap();
    assert_eq!(tenth.newest_year().next(), Some((tenth.begins(), tenth.as_of())));
    app.clock.set(tenth.cut_off() - chrono::Duration::hours(2));
    // Four; five of which one was entered in error; five; three on either side of a border; five on the last day.
    let days: [&[&str]; 5] = [
        &["2026-11-19"; 4],
        &["2026-11-25"; 5],
        &["2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04", "2026-12-07"],
        &["2026-11-17", "2026-11-18", "2026-11-18", "2026-11-19", "2026-11-19", "2026-11-20"],
        &["2026-12-16"; 5],
    ];
    let mut newest = Vec::new();
    for (n, days) in (1..).zip(days) {
        for day in days {
            newest.push(log(&app, &format!("Z9000{n}"), day, None).await);
        }
    }
    log(&app, "Z90002", "2026-11-25", Some(&newest[8])).await;
    // After the cut-off, nothing that is added or taken back moves what is counted.
    app.clock.set(tenth.due_at());
    log(&app, "Z90001", "2026-11-19", None).await;
    log(&app, "Z90003", "2026-12-07", Some(&newest[13])).await;
    let five = BTreeSet::from(["Z90003".to_owned(), "Z90005".to_owned()]);
    assert_eq!(counted(&app, tenth).await, five);
    assert_eq!(jobs::releases::make_due(&app.state).await.unwrap(), [10]);
    let analyst = app.token(headroom::domain::access::Role::IcbAnalyst, "XDA").await;
    let release = analyst.get("/releases/10.json").await;
    assert!(release.is(200).body.contains("\"transferred-work\""), "{}", release.body);
    // The next release reads what was corrected meanwhile; the one of a year later still reads those four weeks, and the one
    // after it no more.
    let now = BTreeSet::from(["Z90001".to_owned(), "Z90005".to_owned()]);
    assert_eq!(counted(&app, tenth.next()).await, now);
    assert_eq!(counted(&app, Period::new(2027, 9).unwrap()).await, now);
    assert_eq!(counted(&app, Period::new(2027, 10).unwrap()).await, BTreeSet::new());
});
