//! Lists of the API: every one has the same shape, a walk by pages gives each row once whatever is recorded meanwhile, and a
//! sheet says what the JSON says.

use std::{collections::BTreeMap, fmt::Write as _};

use axum::http::{Method, header};
use headroom::{app::openapi, domain::access::Role};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    areas,
    support::{
        app::{Client, Reply, TestApp, eventually},
        databases::{TestDb, both_databases},
    },
};

const WORK: &str = "/api/v1/practices/Z90001/transfers";
const YEAR: &str = "/api/v1/practices/Z90001/transfers?from=2026-01-01&to=2026-11-20";

/// What the document says of every list: `items`, `next`, `limit` and `after`, and no answer that is a bare array.
#[test]
fn every_list_of_the_document_has_one_shape() {
    let document = serde_json::to_value(openapi::document()).unwrap();
    let mut lists = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let Some(get) = item.get("get") else { continue };
        let schema = &get["responses"]["200"]["content"]["application/json"]["schema"];
        assert_ne!(schema["type"], "array", "{path} answers a bare array");
        let of = schema["$ref"].as_str().map(|to| to.trim_start_matches('#').to_owned());
        let properties = of.map(|to| document.pointer(&to).unwrap()["properties"].clone()).unwrap_or_default();
        let asked =
            |name: &str| get["parameters"].as_array().is_some_and(|all| all.iter().any(|one| one["name"] == name));
        if asked("after") || !properties["next"].is_null() {
            lists += 1;
            assert!(asked("limit") && asked("after"), "{path}");
            assert_eq!(properties["items"]["type"], "array", "{path}: {properties}");
            assert!(!properties["next"].is_null(), "{path}");
            assert!(get["responses"].get("422").is_some(), "{path}");
        }
    }
    assert!(lists >= 11, "{lists}");
}

/// A sheet of so many items, five a day.
fn sheet(rows: u32) -> String {
    let mut sheet = "Ref,Hospital,Date received,Type,Action,Mins\r\n".to_owned();
    for n in 0..rows {
        let (month, day) = (1 + n / 5 / 28, 1 + n / 5 % 28);
        writeln!(sheet, "W-{n},Wyrevale Infirmary,{day:02}/{month:02}/2026,Clinic letter,Sent back,5\r").unwrap();
    }
    sheet
}

fn work(day: &str) -> Value {
    json!({ "id": Uuid::now_v7(), "provider_name": "Wyrevale Infirmary", "department": "320",
        "category": "clinic-letter", "asked": "Letter of a clinic", "outcome": "returned", "came_on": day })
}

/// Where the answer says that the next page is.
fn next(reply: &Reply) -> Option<String> {
    let link = reply.headers.get(header::LINK)?.to_str().unwrap();
    let (to, rel) = link.split_once(">; ").unwrap();
    assert_eq!(rel, "rel=\"next\"");
    Some(to.trim_start_matches('<').to_owned())
}

both_databases!(a_walk_gives_each_row_once_while_others_are_recorded, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    let sent = manager.send(Method::POST, &format!("{WORK}/imports"), Some("text/csv"), sheet(1_000)).await;
    assert_eq!(sent.is(201).json()["items"], 1_000, "{}", sent.body);
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut page = Some(format!("{YEAR}&limit=37"));
    let (mut pages, mut order) = (0, Vec::new());
    while let Some(path) = page {
        let reply = manager.get(&path).await;
        let body = reply.is(200).json();
        let items = body["items"].as_array().unwrap();
        assert!(items.len() <= 37);
        for item in items {
            order.push(item["came_on"].as_str().unwrap().to_owned());
            *seen.entry(item["reference"].as_str().unwrap_or("new").to_owned()).or_default() += 1;
        }
        // One that is newer than all, one in the middle, one that is older than all.
        for day in ["2026-11-20", "2026-04-14", "2026-01-01"] {
            manager.post(WORK, work(day)).await.is(201);
        }
        page = next(&reply);
        assert_eq!(page.is_some(), body["next"].is_string(), "header and body say the same");
        let cursor = body["next"].as_str().unwrap_or_default();
        assert!(page.as_deref().is_none_or(|page| page.ends_with(&format!("after={cursor}"))), "{page:?}");
        pages += 1;
    }
    let new = seen.remove("new").unwrap();
    assert!(seen.len() == 1_000 && seen.values().all(|times| *times == 1), "{}", seen.len());
    assert!(pages >= 28 && new > 0 && order.is_sorted_by(|one, other| one >= other), "{pages} {new}");
    // Where nothing is said a page has a hundred, and no page has more than two hundred.
    let length = |reply: Reply| reply.is(200).json()["items"].as_array().unwrap().len();
    assert_eq!(length(manager.get(YEAR).await), 100);
    assert_eq!(length(manager.get(&format!("{YEAR}&limit=200")).await), 200);
});

