//! As of a day: rebuilt from history and from that day's organisations. A practice that moves takes its later days
//! along; one that closes is there until it does.

use chrono::{DateTime, Duration, Utc};
use entity::ids::LocalDate;
use headroom::{
    domain::{
        access::{JobAuthority, Role},
        disclosure::Period,
        organisation::{Dated, Fact, OrganisationKind},
    },
    jobs,
    store::{
        organisations::{self, Import},
        releases,
    },
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp, now},
    databases::{TestDb, both_databases},
};

const MOVES: &str = "Z90001";
const STAYS: &str = "Z90002";

/// Writes what became known of a practice from a day on.
async fn from(app: &TestApp, day: &str, facts: &[(&str, Fact)]) {
    let effective_on: LocalDate = day.parse().unwrap();
    let dated: Vec<Dated> = facts
        .iter()
        .map(|(code, fact)| Dated {
            code: code.parse().unwrap(),
            kind: OrganisationKind::Practice,
            effective_on,
            recorded_at: app.clock.now(),
            fact: fact.clone(),
        })
        .collect();
    let import = Import { source: "test", effective_on, file_sha256: String::new() };
    let conn = app.test.db.schema();
    organisations::append(conn, &import, &dated, app.clock.now()).await.unwrap();
}

fn parent(kind: OrganisationKind, code: &str) -> Fact {
    Fact::Parent { kind, code: Some(code.parse().unwrap()) }
}

async fn share(app: &TestApp, practice: &str, answer: &str) {
    let manager = app.manager(practice).await;
    let path = format!("/practices/{practice}/sharing");
    manager.form(&path, &[("share", answer)]).await.is(303);
}

async fn paused(app: &TestApp, practice: &str, item: &str, on: &str) {
    let manager = app.manager(practice).await;
    let path = format!("/api/v1/practices/{practice}/actions");
    let body = json!({ "id": Uuid::now_v7(), "item": item, "status": "paused-since", "effective_on": on });
    manager.post(&path, body).await.is(201);
}

fn at(day: &str) -> DateTime<Utc> {
    format!("{day}T12:00:00Z").parse().unwrap()
}

async fn heard(officer: &Client, lmc: &str, on: &str) -> (Value, Value) {
    let path = format!("/api/v1/areas/lmc/{lmc}/status?on={on}");
    let area = officer.get(&path).await.is(200).json();
    (area["heard"]["all"].clone(), area["heard"]["sharing"].clone())
}

/// The practice recorded in September with the eastern LMC, moved on 1 October, and recorded again in November.
async fn moved(app: &TestApp) {
    app.clock.set(at("2026-09-10"));
    for practice in [MOVES, STAYS] {
        share(app, practice, "yes").await;
        paused(app, practice, "dsa-freeze", "2026-09-10").await;
    }
    app.clock.set(now());
    let facts = [(MOVES, parent(OrganisationKind::Lmc, "west")), (MOVES, parent(OrganisationKind::Icb, "XDB"))];
    from(app, "2026-10-01", &facts).await;
    // What it records later about September is not for the one that represented it then.
    paused(app, MOVES, "referral-rationing", "2026-09-12").await;
}

