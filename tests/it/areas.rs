//! What an LMC sees of its area: only of practices that share, only until they stop, and never one person's count.

use axum::http::Method;
use chrono::Duration;
use entity::ids::StatusId;
use headroom::{
    app,
    domain::{access::Role, disclosure::Period},
    jobs,
    state::{AppState, StateConfig},
    store::{actions::told_id, people},
};
use scraper::{Html, Selector};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp, eventually, now},
    databases::{Kind, TestDb, both_databases},
};

pub(crate) const AREA: &str = "/api/v1/areas/lmc/east/status";

pub(crate) async fn share(app: &TestApp, practice: &str, answer: &str) {
    let manager = app.manager(practice).await;
    let path = format!("/practices/{practice}/sharing");
    manager.form(&path, &[("share", answer)]).await.is(303);
}

pub(crate) async fn record(app: &TestApp, practice: &str, mut body: Value) {
    let manager = app.manager(practice).await;
    body["id"] = json!(Uuid::now_v7());
    let path = format!("/api/v1/practices/{practice}/actions");
    manager.post(&path, body).await.is(201);
}

/// A clinician's day from the appointment book.
pub(crate) async fn count(app: &TestApp, practice: &str, label: &str, day: &str, n: u32) {
    let clinician = app.clinician(practice, label).await;
    let manager = app.manager(practice).await;
    let path = format!("/api/v1/practices/{practice}/clinicians/{clinician}/days/{day}");
    manager.put(&path, json!({ "n": n })).await.is(200);
}

async fn by_telephone(officer: &Client, practice: &str, item: &str) -> String {
    let id = Uuid::now_v7().to_string();
    let typed = [("id", id.as_str()), ("item", item), ("status", "paused-since"), ("effective_on", "2026-11-16")];
    let path = format!("/lmc/east/practices/{practice}/telephone");
    officer.form(&path, &typed).await.is(303);
    told_id(StatusId(id.parse().unwrap())).0.to_string()
}

pub(crate) async fn area(officer: &Client) -> Value {
    officer.get(AREA).await.is(200).json()
}

pub(crate) fn item<'a>(area: &'a Value, code: &str) -> &'a Value {
    let mut items = area["items"].as_array().unwrap().iter();
    items.find(|item| item["code"] == code).unwrap()
}

fn practices() -> impl Iterator<Item = String> {
    (90_001..=90_024).map(|n| format!("Z{n}"))
}

both_databases!(consent_acts_on_the_next_request_everywhere, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let paused = json!({ "item": "dsa-freeze", "status": "paused-since", "effective_on": "2026-11-16" });
    record(&app, "Z90001", paused).await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    let own = "/lmc/east/practices/Z90001";
    for round in 0..2 {
        let dark = area(&officer).await;
        let heard = &dark["heard"];
        assert_eq!((&heard["sharing"], &heard["practices"]), (&json!(0), &json!(0)));
        assert_eq!((&heard["all"], &heard["patients"]), (&json!(24), &json!(0)));
        assert_eq!(item(&dark, "dsa-freeze")["acting"], 0);
        assert_eq!(item(&dark, "dsa-freeze")["bounds"], json!([0, 100]));
        officer.get(own).await.is(404);
        let dark = (
            officer.get("/lmc/east").await.body,
            officer.get("/lmc/east/status").await.body,
            officer.get("/lmc/east/practices").await.body,
        );
        assert!(!dark.2.contains(&format!("{own}\"")));

        share(&app, "Z90001", "yes").await;
        let lit = area(&officer).await;
        let heard = &lit["heard"];
        assert_eq!((&heard["sharing"], &heard["practices"]), (&json!(1), &json!(1)));
        assert_eq!((&heard["this_week"], &heard["patients"]), (&json!(1), &json!(10_000)));
        assert_eq!(item(&lit, "dsa-freeze")["acting"], 1);
        assert_eq!(item(&lit, "dsa-freeze")["bounds"], json!([4, 100]));
        assert_eq!(item(&lit, "dsa-freeze")["percent_of_heard"], 100);
        assert_eq!(
            lit["networks"][0]["acting"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).sum::<u64>(),
            1
        );
        officer.get(own).await.is(200);
        let lit = (
            officer.get("/lmc/east").await.body,
            officer.get("/lmc/east/status").await.body,
            officer.get("/lmc/east/practices").await.body,
        );
        assert!(lit.2.contains(&format!("{own}\"")));
        assert_ne!(lit.0, dark.0);
        assert_ne!(lit.1, dark.1);
        share(&app, "Z90001", "no").await;
        officer.get(own).await.is(404);
        assert_eq!(officer.get("/lmc/east/status").await.body, dark.1, "round {round}");
        assert_eq!(officer.get("/lmc/east/practices").await.body, dark.2);
    }
    // Saying again what holds is nothing new.
    share(&app, "Z90001", "no").await;
    let said = "SELECT count(*) FROM audit_event WHERE event = 'sharing.changed'";
    assert_eq!(app.test.number(said).await, 4);
    let manager = app.manager("Z90001").await;
    let wrong = [("share", "perhaps")];
    manager.form("/practices/Z90001/sharing", &wrong).await.is(422);
});

