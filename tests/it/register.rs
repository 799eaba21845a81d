//! The action register over HTTP: recording, what is refused, history, the week, and what the LMC noted by telephone.

use entity::ids::StatusId;
use headroom::{domain::access::Role, store::actions::told_id};
use scraper::{Html, Selector};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp, now},
    databases::{Kind, Place, TestDb, both_databases},
};

const API: &str = "/api/v1/practices/Z90001/actions";
const PAGE: &str = "/practices/Z90001/actions";

fn change(item: &str, status: &str, effective_on: &str) -> Value {
    json!({ "id": Uuid::now_v7(), "item": item, "status": status, "effective_on": effective_on })
}

fn texts(page: &str, selector: &str) -> Vec<String> {
    let page = Html::parse_document(page);
    let wanted = Selector::parse(selector).unwrap();
    let found = page.select(&wanted);
    found.map(|one| one.text().collect()).collect()
}

fn values(page: &str, selector: &str) -> Vec<String> {
    let page = Html::parse_document(page);
    let wanted = Selector::parse(selector).unwrap();
    let found = page.select(&wanted);
    found.filter_map(|one| one.attr("value").map(str::to_owned)).collect()
}

/// One item as the API shows it.
async fn item(reader: &Client, code: &str, query: &str) -> Value {
    let all = reader.get(&format!("{API}{query}")).await.is(200).json();
    let mut items = all["items"].as_array().unwrap().iter();
    items.find(|item| item["item"] == code).unwrap().clone()
}

async fn rows(test: &TestDb) -> i64 {
    test.number("SELECT count(*) FROM action_status").await
}

async fn events(test: &TestDb, event: &str) -> i64 {
    test.number(&format!("SELECT count(*) FROM audit_event WHERE organisation = 'Z90001' AND event = '{event}'")).await
}

/// Sends what a practice said by telephone; the id of the entry.
async fn by_telephone(officer: &Client, item: &str, status: &str, day: &str) -> String {
    let id = Uuid::now_v7().to_string();
    let typed = [("id", id.as_str()), ("item", item), ("status", status), ("effective_on", day)];
    let path = "/lmc/east/practices/Z90001/telephone";
    for _ in 0..2 {
        let reply = officer.form(path, &typed).await;
        assert_eq!(reply.is(303).location(), path);
    }
    told_id(StatusId(id.parse().unwrap())).0.to_string()
}

both_databases!(a_change_is_recorded_once_by_the_api, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.manager("Z90001").await;
    let body = change("dsa-freeze", "paused-since", "2026-11-16");
    let first = manager.post(API, body.clone()).await.is(201).json();
    assert_eq!(first["recorded"]["status"], "paused-since");
    assert_eq!(first["today"]["id"], body["id"]);
    assert_eq!(first["position"]["position"], "permitted");
    assert_eq!(manager.post(API, body.clone()).await.is(200).json(), first);
    for (field, value) in [("status", "thinking"), ("effective_on", "2026-11-17"), ("item", "safe-contact-limit")] {
        let mut other = body.clone();
        other[field] = json!(value);
        let problem = manager.post(API, other).await;
        assert_eq!(problem.is(409).json()["type"], "/problems/id-reused");
    }
    assert_eq!(rows(&test).await, 1);
    assert_eq!(events(&test, "status.recorded").await, 1);
    // The same id is free at a neighbour's, and tells nothing of ours.
    let neighbour = app.manager("Z90002").await;
    let theirs = "/api/v1/practices/Z90002/actions";
    neighbour.post(theirs, body).await.is(201);
    neighbour.get(API).await.is(404);
});

both_databases!(a_subject_is_named_once_and_changed_by_its_id, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    let mut body = change("voluntary-services", "pausing-from", "2027-02-01");
    body["subject_name"] = json!("Ring pessaries");
    body["notice_served_on"] = json!("2026-11-02");
    let first = manager.post(API, body).await.is(201).json();
    let subject = first["subject"].as_str().unwrap();
    assert_eq!(first["recorded"]["label"], "Notice served, ends on");
    let path = format!("{API}/voluntary-services");
    let mut again = change("", "restarted", "2026-11-20");
    again.as_object_mut().unwrap().remove("item");
    again["subject"] = json!(subject);
    let second = manager.post(&path, again.clone()).await.is(201).json();
    assert_eq!(second["subject"], first["subject"]);
    manager.post(&path, again.clone()).await.is(200);
    let items = item(&manager, "voluntary-services", "").await;
    assert_eq!(items["subjects"].as_array().unwrap().len(), 1);
    assert_eq!(items["subjects"][0]["status"]["status"], "restarted");
    let foreign = "/api/v1/practices/Z90002/actions/voluntary-services";
    let neighbour = app.manager("Z90002").await;
    neighbour.post(foreign, again.clone()).await.is(404);
    // A subject of another item is none of this one.
    let other = format!("{API}/pilot-programmes");
    manager.post(&other, again.clone()).await.is(404);
    let nothing = format!("{API}/no-such-item");
    manager.post(&nothing, again.clone()).await.is(404);
    again["subject"] = json!(Uuid::now_v7());
    again["id"] = json!(Uuid::now_v7());
    manager.post(&path, again).await.is(404);
});

