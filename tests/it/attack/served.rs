//! What is served over HTTP is the method that was attacked, to the last number: recomputed here from the key of the test, the
//! public frame and the truth, by a program of its own. T3 with it; T5 and T7 are `side_channels` and `closed_registers`.

use std::collections::BTreeMap;

use headroom::domain::access::Role;
use serde_json::Value;

use super::method::{Cell, Mechanism, Shown, display, half, margin, whole};
use crate::{
    side_channels::World,
    support::databases::{TestDb, both_databases},
};

/// Practices of each ICB.
const PRACTICES: u32 = 24;
/// What every practice of this number has paused: as many items as it leaves over four.
const ITEMS: [&str; 3] = ["dsa-freeze", "safe-contact-limit", "referral-rationing"];

/// How many of an ICB act, from the numbers of its practices.
fn acting(series: &str, numbers: std::ops::RangeInclusive<usize>) -> u32 {
    let least = match series {
        "has-recorded" => 1,
        "over-limit" => 4,
        item => ITEMS.iter().position(|known| *known == item).map_or(4, |at| at + 1),
    };
    u32::try_from(numbers.filter(|n| n % 4 >= least).count()).unwrap()
}

/// Everything that is shown of an area, by series: as it is named, its number, its likely range.
type Figures = BTreeMap<String, (String, Option<i64>, Option<(i64, i64)>)>;

fn served(area: &Value) -> Figures {
    let figures = area["figures"].as_array().unwrap().iter().map(|figure| {
        let range = figure["likely"].as_array();
        let range = range.map(|ends| (ends[0].as_i64().unwrap(), ends[1].as_i64().unwrap()));
        let series = figure["series"].as_str().unwrap().to_owned();
        let shown = figure["shown"].as_str().unwrap().to_owned();
        (series, (shown, figure["practices"].as_i64(), range))
    });
    figures.collect()
}

fn computed(cells: &BTreeMap<String, Vec<Cell>>, enough: bool) -> Figures {
    let figures = cells.iter().map(|(series, cells)| {
        let mut display = display(cells);
        if !enough && display.likely.is_some_and(|(low, _)| low == 0) {
            display.shown = Shown::Between;
        }
        let (shown, number) = match display.shown {
            Shown::Few => ("fewer-than-ten", None),
            Shown::About(number) => ("about", Some(number)),
            Shown::OrMore(number) => ("or-more", Some(number)),
            Shown::Between => ("between", None),
        };
        let figure = if enough || series == "has-recorded" {
            (shown.to_owned(), number, display.likely)
        } else {
            ("too-few".to_owned(), None, None)
        };
        (series.clone(), figure)
    });
    figures.collect()
}

both_databases!(what_is_served_is_the_method_to_the_last_number, |test: TestDb| async move {
    let world = World::new(test).await;
    let mechanism = Mechanism::new();
    let analyst = world.app.token(Role::IcbAnalyst, "XDA").await;
    let mut compared = 0;
    let mut enough: BTreeMap<&str, bool> = BTreeMap::new();
    // The stream goes by the calendar, whichever release was the first.
    for (t, number) in [(7_usize, 7_u32), (8, 8), (9, 9)] {
        let path = format!("/api/v1/releases/{number}");
        let release = analyst.get(&path).await.is(200).json();
        let areas = release["areas"].as_array().unwrap();
        assert_eq!(areas.len(), 4, "England, a region, two ICBs");
        let series: Vec<String> = served(&areas[0]).into_keys().collect();
        let cell = |icb: &str, series: &str| {
            let numbers = if icb == "XDA" { 1..=24 } else { 25..=48 };
            let coded = acting(series, numbers).min(PRACTICES - margin(PRACTICES));
            let name = format!("{icb}@2026-04-01");
            let value = mechanism.published(&[7; 32], (series, &name), t, coded);
            Cell { value, practices: PRACTICES, t }
        };
        for (code, icbs) in
            [("XDA", &["XDA"][..]), ("XDB", &["XDB"]), ("Y9D", &["XDA", "XDB"]), ("england", &["XDA", "XDB"])]
        {
            let cells: BTreeMap<String, Vec<Cell>> = series
                .iter()
                .map(|series| (series.clone(), icbs.iter().map(|icb| cell(icb, series)).collect()))
                .collect();
            let recorded = &cells["has-recorded"];
            let sum: i64 = recorded.iter().map(|cell| cell.value).sum();
            let now = match recorded.as_slice() {
                [_] => sum >= 20,
                _ => sum >= 20 + 2 * whole(half(recorded).ceil()),
            };
            let known = enough.entry(code).or_default();
            *known |= now;
            let area = areas.iter().find(|area| area["code"] == code).unwrap();
            assert_eq!(served(area), computed(&cells, *known), "{code} in release {number}");
            compared += series.len();
        }
        // T3: the same bytes however often.
        let first = analyst.get(&path).await.body;
        for _ in 0..333 {
            assert_eq!(analyst.get(&path).await.body, first);
        }
    }
    println!("T3: {compared} figures recomputed, 0 differ; 1,000 fetches, 0 differ");
    assert!(compared > 100);
});