/// Every answer to a GET about the area, page and API alike.
async fn everything_an_officer_reads(officer: &Client) -> Vec<(String, String)> {
    let mut read = Vec::new();
    for row in app::table() {
        if row.method != Method::GET || row.path.starts_with("/live") || row.path.contains("/assets/") {
            continue;
        }
        let path = row
            .path
            .replace("{lmc}", "east")
            .replace("{ods}", "Z90001")
            .replace("{release}", "9")
            .replace("{code}", "XDA");
        if !path.contains('{') {
            let reply = officer.get(&path).await;
            read.push((path, reply.body));
        }
    }
    assert!(read.len() > 20, "{} routes", read.len());
    read
}

both_databases!(nothing_of_a_practice_that_does_not_share_is_ever_read, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    jobs::releases::make_due(&app.state).await.unwrap();
    for practice in ["Z90001", "Z90002"] {
        let name = format!("Zebra monitoring of {}", &practice[5..]);
        record(
            &app,
            practice,
            json!({ "item": "voluntary-services", "subject_name": name, "status": "pausing-from",
                    "effective_on": "2027-02-01", "notice_served_on": "2026-11-02" }),
        )
        .await;
        for label in ["Dr A", "Dr B", "Dr C"] {
            count(&app, practice, label, "2026-11-19", 31).await;
            count(&app, practice, label, "2026-11-20", 31).await;
        }
    }
    share(&app, "Z90002", "yes").await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    let read = everything_an_officer_reads(&officer).await;
    assert!(read.iter().any(|(_, body)| body.contains("Zebra monitoring of 2")));
    for (path, body) in &read {
        assert!(!body.contains("Zebra monitoring of 1"), "{path}");
    }
    let seen = area(&officer).await;
    let capacity = &seen["capacity"];
    assert_eq!((&capacity["practices"], &capacity["counted"]), (&json!(1), &json!(93)));
    assert_eq!(seen["clinician_days"]["over"], 3);
    // The neighbouring LMC reads nothing of either.
    let west = app.token(Role::LmcOfficer, "west").await;
    west.get(AREA).await.is(404);
    for (path, body) in everything_an_officer_reads(&west).await {
        assert!(!body.contains("Zebra"), "{path}");
    }
});

both_databases!(thoughts_and_plans_without_a_notice_stay_in_the_practice, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    for (name, status, day) in
        [("Zebra thought", "thinking", "2026-11-16"), ("Zebra plan", "pausing-from", "2027-02-01")]
    {
        record(
            &app,
            "Z90001",
            json!({ "item": "voluntary-services", "subject_name": name, "status": status, "effective_on": day,
                    "decided_on": "2026-11-03" }),
        )
        .await;
    }
    share(&app, "Z90001", "yes").await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    for (path, body) in everything_an_officer_reads(&officer).await {
        assert!(!body.contains("Zebra"), "{path}");
        assert!(!body.contains("3 Nov"), "{path}");
    }
    let seen = area(&officer).await;
    assert_eq!(item(&seen, "voluntary-services")["acting"], 0);
    assert_eq!(seen["heard"]["practices"], 1, "it was heard from all the same");
});

/// What a page says, without its frame.
pub(crate) fn words(page: &str) -> String {
    let main = Selector::parse("main").unwrap();
    let page = Html::parse_document(page);
    page.select(&main).flat_map(|main| main.text()).collect()
}

