//! See what they see: a practice opens the very pages that its LMC and its ICB get; whoever reads its rows from outside
//! leaves a receipt; what it agreed to ends at once, in open streams too.

use std::time::Duration as Seconds;

use axum::{
    body::{Body, BodyDataStream},
    http::{Request, header},
};
use chrono::Duration;
use futures::StreamExt;
use headroom::{domain::access::Role, jobs, store::people};
use scraper::{Html, Selector};
use serde_json::json;
use tokio::time::timeout;
use tower::ServiceExt;
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp, eventually, now},
    databases::{TestDb, both_databases},
};

const OWN: &str = "Z90001";

async fn share(app: &TestApp, answer: &str) {
    let manager = app.manager(OWN).await;
    let path = format!("/practices/{OWN}/sharing");
    manager.form(&path, &[("share", answer)]).await.is(303);
}

async fn paused(app: &TestApp, practice: &str, item: &str) {
    let manager = app.manager(practice).await;
    let path = format!("/api/v1/practices/{practice}/actions");
    let body = json!({ "id": Uuid::now_v7(), "item": item, "status": "paused-since", "effective_on": "2026-11-16" });
    manager.post(&path, body).await.is(201);
}

/// What stands in `main`, to the letter.
fn main_part(page: &str) -> String {
    let page = Html::parse_document(page);
    let main = Selector::parse("main").unwrap();
    let inner = page.select(&main).next().unwrap().inner_html();
    // Every page begins with the same line, for what a script has to say.
    let (_, content) = inner.split_once("</p>").unwrap();
    // And what an LMC prints says so.
    let content = content
        .strip_prefix("<p class=\"hr-print-only\">")
        .and_then(|rest| rest.split_once("</p>"))
        .map_or(content, |(_, rest)| rest);
    content.to_owned()
}

async fn read(client: &Client, path: &str) -> String {
    let reply = client.get(path).await;
    main_part(&reply.is(200).body)
}

both_databases!(a_practice_opens_the_very_pages_that_others_get, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    jobs::releases::make_due(&app.state).await.unwrap();
    paused(&app, OWN, "dsa-freeze").await;
    paused(&app, OWN, "referral-rationing").await;
    let manager = app.person(Role::PracticeManager, OWN).await;
    for label in ["Dr A", "Dr B", "Dr C"] {
        let clinician = app.clinician(OWN, label).await;
        let path = format!("/api/v1/practices/{OWN}/clinicians/{clinician}/days/2026-11-20");
        app.manager(OWN).await.put(&path, json!({ "n": 21 })).await.is(200);
    }
    let officer = app.person(Role::LmcOfficer, "east").await;
    for query in ["", "?on=2026-11-16", "?on=2026-11-20"] {
        let seen = format!("/practices/{OWN}/seen-by/lmc{query}");
        let theirs = format!("/lmc/east/practices/{OWN}{query}");
        // Before it shares, the practice reads what would be seen, and nobody else does.
        let would = read(&manager, &seen).await;
        officer.get(&theirs).await.is(404);
        share(&app, "yes").await;
        let shown = read(&officer, &theirs).await;
        let own = read(&manager, &seen).await;
        assert!(shown.contains("since 16 Nov 2026"), "{shown}");
        assert!(own.ends_with(&shown), "{query}\n{own}\n---\n{shown}");
        assert!(would.ends_with(&shown), "{query}");
        let banner = own.strip_suffix(&shown).unwrap();
        assert!(banner.contains("to the letter") && !banner.contains("<h1"), "{banner}");
        share(&app, "no").await;
    }
    // The ICB's page is the ICB's page.
    let page = manager.get(&format!("/practices/{OWN}/sharing")).await;
    let link = "/releases/latest?icb=XDA";
    assert!(page.is(200).body.contains(link));
    let analyst = app.person(Role::IcbAnalyst, "XDA").await;
    let (own, theirs) = (read(&manager, link).await, read(&analyst, "/releases/latest").await);
    let banner = own.strip_suffix(&theirs).expect("the very page");
    assert!(banner.contains("what an analyst of an ICB sees") && !banner.contains("<h1"), "{banner}");
    // Nobody else's preview.
    for other in [officer, analyst, app.person(Role::PracticeManager, "Z90002").await] {
        other.get(&format!("/practices/{OWN}/seen-by/lmc")).await.is(404);
    }
});

