//! A clinician's day takes 200 contacts, by whichever door, and so many rows; the rest is refused with the reason.

use std::sync::Arc;

use entity::ids::{LocalDate, OdsCode};
use headroom::{
    clock::Clock,
    domain::{
        access::CliAuthority,
        contact::{CountOp, NotTaken, StepOutcome},
    },
    live::Live,
    store,
    writer::Writer,
};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp},
    counting::{Counter, noon, practice},
    databases::{Kind, TestDb, both_databases},
};

const HOME: &str = "/api/v1/practices/Z90001/clinicians";

/// A contact of the same day, whatever its id.
fn today(me: &Counter) -> CountOp {
    match me.contact() {
        CountOp::Contact(mut contact) => {
            contact.day = LocalDate::new(2026, 11, 20).unwrap();
            CountOp::Contact(contact)
        }
        other => other,
    }
}

async fn number(test: &TestDb, sql: &str) -> i64 {
    test.number(sql).await
}

/// Sends operations as a phone does; answers their results.
async fn batch(phone: &Client, me: impl std::fmt::Display, operations: &[Value]) -> Vec<Value> {
    let path = format!("{HOME}/{me}/contacts/batch");
    let answer = phone.post(&path, json!({ "operations": operations })).await.is(200).json();
    answer["results"].as_array().unwrap().clone()
}

fn of<'a>(results: &'a [Value], result: &str) -> Vec<&'a Value> {
    results.iter().filter(|one| one["result"] == result).collect()
}

both_databases!(the_201st_is_refused_and_the_phone_is_told_why, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let colleague = app.clinician("Z90001", "Dr B").await;
    let phone = app.device("Z90001", me).await;
    let ops: Vec<Value> = (0..500).map(|_| json!({ "id": Uuid::now_v7() })).collect();
    let results = batch(&phone, me, &ops).await;
    assert_eq!(of(&results, "recorded").len(), 200);
    let refused = of(&results, "refused");
    assert_eq!(refused.len(), 300);
    assert_eq!(refused[0]["field"], "occurred_at");
    assert!(refused[0]["reason"].as_str().unwrap().contains("200 contacts"));
    // Sent again: what was recorded is a repeat, the rest is still refused.
    let again = batch(&phone, me, &ops).await;
    assert_eq!((of(&again, "repeat").len(), of(&again, "refused").len()), (200, 300));
    // The page's own door tells the same in words.
    let taps = phone
        .post(
            &format!("/practices/Z90001/clinicians/{me}/contacts"),
            json!({ "operations": [{ "id": Uuid::now_v7() }] }),
        )
        .await;
    taps.is(200);
    assert!(taps.body.contains("refused") && taps.body.contains("200 contacts"));
    let home = format!("{HOME}/{me}/contacts");
    let one = phone.post(&home, json!({ "id": Uuid::now_v7() })).await.is(422).json();
    assert_eq!(one["errors"][0]["field"], "occurred_at");
    phone.post(&home, json!({ "id": ops[0]["id"] })).await.is(200);
    // Another day and another clinician have their own room.
    let yesterday = json!({ "id": Uuid::now_v7(), "occurred_at": "2026-11-19T10:00:00Z" });
    phone.post(&home, yesterday).await.is(201);
    let theirs = app.device("Z90001", colleague).await;
    theirs.post(&format!("{HOME}/{colleague}/contacts"), json!({ "id": Uuid::now_v7() })).await.is(201);
    // A void still works, and makes room for one.
    phone.delete(&format!("{home}/{}", ops[0]["id"].as_str().unwrap())).await.is(200);
    phone.post(&home, json!({ "id": Uuid::now_v7() })).await.is(201);
    phone.post(&home, json!({ "id": Uuid::now_v7() })).await.is(422);
    let day = phone.get(&format!("{HOME}/{me}/days/2026-11-20")).await.is(200).json();
    assert_eq!(day["counted"], 200);
    let everywhere = CliAuthority::new().everywhere();
    let (_, wrong) = store::days::recount(app.state.db.read(&everywhere)).await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
});

