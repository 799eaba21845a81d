//! Imports over JSON: matched, looked at, let count; sent again; who may not; one import overtaken by another.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    http::Method,
};
use futures::StreamExt;
use headroom::{
    domain::access::{CliAuthority, Role},
    store,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    app::{Client, Reply, TestApp},
    databases::{Kind, TestDb, both_databases},
};

const API: &str = "/api/v1/practices/Z90001/imports";
const REPORT: &str = "Date,Start,With whom,Slot Type,State,Patient,Ref\r\n\
    18/11/2026,09:00,Dr A,Telephone,Attended,Ann Example,9990001006\r\n\
    18/11/2026,09:15,Dr A,Surgery,Attended,Bob Example,9990042772\r\n\
    18/11/2026,09:20,Dr A,Surgery,Attended,Cat Example,9990042772\r\n\
    18/11/2026,09:30,Dr A,Surgery,DNA,Dan Example,9990001006\r\n\
    18/11/2026,09:45,Nurse X,Surgery,Attended,Eve Example,9990001006\r\n\
    18/11/2026,10:00,Dr A,Surgery,Marvellous,Eve Example,9990001006\r\n\
    20/11/2026,15:00,Dr A,Surgery,Booked,Fay Example,9990001006\r\n";

async fn send(client: &Client, text: &str) -> Reply {
    let kind = Some("text/csv; charset=utf-8");
    client.send(Method::POST, API, kind, text.to_owned()).await
}

fn columns() -> Value {
    json!({ "day": "Date", "time": "Start", "holder": "With whom", "status": "State", "type": "Slot Type" })
}

/// Says everything that is to be matched.
async fn matched(client: &Client, clinician: &str) {
    let body = json!({
        "id": Uuid::now_v7(), "system": "report", "columns": columns(),
        "holders": { "Dr A": clinician, "Nurse X": null }, "types": { "Telephone": "telephone", "Surgery": "in-person" },
    });
    client.put(&format!("{API}/matching"), body).await.is(201);
}

both_databases!(columns_and_people_are_matched_over_json, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await.to_string();
    let program = app.manager("Z90001").await;
    let matching = format!("{API}/matching");
    let asked = send(&program, REPORT).await.is(200).json();
    assert_eq!(asked["result"], "to-match");
    assert_eq!(asked["to_match"]["missing"], json!(["holder", "status"]));
    assert_eq!(asked["to_match"]["dropped"], json!(["Patient", "Ref"]));
    let id = Uuid::now_v7();
    let change = |columns: Value| json!({ "id": id, "system": "report", "columns": columns });
    for (wrong, field) in [
        (change(json!({ "day": "Date" })), "columns.holder"),
        (change(json!({ "mood": "Date" })), "columns"),
        (change(json!({ "day": "NHS Number" })), "columns"),
        (json!({ "id": id, "system": "emis", "holders": { "Dr A": Uuid::now_v7() } }), "holders"),
        (json!({ "id": id, "system": "emis", "types": { "Surgery": "lunch" } }), "types"),
        (json!({ "id": id, "system": "paper" }), "system"),
        (json!({ "id": Uuid::nil(), "system": "emis" }), "id"),
    ] {
        let problem = program.put(&matching, wrong).await.is(422).json();
        let errors = problem["errors"].as_array().unwrap();
        assert!(errors.iter().any(|error| error["field"] == field), "{problem}");
    }
    assert_eq!(program.get(&matching).await.is(200).json(), json!({ "systems": [] }));
    for status in [201, 200] {
        program.put(&matching, change(columns())).await.is(status);
    }
    let other = json!({ "day": "Start", "holder": "With whom", "status": "State" });
    program.put(&matching, change(other)).await.is(409);
    let asked = send(&program, REPORT).await.is(200).json();
    let names: Vec<&str> = asked["to_match"]["holders"]
        .as_array()
        .unwrap()
        .iter()
        .map(|holder| holder["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Dr A", "Nurse X"]);
    matched(&program, &me).await;
    // A change sent again after another one changes nothing.
    program.put(&matching, change(columns())).await.is(200);
    let known = program.get(&matching).await.json();
    assert_eq!(known["systems"][0]["clinicians"], json!([me]));
    assert_eq!(known["systems"][0]["holders"], 2);
    let all = app.test.content_without(&["session"]).await.join("\n");
    for secret in ["Example", "9990001006", "Nurse X", "With whom"] {
        assert!(!all.contains(secret), "{secret}");
    }
});