both_databases!(a_practice_that_moved_is_with_the_right_lmc_on_each_day, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    moved(&app).await;
    let east = app.token(Role::LmcOfficer, "east").await;
    let west = app.token(Role::LmcOfficer, "west").await;
    for (on, in_east, in_west) in [
        ("2026-09-15", (24, 2), (24, 0)),
        ("2026-09-30", (24, 2), (24, 0)),
        ("2026-10-01", (23, 1), (25, 1)),
        ("2026-11-20", (23, 1), (25, 1)),
    ] {
        for (officer, lmc, (all, sharing)) in [(&east, "east", in_east), (&west, "west", in_west)] {
            assert_eq!(heard(officer, lmc, on).await, (json!(all), json!(sharing)), "{lmc} {on}");
            let list = officer.get(&format!("/lmc/{lmc}/practices?on={on}")).await;
            let listed = list.is(200).body.contains(MOVES);
            assert_eq!(listed, (lmc == "east") == (on < "2026-10-01"), "{lmc} {on}");
            let one = officer.get(&format!("/lmc/{lmc}/practices/{MOVES}?on={on}")).await;
            assert_eq!(one.status == 200, listed, "{lmc} {on}");
        }
    }
    east.get(&format!("/lmc/east/practices/{MOVES}")).await.is(404);
    west.get(&format!("/lmc/west/practices/{MOVES}")).await.is(200);
    // The day must be that of the LMC in the address, and no day opens the telephone.
    east.get(&format!("/lmc/west/practices/{MOVES}?on=2026-11-01")).await.is(404);
    let telephone = format!("/lmc/east/practices/{MOVES}/telephone?on=2026-09-15");
    east.get(&telephone).await.is(404);
    east.form(&telephone, &[("item", "dsa-freeze")]).await.is(404);
    let page = west.get("/lmc/west/practices?on=2027-01-01").await;
    page.is(422);
    // Of September the eastern LMC reads what was known in September.
    let then = east.get(&format!("/lmc/east/practices/{MOVES}?on=2026-09-15")).await;
    let body = &then.is(200).body;
    assert!(body.contains("as it stood on 15 September 2026"), "{body}");
    assert!(body.contains("since 10 Sep 2026"), "{body}");
    assert!(!body.contains("12 Sep 2026"), "recorded after it left: {body}");
    let today = west.get(&format!("/lmc/west/practices/{MOVES}")).await;
    assert!(today.body.contains("12 Sep 2026"));
});

both_databases!(of_transferred_work_an_lmc_reads_no_day_of_before_it, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    moved(&app).await;
    let manager = app.manager(MOVES).await;
    let page = format!("/practices/{MOVES}/sharing");
    manager.form(&page, &[("share", "yes"), ("days", "all")]).await.is(303);
    for day in ["2026-09-30", "2026-10-01"] {
        let body = json!({ "id": Uuid::now_v7(), "provider_name": "Wyrevale Infirmary", "category": "fit-note",
            "outcome": "returned", "came_on": day });
        manager.post(&format!("/api/v1/practices/{MOVES}/transfers"), body).await.is(201);
    }
    for (lmc, items) in [("east", 0), ("west", 1)] {
        let officer = app.token(Role::LmcOfficer, lmc).await;
        let desk = officer.get(&format!("/api/v1/areas/lmc/{lmc}/transfers?weeks=13")).await.is(200).json();
        assert_eq!(desk["items"], items, "{lmc}: {desk}");
    }
});

both_databases!(consent_of_today_decides_about_every_day, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    moved(&app).await;
    let east = app.token(Role::LmcOfficer, "east").await;
    let west = app.token(Role::LmcOfficer, "west").await;
    let then = format!("/lmc/east/practices/{MOVES}?on=2026-09-15");
    east.get(&then).await.is(200);
    share(&app, MOVES, "no").await;
    east.get(&then).await.is(404);
    west.get(&format!("/lmc/west/practices/{MOVES}")).await.is(404);
    assert_eq!(heard(&east, "east", "2026-09-15").await, (json!(24), json!(1)));
    assert_eq!(heard(&west, "west", "2026-11-20").await, (json!(25), json!(0)));
    let list = east.get("/lmc/east/practices?on=2026-09-15").await;
    assert!(!list.is(200).body.contains(&format!("practices/{MOVES}?on")), "it is named, and nothing of it");
    // Never asked, never seen, on no day.
    let paths = ["?on=2026-09-15", "?on=2026-11-20", ""];
    for query in paths {
        east.get(&format!("/lmc/east/practices/Z90003{query}")).await.is(404);
    }
});