both_databases!(each_kind_of_page_leaves_its_receipt, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    paused(&app, OWN, "dsa-freeze").await;
    share(&app, "yes").await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    let receipts = async |n: i64| {
        eventually(&format!("{n} receipts"), || async {
            test.number("SELECT count(*) FROM access_receipt WHERE practice = 'Z90001'").await == n
        })
        .await;
    };
    let question = json!({ "id": Uuid::now_v7(), "week_ending": "2026-11-20", "opens_on": "2026-11-20",
            "closes_on": "2026-11-27", "kind": "text", "wording": "What would help most?" });
    let questions = "/api/v1/areas/lmc/east/questions";
    let asked = officer.post(questions, question).await.is(201).json();
    let id = asked["id"].as_str().unwrap();
    let manager = app.manager(OWN).await;
    let answers = format!("/api/v1/practices/{OWN}/questions/{id}/answers");
    let answer = json!({ "id": Uuid::now_v7(), "answer": "A second room" });
    manager.post(&answers, answer).await.is(201);
    for (path, n) in [
        ("/lmc/east/practices".to_owned(), 1),
        (format!("/lmc/east/practices/{OWN}"), 2),
        (format!("/lmc/east/practices/{OWN}?on=2026-11-16"), 2),
        (format!("{questions}/{id}"), 3),
        (format!("/lmc/east/questions/{id}"), 3),
    ] {
        officer.get(&path).await.is(200);
        receipts(n).await;
    }
    let page = manager.get(&format!("/practices/{OWN}/sharing")).await;
    for words in ["The list of practices", "The page of your practice", "Answers to a question"] {
        assert!(page.is(200).body.contains(words), "{words}");
    }
    // The practice's own look at these pages is nobody's from outside.
    manager.get(&format!("/practices/{OWN}/seen-by/lmc")).await.is(200);
    receipts(3).await;
    let others = "SELECT count(*) FROM access_receipt WHERE practice <> 'Z90001'";
    assert_eq!(test.number(others).await, 0);
});

/// An officer's open stream.
async fn stream(app: &TestApp, officer: &Client) -> BodyDataStream {
    let request = Request::get("/live/lmc/east")
        .header(header::HOST, "localhost:8025")
        .header(header::COOKIE, officer.cookie.clone().unwrap())
        .body(Body::empty())
        .unwrap();
    let answer = app.router.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.into_body().into_data_stream()
}

/// The next event within some seconds; nothing where it is quiet or the stream ended.
async fn heard(stream: &mut BodyDataStream, seconds: u64) -> Option<String> {
    let next = timeout(Seconds::from_secs(seconds), stream.next()).await;
    let bytes = next.ok()??.unwrap();
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

both_databases!(what_was_agreed_ends_in_an_open_stream, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let person = app.add_person(Role::LmcOfficer, "east").await;
    let officer = app.browser_of(person).await;
    let mut open = stream(&app, &officer).await;
    share(&app, "yes").await;
    let event = heard(&mut open, 5).await.unwrap();
    assert!(event.contains("sharing"), "{event}");
    paused(&app, OWN, "dsa-freeze").await;
    let event = heard(&mut open, 5).await.unwrap();
    assert!(event.contains("register"), "{event}");
    share(&app, "no").await;
    let event = heard(&mut open, 5).await.unwrap();
    assert!(event.contains("sharing"), "{event}");
    paused(&app, OWN, "referral-rationing").await;
    assert_eq!(heard(&mut open, 3).await, None, "a practice that does not share is not heard");
    // A role that is gone ends the stream itself within fifteen seconds, though nothing happens.
    let at = match test.kind() {
        crate::support::databases::Kind::Sqlite => "'2026-11-20T12:00:00+00:00'",
        crate::support::databases::Kind::Postgres => "'2026-11-20T12:00:00Z'",
    };
    let revoke =
        format!("UPDATE role_grant SET revoked_at = {at} WHERE organisation = 'east' AND role = 'lmc-officer'");
    test.transaction(&[&revoke]).await.unwrap();
    let ended = timeout(Seconds::from_secs(15), async { while open.next().await.is_some() {} });
    ended.await.expect("the stream ended");
});

both_databases!(an_office_switches_between_its_lmcs, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let person = app.add_person(Role::LmcOfficer, "east").await;
    let one = app.browser_of(person).await;
    let page = one.get("/lmc/east/practices").await;
    assert!(!page.is(200).body.contains("hr-switch"), "one LMC, nothing to switch to");
    one.get("/lmc/west").await.is(404);
    let west = "west".parse().unwrap();
    people::add_grant(app.test.db.schema(), person, Role::LmcOfficer, &west, now()).await.unwrap();
    app.clock.set(now() + Duration::minutes(1));
    let office = app.browser_of(person).await;
    for (path, other) in [
        ("/lmc/east", "/lmc/west"),
        ("/lmc/east/practices", "/lmc/west/practices"),
        ("/lmc/west/questions", "/lmc/east/questions"),
    ] {
        let page = office.get(path).await;
        let switch = page.is(200).body.split("hr-switch").nth(1).unwrap().to_owned();
        let list = switch.split("</details>").next().unwrap();
        assert!(list.contains(&format!("href=\"{other}\"")), "{path}: {list}");
        office.get(other).await.is(200);
    }
});
