//! Every April the frame is cut anew: a practice that moved counts in the new area, the old series close, and what can be
//! worked out of both years together is nothing.

use headroom::{
    domain::{access::Role, disclosure::Period},
    error::AppError,
    jobs,
};
use serde_json::Value;

use crate::support::{
    app::{Client, TestApp, moved, opened},
    databases::{TestDb, both_databases},
};

async fn release(app: &TestApp, year: i32, period: u32) -> u32 {
    app.clock.set(Period::new(year, period).unwrap().due_at());
    let made = jobs::releases::make_due(&app.state).await.unwrap();
    *made.last().unwrap()
}

/// How many practices of the frame an area has in a release.
async fn practices(analyst: &Client, number: u32, icb: &str) -> u64 {
    let all = analyst.get(&format!("/releases/{number}.json")).await;
    let all: Value = all.is(200).json();
    let mut areas = all["areas"].as_array().unwrap().iter();
    let found = areas.find(|area| area["kind"] == "icb" && area["code"] == icb);
    found.unwrap()["practices"].as_u64().unwrap()
}

both_databases!(
    a_practice_that_moves_in_april_counts_in_its_new_area,
    |test: TestDb| async move {
        let app = TestApp::start(test.clone()).await;
        let last = release(&app, 2026, 13).await;
        moved(&test, "Z90001", "XDB", "2027-04-01").await;
        // A move in the middle of the year waits for April.
        moved(&test, "Z90002", "XDB", "2027-06-01").await;
        let first = release(&app, 2027, 1).await;
        assert_eq!(first, last + 1);
        let later = release(&app, 2027, 3).await;
        let analyst = app.token(Role::IcbAnalyst, "XDA").await;
        for (number, east, west) in [(last, 24, 24), (first, 23, 25), (later, 23, 25)] {
            assert_eq!(practices(&analyst, number, "XDA").await, east, "{number}");
            assert_eq!(practices(&analyst, number, "XDB").await, west, "{number}");
        }
        // The first year cannot be told from the second without its key: no key, no release.
        std::fs::remove_file(app.state.settings.noise_key).unwrap();
        app.clock.set(Period::new(2027, 4).unwrap().due_at());
        assert!(jobs::releases::make_due(&app.state).await.is_err());
    }
);

both_databases!(
    a_release_of_which_something_could_be_worked_out_is_refused,
    |test: TestDb| async move {
        let app = TestApp::start(test.clone()).await;
        // Eight practices are an area of their own: its region less all others would be their figure.
        opened(&test, 8, "XDC").await;
        let refused = jobs::releases::make_due(&app.state).await;
        assert!(matches!(refused, Err(AppError::Conflict(_))), "{refused:?}");
        assert_eq!(test.number("SELECT count(*) FROM release").await, 0);
    }
);
