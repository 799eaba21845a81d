//! Notifications in a browser: a real push service on this machine is sent what a browser can open, signed, once, and only for whoever
//! asked and may still know.

use chrono::Duration;
use entity::ids::ClinicianId;
use headroom::{
    config::{Keys, Options},
    domain::{
        access::{KeyScope, Role},
        organisation::{Dated, Fact, OrganisationKind},
    },
    exchange::webhook::{Reach, Teller},
    jobs::{
        self,
        push::{self, limits, run_once, tidy},
    },
    state::{AppState, StateConfig},
    store::organisations::{self, Import},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    app::{Client, PASSWORD, Reply, TestApp, eventually, now},
    databases::{Kind, TestDb, both_databases},
    push_service::{Browser, PushService},
};

const MANAGERS: &str = "/practices/Z90001/notifications";
const OWN: &str = "You are at today’s safe limit";
const SOMEBODYS: &str = "Somebody is at today’s safe limit";

fn id() -> String {
    Uuid::now_v7().to_string()
}

async fn started(test: TestDb) -> TestApp {
    TestApp::start_with(test, Options { webhooks_here: Some(true), ..Options::default() }).await
}

/// The same database, seen by a service with other keys.
async fn with_keys(app: &TestApp, keys: Keys) -> AppState {
    AppState::new(StateConfig {
        db: app.test.other_node().await,
        clock: app.clock.clone(),
        settings: app.state.settings.clone(),
        keys,
        demo: false,
    })
    .unwrap()
}

fn own_page(clinician: ClinicianId) -> String {
    format!("/practices/Z90001/clinicians/{clinician}/notifications")
}

/// By what a page says that the service is known.
async fn key_of(client: &Client, page: &str) -> String {
    let page = client.get(page).await;
    let (_, rest) = page.is(200).body.split_once("data-push=\"").unwrap_or_else(|| panic!("{}", page.body));
    rest.split(['"', ' ']).next().unwrap().to_owned()
}

/// What the script of the page sends.
async fn asked(client: &Client, page: &str, browser: &Browser) -> Reply {
    let (id, key) = (id(), key_of(client, page).await);
    let (public, auth) = (browser.public(), browser.auth());
    let fields =
        [("id", &*id), ("endpoint", &*browser.endpoint), ("public_key", &*public), ("auth", &*auth), ("key", &*key)];
    client.form(page, &fields).await
}

async fn ask(client: &Client, page: &str, browser: &Browser) {
    asked(client, page, browser).await.is(303);
}

fn teller() -> Teller {
    Teller::new(Reach { internet: true, here: true }).unwrap()
}

/// Finds out and delivers until nothing is due.
async fn deliver(app: &TestApp) -> usize {
    limits::run_once(&app.state, None).await.unwrap();
    let (teller, mut taken) = (teller(), 0);
    loop {
        match run_once(&app.state, &teller).await.unwrap() {
            0 => return taken,
            n => taken += n,
        }
    }
}

/// A number of the day, as the practice enters it.
async fn counted(app: &TestApp, clinician: ClinicianId, n: u32) {
    let day = app.clock.today();
    let path = format!("/api/v1/practices/Z90001/clinicians/{clinician}/days/{day}");
    app.manager("Z90001").await.put(&path, json!({ "n": n })).await.is(200);
}

async fn number(app: &TestApp, of: &str) -> i64 {
    app.test.number(&format!("SELECT count(*) FROM {of}")).await
}

async fn living(app: &TestApp) -> i64 {
    number(app, "push_subscription WHERE ended_at IS NULL").await
}

async fn why(app: &TestApp) -> Vec<String> {
    app.test.column("SELECT ended_why FROM push_subscription WHERE ended_at IS NOT NULL ORDER BY id").await
}

/// The path of the first button that ends one.
fn end_of(page: &Reply) -> String {
    let end = page.is(200).body.find("/end\"").unwrap_or_else(|| panic!("{}", page.body));
    let from = page.body[..end].rfind("/practices").unwrap();
    format!("{}/end", &page.body[from..end])
}