both_databases!(a_cursor_is_good_for_its_own_list_alone, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let (manager, neighbour) = (app.manager("Z90001").await, app.manager("Z90002").await);
    let people = |practice: &str| format!("/api/v1/practices/{practice}/clinicians?limit=1");
    for practice in ["Z90001", "Z90002"] {
        for label in ["Dr A", "Dr B", "Dr C"] {
            app.clinician(practice, label).await;
        }
    }
    for _ in 0..3 {
        manager.post(WORK, work("2026-11-18")).await.is(201);
    }
    let cursor = |reply: Reply| reply.is(200).json()["next"].as_str().unwrap().to_owned();
    let own = cursor(manager.get(&people("Z90001")).await);
    let of_work = cursor(manager.get(&format!("{YEAR}&limit=1")).await);
    let second = manager.get(&format!("{}&after={own}", people("Z90001"))).await;
    assert_eq!(second.is(200).json()["items"][0]["label"], "Dr B");
    // Another limit is the same list.
    let rest = manager.get(&format!("/api/v1/practices/Z90001/clinicians?after={own}&limit=200")).await;
    assert_eq!(rest.is(200).json()["items"].as_array().unwrap().len(), 2);
    assert!(rest.json()["next"].is_null() && next(&rest).is_none());
    let refused = |reply: &Reply, field: &str| {
        let problem = reply.is(422).json();
        assert_eq!(problem["type"], "/problems/invalid-fields");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
        assert_eq!(reply.headers[header::CONTENT_TYPE], "application/problem+json");
        assert!(!reply.body.contains("Dr "), "{problem}");
    };
    neighbour.get(&format!("{}&after={own}", people("Z90001"))).await.is(404);
    refused(&neighbour.get(&format!("{}&after={own}", people("Z90002"))).await, "after");
    let changed = format!("{}A{}", &own[..4], &own[5..]);
    for wrong in [&changed, &of_work, &own[..own.len() - 1], "x", ".", "%00", "a.b", &"a".repeat(3_000)] {
        refused(&manager.get(&format!("{}&after={wrong}", people("Z90001"))).await, "after");
    }
    // What was narrowed down otherwise is another list.
    refused(&manager.get(&format!("{WORK}?from=2026-11-01&to=2026-11-20&after={of_work}")).await, "after");
    for wrong in ["0", "201", "-1", "1.5", "many", "99999999999999999999"] {
        refused(&manager.get(&format!("/api/v1/practices/Z90001/clinicians?limit={wrong}")).await, "limit");
    }
});

/// The same address as a sheet.
async fn as_sheet(client: &Client, path: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let reply = client.accepting(path, "text/csv").await;
    assert_eq!(reply.is(200).headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
    assert_eq!(reply.headers[header::VARY], "accept");
    assert!(reply.headers[header::CONTENT_DISPOSITION].to_str().unwrap().ends_with(".csv\""));
    let mut reader = csv::Reader::from_reader(reply.bytes.as_slice());
    let columns = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect());
    (columns, rows.collect())
}

/// Every value of a row that is no list of its own, by its name.
fn leaves(row: &Value, under: &str, found: &mut BTreeMap<String, String>) {
    for (name, value) in row.as_object().unwrap() {
        let name = if under.is_empty() { name.clone() } else { format!("{under}.{name}") };
        match value {
            Value::Object(_) => leaves(value, &name, found),
            Value::Array(_) | Value::Null => {}
            Value::String(text) => drop(found.insert(name, text.clone())),
            other => drop(found.insert(name, other.to_string())),
        }
    }
}

/// Each value stands in the sheet in its column, and there is nothing else in the sheet. A sign that begins a formula has
/// one before it that makes it text.
async fn says_the_same(client: &Client, path: &str, rows: &[Value], but: &[&str]) {
    let (columns, lines) = as_sheet(client, path).await;
    assert_eq!(rows.len(), lines.len(), "{path}");
    assert!(!rows.is_empty(), "{path}");
    for (row, line) in rows.iter().zip(&lines) {
        let mut told = BTreeMap::new();
        leaves(row, "", &mut told);
        told.retain(|name, _| !but.contains(&name.as_str()));
        let guarded = |cell: &String| {
            cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(cell).to_owned()
        };
        let cells = columns.iter().cloned().zip(line.iter().map(guarded));
        let cells: BTreeMap<String, String> = cells.filter(|(_, cell)| !cell.is_empty()).collect();
        assert_eq!(told, cells, "{path}");
    }
}