both_databases!(the_form_records_once_and_the_first_record_leads_to_sharing, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let send = async |item: &str, id: &str| {
        let typed = [("id", id), ("status", "paused-since"), ("effective_on", "2026-11-16")];
        manager.form(&format!("{PAGE}/{item}"), &typed).await
    };
    let first = Uuid::now_v7().to_string();
    let reply = send("dsa-freeze", &first).await;
    let sharing = "/practices/Z90001/sharing?first=1";
    assert_eq!(reply.is(303).location(), sharing);
    let page = manager.get(sharing).await;
    assert!(page.is(200).body.contains("Your first item is recorded"));
    let saved = format!("{PAGE}/dsa-freeze?saved=1");
    assert_eq!(send("dsa-freeze", &first).await.is(303).location(), saved);
    assert!(manager.get(&saved).await.body.contains("is recorded"));
    let second = Uuid::now_v7().to_string();
    let reply = send("safe-contact-limit", &second).await;
    let saved = format!("{PAGE}/safe-contact-limit?saved=1");
    assert_eq!(reply.is(303).location(), saved);
    send("safe-contact-limit", &first).await.is(409);
    send("no-such-item", &second).await.is(404);
    assert_eq!((rows(&test).await, events(&test, "status.recorded").await), (2, 2));
});

both_databases!(every_refusal_stands_at_its_field_and_loses_nothing, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let program = app.manager("Z90001").await;
    let service = ("subject_name", "Ring pessaries");
    let agreement = ("subject_name", "County analytics");
    let (paused, ahead) = (("status", "paused-since"), ("status", "pausing-from"));
    let on = |day| ("effective_on", day);
    for (code, typed, field) in [
        ("dsa-freeze", vec![on("2026-11-16")], "status"),
        ("dsa-freeze", vec![("status", "resting"), on("2026-11-16")], "status"),
        ("dsa-freeze", vec![paused], "effective_on"),
        ("dsa-freeze", vec![paused, on("16 November")], "effective_on"),
        ("dsa-freeze", vec![paused, on("2026-11-21")], "effective_on"),
        ("dsa-freeze", vec![ahead, on("2026-11-20")], "effective_on"),
        ("acute-prescribing-choice", vec![paused, on("2026-05-31")], "effective_on"),
        ("dsa-freeze", vec![paused, on("2026-11-16"), ("decided_on", "x")], "decided_on"),
        ("dsa-freeze", vec![paused, on("2026-11-16"), ("staff_told_on", "x")], "staff_told_on"),
        ("voluntary-services", vec![paused, on("2026-11-16")], "subject_name"),
        (
            "voluntary-services",
            vec![service, ahead, on("2027-02-01"), ("notice_served_on", "2026-11-21")],
            "notice_served_on",
        ),
        ("dsa-withdraw", vec![agreement, paused, on("2026-11-16")], "exclusively_secondary"),
    ] {
        let id = Uuid::now_v7().to_string();
        let mut form = vec![("id", id.as_str())];
        form.extend(&typed);
        let page = manager.form(&format!("{PAGE}/{code}"), &form).await;
        let error = texts(&page.is(422).body, &format!("#{field}-error"));
        assert_eq!(error.len(), 1, "{code} {typed:?}");
        assert!(page.body.contains("<title>Error: "));
        assert_eq!(texts(&page.body, ".nhsuk-error-summary li a").len(), 1);
        for (name, value) in &typed {
            let kept = match *name {
                "status" if *value == "resting" => continue,
                "status" => format!("input[name=status][value={value}][checked]"),
                name => format!("input[name={name}][value='{value}']"),
            };
            assert_eq!(values(&page.body, &kept), [*value], "{code} {typed:?}");
        }
        assert_eq!(values(&page.body, "input[name=id]"), [id.as_str()]);
        let mut body = json!({ "id": id, "item": code });
        for (name, value) in &typed {
            body[name] = json!(value);
        }
        let problem = program.post(API, body).await;
        assert_eq!(problem.is(422).json()["errors"][0]["field"], field, "{code} {typed:?}");
    }
    let mut named = change("dsa-freeze", "paused-since", "2026-11-16");
    named["subject_name"] = json!("Something");
    let problem = program.post(API, named).await;
    assert_eq!(problem.is(422).json()["errors"][0]["field"], "subject_name");
    let problem = program.post(API, change("no-such-item", "thinking", "2026-11-16")).await;
    assert!([404, 422].contains(&problem.status.as_u16()));
    assert_eq!(rows(&test).await, 0);
    assert_eq!(test.number("SELECT count(*) FROM subject").await, 0);
    assert_eq!(test.number("SELECT count(*) FROM audit_event").await, 0);
});