both_databases!(what_is_told_is_sealed_and_signed_and_names_nobody, |test: TestDb| async move {
    let (app, service) = (started(test).await, PushService::start().await);
    let me = app.clinician("Z90001", "Dr Quince").await;
    let (device, manager) = (app.device("Z90001", me).await, app.person(Role::PracticeManager, "Z90001").await);
    let (phone, desk) = (service.browser(), service.browser());
    let key = key_of(&device, &own_page(me)).await;
    assert_eq!(key, key_of(&manager, MANAGERS).await);
    ask(&device, &own_page(me), &phone).await;
    ask(&manager, MANAGERS, &desk).await;
    assert_eq!(deliver(&app).await, 2);
    for (browser, page) in [(&phone, own_page(me)), (&desk, MANAGERS.to_owned())] {
        let begun = &service.shown(browser)[0];
        assert_eq!(begun["title"], "Notifications are on in this browser");
        assert_eq!((&begun["body"], &begun["path"]), (&json!("Invented Surgery 1"), &json!(page)));
    }
    counted(&app, me, 24).await;
    assert_eq!(deliver(&app).await, 0, "one is left");
    counted(&app, me, 25).await;
    assert_eq!(deliver(&app).await, 2);
    let (own, somebodys) = (service.shown(&phone)[1].clone(), service.shown(&desk)[1].clone());
    let home = format!("/practices/Z90001/clinicians/{me}");
    let said =
        |shown: &Value| [&shown["title"], &shown["body"], &shown["path"]].map(|text| text.as_str().unwrap().to_owned());
    assert_eq!(said(&own), [OWN, "Invented Surgery 1", &home]);
    assert_eq!(said(&somebodys), [SOMEBODYS, "Invented Surgery 1", "/practices/Z90001/capacity"]);
    for secret in ["Quince", &me.to_string(), "25"] {
        assert!(!somebodys["title"].to_string().contains(secret) && !somebodys["path"].to_string().contains(secret));
        assert!(!somebodys["body"].to_string().contains(secret));
    }
    let pushed = service.pushed();
    for one in &pushed {
        assert_eq!((one.header("content-encoding"), one.header("ttl")), ("aes128gcm", "3600"));
        assert_eq!(one.body.len(), pushed[0].body.len(), "the length tells what it is");
        assert!(one.header("topic").len() <= 32);
        let claims = one.signed_by(&key).unwrap();
        assert_eq!(claims["aud"], service.origin);
        let exp = claims["exp"].as_i64().unwrap() - now().timestamp();
        assert!((3_600..=86_400).contains(&exp), "{exp}");
    }
    assert_eq!(
        somebodys["tag"],
        pushed.iter().rfind(|one| desk.endpoint.ends_with(&one.path)).unwrap().header("topic")
    );
    let rows = app.test.rows("push_message").await.join("\n");
    assert!(!rows.contains(&me.to_string()), "a message says of whom it tells: {rows}");
    let trail = manager.get("/organisations/Z90001/happened").await;
    assert!(
        trail.is(200).body.contains("Asked to be told in A browser when Dr Quince is at the limit"),
        "{}",
        trail.body
    );
    assert!(trail.body.contains("Asked to be told in A browser when somebody is at the limit"));
});

both_databases!(it_is_told_once_a_day_whoever_counted, |test: TestDb| async move {
    let (app, service) = (started(test).await, PushService::start().await);
    let me = app.clinician("Z90001", "Dr A").await;
    let (phone, other) = (app.device("Z90001", me).await, app.device("Z90001", me).await);
    let browser = service.browser();
    ask(&phone, &own_page(me), &browser).await;
    let path = format!("/api/v1/practices/Z90001/clinicians/{me}/contacts");
    let mut last = json!({});
    for _ in 0..25 {
        last = json!({ "id": Uuid::now_v7() });
        other.post(&path, last.clone()).await.is(201);
    }
    deliver(&app).await;
    assert_eq!(service.titles(&browser), [OWN]);
    // Room is made and used up again: it is the same day.
    let void = format!("{path}/{}/void", last["id"].as_str().unwrap());
    other.post(&void, json!({ "id": Uuid::now_v7() })).await;
    limits::run_once(&app.state, None).await.unwrap();
    other.post(&path, json!({ "id": Uuid::now_v7() })).await.is(201);
    counted(&app, me, 30).await;
    for _ in 0..2 {
        deliver(&app).await;
    }
    assert_eq!(service.titles(&browser), [OWN]);
    app.clock.set(now() + Duration::days(1));
    deliver(&app).await;
    assert_eq!(service.titles(&browser), [OWN], "nothing was counted on this day");
    counted(&app, me, 26).await;
    deliver(&app).await;
    assert_eq!(service.titles(&browser), [OWN, OWN]);
});