both_databases!(a_report_is_sent_looked_at_and_let_count, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await.to_string();
    let program = app.manager("Z90001").await;
    matched(&program, &me).await;
    let staged = send(&program, REPORT).await.is(201).json();
    assert_eq!(staged["result"], "staged");
    assert_eq!(staged["report"]["rows"], 7);
    assert_eq!(staged["report"]["outcomes"], json!({ "attended": 3, "did-not-attend": 1, "booked": 1 }));
    assert_eq!(
        staged["report"]["dropped"],
        json!([{ "column": "Patient", "cells": 7 }, { "column": "Ref", "cells": 7 }])
    );
    let again = send(&program, REPORT).await.is(200).json();
    assert_eq!(again["import"], staged["import"]);
    let import = format!("{API}/{}", staged["import"].as_str().unwrap());
    let shown = program.get(&import).await.is(200).json();
    assert_eq!((&shown["counts_since"], &shown["overtaken"]), (&Value::Null, &json!(false)));
    assert_eq!(
        program.get(&format!("{import}/refused")).await.is(200).json(),
        json!({ "refused": 1, "rows": [{
                "line": 7, "column": "status", "code": "bad-status", "reason": "the status is missing or not known"
            }] })
    );
    let day = format!("/api/v1/practices/Z90001/clinicians/{me}/days/2026-11-18");
    let work = format!("{day}/work");
    assert_eq!(program.get(&day).await.json()["counted"], 0);
    assert_eq!(program.get(&work).await.json()["imported_did_not_attend"], Value::Null);
    for status in [201, 200] {
        let counts = program.post(&format!("{import}/activate"), json!({})).await;
        assert!(counts.is(status).json()["counts_since"].is_string());
    }
    assert_eq!(program.get(&day).await.json()["counted"], 3);
    // Beside the contacts, never in them; today has booked slots only.
    assert_eq!(program.get(&work).await.json()["imported_did_not_attend"], 1);
    let today = format!("/api/v1/practices/Z90001/clinicians/{me}/days/2026-11-20/work");
    assert_eq!(program.get(&today).await.json()["imported_did_not_attend"], Value::Null);
    let page = app.person(Role::PracticeManager, "Z90001").await;
    let page = page.get(&format!("/practices/Z90001/clinicians/{me}/days/2026-11-18")).await;
    assert!(page.is(200).body.contains("Did not attend, according to the imported appointments"));
    let before = app.test.content_without(&["session"]).await;
    let nothing = send(&program, REPORT).await.is(200).json();
    assert_eq!((&nothing["result"], &nothing["import"]), (&json!("no-change"), &Value::Null));
    assert_eq!(app.test.content_without(&["session"]).await, before);
    let list = program.get(API).await.is(200).json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    let idle = json!({ "running": false, "read": 0, "of": 0 });
    assert_eq!(program.get(&format!("{API}/progress")).await.is(200).json(), idle);
});

both_databases!(what_cannot_be_taken_is_a_problem_in_json, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await.to_string();
    let program = app.manager("Z90001").await;
    for (text, why) in
        [("", "the file is empty"), ("18/11/2026,Ann Example,9990001006\n", "not a line of column names")]
    {
        let problem = send(&program, text).await;
        assert_eq!(problem.is(422).json()["errors"][0]["field"], "file");
        assert!(problem.body.contains(why) && !problem.body.contains("Ann"), "{}", problem.body);
    }
    let kind = Some("text/plain");
    program.send(Method::POST, API, kind, REPORT.to_owned()).await.is(400);
    // Of two that were read, the first to count overtakes the other.
    matched(&program, &me).await;
    let one = send(&program, REPORT).await.is(201).json()["import"].clone();
    let fewer = REPORT.lines().take(3).collect::<Vec<_>>().join("\r\n");
    let two = send(&program, &fewer).await.is(201).json()["import"].clone();
    let of = |import: &Value| format!("{API}/{}", import.as_str().unwrap());
    program.post(&format!("{}/activate", of(&two)), json!({})).await.is(201);
    program.post(&format!("{}/activate", of(&one)), json!({})).await.is(409);
    assert_eq!(program.get(&of(&one)).await.json()["overtaken"], true);
});