both_databases!(capacity_is_summed_from_three_counted_clinicians_on, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    share(&app, "Z90001", "yes").await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    let page = "/lmc/east/practices/Z90001";
    for (at, label) in ["Dr A", "Dr B"].into_iter().enumerate() {
        count(&app, "Z90001", label, "2026-11-20", 187).await;
        let seen = area(&officer).await;
        assert_eq!(seen["capacity"]["practices"], 0, "{at}");
        assert_eq!(seen["capacity"]["counted"], 0);
        assert_eq!(seen["clinician_days"]["counted"], 0);
        let one = officer.get(page).await;
        let told = words(&one.is(200).body);
        assert!(!told.contains("187") && !told.contains("374"), "{told}");
    }
    count(&app, "Z90001", "Dr C", "2026-11-20", 11).await;
    let seen = area(&officer).await;
    let capacity = &seen["capacity"];
    assert_eq!((&capacity["practices"], &capacity["clinicians"]), (&json!(1), &json!(3)));
    assert_eq!((&capacity["counted"], &capacity["limit"]), (&json!(385), &json!(75)));
    assert_eq!((&capacity["left"], &capacity["full"]), (&json!(14), &json!(2)));
    assert_eq!(seen["clinician_days"]["counted"], 0, "the day is not over");
    app.clock.set(now() + Duration::days(1));
    let officer = app.token(Role::LmcOfficer, "east").await;
    assert_eq!(
        area(&officer).await["clinician_days"],
        json!({ "over": 2, "at_or_over": 2, "counted": 3, "percent": 67 })
    );
    for path in [page, "/lmc/east", "/lmc/east/status", "/lmc/east/practices", AREA] {
        let reply = officer.get(path).await;
        for label in ["Dr A", "Dr B", "Dr C"] {
            assert!(!reply.is(200).body.contains(label), "{path}");
        }
    }
});

both_databases!(the_lmc_in_the_address_must_be_the_practices_own, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    share(&app, "Z90001", "yes").await;
    share(&app, "Z90025", "yes").await;
    // Of both LMCs, so that nothing but the address is wrong.
    let person = app.add_person(Role::LmcOfficer, "east").await;
    let west = "west".parse().unwrap();
    people::add_grant(app.test.db.schema(), person, Role::LmcOfficer, &west, now()).await.unwrap();
    let officer = app.program_of(person).await;
    for (lmc, practice, status) in [
        ("east", "Z90001", 200),
        ("west", "Z90025", 200),
        ("west", "Z90001", 404),
        ("east", "Z90025", 404),
        ("east", "Z99999", 404),
        ("XDA", "Z90001", 404),
    ] {
        let path = format!("/lmc/{lmc}/practices/{practice}");
        officer.get(&path).await.is(status);
        let path = format!("{path}/telephone");
        officer.get(&path).await.is(status);
        let typed = [
            ("id", &*Uuid::now_v7().to_string()),
            ("item", "dsa-freeze"),
            ("status", "paused-since"),
            ("effective_on", "2026-11-16"),
        ];
        let done = if status == 200 { 303 } else { status };
        officer.form(&path, &typed).await.is(done);
    }
    assert_eq!(app.test.number("SELECT count(*) FROM action_status").await, 2);
});

both_databases!(an_old_entry_that_shares_the_practices_name_does_not_show_it, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let own = json!({ "item": "voluntary-services", "subject_name": "SpiroMETRY at Home", "status": "paused-since",
            "effective_on": "2026-11-16" });
    record(&app, "Z90002", own).await;
    // As entries were kept before names that the LMC typed stood apart.
    let new = match test.kind() {
        Kind::Sqlite => "randomblob(16)",
        Kind::Postgres => "gen_random_uuid()",
    };
    let columns = "item, subject, status, effective_on, about, edition, position, guard_rail, recorded_at, recorded_by";
    let old = format!(
        "INSERT INTO action_status (practice, id, entered_by, {columns}) \
             SELECT practice, {new}, 'lmc-telephone', {columns} FROM action_status"
    );
    test.transaction(&[&old]).await.unwrap();
    let officer = app.token(Role::LmcOfficer, "east").await;
    let page = officer.get("/lmc/east/practices/Z90002/telephone").await;
    assert!(page.is(200).body.contains("spirometry at home"), "{}", page.body);
    assert!(!page.body.contains("SpiroMETRY at Home"), "{}", page.body);
});