both_databases!(a_full_day_is_said_on_its_pages, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let phone = app.device("Z90001", me).await;
    let page = format!("/practices/Z90001/clinicians/{me}");
    let (id, other) = (Uuid::now_v7().to_string(), Uuid::now_v7().to_string());
    phone.form(&format!("{page}/set"), &[("id", &id), ("n", "190")]).await.is(303);
    let several = format!("{page}/days/2026-11-20/contacts");
    let twenty = [("id", other.as_str()), ("n", "20"), ("kind", "group")];
    let said = phone.form(&several, &twenty).await;
    said.is(422);
    assert!(said.body.contains("room for 10 more"), "{}", said.body);
    let ten = [("id", other.as_str()), ("n", "10"), ("kind", "group")];
    phone.form(&several, &ten).await.is(303);
    phone.form(&several, &ten).await.is(303);
    let tap = Uuid::now_v7().to_string();
    let said = phone.form(&format!("{page}/contacts"), &[("id", &tap)]).await;
    said.is(422);
    assert!(said.body.contains("200 contacts"), "{}", said.body);
    // What is there can be corrected, and taken back.
    let last = number(&app.test, "SELECT count(*) FROM contact WHERE kind = 'group'").await;
    assert_eq!(last, 10);
    let shown = match app.test.kind() {
        Kind::Sqlite => "lower(hex(id))",
        Kind::Postgres => "id::text",
    };
    let contact = app.test.column(&format!("SELECT {shown} FROM contact WHERE kind = 'group'")).await.remove(0);
    phone.form(&format!("{page}/last"), &[("contact", &contact), ("kind", "video")]).await.is(303);
    let video = number(&app.test, "SELECT n FROM tally WHERE kind = 'video'").await;
    assert_eq!(video, 1);
    let none = Uuid::now_v7().to_string();
    phone.form(&format!("{page}/set"), &[("id", &none), ("n", "0")]).await.is(303);
    let counted = number(&app.test, "SELECT CAST(sum(n) AS bigint) FROM tally").await;
    assert_eq!(counted, 0);
});

both_databases!(two_nodes_do_not_both_give_the_last_place, |test: TestDb| async move {
    let me = Arc::new(test.counter(&practice()).await);
    let nodes =
        [test.db.clone(), test.other_node().await].map(|db| Writer::start(db, Live::default(), Clock::fixed(noon())));
    let mut calls = JoinSet::new();
    for n in 0..120 {
        let (writer, me) = (nodes[n % 2].clone(), Arc::clone(&me));
        calls.spawn(async move {
            // Three at once: a call may be half taken, and none is taken twice.
            let ops = vec![today(&me), today(&me), today(&me)];
            writer.count(&me.permit, ops).await.unwrap()
        });
    }
    let answers: Vec<StepOutcome> = calls.join_all().await.into_iter().flatten().collect();
    let recorded = answers.iter().filter(|one| **one == StepOutcome::Recorded).count();
    let refused = StepOutcome::Refused(NotTaken::Contacts);
    assert_eq!((recorded, answers.iter().filter(|one| **one == refused).count()), (200, 160));
    assert_eq!(number(&test, "SELECT count(*) FROM contact").await, 200);
    assert_eq!(test.tallies().await, test.recount().await);
});

both_databases!(recording_and_taking_back_for_ever_comes_to_an_end, |test: TestDb| async move {
    let (writer, me) = (test.writer(), test.counter(&practice()).await);
    let mut last = Vec::new();
    for _ in 0..30 {
        let mut ops = Vec::new();
        for _ in 0..20 {
            let contact = today(&me);
            let CountOp::Contact(new) = &contact else { unreachable!() };
            let void = me.void(new.id.0);
            ops.extend([contact, void]);
        }
        last = writer.count(&me.permit, ops).await.unwrap();
    }
    assert_eq!(last[0], StepOutcome::Refused(NotTaken::Rows));
    let contacts = number(&test, "SELECT count(*) FROM contact").await;
    let voids = number(&test, "SELECT count(*) FROM contact_void").await;
    assert_eq!(contacts, 400);
    assert!(voids <= 600, "{voids}");
    // Voids of contacts that never come, too.
    let lone: Vec<CountOp> = (0..1000).map(|_| me.void(Uuid::now_v7())).collect();
    let answers = writer.count(&me.permit, lone.clone()).await.unwrap();
    assert_eq!(answers[999], StepOutcome::Refused(NotTaken::Voids));
    assert_eq!(number(&test, "SELECT count(*) FROM contact_void").await, 600);
    let again = writer.count(&me.permit, lone[..1].to_vec()).await.unwrap();
    assert!(matches!(again[0], StepOutcome::Repeat | StepOutcome::Refused(NotTaken::Voids)));
    assert_eq!(test.tallies().await, test.recount().await);
});