/// A body that says nothing of its length is counted as it comes: it cannot fill the disk.
#[tokio::test]
async fn a_body_without_a_length_is_cut_at_its_limit() {
    let app = TestApp::start(TestDb::migrated(Kind::Sqlite).await).await;
    let program = app.manager("Z90001").await;
    let piece = Bytes::from(vec![b'\n'; 1 << 20]);
    let taken = Arc::new(AtomicUsize::new(0));
    let pieces = futures::stream::iter(0..900).map({
        let taken = Arc::clone(&taken);
        move |_| {
            taken.fetch_add(1, Ordering::Relaxed);
            Ok::<_, std::io::Error>(piece.clone())
        }
    });
    let refused = program.send(Method::POST, API, Some("text/csv"), Body::from_stream(pieces)).await;
    assert!(refused.is(400).body.contains("larger than 768 MB"), "{}", refused.body);
    let taken = taken.load(Ordering::Relaxed);
    assert!((768..=770).contains(&taken), "{taken} MB were read");
}

both_databases!(an_import_brings_nothing_back_that_a_clinician_had_erased, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let id = app.clinician("Z90001", "Dr A").await;
    let program = app.manager("Z90001").await;
    matched(&program, &id.to_string()).await;
    let activate = async |text: &str| {
        let staged = send(&program, text).await.is(201).json();
        let import = staged["import"].as_str().unwrap().to_owned();
        program.post(&format!("{API}/{import}/activate"), json!({})).await.is(201);
        staged
    };
    activate(REPORT).await;
    let phone = app.device("Z90001", id).await;
    phone.form(&format!("/practices/Z90001/clinicians/{id}/erase"), &[("sure", "yes")]).await.is(303);
    let day = "SELECT kinds FROM practice_day WHERE practice = 'Z90001' AND day = '2026-11-18'";
    let before = app.test.column(day).await;
    // The same days once more, with another row of then and one of tomorrow.
    let more = format!(
        "{REPORT}18/11/2026,11:00,Dr A,Surgery,Attended,Gus Example,9990001006\r\n\
         21/11/2026,09:00,Dr A,Surgery,Booked,Hal Example,9990001006\r\n"
    );
    let staged = activate(&more).await;
    assert_eq!(staged["report"]["erased"], 6, "{staged}");
    assert_eq!(staged["report"]["new_slots"], 1, "{staged}");
    assert_eq!(app.test.column(day).await, before);
    assert_eq!(app.test.number("SELECT count(*) FROM slot WHERE day < '2026-11-21'").await, 0);
    let everywhere = CliAuthority::new().everywhere();
    assert_eq!(store::appointments::recount(app.test.db.read(&everywhere)).await.unwrap().1, []);
});

// What was read before somebody erased does not count after it; the same file, chosen again, does.
both_databases!(a_file_that_was_read_before_an_erasure_is_read_again, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let (id, other) = (app.clinician("Z90001", "Dr A").await, app.clinician("Z90001", "Dr B").await);
    let program = app.manager("Z90001").await;
    let body = json!({
        "id": Uuid::now_v7(), "system": "report", "columns": columns(),
        "holders": { "Dr A": id, "Dr B": other, "Nurse X": null },
        "types": { "Telephone": "telephone", "Surgery": "in-person" },
    });
    program.put(&format!("{API}/matching"), body).await.is(201);
    let both = format!("{REPORT}18/11/2026,11:00,Dr B,Surgery,Attended,Gus Example,9990001006\r\n");
    let stage = async || send(&program, &both).await.is(201).json()["import"].as_str().unwrap().to_owned();
    let before = stage().await;
    let phone = app.device("Z90001", id).await;
    phone.form(&format!("/practices/Z90001/clinicians/{id}/erase"), &[("sure", "yes")]).await.is(303);
    program.post(&format!("{API}/{before}/activate"), json!({})).await.is(409);
    let after = stage().await;
    assert_ne!(before, after);
    program.post(&format!("{API}/{after}/activate"), json!({})).await.is(201);
    assert_eq!(program.get(&format!("{API}/{after}")).await.json()["report"]["new_slots"], 1);
    for table in ["slot", "slot_tally"] {
        // Only Dr B's is left.
        assert_eq!(app.test.number(&format!("SELECT count(DISTINCT clinician) FROM {table}")).await, 1, "{table}");
    }
});

