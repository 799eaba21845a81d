//! Keys of programs: made and shown once, how far they go and no further, ended at the next request, and what is told of
//! them.

use axum::http::{Method, StatusCode};
use headroom::{
    domain::access::{KeyScope, Role},
    state::MOST_REQUESTS,
};
use scraper::{Html, Selector};
use serde_json::json;
use uuid::Uuid;

use crate::support::{
    app::{Client, Reply, TestApp, eventually, now},
    databases::{Kind, TestDb, both_databases},
};

const PAGE: &str = "/organisations/Z90001/keys";
const IMPORTS: &str = "/api/v1/practices/Z90001/imports";
const CAPACITY: &str = "/api/v1/practices/Z90001/capacity";

fn form<'a>(id: &'a str, name: &'a str, scopes: &[&'a str], days: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![("id", id), ("name", name), ("days", days)];
    form.extend(scopes.iter().map(|scope| ("scopes", *scope)));
    form
}

/// The key that a page shows, where it shows one.
fn shown(reply: &Reply) -> Option<String> {
    let page = Html::parse_document(&reply.body);
    let key = page.select(&Selector::parse("#new-key").unwrap()).next()?;
    Some(key.text().collect())
}

/// Makes a key on the page of an organisation.
async fn made(holder: &Client, page: &str, scopes: &[&str]) -> String {
    let id = Uuid::now_v7().to_string();
    let reply = holder.form(page, &form(&id, "Appointments every night", scopes, "90")).await;
    shown(reply.is(200)).unwrap()
}

both_databases!(a_key_is_shown_once_and_kept_as_a_hash, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let id = Uuid::now_v7().to_string();
    let fields = form(&id, "Appointments every night", &["imports", "read"], "30");
    let first = manager.form(PAGE, &fields).await;
    let key = shown(first.is(200)).unwrap();
    let known_by = &id.replace('-', "")[24..];
    assert!(key.starts_with(&format!("hr_{known_by}_")), "{key}");
    let secret = &key[12..];
    assert_eq!(secret.len(), 43);
    // Sent again it makes nothing, and nobody can show it any more.
    let again = manager.form(PAGE, &fields).await;
    assert_eq!(shown(again.is(200)), None);
    assert!(again.body.contains("cannot be shown again"));
    let page = manager.get(PAGE).await;
    assert!(page.is(200).body.contains(&format!("hr_{known_by}_…")) && page.body.contains("made by Somebody"));
    for text in [&again.body, &page.body] {
        assert!(!text.contains(secret));
    }
    let all = app.test.content_without(&[]).await.join("\n");
    assert!(!all.contains(secret) && all.contains("Appointments every night"));
    assert_eq!(app.test.number("SELECT count(*) FROM api_key").await, 1);
    // The same id for something else is refused.
    manager.form(PAGE, &form(&id, "Something else", &["read"], "30")).await.is(409);
    let events = app.test.column("SELECT event FROM audit_event WHERE organisation = 'Z90001'").await;
    assert_eq!(events, ["key.made"]);
    app.program(key).get(CAPACITY).await.is(200);
});

both_databases!(a_key_goes_as_far_as_its_scopes_and_its_role, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let own = |path: &str| format!("/api/v1/practices/Z90001/clinicians/{me}{path}");
    let reads = app.key(Role::PracticeManager, "Z90001", &[KeyScope::Read]).await;
    let sends = app.key(Role::PracticeManager, "Z90001", &[KeyScope::Imports]).await;
    let records = app.key(Role::PracticeManager, "Z90001", &[KeyScope::Record]).await;
    let contact = || json!({ "id": Uuid::now_v7(), "kind": "in-person", "occurred_at": "2026-11-20T09:00:00Z" });
    for (program, imports, capacity, contacts) in
        [(&reads, 403, 200, 403), (&sends, 200, 403, 403), (&records, 403, 403, 201)]
    {
        program.get(IMPORTS).await.is(imports);
        program.get(CAPACITY).await.is(capacity);
        program.post(&own("/contacts"), contact()).await.is(contacts);
        // What is a person's, at their own practice.
        let new = json!({ "label": "Dr B", "staff_group": "gp-partner" });
        program.get("/api/v1/practices/Z90001/clinicians").await.is(403);
        program.post("/api/v1/practices/Z90001/clinicians", new).await.is(403);
        program.delete(&own("/counts")).await.is(403);
        program.delete("/api/v1/session").await.is(403);
        program.get("/api/v1/me/day").await.is(403);
        // The neighbour, and areas.
        for path in ["practices/Z90002/imports", "practices/Z90002/capacity", "areas/lmc/east/status"] {
            program.get(&format!("/api/v1/{path}")).await.is(404);
        }
    }
    assert_eq!(app.test.number("SELECT count(*) FROM clinician").await, 1);
    // What it recorded stands under its id.
    let by = ids(&app.test, "SELECT recorded_by FROM contact").await;
    assert_eq!(by, ids(&app.test, "SELECT id FROM api_key WHERE scopes = 'record'").await);
    assert_eq!(by.len(), 1);
});

