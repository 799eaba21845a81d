//! Contacts over HTTP: one tap, its repeat, its undo; the day sheet; who may not.

use axum::http::Method;
use headroom::domain::access::Role;
use serde_json::json;
use uuid::Uuid;

use crate::support::{
    app::TestApp,
    databases::{TestDb, both_databases},
};

fn contacts(practice: &str, clinician: impl std::fmt::Display) -> String {
    format!("/api/v1/practices/{practice}/clinicians/{clinician}/contacts")
}

fn day(practice: &str, clinician: impl std::fmt::Display, day: &str) -> String {
    format!("/api/v1/practices/{practice}/clinicians/{clinician}/days/{day}")
}

both_databases!(a_contact_is_counted_once_however_often_it_is_sent, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let manager = app.manager("Z90001").await;
    let body = json!({ "id": Uuid::now_v7(), "occurred_at": "2026-11-20T11:38:00Z" });
    let first = manager.post(&contacts("Z90001", me), body.clone()).await;
    let expected = json!({
        "day": "2026-11-20", "limit": 25, "nearing_from": 22, "limit_set_by": "recommended", "counted": 1, "left": 24, "over": 0,
        "state": "available", "source": "taps", "taps": 1, "taps_count": true,
    });
    assert_eq!(first.is(201).json(), expected);
    let again = manager.post(&contacts("Z90001", me), body.clone()).await;
    assert_eq!(again.is(200).json(), expected);
    let mut other = body;
    other["kind"] = json!("telephone");
    let problem = manager.post(&contacts("Z90001", me), other).await;
    assert_eq!(problem.is(409).json()["type"], "/problems/id-reused");
    assert_eq!(manager.get(&day("Z90001", me, "2026-11-20")).await.is(200).json(), expected);
});

both_databases!(the_day_passes_through_every_state_and_contact_26_is_recorded, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let manager = app.manager("Z90001").await;
    let mut states = Vec::new();
    for _ in 0..27 {
        let body = json!({ "id": Uuid::now_v7(), "occurred_at": "2026-11-20T09:00:00Z" });
        let reply = manager.post(&contacts("Z90001", me), body).await;
        states.push(reply.is(201).json()["state"].as_str().unwrap().to_owned());
    }
    let count = |state: &str| states.iter().filter(|known| *known == state).count();
    assert_eq!((count("available"), count("nearing"), count("at-limit"), count("over")), (21, 3, 1, 2));
});

both_databases!(a_void_takes_back_and_may_come_first, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let manager = app.manager("Z90001").await;
    let (early, late) = (Uuid::now_v7(), Uuid::now_v7());
    let at = "2026-11-20T09:00:00Z";
    manager.post(&contacts("Z90001", me), json!({ "id": early, "occurred_at": at })).await.is(201);
    for _ in 0..2 {
        let reply = manager.delete(&format!("{}/{early}", contacts("Z90001", me))).await;
        assert_eq!(reply.is(200).json()["counted"], 0);
    }
    manager.delete(&format!("{}/{late}", contacts("Z90001", me))).await.is(200);
    let reply = manager.post(&contacts("Z90001", me), json!({ "id": late, "occurred_at": at })).await;
    assert_eq!(reply.is(201).json()["counted"], 0);
});

both_databases!(a_day_sheet_counts_until_somebody_taps, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let manager = app.manager("Z90001").await;
    let today = day("Z90001", me, "2026-11-20");
    let reply = manager.put(&today, json!({ "n": 18 })).await.is(200).json();
    assert_eq!((&reply["counted"], &reply["source"]), (&json!(18), &json!("sheet")));
    let reply = manager
        .post(&contacts("Z90001", me), json!({ "id": Uuid::now_v7(), "occurred_at": "2026-11-20T09:00:00Z" }))
        .await;
    assert_eq!(reply.is(201).json()["counted"], 1);
    manager.put(&today, json!({ "n": 201 })).await.is(422);
    manager.put(&day("Z90001", me, "2026-11-21"), json!({ "n": 3 })).await.is(422);
    manager.put(&day("Z90001", me, "yesterday"), json!({ "n": 3 })).await.is(400);
});