both_databases!(whoever_is_full_already_is_not_told_and_five_colleagues_are_the_most, |test: TestDb| async move {
    let (app, service) = (started(test).await, PushService::start().await);
    let mut clinicians = Vec::new();
    for n in 0..8 {
        clinicians.push(app.clinician("Z90001", &format!("Dr {n}")).await);
    }
    counted(&app, clinicians[0], 25).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let (own, desk) = (service.browser(), service.browser());
    ask(&manager, MANAGERS, &desk).await;
    ask(&app.device("Z90001", clinicians[0]).await, &own_page(clinicians[0]), &own).await;
    deliver(&app).await;
    assert!(service.titles(&desk).is_empty() && service.titles(&own).is_empty());
    for clinician in &clinicians[1..] {
        counted(&app, *clinician, 25).await;
        deliver(&app).await;
    }
    assert_eq!(service.titles(&desk), [SOMEBODYS; 5]);
    assert!(service.titles(&own).is_empty());
    let tags: std::collections::BTreeSet<String> =
        service.shown(&desk)[1..].iter().map(|shown| shown["tag"].to_string()).collect();
    assert_eq!(tags.len(), 1, "they take each other's place on the screen");
});

both_databases!(the_service_by_itself_tells_a_browser, |test: TestDb| async move {
    let (app, service) = (started(test).await, PushService::start().await);
    let me = app.clinician("Z90001", "Dr A").await;
    let browser = service.browser();
    ask(&app.device("Z90001", me).await, &own_page(me), &browser).await;
    tokio::spawn(push::run(app.state.clone()));
    counted(&app, me, 25).await;
    eventually("the limit", || async { service.titles(&browser) == [OWN] }).await;
    app.state.stopping.cancel();
});

both_databases!(two_nodes_tell_a_browser_once, |test: TestDb| async move {
    let (app, service) = (started(test).await, PushService::start().await);
    let other = with_keys(&app, Keys::new(&[3; 32], &[])).await;
    service.answers_after(201, 30);
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let desk = service.browser();
    ask(&manager, MANAGERS, &desk).await;
    for n in 0..4 {
        let clinician = app.clinician("Z90001", &format!("Dr {n}")).await;
        counted(&app, clinician, 25).await;
    }
    let teller = teller();
    for _ in 0..10 {
        let found = tokio::join!(limits::run_once(&app.state, None), limits::run_once(&other, None));
        found.0.unwrap();
        found.1.unwrap();
        let both = tokio::join!(run_once(&app.state, &teller), run_once(&other, &teller));
        both.0.unwrap();
        both.1.unwrap();
    }
    assert_eq!(service.titles(&desk), [SOMEBODYS; 4]);
    assert_eq!(number(&app, "push_message WHERE state = 'delivered'").await, 5);
});

both_databases!(a_node_that_dies_in_the_middle_makes_the_browser_hear_the_same_again, |test: TestDb| async move {
    let (app, service) = (started(test).await, PushService::start().await);
    let me = app.clinician("Z90001", "Dr A").await;
    let browser = service.browser();
    ask(&app.device("Z90001", me).await, &own_page(me), &browser).await;
    // As when it is killed between the delivery and the note.
    let (fill, free) = match app.test.kind() {
        Kind::Sqlite => (
            "CREATE TRIGGER full_disk BEFORE UPDATE ON push_message WHEN NEW.state = 'delivered' \
             BEGIN SELECT RAISE(ABORT, 'no space'); END",
            "DROP TRIGGER full_disk",
        ),
        Kind::Postgres => (
            "ALTER TABLE push_message ADD CONSTRAINT full_disk CHECK (state <> 'delivered')",
            "ALTER TABLE push_message DROP CONSTRAINT full_disk",
        ),
    };
    app.test.transaction(&[fill]).await.unwrap();
    let teller = teller();
    run_once(&app.state, &teller).await.unwrap_err();
    app.test.transaction(&[free]).await.unwrap();
    assert_eq!(run_once(&app.state, &teller).await.unwrap(), 0, "it is another node's for a minute");
    app.clock.set(now() + Duration::minutes(1));
    assert_eq!(run_once(&app.state, &teller).await.unwrap(), 1);
    let shown = service.shown(&browser);
    assert_eq!((shown.len(), &shown[0]["id"], &shown[0]["tag"]), (2, &shown[1]["id"], &shown[1]["tag"]));
    let pushed = service.pushed();
    assert_eq!(pushed[0].header("topic"), pushed[1].header("topic"));
    assert_eq!(pushed[1].header("ttl"), "3540");
});