both_databases!(consent_holds_for_a_program_of_an_lmc, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let officer = app.key(Role::LmcOfficer, "east", &KeyScope::ALL).await;
    officer.get("/api/v1/areas/lmc/east/status").await.is(200);
    officer.get("/api/v1/areas/lmc/west/status").await.is(404);
    // Not one practice shares: nothing of any of them.
    officer.get(CAPACITY).await.is(404);
    officer.get(IMPORTS).await.is(404);
    officer.post("/api/v1/areas/lmc/east/questions", json!({})).await.is(403);
    let analyst = app.key(Role::IcbAnalyst, "XDA", &KeyScope::ALL).await;
    analyst.get("/api/v1/releases").await.is(200);
    analyst.get("/api/v1/areas/lmc/east/status").await.is(404);
    analyst.get(CAPACITY).await.is(404);
    let sends = app.key(Role::IcbAnalyst, "XDA", &[KeyScope::Imports]).await;
    sends.get("/api/v1/releases").await.is(403);
});

both_databases!(pages_and_streams_take_no_key, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let program = app.key(Role::PracticeManager, "Z90001", &KeyScope::ALL).await;
    let pages = ["/", "/sign-in", "/account", "/practices/Z90001", PAGE, "/live/practices/Z90001", "/releases"];
    for page in pages {
        program.get(page).await.is(403);
    }
    let id = Uuid::now_v7().to_string();
    program.form(PAGE, &form(&id, "Another key", &["read"], "30")).await.is(403);
    assert_eq!(app.test.number("SELECT count(*) FROM api_key").await, 1);
});

both_databases!(a_key_ends_when_it_is_revoked_and_when_its_days_are_over, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let key = made(&manager, PAGE, &["read"]).await;
    let program = app.program(key.clone());
    program.get(CAPACITY).await.is(200);
    // A neighbour cannot end it, nor see it.
    let id = ids(&test, "SELECT id FROM api_key").await.remove(0);
    let neighbour = app.person(Role::PracticeManager, "Z90002").await;
    neighbour.get(PAGE).await.is(404);
    neighbour.form(&format!("{PAGE}/{id}/revoke"), &[]).await.is(404);
    neighbour.form(&format!("/organisations/Z90002/keys/{id}/revoke"), &[]).await.is(404);
    program.get(CAPACITY).await.is(200);
    for _ in 0..2 {
        manager.form(&format!("{PAGE}/{id}/revoke"), &[]).await.is(303);
        let refused = program.get(CAPACITY).await;
        assert_eq!(refused.is(401).json()["type"], "/problems/sign-in-first");
    }
    let events = app.test.column("SELECT event FROM audit_event WHERE organisation = 'Z90001' ORDER BY seq").await;
    assert_eq!(events, ["key.made", "key.revoked"]);
    let other = app.program(made(&manager, PAGE, &["read"]).await);
    app.clock.set(now() + chrono::Duration::days(90) - chrono::Duration::seconds(1));
    other.get(CAPACITY).await.is(200);
    app.clock.set(now() + chrono::Duration::days(90));
    other.get(CAPACITY).await.is(401);
    // Nothing that only looks like one.
    for wrong in ["hr_", "hr_1a2b3c4d_", &key[..key.len() - 1], &format!("{key}="), &key.to_uppercase()] {
        app.program(wrong.to_owned()).get(CAPACITY).await.is(401);
    }
});

/// Ids, as people write them, which is not how each database keeps them.
async fn ids(test: &TestDb, sql: &str) -> Vec<String> {
    let column = sql.split(' ').nth(1).unwrap();
    let told = match test.kind() {
        Kind::Sqlite => sql.replacen(column, &format!("lower(hex({column}))"), 1),
        Kind::Postgres => sql.replacen(column, &format!("CAST({column} AS text)"), 1),
    };
    let found = test.column(&told).await;
    found.iter().map(|id| Uuid::parse_str(id).unwrap().to_string()).collect()
}

