//! The page an LMC officer opens before a meeting: what it adds up, from where it counts changes, and how it is taken apart.

use chrono::Duration;
use headroom::domain::access::Role;
use scraper::{Html, Selector};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    areas::{AREA, area, count, item, record, share, words},
    support::{
        app::{Client, TestApp, across_the_border, eventually, now},
        databases::{TestDb, both_databases},
    },
};

const PAGE: &str = "/lmc/east";
const MEETING: &str = "/lmc/east/meeting";

fn id() -> String {
    Uuid::now_v7().to_string()
}

async fn divert(app: &TestApp, practice: &str) {
    let manager = app.manager(practice).await;
    let path = format!("/api/v1/practices/{practice}/divert");
    let start = json!({ "id": id(), "guard_rail": "2026-04" });
    manager.post(&path, start).await.is(201);
}

/// A served notice on which a reply was due on the 29th of October.
async fn notice(app: &TestApp, practice: &str) -> String {
    let manager = app.manager(practice).await;
    let notice = id();
    let body = json!({
        "id": notice, "service": "Zebra clinic", "served_on": "2026-10-01", "period": 6, "period_unit": "months",
        "commissioner": "NHS Example ICB", "contract": "unsigned", "reply_due_on": "2026-10-29",
    });
    let path = format!("/api/v1/practices/{practice}/notices");
    manager.post(&path, body).await.is(201);
    notice
}

async fn answer(app: &TestApp, practice: &str) {
    let paused = json!({ "item": "dsa-freeze", "status": "paused-since", "effective_on": "2026-11-16" });
    record(app, practice, paused).await;
}

fn names(list: &Value) -> Vec<&str> {
    let list = list.as_array().unwrap().iter();
    list.map(|one| one["practice"].as_str().unwrap()).collect()
}

both_databases!(one_page_says_who_answered_how_loaded_and_what_is_overdue, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    let before = area(&officer).await;
    answer(&app, "Z90001").await;
    for (label, n) in [("Dr A", 31), ("Dr B", 25), ("Dr C", 10)] {
        count(&app, "Z90001", label, "2026-11-19", n).await;
        count(&app, "Z90001", label, "2026-11-20", 3).await;
    }
    // Two clinicians are too few, for diverts as for counts.
    for label in ["Dr A", "Dr B"] {
        count(&app, "Z90003", label, "2026-11-20", 40).await;
    }
    let served = notice(&app, "Z90001").await;
    notice(&app, "Z90004").await;
    for practice in ["Z90001", "Z90003", "Z90004"] {
        divert(&app, practice).await;
    }
    let unshared = area(&officer).await;
    for part in ["items", "heard", "waiting", "overdue", "weeks", "capacity", "icbs"] {
        assert_eq!(unshared[part], before[part], "{part}");
    }
    for practice in ["Z90001", "Z90002", "Z90003"] {
        share(&app, practice, "yes").await;
    }
    let seen = area(&officer).await;
    assert_eq!(names(&seen["waiting"]), ["Z90002", "Z90003"]);
    assert_eq!(seen["waiting"][0]["last_week"], json!(null));
    assert_eq!(seen["capacity"]["diverts"], 1);
    let week = seen["weeks"].as_array().unwrap().last().unwrap();
    assert_eq!(week["clinician_days"], json!({ "over": 1, "at_or_over": 2, "counted": 3, "percent": 33 }));
    // 66 contacts, 10,000 patients; today is not over, and its divert is in no week yet.
    assert_eq!(
        (&week["practices"], &week["contacts_per_thousand"], &week["diverts"]),
        (&json!(1), &json!(7), &json!(0))
    );
    let overdue = seen["overdue"].as_array().unwrap();
    assert_eq!(names(&seen["overdue"]), ["Z90001"], "the other does not share");
    assert_eq!((&overdue[0]["service"], &overdue[0]["due_on"]), (&json!("Zebra clinic"), &json!("2026-10-29")));
    let trend = item(&seen, "dsa-freeze")["trend"].as_array().unwrap();
    let acting: Vec<u64> = trend.iter().map(|one| one["acting"].as_u64().unwrap()).collect();
    assert_eq!(acting, [0, 0, 0, 0, 0, 1]);
    assert_eq!(trend[5]["week_ending"], "2026-11-20");

    let page = words(&officer.get(PAGE).await.is(200).body);
    assert!(!page.contains("weeks: "), "nothing before the first record: {page}");
    for part in [
        "1 of 1 heard from (100%), covering 10,000 of 10,000 patients",
        "3 of 24 share; 1 of them answered this week; 2 have not",
        "Share and have not answered this week",
        "Invented Surgery 2",
        "Zebra clinic",
        "in four weeks 2 of 3 days at or over",
        "1 divert began",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // Answered, it is no longer overdue; on the day before, it was.
    let manager = app.manager("Z90001").await;
    let path = format!("/api/v1/practices/Z90001/notices/{served}/events");
    let reply = json!({ "id": id(), "event": "acknowledged", "on": "2026-11-20" });
    manager.post(&path, reply).await.is(201);
    assert_eq!(area(&officer).await["overdue"], json!([]));
    let then = officer.get(&format!("{AREA}?on=2026-11-19")).await;
    assert_eq!(names(&then.is(200).json()["overdue"]), ["Z90001"]);
    // Consent withdrawn acts on the next request, on everything.
    for practice in ["Z90001", "Z90002", "Z90003"] {
        share(&app, practice, "no").await;
    }
    let after = area(&officer).await;
    for part in ["items", "heard", "waiting", "overdue", "weeks", "capacity", "icbs"] {
        assert_eq!(after[part], before[part], "{part}");
    }
    let page = officer.get(PAGE).await.is(200).body.clone();
    assert!(!page.contains("Invented Surgery") && !page.contains("Zebra"), "{page}");
});