both_databases!(a_past_day_is_of_those_who_had_recorded_by_then, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    // Two practices recorded on different days, and say that they act since an earlier one.
    for (day, practice) in [("2026-10-06", MOVES), ("2026-11-10", STAYS)] {
        app.clock.set(at(day));
        share(&app, practice, "yes").await;
        paused(&app, practice, "dsa-freeze", "2026-09-01").await;
    }
    // A third answers a week, and nothing else.
    app.clock.set(at("2026-11-12"));
    share(&app, "Z90003", "yes").await;
    let manager = app.manager("Z90003").await;
    let week = [("week", "2026-11-13")];
    manager.form("/practices/Z90003/week", &week).await.is(303);
    app.clock.set(now());
    let officer = app.token(Role::LmcOfficer, "east").await;
    for (on, heard, acting, percent) in [
        ("2020-01-01", 0, 0, None),
        ("2026-10-05", 0, 0, None),
        ("2026-10-06", 1, 1, Some(100)),
        ("2026-11-09", 1, 1, Some(100)),
        ("2026-11-11", 2, 2, Some(100)),
        ("2026-11-12", 3, 2, Some(67)),
        ("2026-11-20", 3, 2, Some(67)),
    ] {
        let path = format!("/api/v1/areas/lmc/east/status?on={on}");
        let area = officer.get(&path).await.is(200).json();
        assert_eq!(area["heard"]["practices"], heard, "{on}");
        let never = &area["heard"]["not_yet"];
        assert_eq!(never, &json!(3 - heard), "{on}");
        let items = area["items"].as_array().unwrap().iter();
        for item in items.filter(|item| item["code"] == "dsa-freeze") {
            assert_eq!(item["acting"], acting, "{on}");
            assert_eq!(item["heard"], heard, "{on}");
            assert_eq!(item["percent_of_heard"], json!(percent), "{on}");
        }
        let weeks = area["responses"].as_array().unwrap();
        let week = weeks.last().unwrap();
        assert_eq!(week["heard"], heard, "{on}");
        assert_eq!(week["answered"], area["heard"]["this_week"], "{on}");
        let page = officer.get(&format!("/lmc/east?on={on}")).await;
        let said = crate::areas::words(&page.is(200).body);
        let nothing = said.contains("Nothing had been recorded by");
        assert_eq!(nothing, heard == 0, "{on}: {said}");
        assert_eq!(said.contains("heard from"), heard > 0, "{on}: {said}");
        // The list of practices tells what it counts from what was recorded later.
        let list = officer.get(&format!("/lmc/east/practices?on={on}&item=dsa-freeze")).await;
        let body = &list.is(200).body;
        let told = body.matches("1 Sep 2026").count();
        let later = body.matches("Recorded later").count();
        assert_eq!(told - later, acting, "{on}");
    }
});

both_databases!(counts_of_days_stay_with_the_lmc_of_those_days, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    share(&app, MOVES, "yes").await;
    let manager = app.manager(MOVES).await;
    for label in ["Dr A", "Dr B", "Dr C"] {
        let clinician = app.clinician(MOVES, label).await;
        for day in ["2026-11-17", "2026-11-19"] {
            let path = format!("/api/v1/practices/{MOVES}/clinicians/{clinician}/days/{day}");
            manager.put(&path, json!({ "n": 31 })).await.is(200);
        }
    }
    from(&app, "2026-11-18", &[(MOVES, parent(OrganisationKind::Lmc, "west"))]).await;
    let west = app.token(Role::LmcOfficer, "west").await;
    let east = app.token(Role::LmcOfficer, "east").await;
    let days = async |officer: &Client, lmc: &str, on: &str| {
        let path = format!("/api/v1/areas/lmc/{lmc}/status?on={on}");
        officer.get(&path).await.is(200).json()["clinician_days"]["counted"].clone()
    };
    assert_eq!(days(&west, "west", "2026-11-20").await, 3, "the day before the move is not theirs");
    assert_eq!(days(&east, "east", "2026-11-17").await, 3);
    assert_eq!(days(&east, "east", "2026-11-20").await, 0);
    assert_eq!(days(&west, "west", "2026-11-17").await, 0);
});