both_databases!(an_organisation_has_twenty_keys_that_work, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    for _ in 0..19 {
        app.key(Role::PracticeManager, "Z90001", &[KeyScope::Read]).await;
        app.key(Role::PracticeManager, "Z90002", &[KeyScope::Read]).await;
    }
    made(&manager, PAGE, &["read"]).await;
    let id = Uuid::now_v7().to_string();
    let full = manager.form(PAGE, &form(&id, "One more", &["read"], "30")).await;
    assert!(full.is(422).body.contains("20 keys that work"), "{}", full.body);
    assert!(full.body.contains("One more"), "what was typed stays");
    // Those whose days are over do not count.
    app.clock.set(now() + chrono::Duration::days(91));
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    made(&manager, PAGE, &["read"]).await;
});

both_databases!(what_the_form_of_a_key_does_not_say_is_asked_for, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let officer = app.person(Role::LmcOfficer, "east").await;
    let analyst = app.person(Role::IcbAnalyst, "XDA").await;
    let id = Uuid::now_v7().to_string();
    let lmc = "/organisations/east/keys";
    for (who, page, fields, says) in [
        (&manager, PAGE, form(&id, "", &["read"], "30"), "Say what the key is for"),
        (&manager, PAGE, form(&id, "Mrs Jane Smith", &["read"], "30"), "name"),
        (&manager, PAGE, form(&id, "Nightly", &[], "30"), "Choose what the program may do"),
        (&manager, PAGE, form(&id, "Nightly", &["read"], "3650"), "Choose how long"),
        (&manager, PAGE, form("", "Nightly", &["read"], "30"), "Open the page again"),
        // What their role never gives.
        (&officer, lmc, form(&id, "Nightly", &["imports"], "30"), "Choose what the program may do"),
        (
            &analyst,
            "/organisations/XDA/keys",
            form(&id, "Nightly", &["record"], "30"),
            "Choose what the program may do",
        ),
    ] {
        let reply = who.form(page, &fields).await;
        assert!(reply.is(422).body.contains(says), "{says}: {}", reply.body);
    }
    assert_eq!(app.test.number("SELECT count(*) FROM api_key").await, 0);
    app.program(made(&officer, lmc, &["read"]).await).get("/api/v1/areas/lmc/east/status").await.is(200);
    let of_icb = made(&analyst, "/organisations/XDA/keys", &["read"]).await;
    app.program(of_icb).get("/api/v1/releases").await.is(200);
    // Each leads to its keys, and nobody to another's.
    for (who, from, to) in [(&manager, "/practices/Z90001/people", PAGE), (&officer, "/lmc/east/office", lmc)] {
        assert!(who.get(from).await.is(200).body.contains(to), "{from}");
        who.get(to).await.is(200);
    }
    for (who, page) in [(&manager, lmc), (&officer, PAGE), (&analyst, lmc), (&officer, "/organisations/england/keys")] {
        who.get(page).await.is(404);
    }
    app.person(Role::Administrator, "england").await.get("/organisations/england/keys").await.is(404);
    app.stranger().get(PAGE).await.is(303);
});

both_databases!(last_use_is_told_and_the_pace_is_said, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let program = app.program(made(&manager, PAGE, &["imports", "read"]).await);
    assert!(manager.get(PAGE).await.body.contains("Never"));
    let reply = program.get(CAPACITY).await;
    let told = |reply: &Reply, name: &str| -> Option<u32> { reply.headers.get(name)?.to_str().ok()?.parse().ok() };
    assert_eq!(told(&reply, "ratelimit-limit"), Some(MOST_REQUESTS));
    assert_eq!(told(&reply, "ratelimit-remaining"), Some(MOST_REQUESTS - 1));
    assert_eq!(told(&reply, "ratelimit-reset"), Some(60));
    let page = || async { manager.get(PAGE).await.body };
    eventually("last use", || async { page().await.contains("12:00 to 12:59") }).await;
    let home = || async { manager.get("/practices/Z90001/imports").await.body };
    assert!(!home().await.contains("Last sent by"));
    let csv = "Date,Start,With whom,Slot Type,State\r\n18/11/2026,09:00,Dr A,Surgery,Attended\r\n";
    program.send(Method::POST, IMPORTS, Some("text/csv"), csv).await.is(200);
    eventually("last files", || async { home().await.contains("Appointments every night") }).await;
    assert!(home().await.contains("Last sent by"));
    for _ in 2..MOST_REQUESTS {
        assert_ne!(program.get("/api/v1/releases").await.status, StatusCode::TOO_MANY_REQUESTS);
    }
    let refused = program.get("/api/v1/releases").await;
    assert_eq!(refused.is(429).json()["type"], "/problems/too-many-tries");
    assert_eq!(told(&refused, "retry-after"), Some(60));
    assert!(manager.get(PAGE).await.status == 200, "a person is not held up");
    app.clock.set(now() + chrono::Duration::seconds(60));
    program.get(CAPACITY).await.is(200);
});