both_databases!(a_telephone_entry_is_checked_like_any_other, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let officer = app.person(Role::LmcOfficer, "east").await;
    let path = "/lmc/east/practices/Z90001/telephone";
    for (item, status, day) in [
        ("gp-connect-update-record", "paused-since", "2026-11-16"),
        ("no-such-item", "paused-since", "2026-11-16"),
        ("dsa-freeze", "thinking", "2026-11-16"),
        ("dsa-freeze", "", "2026-11-16"),
        ("dsa-freeze", "paused-since", ""),
        ("dsa-freeze", "paused-since", "2026-11-21"),
        ("voluntary-services", "paused-since", "2026-11-16"),
        ("dsa-withdraw", "paused-since", "2026-11-16"),
    ] {
        let id = Uuid::now_v7().to_string();
        let typed = [("id", &*id), ("item", item), ("status", status), ("effective_on", day)];
        let page = officer.form(path, &typed).await;
        assert!(page.is(422).body.contains("<title>Error: "), "{item} {status} {day}");
    }
    assert_eq!(app.test.number("SELECT count(*) FROM action_status").await, 0);
    // Without consent the officer sees their own entry and nothing else; another officer of the LMC sees it too.
    by_telephone(&officer, "Z90001", "dsa-freeze").await;
    let paused = json!({ "item": "referral-rationing", "status": "paused-since", "effective_on": "2026-11-16" });
    record(&app, "Z90001", paused).await;
    for reader in [officer, app.person(Role::LmcOfficer, "east").await] {
        let page = reader.get(path).await;
        assert!(page.is(200).body.contains("By telephone, not confirmed"));
        let list = reader.get("/lmc/east/practices").await;
        assert!(list.is(200).body.contains("By telephone, not confirmed"));
        assert!(list.body.contains(">told</td>"), "{}", list.body);
        let seen = area(&reader).await;
        assert_eq!(item_sum(&seen), 0, "it counts nowhere while the practice does not share");
    }
});

fn item_sum(area: &Value) -> u64 {
    let items = area["items"].as_array().unwrap();
    items.iter().map(|item| item["acting"].as_u64().unwrap()).sum()
}

both_databases!(an_unconfirmed_entry_counts_live_and_in_no_release, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    std::fs::write(&app.state.settings.noise_key, [24; 32]).unwrap();
    let officer = app.token(Role::LmcOfficer, "east").await;
    // The ninth release counts what was recorded before the 19th.
    app.clock.set(now() - Duration::days(2));
    let officer_then = app.token(Role::LmcOfficer, "east").await;
    let mut entered = Vec::new();
    for practice in practices() {
        share(&app, &practice, "yes").await;
        let id = by_telephone(&officer_then, &practice, "dsa-freeze").await;
        entered.push((practice, id));
    }
    app.clock.set(now());
    let seen = area(&officer).await;
    assert_eq!(item(&seen, "dsa-freeze")["acting"], 24);
    assert_eq!(jobs::releases::make_due(&app.state).await.unwrap(), [9]);
    // The key is fixed, and with it the noise: of the tenth release little.
    let held = |area: &Value| item(area, "dsa-freeze")["icb_holds"][0].clone();
    let seen = area(&officer).await;
    assert_eq!(held(&seen)["kind"], "too-few");
    for (practice, id) in &entered {
        let manager = app.manager(practice).await;
        let path = format!("/practices/{practice}/actions/answers");
        let typed = [("status", id.as_str()), ("answer", "confirmed")];
        manager.form(&path, &typed).await.is(303);
    }
    assert_eq!(held(&area(&officer).await)["kind"], "too-few");
    app.clock.set(Period::new(2026, 10).unwrap().due_at());
    assert_eq!(jobs::releases::make_due(&app.state).await.unwrap(), [10]);
    let officer = app.token(Role::LmcOfficer, "east").await;
    let seen = held(&area(&officer).await);
    assert_eq!((&seen["kind"], &seen["release"]), (&json!("between"), &json!(10)));
});