async fn since(officer: &Client, query: &str) -> (String, Option<String>) {
    let seen = officer.get(&format!("{AREA}{query}")).await;
    let seen = seen.is(200).json();
    let text = |name: &str| seen[name].as_str().map(str::to_owned);
    (text("since").unwrap(), text("last_meeting"))
}

both_databases!(changes_count_from_the_last_meeting_that_an_officer_set, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let officer = app.person(Role::LmcOfficer, "east").await;
    assert_eq!(since(&officer, "").await, ("2026-11-06".to_owned(), None));
    let first = id();
    let met = [("id", first.as_str()), ("met_on", "2026-11-11")];
    for _ in 0..2 {
        let reply = officer.form(MEETING, &met).await;
        assert_eq!(reply.is(303).location(), PAGE);
    }
    assert_eq!(test.number("SELECT count(*) FROM lmc_meeting").await, 1);
    let audited = "SELECT count(*) FROM audit_event WHERE event = 'meeting.set'";
    assert_eq!(test.number(audited).await, 1);
    let reused = [("id", first.as_str()), ("met_on", "2026-11-12")];
    officer.form(MEETING, &reused).await.is(409);

    let met = |day: &str| (day.to_owned(), Some(day.to_owned()));
    let colleague = app.person(Role::LmcOfficer, "east").await;
    assert_eq!(since(&colleague, "").await, met("2026-11-11"));
    let page = words(&colleague.get(PAGE).await.is(200).body);
    assert!(page.contains("changes since the last meeting, 11 Nov 2026"), "{page}");
    let asked = since(&colleague, "?since=2026-11-02").await;
    assert_eq!(asked, ("2026-11-02".to_owned(), Some("2026-11-11".to_owned())));
    // A correction holds; a day before any meeting has none.
    app.clock.set(now() + Duration::minutes(1));
    let corrected = [("id", &*id()), ("met_on", "2026-11-10")];
    officer.form(MEETING, &corrected).await.is(303);
    assert_eq!(since(&officer, "").await, met("2026-11-10"));
    let past = since(&officer, "?on=2026-11-01").await;
    assert_eq!(past, ("2026-10-18".to_owned(), None));
    assert_eq!(test.number(audited).await, 2);
});

both_databases!(a_meeting_is_a_day_that_has_come_and_only_its_own_lmc_sets_it, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let officer = app.person(Role::LmcOfficer, "east").await;
    for (day, message) in [
        ("2026-11-21", "Enter today or an earlier day"),
        ("", "Enter the day of the meeting"),
        ("soon", "Enter a real day"),
    ] {
        let reply = officer.form(MEETING, &[("id", &*id()), ("met_on", day)]).await;
        let page = &reply.is(422).body;
        assert!(page.contains("<title>Error: ") && page.contains(message), "{day}");
        assert!(page.contains(&format!("value=\"{day}\"")), "nothing typed is lost");
    }
    let met = [("id", &*id()), ("met_on", "2026-11-11")];
    let neighbour = app.person(Role::LmcOfficer, "west").await;
    neighbour.form(MEETING, &met).await.is(404);
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    manager.form(MEETING, &met).await.is(404);
    app.stranger().form(MEETING, &met).await.is(401);
    assert_eq!(test.number("SELECT count(*) FROM lmc_meeting").await, 0);
    // The neighbour's meeting is not ours.
    neighbour.form("/lmc/west/meeting", &met).await.is(303);
    assert_eq!(since(&officer, "").await, ("2026-11-06".to_owned(), None));
});