both_databases!(bad_bodies_are_refused_field_by_field, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let manager = app.manager("Z90001").await;
    let path = contacts("Z90001", me);
    for (body, field) in [
        (json!({ "id": "not a uuid" }), "id"),
        (json!({ "id": Uuid::nil() }), "id"),
        (json!({ "id": Uuid::now_v7(), "kind": "fax" }), "kind"),
        (json!({ "id": Uuid::now_v7(), "occurred_at": "2026-11-20T13:00:00Z" }), "occurred_at"),
        (json!({ "id": Uuid::now_v7(), "occurred_at": "2026-09-20T13:00:00Z" }), "occurred_at"),
    ] {
        let reply = manager.post(&path, body.clone()).await;
        assert_eq!(reply.is(422).json()["errors"][0]["field"], field, "{body}");
    }
    manager.send(Method::POST, &path, Some("application/json"), "{".to_owned()).await.is(400);
    manager.send(Method::POST, &path, None, "{}".to_owned()).await.is(400);
    assert_eq!(manager.get(&day("Z90001", me, "2026-11-20")).await.json()["counted"], 0);
});

both_databases!(a_stranger_and_a_neighbour_are_told_nothing, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let colleague = app.clinician("Z90001", "Dr B").await;
    let path = contacts("Z90001", me);
    let tap = || json!({ "id": Uuid::now_v7() });
    app.stranger().post(&path, tap()).await.is(401);
    for other in [
        app.manager("Z90002").await,
        app.token(Role::LmcOfficer, "east").await,
        app.token(Role::IcbAnalyst, "XDA").await,
        app.token(Role::Administrator, "england").await,
        app.device("Z90001", colleague).await,
    ] {
        other.post(&path, tap()).await.is(404);
        other.get(&day("Z90001", me, "2026-11-20")).await.is(404);
    }
    // A clinician of another practice under the neighbour's own path.
    app.manager("Z90002").await.post(&contacts("Z90002", me), tap()).await.is(404);
    app.device("Z90001", me).await.get(&day("Z90001", me, "2026-11-20")).await.is(200);
    app.manager("Z90001").await.get(&day("Z90001", me, "2026-11-20")).await.is(200);
});

both_databases!(the_page_counts_sets_and_takes_back, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let device = app.device("Z90001", me).await;
    let home = format!("/practices/Z90001/clinicians/{me}");
    let page = device.get(&home).await;
    assert!(page.is(200).body.contains("Your practice has not set a limit"));
    let counted =
        || async { device.get(&format!("/api/v1{home}/days/2026-11-20")).await.json()["counted"].as_u64().unwrap() };

    let tap = Uuid::now_v7().to_string();
    for _ in 0..2 {
        let reply = device.form(&format!("{home}/contacts"), &[("id", &tap)]).await;
        assert_eq!(reply.is(303).location(), home);
    }
    assert_eq!(counted().await, 1);
    let set = Uuid::now_v7().to_string();
    for _ in 0..2 {
        device.form(&format!("{home}/set"), &[("id", &set), ("n", "14"), ("half_sessions", "4")]).await.is(303);
        assert_eq!(counted().await, 14);
    }
    device
        .form(&format!("{home}/set"), &[("id", &Uuid::now_v7().to_string()), ("n", "12"), ("half_sessions", "4")])
        .await
        .is(303);
    assert_eq!(counted().await, 12);
    let refused =
        device.form(&format!("{home}/set"), &[("id", &set), ("n", "minus one"), ("half_sessions", "4")]).await;
    assert!(refused.is(422).body.contains("minus one"), "what was typed is kept");

    let last = |body: &str| {
        let at = body.find("name=\"contact\" value=\"").expect("a last contact") + 22;
        body[at..at + 36].to_owned()
    };
    let contact = last(&device.get(&home).await.body);
    device.form(&format!("{home}/last"), &[("contact", &contact), ("kind", "telephone")]).await.is(303);
    device.form(&format!("{home}/last"), &[("contact", &contact), ("kind", "telephone")]).await.is(303);
    assert_eq!(counted().await, 12);
    let contact = last(&device.get(&home).await.body);
    for _ in 0..2 {
        device
            .form(&format!("{home}/undo"), &[("id", &Uuid::now_v7().to_string()), ("contact", &contact)])
            .await
            .is(303);
    }
    assert_eq!(counted().await, 11);
});