both_databases!(what_the_icbs_hold_is_the_release_whoever_shares, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    std::fs::write(&app.state.settings.noise_key, [7; 32]).unwrap();
    let officer = app.token(Role::LmcOfficer, "east").await;
    let held = |area: &Value| item(area, "dsa-freeze")["icb_holds"].clone();
    assert_eq!(held(&area(&officer).await), json!([]), "no release yet");
    jobs::releases::make_due(&app.state).await.unwrap();
    let first = held(&area(&officer).await);
    assert_eq!(
        first,
        json!([{ "name": "Wyre and Calder", "words": "too few have recorded to say", "likely": null,
                "kind": "too-few", "practices": null, "release": 9 }])
    );
    let paused = json!({ "item": "dsa-freeze", "status": "paused-since", "effective_on": "2026-11-16" });
    record(&app, "Z90007", paused).await;
    for (at, practice) in practices().enumerate() {
        share(&app, &practice, "yes").await;
        if at % 5 == 0 {
            assert_eq!(held(&area(&officer).await), first, "{at} more share");
        }
    }
    let page = officer.get("/lmc/east").await;
    let page = words(&page.is(200).body);
    assert!(page.contains("Wyre and Calder holds: too few have recorded to say (release 9)"), "{page}");
});

both_databases!(whoever_reads_a_practices_row_is_noted_once_a_day, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    share(&app, "Z90001", "yes").await;
    let receipts = async |n: i64| {
        eventually(&format!("{n} receipts"), || async {
            test.number("SELECT count(*) FROM access_receipt").await == n
        })
        .await;
    };
    let manager = app.manager("Z90001").await;
    let own = "/practices/Z90001/sharing";
    assert!(manager.get(own).await.is(200).body.contains("Nobody outside"));
    let officer = app.person(Role::LmcOfficer, "east").await;
    // Sums are nobody's row; who has not answered this week is.
    officer.get("/lmc/east").await.is(200);
    receipts(1).await;
    officer.get("/lmc/east/practices").await.is(200);
    receipts(2).await;
    officer.get("/lmc/east/practices").await.is(200);
    // The page of the one practice is another kind of page.
    officer.get("/lmc/east/practices/Z90001").await.is(200);
    receipts(3).await;
    officer.get("/lmc/east/practices/Z90001").await.is(200);
    officer.get("/lmc/east/practices/Z90002").await.is(404);
    let second = app.person(Role::LmcOfficer, "east").await;
    second.get("/lmc/east/practices/Z90001").await.is(200);
    receipts(4).await;
    app.clock.set(now() + Duration::minutes(1));
    let page = manager.get(own).await;
    assert!(page.is(200).body.contains("LMC officer, East LMC"));
    app.clock.set(now() + Duration::days(1));
    share(&app, "Z90002", "yes").await;
    let officer = app.person(Role::LmcOfficer, "east").await;
    officer.get("/lmc/east/practices").await.is(200);
    receipts(6).await;
    let of = "SELECT count(*) FROM access_receipt WHERE practice = 'Z90002'";
    assert_eq!(test.number(of).await, 1);
});

// A node keeps the registers it read. What another node writes is seen all the same, answers too.
both_databases!(what_one_node_writes_the_other_reads_at_once, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let second = AppState::new(StateConfig {
        db: test.other_node().await,
        clock: app.clock.clone(),
        settings: app.state.settings.clone(),
        keys: app.state.keys.clone(),
        demo: false,
    })
    .unwrap();
    let officer = app.token(Role::LmcOfficer, "east").await;
    let mut there = TestApp::stranger_at(&second);
    there.token.clone_from(&officer.token);
    let acting = async || {
        let found = area(&there).await;
        item(&found, "dsa-freeze")["acting"].as_u64().unwrap()
    };
    share(&app, "Z90001", "yes").await;
    share(&app, "Z90002", "yes").await;
    assert_eq!(acting().await, 0);
    let paused = |status: &str| json!({ "item": "dsa-freeze", "status": status, "effective_on": "2026-11-16" });
    record(&app, "Z90001", paused("paused-since")).await;
    assert_eq!(acting().await, 1);
    let browser = app.person(Role::LmcOfficer, "east").await;
    let id = by_telephone(&browser, "Z90002", "dsa-freeze").await;
    assert_eq!(acting().await, 2);
    let manager = app.person(Role::PracticeManager, "Z90002").await;
    let typed = [("status", id.as_str()), ("answer", "removed")];
    let path = "/practices/Z90002/actions/answers";
    manager.form(path, &typed).await.is(303);
    assert_eq!(acting().await, 1);
    record(&app, "Z90001", paused("restarted")).await;
    assert_eq!(acting().await, 0);
});