/// The table of the area's parts: title, then each row's first, second and third cell.
fn table(page: &str) -> (String, Vec<String>) {
    let page = Html::parse_document(page);
    let text = |found: scraper::ElementRef<'_>| found.text().collect::<String>();
    let all = |selector: &str| {
        let selector = Selector::parse(selector).unwrap();
        page.select(&selector).map(text).collect::<Vec<String>>()
    };
    let title = all("#places h2").remove(0);
    let cells = all("#places tbody tr > :nth-child(-n+3)");
    let rows = cells.chunks(3).map(|row| row.join(" | "));
    (title, rows.collect())
}

fn hidden(page: &str, form: &str) -> Vec<(String, String)> {
    let page = Html::parse_document(page);
    let selector = Selector::parse(&format!("{form} input[type=hidden]")).unwrap();
    let value = |found: scraper::ElementRef<'_>, name| found.attr(name).unwrap_or("").to_owned();
    let found = page.select(&selector);
    found.map(|one| (value(one, "name"), value(one, "value"))).collect()
}

both_databases!(an_area_of_two_icbs_is_taken_apart_by_either, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    across_the_border(&test).await;
    for practice in ["Z90001", "Z90002", "Z90101"] {
        answer(&app, practice).await;
        share(&app, practice, "yes").await;
    }
    let officer = app.person(Role::LmcOfficer, "east").await;
    let seen = area(&officer).await;
    let icbs = seen["icbs"].as_array().unwrap();
    let sums: Vec<_> = icbs.iter().map(|icb| (&icb["code"], &icb["heard"], &icb["all"])).collect();
    assert_eq!(sums, [(&json!("XDB"), &json!(1), &json!(2)), (&json!("XDA"), &json!(2), &json!(24))], "by name");
    let at = seen["items"].as_array().unwrap().iter().position(|one| one["code"] == "dsa-freeze").unwrap();
    assert_eq!((&icbs[0]["acting"][at], &icbs[0]["change"][at]), (&json!(1), &json!(1)));

    let query = "?by=icb&measure=dsa-freeze&since=2026-11-10";
    let page = officer.get(&format!("{PAGE}{query}")).await.is(200).body.clone();
    let rows = vec!["Holme and Rise | 1 of 2 | 1 (100%)".to_owned(), "Wyre and Calder | 2 of 24 | 2 (100%)".to_owned()];
    assert_eq!(table(&page), ("By ICB".to_owned(), rows));
    // Each form keeps the other's choices, and the live part asks for the same.
    assert_eq!(hidden(&page, "#pick"), [("since".to_owned(), "2026-11-10".to_owned())]);
    let kept = hidden(&page, "#days form");
    let said = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(kept, [said("by", "icb"), said("measure", "dsa-freeze")]);
    assert!(page.contains("/lmc/east/status?since=2026-11-10&amp;by=icb&amp;measure=dsa-freeze"));
    let part = officer.get(&format!("{PAGE}/status{query}")).await;
    assert_eq!(table(&part.is(200).body).0, "By ICB");
    // What is no choice is none.
    let page = officer.get(&format!("{PAGE}?by=planet&measure=none")).await;
    let (title, rows) = table(&page.is(200).body);
    assert_eq!((title.as_str(), rows.len()), ("By primary care network", 1));
    // An area within one ICB offers no choice of them.
    answer(&app, "Z90025").await;
    share(&app, "Z90025", "yes").await;
    let west = app.person(Role::LmcOfficer, "west").await;
    let page = west.get("/lmc/west?by=icb").await.is(200).body.clone();
    assert_eq!(table(&page).0, "By primary care network");
    assert!(!page.contains("id=\"by\""));
});

both_databases!(whoever_is_named_as_silent_sees_who_looked, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    answer(&app, "Z90001").await;
    for practice in ["Z90001", "Z90002"] {
        share(&app, practice, "yes").await;
    }
    let officer = app.person(Role::LmcOfficer, "east").await;
    for path in [PAGE, "/lmc/east/status", AREA] {
        officer.get(path).await.is(200);
    }
    let noted = "SELECT count(*) FROM access_receipt WHERE practice = 'Z90002'";
    eventually("one receipt", || async { test.number(noted).await == 1 }).await;
    assert_eq!(test.number("SELECT count(*) FROM access_receipt").await, 1, "sums are nobody's row");
});
