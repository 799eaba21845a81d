//! Every April the frame is cut anew. An ICB that only merged goes on as the sum of its old streams; one whose border moved
//! begins streams of its own, never under an old name; and fewer than twenty practices that change hands are never shown by
//! themselves: the ICBs they touch are one row for a year.

use std::collections::{BTreeMap, BTreeSet};

use headroom::{
    domain::{
        access::{JobAuthority, Role},
        disclosure::{Frame, Period},
    },
    jobs,
    store::releases,
};
use serde_json::Value;

use crate::support::{
    app::{Client, TestApp, forty_more, moved, opened},
    databases::{TestDb, both_databases},
};

async fn release(app: &TestApp, year: i32, period: u32) -> u32 {
    app.clock.set(Period::new(year, period).unwrap().due_at());
    let made = jobs::releases::make_due(&app.state).await.unwrap();
    *made.last().unwrap()
}

/// The ICBs of a release with how many practices each has, as an analyst reads them.
async fn rows(analyst: &Client, number: u32) -> BTreeMap<String, u64> {
    let all = analyst.get(&format!("/releases/{number}.json")).await;
    let all: Value = all.is(200).json();
    let areas = all["areas"].as_array().unwrap().iter();
    let icbs = areas.filter(|area| area["kind"] == "icb");
    icbs.map(|area| {
        let code = area["code"].as_str().unwrap().to_owned();
        (code, area["practices"].as_u64().unwrap())
    })
    .collect()
}

async fn frame(app: &TestApp, year: i32) -> Frame {
    let everywhere = JobAuthority::new().everywhere();
    let frame = releases::frame(app.state.db.read(&everywhere), year).await;
    frame.unwrap().unwrap()
}

/// The streams of a frame, and which of their releases the first of the year is.
fn streams(frame: &Frame) -> BTreeMap<String, u32> {
    let first = Period::new(frame.year, 1).unwrap();
    let cells = frame.cells.iter();
    cells.map(|cell| (cell.id.clone(), cell.t(first))).collect()
}

fn named<const N: usize>(pairs: [(&str, u64); N]) -> BTreeMap<String, u64> {
    pairs.into_iter().map(|(code, n)| (code.to_owned(), n)).collect()
}

/// 64 practices of XDA and 24 of XDB, released every April from 2026 on; so many of XDA go to another in the first.
struct Recut {
    app: TestApp,
    analyst: Client,
    first: u32,
    second: u32,
}

impl Recut {
    async fn new(test: TestDb, practices: std::ops::RangeInclusive<u32>, into: &str) -> Self {
        let app = TestApp::start(test.clone()).await;
        forty_more(&test).await;
        if into == "XDC" {
            opened(&test, 0, into).await;
        }
        release(&app, 2026, 1).await;
        let first = release(&app, 2026, 13).await;
        for n in practices {
            moved(&test, &format!("Z{:05}", 90_000 + n), into, "2027-04-01").await;
        }
        // A move in the middle of the year waits for April.
        moved(&test, "Z90048", "XDA", "2027-06-01").await;
        moved(&test, "Z90048", "XDB", "2027-06-02").await;
        let second = release(&app, 2027, 1).await;
        let analyst = app.token(Role::IcbAnalyst, "XDA").await;
        Self { app, analyst, first, second }
    }

    async fn rows(&self) -> [BTreeMap<String, u64>; 2] {
        [rows(&self.analyst, self.first).await, rows(&self.analyst, self.second).await]
    }

    async fn streams(&self, year: i32) -> BTreeMap<String, u32> {
        streams(&frame(&self.app, year).await)
    }
}

const OLD: [(&str, u64); 2] = [("XDA", 64), ("XDB", 24)];