both_databases!(
    a_busy_push_service_is_tried_again_for_an_hour_and_one_that_refuses_is_not,
    |test: TestDb| async move {
        let (app, service) = (started(test).await, PushService::start().await);
        let me = app.clinician("Z90001", "Dr A").await;
        let device = app.device("Z90001", me).await;
        ask(&device, &own_page(me), &service.browser()).await;
        for (status, wait) in [(429, 0), (503, 20), (413, 80), (500, 380)] {
            service.answers(status);
            app.clock.set(now() + Duration::seconds(wait));
            assert_eq!(deliver(&app).await, 0);
            app.clock.set(now() + Duration::seconds(wait + 19));
            deliver(&app).await;
        }
        assert_eq!(service.pushed().len(), 4);
        app.clock.set(now() + Duration::seconds(1_580));
        deliver(&app).await;
        assert_eq!((service.pushed().len(), number(&app, "push_message WHERE state = 'dropped'").await), (5, 1));
        assert_eq!(living(&app).await, 1, "the browser may be there again tomorrow");
        // What would be refused again is not sent again, and what is too late is not sent at all.
        service.answers(400);
        counted(&app, me, 25).await;
        deliver(&app).await;
        assert_eq!((service.pushed().len(), number(&app, "push_message WHERE state = 'dropped'").await), (6, 2));
        service.answers(500);
        app.clock.set(now() + Duration::hours(11) + Duration::minutes(59));
        app.test.transaction(&["DELETE FROM push_message"]).await.unwrap();
        deliver(&app).await;
        assert_eq!(service.pushed().last().unwrap().header("ttl"), "60");
        app.clock.set(now() + Duration::hours(12));
        service.answers(201);
        deliver(&app).await;
        assert_eq!(
            (service.pushed().len(), number(&app, "push_message WHERE state = 'ended'").await),
            (7, 1),
            "yesterday's"
        );
    }
);

both_databases!(a_browser_that_is_gone_is_told_nothing_more_and_its_address_is_forgotten, |test: TestDb| async move {
    let (app, service) = (started(test).await, PushService::start().await);
    let me = app.clinician("Z90001", "Dr A").await;
    let device = app.device("Z90001", me).await;
    for status in [410, 404] {
        service.answers(status);
        ask(&device, &own_page(me), &service.browser()).await;
        deliver(&app).await;
    }
    assert_eq!((living(&app).await, why(&app).await), (0, vec!["gone".to_owned(), "gone".to_owned()]));
    let rows = app.test.rows("push_subscription").await.join("\n");
    assert!(!rows.contains("127.0.0.1"), "{rows}");
    let page = device.get(&own_page(me)).await;
    assert!(page.is(200).body.contains("the browser gave it up") && page.body.contains("None yet"), "{}", page.body);
    counted(&app, me, 25).await;
    assert_eq!(deliver(&app).await, 0);
    assert_eq!(number(&app, "audit_event WHERE event = 'push.ended'").await, 2);
    app.clock.set(now() + Duration::days(31));
    tidy(&app.state).await.unwrap();
    assert_eq!((number(&app, "push_subscription").await, number(&app, "push_message").await), (0, 0));
});

both_databases!(one_press_takes_it_back_in_that_browser_alone, |test: TestDb| async move {
    let (app, service) = (started(test).await, PushService::start().await);
    let me = app.clinician("Z90001", "Dr A").await;
    let (device, other) = (app.device("Z90001", me).await, app.device("Z90001", me).await);
    let (first, second) = (service.browser(), service.browser());
    ask(&device, &own_page(me), &first).await;
    ask(&other, &own_page(me), &second).await;
    // The page of either lists both; what was asked twice is one.
    ask(&other, &own_page(me), &second).await;
    assert_eq!(living(&app).await, 2);
    let end = end_of(&device.get(&own_page(me)).await);
    for _ in 0..2 {
        device.form(&end, &[]).await.is(303);
    }
    counted(&app, me, 25).await;
    deliver(&app).await;
    assert_eq!((service.titles(&first), service.titles(&second)), (vec![OWN.to_owned()], Vec::new()));
    let page = device.get(&own_page(me)).await.is(200).body.clone();
    assert!(!page.contains(&first.endpoint) && !page.contains(&first.public()) && !page.contains(&first.auth()));
    let events = app.test.column("SELECT event FROM audit_event WHERE event LIKE 'push%' ORDER BY seq").await;
    assert_eq!(events, ["push.asked", "push.asked", "push.ended"]);
});