both_databases!(a_limit_is_dated_and_one_clinician_may_have_their_own, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let colleague = app.clinician("Z90001", "Dr B").await;
    let foreign = app.clinician("Z90002", "Dr Z").await;
    let manager = app.manager("Z90001").await;
    let set = |whose: String, full_day: &'static str, from: &'static str| {
        let manager = manager.clone();
        async move {
            let fields = [
                ("whose", whose.as_str()),
                ("id", &Uuid::now_v7().to_string()),
                ("full_day", full_day),
                ("one_session", "13"),
                ("effective_on", from),
            ];
            manager.form("/practices/Z90001/limits", &fields).await
        }
    };
    // What was read is kept, and never after a row was added.
    let today = async |expected: u32| {
        let day = manager.get(&day("Z90001", me, "2026-11-20")).await.json();
        assert_eq!(day["limit"], json!(expected));
    };
    today(25).await;
    set(String::new(), "28", "2026-11-10").await.is(303);
    today(28).await;
    set(me.to_string(), "20", "2026-11-15").await.is(303);
    today(20).await;
    let refused = set(foreign.to_string(), "20", "2026-11-15").await;
    assert!(refused.is(422).body.contains("Choose one of your clinicians"));
    set(String::new(), "none", "2026-11-15").await.is(422);
    for (whose, on, limit, set_by) in [
        (me, "2026-11-20", 20, "clinician"),
        (me, "2026-11-12", 28, "practice"),
        (me, "2026-11-09", 25, "recommended"),
        (colleague, "2026-11-20", 28, "practice"),
    ] {
        let day = manager.get(&day("Z90001", whose, on)).await.json();
        assert_eq!((&day["limit"], &day["limit_set_by"]), (&json!(limit), &json!(set_by)), "{on}");
    }
});

both_databases!(
    the_last_contact_of_a_day_is_the_same_from_its_tally_and_from_its_contacts,
    |test: TestDb| async move {
        let app = TestApp::start(test.clone()).await;
        let me = app.clinician("Z90001", "Dr A").await;
        let manager = app.manager("Z90001").await;
        let mut sent = Vec::new();
        for (at, kind) in [("11:40", "telephone"), ("11:20", "video"), ("11:30", "telephone")] {
            let (id, at) = (Uuid::now_v7(), format!("2026-11-20T{at}:00Z"));
            let body = json!({ "id": id, "occurred_at": at, "kind": kind });
            manager.post(&contacts("Z90001", me), body).await.is(201);
            sent.push(id);
        }
        let person = app.person(Role::PracticeManager, "Z90001").await;
        let page = format!("/practices/Z90001/clinicians/{me}/day");
        let last = |id: &Uuid| format!("name=\"contact\" value=\"{id}\"");
        let shown = person.get(&page).await.is(200).body.clone();
        assert!(shown.contains(&last(&sent[0])), "{shown}");
        // The last one is taken back: the one before it is the last.
        let away = format!("{}/{}", contacts("Z90001", me), sent[0]);
        manager.delete(&away).await.is(200);
        let shown = person.get(&page).await.is(200).body.clone();
        assert!(shown.contains(&last(&sent[2])), "{shown}");
        // As rows are that were written before tallies remembered anything, and one more on top of them.
        let forget = "UPDATE tally SET first_at = NULL, last_at = NULL, last_contact = NULL";
        test.transaction(&[forget]).await.unwrap();
        let shown = person.get(&page).await.is(200).body.clone();
        assert!(shown.contains(&last(&sent[2])), "{shown}");
        let id = Uuid::now_v7();
        let body = json!({ "id": id, "occurred_at": "2026-11-20T11:50:00Z", "kind": "telephone" });
        manager.post(&contacts("Z90001", me), body).await.is(201);
        let shown = person.get(&page).await.is(200).body.clone();
        assert!(shown.contains(&last(&id)), "{shown}");
    }
);