both_databases!(a_merger_goes_on_as_the_sum_of_its_streams, |test: TestDb| async move {
    let recut = Recut::new(test, 25..=48, "XDA").await;
    assert_eq!(recut.rows().await, [named(OLD), named([("XDA", 88)])]);
    let on = |t: u32| BTreeMap::from([("XDA@2026-04-01".to_owned(), t), ("XDB@2026-04-01".to_owned(), t)]);
    assert_eq!(recut.streams(2026).await, on(1));
    assert_eq!(recut.streams(2027).await, on(14));
});

both_databases!(a_split_begins_streams_of_its_own, |test: TestDb| async move {
    // Twenty-two of XDA become an ICB; XDA keeps its code and is another cell.
    let recut = Recut::new(test, 1..=22, "XDC").await;
    let new = named([("XDA", 42), ("XDB", 24), ("XDC", 22)]);
    assert_eq!(recut.rows().await, [named(OLD), new]);
    let began = ["XDA@2027-04-01", "XDC@2027-04-01"].map(|cell| (cell.to_owned(), 1));
    let mut expected = BTreeMap::from(began);
    expected.insert("XDB@2026-04-01".to_owned(), 14);
    assert_eq!(recut.streams(2027).await, expected);
});

both_databases!(a_split_into_a_few_is_one_row, |test: TestDb| async move {
    let recut = Recut::new(test, 1..=19, "XDC").await;
    let new = named([("XDA+XDC", 64), ("XDB", 24)]);
    assert_eq!(recut.rows().await, [named(OLD), new]);
});

both_databases!(a_code_that_stays_while_its_area_changes_begins_anew, |test: TestDb| async move {
    // Fourteen change from XDA to XDB, and both keep their codes: one row for a year, with streams of its own.
    let recut = Recut::new(test, 1..=14, "XDB").await;
    assert_eq!(recut.rows().await, [named(OLD), named([("XDA+XDB", 88)])]);
    let began = ["XDA@2027-04-01", "XDB@2027-04-01"];
    assert_eq!(recut.streams(2027).await, began.map(|cell| (cell.to_owned(), 1)).into());
    // Whoever asks for either finds the row of both.
    let area = |code: &str| format!("/api/v1/areas/icb/{code}/status");
    for code in ["XDA", "XDB"] {
        let status = recut.analyst.get(&area(code)).await.is(200).json();
        assert!(status.to_string().contains("XDA+XDB"), "{status}");
    }
    // A year later each is shown again, and the streams go on.
    let third = release(&recut.app, 2028, 1).await;
    let apart = named([("XDA", 50), ("XDB", 38)]);
    assert_eq!(rows(&recut.app.token(Role::IcbAnalyst, "XDA").await, third).await, apart);
    assert_eq!(recut.streams(2028).await, began.map(|cell| (cell.to_owned(), 14)).into());
    let mut seen = BTreeSet::new();
    for year in 2026..=2028 {
        let frame = frame(&recut.app, year).await;
        for number in 1..=13 {
            let period = Period::new(year, number).unwrap();
            for cell in &frame.cells {
                assert!(seen.insert((cell.id.clone(), cell.t(period))), "{} twice", cell.id);
            }
        }
    }
});

both_databases!(twenty_that_change_hands_may_be_shown, |test: TestDb| async move {
    let recut = Recut::new(test, 1..=20, "XDB").await;
    let new = named([("XDA", 44), ("XDB", 44)]);
    assert_eq!(recut.rows().await, [named(OLD), new]);
    assert_eq!(recut.streams(2027).await.values().copied().collect::<Vec<_>>(), [1, 1]);
});

both_databases!(without_its_key_nothing_is_released, |test: TestDb| async move {
    let recut = Recut::new(test, 1..=20, "XDB").await;
    // New noise on old counts would give them away: no key, no release, and none made anew.
    let key = recut.app.state.settings.noise_key.clone();
    std::fs::remove_file(&key).unwrap();
    recut.app.clock.set(Period::new(2027, 2).unwrap().due_at());
    assert!(jobs::releases::make_due(&recut.app.state).await.is_err());
    assert!(!key.exists());
});