both_databases!(it_ends_with_the_device_the_role_and_the_sign_in, |test: TestDb| async move {
    let (app, service) = (started(test).await, PushService::start().await);
    let me = app.clinician("Z90001", "Dr A").await;
    let (leaves, stays) = (app.device("Z90001", me).await, app.device("Z90001", me).await);
    let (gone, kept) = (service.browser(), service.browser());
    ask(&leaves, &own_page(me), &gone).await;
    ask(&stays, &own_page(me), &kept).await;
    let (person, _) = app.with_password(Role::PracticeManager, "Z90001").await;
    let (signs_out, loses) = (app.browser_of(person).await, app.person(Role::PracticeManager, "Z90001").await);
    let (out, lost) = (service.browser(), service.browser());
    ask(&signs_out, MANAGERS, &out).await;
    ask(&loses, MANAGERS, &lost).await;
    deliver(&app).await;
    leaves.form("/sign-out", &[]).await;
    signs_out.form("/sign-out", &[]).await;
    let take = "UPDATE role_grant SET revoked_at = granted_at WHERE id = (SELECT g.id FROM role_grant g \
                JOIN push_subscription p ON p.person = g.person WHERE p.session IN \
                (SELECT id FROM session WHERE revoked_at IS NULL))";
    app.test.transaction(&[take]).await.unwrap();
    counted(&app, me, 25).await;
    deliver(&app).await;
    assert_eq!(service.titles(&kept), [OWN]);
    for browser in [&gone, &out, &lost] {
        assert!(service.titles(browser).is_empty());
    }
    assert_eq!((living(&app).await, why(&app).await), (1, vec!["not-theirs".to_owned(); 3]));
    // Without anything to tell it ends too: the device's days are over.
    app.clock.set(now() + Duration::days(91));
    tidy(&app.state).await.unwrap();
    assert_eq!(living(&app).await, 0);
});

both_databases!(it_ends_when_the_practice_closes, |test: TestDb| async move {
    let (app, service) = (started(test).await, PushService::start().await);
    let me = app.clinician("Z90001", "Dr A").await;
    ask(&app.device("Z90001", me).await, &own_page(me), &service.browser()).await;
    tidy(&app.state).await.unwrap();
    assert_eq!(living(&app).await, 1);
    let fact = Dated {
        code: "Z90001".parse().unwrap(),
        kind: OrganisationKind::Practice,
        effective_on: "2026-11-01".parse().unwrap(),
        recorded_at: now(),
        fact: Fact::Closed { successor: None },
    };
    let import = Import { source: "test", effective_on: fact.effective_on, file_sha256: String::new() };
    organisations::append(app.test.db.schema(), &import, &[fact], now()).await.unwrap();
    app.clock.set(now() + Duration::days(1));
    tidy(&app.state).await.unwrap();
    assert_eq!(living(&app).await, 0);
});

both_databases!(it_goes_on_when_the_same_person_signs_in_again_in_that_browser, |test: TestDb| async move {
    let (app, service) = (started(test).await, PushService::start().await);
    let (person, email) = app.with_password(Role::PracticeManager, "Z90001").await;
    let (browser, desk) = (app.browser_of(person).await, service.browser());
    ask(&browser, MANAGERS, &desk).await;
    let sign_in = |email: String| {
        let browser = &browser;
        async move { browser.form("/sign-in", &[("email", &email), ("password", PASSWORD)]).await.is(303).status }
    };
    sign_in(email).await;
    tidy(&app.state).await.unwrap();
    assert_eq!(living(&app).await, 1);
    // The first session ended, and its cookie is another's no more.
    assert_eq!(number(&app, "session WHERE revoked_at IS NOT NULL").await, 1);
    // A colleague who signs in there is not told what the first asked for.
    let again = "UPDATE push_subscription SET session = (SELECT id FROM session WHERE revoked_at IS NOT NULL)";
    app.test.transaction(&["UPDATE session SET revoked_at = NULL", again]).await.unwrap();
    let (_, colleague) = app.with_password(Role::PracticeManager, "Z90001").await;
    sign_in(colleague).await;
    tidy(&app.state).await.unwrap();
    assert_eq!((living(&app).await, why(&app).await), (0, vec!["not-theirs".to_owned()]));
});