both_databases!(the_register_is_shown_as_of_any_day_and_history_stays, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.manager("Z90001").await;
    for (status, day) in [("paused-since", "2026-10-01"), ("restarted", "2026-11-10"), ("thinking", "2026-11-18")] {
        app.clock.set(app.clock.now() + chrono::Duration::seconds(1));
        let body = change("referral-rationing", status, day);
        manager.post(API, body).await.is(201);
    }
    for (day, status) in [
        ("2026-09-30", Value::Null),
        ("2026-10-01", json!("paused-since")),
        ("2026-11-09", json!("paused-since")),
        ("2026-11-10", json!("restarted")),
        ("2026-11-20", json!("thinking")),
    ] {
        let item = item(&manager, "referral-rationing", &format!("?on={day}")).await;
        let found = item["status"].get("status").unwrap_or(&Value::Null);
        assert_eq!(*found, status, "{day}");
        let page = manager.get(&format!("{PAGE}?on={day}")).await;
        page.is(200);
    }
    for wrong in ["2026-11-21", "then"] {
        let reply = manager.get(&format!("{API}?on={wrong}")).await;
        assert_eq!(reply.is(422).json()["errors"][0]["field"], "on");
        let page = manager.get(&format!("{PAGE}?on={wrong}")).await;
        assert_eq!(texts(&page.is(422).body, "#on-error").len(), 1);
    }
    let page = manager.get(&format!("{PAGE}/referral-rationing")).await;
    let history = texts(&page.is(200).body, "table tbody tr");
    assert_eq!(history.len(), 3, "{history:?}");
    for statement in [
        "UPDATE action_status SET status = 'running'",
        "DELETE FROM action_status",
        "UPDATE status_answer SET answer = 'removed'",
        "DELETE FROM weekly_answer",
    ] {
        // The last two meet no row; the first two meet the trigger.
        let done = test.transaction(&[statement]).await;
        assert_eq!(done.is_err(), statement.contains("action_status"));
    }
    assert_eq!(rows(&test).await, 3);
});

both_databases!(a_week_is_answered_once, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let week = "/practices/Z90001/week";
    let home = "/practices/Z90001";
    let page = manager.get(home).await;
    assert_eq!(values(&page.is(200).body, "input[name=week]"), ["2026-11-20"]);
    for _ in 0..2 {
        let reply = manager.form(week, &[("week", "2026-11-20")]).await;
        assert_eq!(reply.is(303).location(), home);
    }
    let page = manager.get(home).await;
    assert!(page.body.contains("Sent on Friday 20 November"), "{}", page.body);
    assert!(values(&page.body, "input[name=week]").is_empty());
    for other in ["2026-11-27", "2026-11-06", "2026-11-19", "", "now"] {
        manager.form(week, &[("week", other)]).await.is(409);
    }
    let answers = "SELECT count(*) FROM weekly_answer";
    assert_eq!(test.number(answers).await, 1);
    assert_eq!(events(&test, "week.answered").await, 1);
    // A page that stood open over the weekend.
    app.clock.set(now() + chrono::Duration::days(3));
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    manager.form(week, &[("week", "2026-11-20")]).await.is(303);
    assert_eq!(test.number(answers).await, 1);
    let device = app.device("Z90001", app.clinician("Z90001", "Dr A").await);
    device.await.form(week, &[("week", "2026-11-27")]).await.is(403);
});