both_databases!(strokes_sheets_and_reasons_come_to_an_end, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let phone = app.device("Z90001", me).await;
    let manager = app.manager("Z90001").await;
    let work = format!("{HOME}/{me}/days/2026-11-20/work");
    let first = Uuid::now_v7();
    let counter = Counter::with("Z90001".parse::<OdsCode>().unwrap(), me);
    let marks: Vec<CountOp> = (0..999)
        .map(|_| {
            let CountOp::TallyMark(mut mark) =
                counter.mark_with(Uuid::now_v7(), headroom::domain::work::Work::Letters, 1)
            else {
                unreachable!()
            };
            mark.day = LocalDate::new(2026, 11, 20).unwrap();
            CountOp::TallyMark(mark)
        })
        .collect();
    let mark = |id: Uuid| json!({ "id": id, "kind": "letters", "n": 1 });
    phone.post(&work, mark(first)).await.is(201);
    app.state.writer.count(&counter.permit, marks).await.unwrap();
    let full = phone.post(&work, mark(Uuid::now_v7())).await.is(422).json();
    assert_eq!(full["errors"][0]["field"], "n");
    phone.post(&work, mark(first)).await.is(200);
    let sheet = format!("{HOME}/{me}/days/2026-11-20");
    for n in 0..200 {
        manager.put(&sheet, json!({ "n": n % 3 })).await.is(200);
    }
    manager.put(&sheet, json!({ "n": 7 })).await.is(422);
    assert_eq!(number(&app.test, "SELECT count(*) FROM day_sheet").await, 200);
    let reason = format!("/practices/Z90001/clinicians/{me}/reason");
    for n in 0..=200 {
        let id = Uuid::now_v7().to_string();
        let status = if n < 200 { 303 } else { 422 };
        phone.form(&reason, &[("id", &id), ("reason", "urgent")]).await.is(status);
    }
});

both_databases!(a_day_with_forty_thousand_rows_can_be_read, |test: TestDb| async move {
    // As a phone could make one before there was a limit.
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let phone = app.device("Z90001", me).await;
    let counter = Counter::with("Z90001".parse::<OdsCode>().unwrap(), me);
    let conn = app.test.db.schema();
    let rows = (0..40_000).map(|_| {
        let CountOp::Contact(new) = today(&counter) else { unreachable!() };
        store::demo::ContactRow {
            practice: new.practice,
            id: new.id,
            clinician: new.clinician,
            day: new.day,
            occurred_at: new.occurred_at,
            recorded_at: noon(),
            kind: new.kind.code().to_owned(),
            complex: false,
            entered: new.entered.code().to_owned(),
            recorded_by: new.recorded_by,
            clock_off: false,
        }
    });
    store::demo::add_contacts(conn, rows.collect(), Vec::new()).await.unwrap();
    let page = format!("/practices/Z90001/clinicians/{me}");
    phone.get(&page).await.is(200);
    phone.get(&format!("{page}/days/2026-11-20")).await.is(200);
    app.manager("Z90001").await.get("/api/v1/practices/Z90001/capacity").await.is(200);
});

both_databases!(nine_thousand_practices_are_read_together, |test: TestDb| async move {
    let me = test.counter(&practice()).await;
    test.writer().count(&me.permit, vec![today(&me)]).await.unwrap();
    let everywhere = CliAuthority::new().everywhere();
    let practices: Vec<OdsCode> = (90_000..99_000).map(|n| format!("Z{n}").parse().unwrap()).collect();
    let day = LocalDate::new(2026, 11, 20).unwrap();
    let read = test.db.read(&everywhere);
    let days = store::days::of_practices(read, &practices, day, day).await.unwrap();
    assert_eq!(days.len(), 1);
});