both_databases!(an_older_master_key_signs_while_it_lies_there, |test: TestDb| async move {
    let (app, service) = (started(test).await, PushService::start().await);
    let me = app.clinician("Z90001", "Dr A").await;
    let device = app.device("Z90001", me).await;
    let key = key_of(&device, &own_page(me)).await;
    let browser = service.browser();
    ask(&device, &own_page(me), &browser).await;
    let rotated = with_keys(&app, Keys::new(&[4; 32], &[[3; 32]])).await;
    run_once(&rotated, &teller()).await.unwrap();
    assert!(service.pushed()[0].signed_by(&key).is_some());
    let without = with_keys(&app, Keys::new(&[4; 32], &[])).await;
    counted(&app, me, 25).await;
    limits::run_once(&without, None).await.unwrap();
    run_once(&without, &teller()).await.unwrap();
    assert_eq!((service.pushed().len(), why(&app).await), (1, vec!["no-key".to_owned()]));
    let page = device.get(&own_page(me)).await;
    assert!(page.is(200).body.contains("the key of this service was replaced"), "{}", page.body);
});

both_databases!(notifications_are_their_own_persons_alone, |test: TestDb| async move {
    let (app, service) = (started(test).await, PushService::start().await);
    let (me, other) = (app.clinician("Z90001", "Dr A").await, app.clinician("Z90001", "Dr B").await);
    let (device, manager) = (app.device("Z90001", me).await, app.person(Role::PracticeManager, "Z90001").await);
    ask(&device, &own_page(me), &service.browser()).await;
    ask(&manager, MANAGERS, &service.browser()).await;
    let own_end = end_of(&device.get(&own_page(me)).await);
    let managers_end = end_of(&manager.get(MANAGERS).await);
    let colleague = app.person(Role::PracticeManager, "Z90001").await;
    assert!(colleague.get(MANAGERS).await.is(200).body.contains("None yet"));
    colleague.form(&managers_end, &[]).await.is(404);
    let stands_in = own_end.replace(&me.to_string(), &other.to_string());
    app.device("Z90001", other).await.form(&stands_in, &[]).await.is(404);
    let clients: [(Client, u16); 7] = [
        (app.person(Role::PracticeManager, "Z90002").await, 404),
        (app.person(Role::LmcOfficer, "east").await, 404),
        (app.person(Role::IcbAnalyst, "XDA").await, 404),
        (app.person(Role::Administrator, "england").await, 404),
        (app.display("Z90001", true).await, 403),
        (app.key(Role::PracticeManager, "Z90001", &KeyScope::ALL).await, 403),
        (app.stranger(), 303),
    ];
    for (client, status) in &clients {
        for (page, end) in [(MANAGERS.to_owned(), &managers_end), (own_page(me), &own_end)] {
            let seen = client.get(&page).await.status.as_u16();
            assert!(seen == *status || (seen, *status) == (404, 403), "{page}: {seen}");
            for path in [&page, end] {
                let refused = client.form(path, &[]).await.status.as_u16();
                assert!([401, 403, 404].contains(&refused), "{path}: {refused}");
            }
        }
    }
    // A manager counts for a clinician and is told of none by name; a device hears of nobody else.
    manager.get(&own_page(me)).await.is(403);
    device.get(MANAGERS).await.is(403);
    assert_eq!(living(&app).await, 2);
    // An id that stands for a colleague's is nobody's.
    let id = managers_end.rsplit('/').nth(1).unwrap().to_owned();
    let (browser, key) = (service.browser(), key_of(&device, &own_page(me)).await);
    let (public, auth) = (browser.public(), browser.auth());
    let fields =
        [("id", &*id), ("endpoint", &*browser.endpoint), ("public_key", &*public), ("auth", &*auth), ("key", &*key)];
    device.form(&own_page(me), &fields).await.is(409);
});