both_databases!(what_the_lmc_noted_counts_once_the_practice_confirms_it, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let officer = app.person(Role::LmcOfficer, "east").await;
    let confirmed = by_telephone(&officer, "dsa-freeze", "paused-since", "2026-11-16").await;
    let removed = by_telephone(&officer, "referral-rationing", "paused-since", "2026-11-17").await;
    assert_eq!(rows(&test).await, 2);
    assert_eq!(events(&test, "status.entered-by-telephone").await, 2);
    assert_eq!(item(&manager, "dsa-freeze", "").await["status"], Value::Null);
    for page in ["/practices/Z90001", PAGE, "/practices/Z90001/week/register"] {
        let page = manager.get(page).await;
        let asked = values(&page.is(200).body, "input[name=status]");
        assert!(asked.contains(&confirmed) && asked.contains(&removed));
    }
    let answer = async |status: &str, answer: &str| {
        let path = format!("{PAGE}/answers");
        let typed = [("status", status), ("answer", answer), ("next", "//evil.example")];
        manager.form(&path, &typed).await
    };
    for (status, said) in [(&confirmed, "confirmed"), (&removed, "removed")] {
        answer(status, "perhaps").await.is(422);
        for _ in 0..2 {
            assert_eq!(answer(status, said).await.is(303).location(), PAGE);
        }
    }
    answer(&confirmed, "removed").await.is(409);
    answer(&removed, "confirmed").await.is(409);
    answer(&Uuid::now_v7().to_string(), "confirmed").await.is(404);
    let neighbour = app.person(Role::PracticeManager, "Z90002").await;
    let theirs = [("status", confirmed.as_str()), ("answer", "removed")];
    neighbour.form("/practices/Z90002/actions/answers", &theirs).await.is(404);
    assert_eq!(events(&test, "status.answered").await, 2);
    let item = async |code| item(&manager, code, "").await["status"]["entered_by"].clone();
    assert_eq!(item("dsa-freeze").await, json!("lmc-telephone"));
    assert_eq!(item("referral-rationing").await, Value::Null);
    let history = manager.get(&format!("{PAGE}/referral-rationing")).await;
    assert!(history.is(200).body.contains("removed by the practice"));
    // What the practice wrote itself is not there to be answered.
    let own = change("pilot-programmes", "thinking", "2026-11-16");
    let id = own["id"].as_str().unwrap().to_owned();
    let mut own = own;
    own["subject_name"] = json!("Pilot of something");
    manager.post(API, own).await.is(201);
    answer(&id, "removed").await.is(404);
});

/// Whether the database holds one of these texts anywhere: in a row, or in the bytes of an SQLite file and its log.
async fn holds(test: &TestDb, texts: &[&str]) -> bool {
    let rows = test.content_without(&[]).await;
    let in_rows = rows.iter().any(|row| texts.iter().any(|text| row.contains(text)));
    let Place::Sqlite(file) = &test.place else {
        return in_rows;
    };
    let in_files = std::fs::read_dir(file.parent().unwrap())
        .unwrap()
        .map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
        .any(|bytes| texts.iter().any(|text| bytes.windows(text.len()).any(|part| part == text.as_bytes())));
    in_rows || in_files
}

both_databases!(patient_data_in_a_name_is_refused_and_stored_nowhere, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let officer = app.person(Role::LmcOfficer, "east").await;
    // Of the range that is never given to a patient.
    for planted in ["999 000 0018", "9990000018", "999-000-0018", "９９９ ０００ ００１８"] {
        let name = format!("Ring pessaries {planted}");
        let mut body = change("voluntary-services", "paused-since", "2026-11-16");
        body["subject_name"] = json!(name);
        let problem = manager.post(API, body).await;
        assert_eq!(problem.is(422).json()["errors"][0]["field"], "subject_name");
        assert!(problem.body.contains("an NHS number"), "{}", problem.body);
        assert!(!problem.body.contains(planted));
        let id = Uuid::now_v7().to_string();
        let typed = [
            ("id", id.as_str()),
            ("status", "paused-since"),
            ("effective_on", "2026-11-16"),
            ("subject_name", name.as_str()),
        ];
        let path = format!("{PAGE}/voluntary-services");
        let page = manager.form(&path, &typed).await;
        assert_eq!(texts(&page.is(422).body, "#subject_name-error").len(), 1);
        let typed = [
            ("id", id.as_str()),
            ("item", "voluntary-services"),
            ("status", "paused-since"),
            ("effective_on", "2026-11-16"),
            ("subject", name.as_str()),
        ];
        let path = "/lmc/east/practices/Z90001/telephone";
        let page = officer.form(path, &typed).await;
        assert_eq!(texts(&page.is(422).body, "#subject-error").len(), 1);
    }
    // The search finds what is there.
    let mut body = change("voluntary-services", "paused-since", "2026-11-16");
    body["subject_name"] = json!("Zebra monitoring");
    manager.post(API, body).await.is(201);
    assert!(holds(&test, &["Zebra monitoring"]).await);
    let planted = ["999 000 0018", "9990000018", "999-000-0018", "９９９"];
    assert!(!holds(&test, &planted).await);
    assert_eq!(test.number("SELECT count(*) FROM subject").await, 1);
    if test.kind() == Kind::Sqlite {
        test.transaction(&["CREATE TABLE planted (text TEXT)", "INSERT INTO planted VALUES ('9990000018')"])
            .await
            .unwrap();
        assert!(holds(&test, &planted).await, "the search sees what it is there to see");
    }
});