both_databases!(what_an_lmc_noted_by_telephone_stays_with_it, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    app.clock.set(at("2026-11-10"));
    let east = app.token(Role::LmcOfficer, "east").await;
    let typed = [
        ("id", &*Uuid::now_v7().to_string()),
        ("item", "dsa-freeze"),
        ("status", "paused-since"),
        ("effective_on", "2026-11-02"),
    ];
    let path = format!("/lmc/east/practices/{MOVES}/telephone");
    east.form(&path, &typed).await.is(303);
    app.clock.set(now());
    from(&app, "2026-11-18", &[(MOVES, parent(OrganisationKind::Lmc, "west"))]).await;
    let east = app.token(Role::LmcOfficer, "east").await;
    let west = app.token(Role::LmcOfficer, "west").await;
    for (page, said) in [("/lmc/east/practices?on=2026-11-17", true), ("/lmc/east/practices?on=2026-11-09", false)] {
        let list = east.get(page).await;
        assert_eq!(list.is(200).body.contains("not confirmed"), said, "{page}");
    }
    for page in ["/lmc/west/practices", &format!("/lmc/west/practices/{MOVES}/telephone")] {
        let read = west.get(page).await;
        assert!(!read.is(200).body.contains("not confirmed"), "{page}");
    }
});

both_databases!(a_practice_that_closed_is_there_until_it_did, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    app.clock.set(at("2026-09-10"));
    share(&app, MOVES, "yes").await;
    paused(&app, MOVES, "dsa-freeze", "2026-09-10").await;
    app.clock.set(now());
    let successor = Some(STAYS.parse().unwrap());
    from(&app, "2026-10-01", &[(MOVES, Fact::Closed { successor })]).await;
    let east = app.token(Role::LmcOfficer, "east").await;
    assert_eq!(heard(&east, "east", "2026-09-30").await, (json!(24), json!(1)));
    assert_eq!(heard(&east, "east", "2026-10-01").await, (json!(23), json!(0)));
    let list = east.get("/lmc/east/practices?on=2026-09-30&item=dsa-freeze").await;
    assert!(list.is(200).body.contains("since 10 Sep 2026"));
    let list = east.get("/lmc/east/practices").await;
    assert!(!list.is(200).body.contains(MOVES));
});

both_databases!(the_frame_of_each_year_and_the_pages_of_each_day_know_the_icb, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    paused(&app, MOVES, "dsa-freeze", "2026-09-10").await;
    assert_eq!(jobs::releases::make_due(&app.state).await.unwrap(), [9]);
    from(&app, "2027-04-01", &[(MOVES, parent(OrganisationKind::Icb, "XDB"))]).await;
    let first = Period::new(2027, 1).unwrap();
    app.clock.set(first.due_at());
    assert_eq!(jobs::releases::make_due(&app.state).await.unwrap(), [10, 11, 12, 13, 14]);
    let everywhere = JobAuthority::new().everywhere();
    // One practice that changes hands would stand alone between the old row and the new: for a year the two are one.
    let apart = json!([["XDA", 24], ["XDB", 24]]);
    let joined = json!([["XDA+XDB", 48]]);
    for (year, icb, rows) in [(2026, "XDA", apart), (2027, "XDB", joined)] {
        let frame = releases::frame(app.state.db.read(&everywhere), year).await.unwrap().unwrap();
        let cell = &frame.cells[frame.practices[&MOVES.parse().unwrap()]];
        assert_eq!(cell.icb.as_str(), icb, "{year}");
        let analyst = app.token(Role::IcbAnalyst, "XDA").await;
        let number = if year == 2026 { 13 } else { 14 };
        let release = analyst.get(&format!("/api/v1/releases/{number}")).await.is(200).json();
        let areas = release["areas"].as_array().unwrap();
        let shown: Vec<_> = areas
            .iter()
            .filter(|area| area["code"].as_str().unwrap().starts_with("XD"))
            .map(|area| json!([area["code"], area["practices"]]))
            .collect();
        assert_eq!(json!(shown), rows, "{year}");
    }
    let manager = app.manager(MOVES).await;
    for (on, icb) in [("2027-03-31", "Wyre and Calder"), ("2027-04-01", "Holme and Rise")] {
        app.clock.set(first.due_at() + Duration::minutes(1));
        let page = manager.get(&format!("/practices/{MOVES}/actions?on={on}")).await;
        assert!(page.is(200).body.contains(icb), "{on} {icb}");
    }
});