both_databases!(what_no_browser_sends_is_refused_and_nothing_is_kept, |test: TestDb| async move {
    let (app, service) = (started(test).await, PushService::start().await);
    let me = app.clinician("Z90001", "Dr A").await;
    let (device, page, browser) = (app.device("Z90001", me).await, own_page(me), service.browser());
    let (id, key) = (id(), key_of(&device, &page).await);
    let (public, auth, long) = (browser.public(), browser.auth(), format!("https://example.org/{}", "a".repeat(600)));
    let good =
        [("id", &*id), ("endpoint", &*browser.endpoint), ("public_key", &*public), ("auth", &*auth), ("key", &*key)];
    for (field, wrong) in [
        ("id", "x"),
        ("endpoint", ""),
        ("endpoint", "http://example.org/push"),
        ("endpoint", "https://10.0.0.1/push"),
        ("endpoint", "https://169.254.169.254/latest/meta-data"),
        ("endpoint", "https://[::ffff:10.0.0.1]/push"),
        ("endpoint", "https://me:secret@example.org/push"),
        ("endpoint", "file:///etc/passwd"),
        ("endpoint", &long),
        ("public_key", ""),
        ("public_key", "BA"),
        ("public_key", &auth),
        ("auth", ""),
        ("auth", &public),
        ("auth", "\0"),
        ("key", ""),
        ("key", &public),
    ] {
        let fields = good.map(|(name, text)| (name, if name == field { wrong } else { text }));
        let reply = device.form(&page, &fields).await;
        assert!(reply.is(422).body.contains("There is a problem"), "{field} {wrong}: {}", reply.body);
    }
    device.form(&page, &[]).await.is(422);
    assert_eq!(number(&app, "push_subscription").await, 0);
    device.form(&page, &good).await.is(303);
    device.form(&page, &good).await.is(303);
    let elsewhere = good.map(|(name, text)| (name, if name == "endpoint" { "https://example.org/x" } else { text }));
    device.form(&page, &elsewhere).await.is(409);
    // The same browser with another key takes its own place.
    ask(&device, &page, &browser.key_changed()).await;
    assert_eq!(living(&app).await, 1);
    for _ in 0..4 {
        ask(&device, &page, &service.browser()).await;
    }
    let full = asked(&device, &page, &service.browser()).await;
    assert!(full.is(422).body.contains("5 browsers, which is the most"), "{}", full.body);
    for _ in 0..4 {
        device.form(&end_of(&device.get(&page).await), &[]).await.is(303);
        ask(&device, &page, &service.browser()).await;
    }
    device.form(&end_of(&device.get(&page).await), &[]).await.is(303);
    asked(&device, &page, &service.browser()).await.is(429);
    app.clock.set(now() + Duration::minutes(61));
    ask(&device, &page, &service.browser()).await;
});

both_databases!(without_a_setting_this_computer_is_not_told, |test: TestDb| async move {
    let (app, service) = (TestApp::start(test).await, PushService::start().await);
    let me = app.clinician("Z90001", "Dr A").await;
    let device = app.device("Z90001", me).await;
    let refused = asked(&device, &own_page(me), &service.browser()).await;
    assert!(refused.is(422).body.contains("push service cannot be used from here"), "{}", refused.body);
    // A name that came to mean this computer after it was asked for.
    let named = PushService::start().await;
    let mut browser = named.browser();
    browser.endpoint = "https://push.example.org/x".to_owned();
    ask(&device, &own_page(me), &browser).await;
    let inside = format!("UPDATE push_subscription SET endpoint = '{}/push/0'", named.origin);
    app.test.transaction(&[&inside]).await.unwrap();
    let teller = Teller::new(Reach { internet: true, here: false }).unwrap();
    assert_eq!(run_once(&app.state, &teller).await.unwrap(), 0);
    assert!(named.pushed().is_empty());
    assert_eq!(number(&app, "push_message WHERE state = 'dropped'").await, 1);
});

both_databases!(a_clock_that_is_doubted_tells_no_browser, |test: TestDb| async move {
    let (app, service) = (started(test).await, PushService::start().await);
    let me = app.clinician("Z90001", "Dr A").await;
    ask(&app.device("Z90001", me).await, &own_page(me), &service.browser()).await;
    jobs::clock::look(&app.state).await.unwrap();
    app.clock.set(now() + Duration::days(400));
    jobs::clock::look(&app.state).await.unwrap();
    assert!(app.clock.is_doubted());
    tidy(&app.state).await.unwrap();
    assert_eq!((deliver(&app).await, living(&app).await), (0, 1));
    app.clock.set(now() + Duration::minutes(1));
    jobs::clock::look(&app.state).await.unwrap();
    assert_eq!(deliver(&app).await, 1);
});