// Somebody erases in the middle: whichever comes first, nothing of theirs is left and the sums hold.
both_databases!(an_erasure_in_the_middle_of_an_import_stands, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let program = app.manager("Z90001").await;
    let ends: Vec<u32> = futures::stream::iter(0..12_u64)
        .then(async |round| {
            let id = app.clinician("Z90001", "Dr A").await;
            let phone = app.device("Z90001", id).await;
            let body = json!({
                "id": Uuid::now_v7(), "system": "report", "columns": columns(), "holders": { "Dr A": id },
                "types": { "Surgery": "in-person" },
            });
            program.put(&format!("{API}/matching"), body).await.is(201);
            let rows: String = (0..1_500).fold(String::new(), |text, n| {
                let (day, hour, minute) = (16 + n % 3, 8 + n / 3 % 10, n / 30 % 60);
                text + &format!("{day}/11/2026,{hour:02}:{minute:02},Dr A,Surgery,Attended,Ann Example,9990001006\r\n")
            });
            let text = format!("{}\r\n{rows}", REPORT.lines().next().unwrap());
            let import = async {
                let staged = send(&program, &text).await;
                let import = staged.json()["import"].as_str().map(str::to_owned);
                match import {
                    Some(import) if staged.status == 201 => {
                        program.post(&format!("{API}/{import}/activate"), json!({})).await.status.as_u16()
                    }
                    _ => staged.status.as_u16(),
                }
            };
            let erase = async {
                tokio::time::sleep(Duration::from_millis(round * 30)).await;
                phone.form(&format!("/practices/Z90001/clinicians/{id}/erase"), &[("sure", "yes")]).await.is(303);
            };
            let (came, ()) = tokio::join!(import, erase);
            // 200: everything was erased before it was read.
            assert!(matches!(came, 200 | 201 | 409), "{came}");
            for table in ["slot", "slot_tally"] {
                let left = format!("SELECT count(*) FROM {table}");
                assert_eq!(app.test.number(&left).await, 0, "{table}, round {round}, {came}");
            }
            u32::from(came)
        })
        .collect()
        .await;
    assert!(ends.contains(&409), "no erasure came in the middle: {ends:?}");
    let everywhere = CliAuthority::new().everywhere();
    assert_eq!(store::appointments::recount(app.test.db.read(&everywhere)).await.unwrap().1, []);
});

both_databases!(nobody_else_imports_over_json, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let program = app.manager("Z90001").await;
    matched(&program, &me.to_string()).await;
    let import = send(&program, REPORT).await.json()["import"].clone();
    let id = import.as_str().unwrap();
    let neighbour = app.manager("Z90002").await;
    let device = app.device("Z90001", me).await;
    let body = json!({ "id": Uuid::now_v7(), "system": "report", "columns": columns() });
    for (who, status) in [(&neighbour, 404), (&device, 403), (&app.stranger(), 401)] {
        for path in ["", "/matching", "/progress", &format!("/{id}"), &format!("/{id}/refused")] {
            who.get(&format!("{API}{path}")).await.is(status);
        }
        send(who, REPORT).await.is(status);
        who.put(&format!("{API}/matching"), body.clone()).await.is(status);
        who.post(&format!("{API}/{id}/activate"), json!({})).await.is(status);
    }
    let theirs = format!("/api/v1/practices/Z90002/imports/{id}");
    for path in [theirs.clone(), format!("{theirs}/refused")] {
        neighbour.get(&path).await.is(404);
    }
    neighbour.post(&format!("{theirs}/activate"), json!({})).await.is(404);
    assert_eq!(app.test.number("SELECT count(*) FROM slot_import_done").await, 0);
});