both_databases!(a_sheet_says_what_the_json_says, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    for label in ["Dr A", "=1+1", "@home, \"x\""] {
        let clinician = app.clinician("Z90001", label).await;
        let day = format!("/api/v1/practices/Z90001/clinicians/{clinician}/days/2026-11-20");
        manager.put(&day, json!({ "n": 14 })).await.is(200);
    }
    for _ in 0..130 {
        manager.post(WORK, work("2026-11-18")).await.is(201);
    }
    let actions = "/api/v1/practices/Z90001/actions";
    let paused = json!({ "id": Uuid::now_v7(), "item": "voluntary-services", "subject_name": "Ring pessaries",
        "status": "paused-since", "effective_on": "2026-11-16" });
    manager.post(actions, paused).await.is(201);
    let json = |path: &'static str| {
        let manager = manager.clone();
        async move { manager.get(path).await.is(200).json() }
    };
    let people = "/api/v1/practices/Z90001/clinicians";
    says_the_same(&manager, people, json(people).await["items"].as_array().unwrap(), &[]).await;
    let capacity = "/api/v1/practices/Z90001/capacity";
    says_the_same(&manager, capacity, json(capacity).await["clinicians"].as_array().unwrap(), &[]).await;
    // A sheet is whole, and a page of one is a page.
    let (_, all) = as_sheet(&manager, YEAR).await;
    assert_eq!(all.len(), 130);
    let work = format!("{YEAR}&limit=50");
    let page = manager.get(&work).await.is(200).json();
    says_the_same(&manager, &work, page["items"].as_array().unwrap(), &[]).await;
    assert!(next(&manager.accepting(&work, "text/csv").await).is_some());
    // The register has a line for each item, or for each named subject of one.
    let mut lines = Vec::new();
    for item in json(actions).await["items"].as_array().unwrap() {
        let subjects = item["subjects"].as_array().unwrap();
        let line = |subject: Option<&Value>| {
            let status = subject.map_or(&item["status"], |subject| &subject["status"]).clone();
            let mut line = item.clone();
            line["status"] = status;
            if let Some(subject) = subject {
                line["subject"] = subject["id"].clone();
                line["name"] = subject["name"].clone();
            }
            line
        };
        lines.extend(subjects.iter().map(|subject| line(Some(subject))));
        lines.extend(subjects.is_empty().then(|| line(None)));
    }
    let but = ["edition", "position.guard_rail", "position.source", "position.checked_on"];
    says_the_same(&manager, actions, &lines, &but).await;
    // Whoever may not read the one may not read the other.
    let neighbour = app.manager("Z90002").await;
    for path in [people, capacity, WORK, actions] {
        neighbour.accepting(path, "text/csv").await.is(404);
        app.stranger().accepting(path, "text/csv").await.is(401);
    }
    app.token(Role::LmcOfficer, "east").await.accepting(actions, "text/csv").await.is(404);
});

both_databases!(an_areas_practices_are_told_as_far_as_they_share, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    for practice in ["Z90001", "Z90002"] {
        let manager = app.manager(practice).await;
        let paused = json!({ "id": Uuid::now_v7(), "item": "voluntary-services", "subject_name": "Ring pessaries",
            "status": "paused-since", "effective_on": "2026-11-16" });
        manager.post(&format!("/api/v1/practices/{practice}/actions"), paused).await.is(201);
    }
    areas::share(&app, "Z90002", "yes").await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    let path = "/api/v1/areas/lmc/east/practices";
    let mut all = Vec::new();
    let mut page = Some(format!("{path}?limit=10"));
    while let Some(at) = page {
        let reply = officer.get(&at).await;
        all.extend(reply.is(200).json()["items"].as_array().unwrap().clone());
        page = next(&reply);
    }
    let of = |code: &str| all.iter().find(|row| row["practice"] == code).unwrap();
    assert_eq!(all.len(), 24);
    assert_eq!((&of("Z90002")["shares"], &of("Z90001")["shares"]), (&json!(true), &json!(false)));
    assert!(of("Z90002")["says"][0].as_str().unwrap().contains("Ring pessaries"), "{}", of("Z90002"));
    assert_eq!(of("Z90001")["says"], json!([]), "it does not share");
    let (_, lines) = as_sheet(&officer, path).await;
    let names = |row: &Value| row["practice"].as_str().unwrap().to_owned();
    assert_eq!(lines.iter().map(|line| line[0].clone()).collect::<Vec<_>>(), all.iter().map(names).collect::<Vec<_>>());
    assert!(lines.iter().any(|line| line[4].contains("Ring pessaries")), "{lines:?}");
    // Who shares knows that somebody looked, and nobody else has a receipt.
    eventually("a receipt", || async { app.test.number("SELECT count(*) FROM access_receipt").await > 0 }).await;
    assert_eq!(app.test.column("SELECT DISTINCT practice FROM access_receipt").await, ["Z90002"]);
    app.token(Role::LmcOfficer, "west").await.get(path).await.is(404);
    app.manager("Z90002").await.get(path).await.is(404);
    app.stranger().get(path).await.is(401);
});
