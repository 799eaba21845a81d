//! Webhooks: a real program on this machine is told what happens, and nothing else is.

use std::time::Duration as Real;

use chrono::Duration;
use entity::ids::ClinicianId;
use headroom::{
    config::{Keys, Options},
    domain::access::{KeyScope, Role},
    exchange::webhook::Teller,
    jobs::{
        self,
        webhooks::{self, limits, reach, run_once},
    },
    state::{AppState, StateConfig},
};
use serde_json::json;
use uuid::Uuid;

use crate::support::{
    app::{Client, Reply, TestApp, eventually, now},
    databases::{Kind, TestDb, both_databases},
    receiver::{Answers, Receiver, Told},
};

const PAGE: &str = "/practices/Z90001/webhooks";
const DIVERT: &str = "/api/v1/practices/Z90001/divert";
const ALL: [&str; 4] = ["limit.reached", "divert.started", "divert.ended", "status.changed"];

fn id() -> String {
    Uuid::now_v7().to_string()
}

async fn started(test: TestDb) -> TestApp {
    TestApp::start_with(test, Options { webhooks_here: Some(true), ..Options::default() }).await
}

fn form<'a>(id: &'a str, address: &'a str, events: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let events = events.iter().map(|event| ("events", *event));
    [("id", id), ("address", address)].into_iter().chain(events).collect()
}

fn secret_of(reply: &Reply) -> String {
    let (_, rest) = reply.is(200).body.split_once("whsec_").unwrap_or_else(|| panic!("{}", reply.body));
    format!("whsec_{}", rest.split('<').next().unwrap())
}

/// Makes a webhook as its manager does; answers its secret.
async fn made(app: &TestApp, practice: &str, receiver: &Receiver, events: &[&str]) -> String {
    let manager = app.person(Role::PracticeManager, practice).await;
    let page = format!("/practices/{practice}/webhooks");
    secret_of(&manager.form(&page, &form(&id(), &receiver.address, events)).await)
}

fn teller(app: &TestApp) -> Teller {
    Teller::new(reach(&app.state)).unwrap()
}

/// Delivers until nothing is due.
async fn deliver(app: &TestApp) -> usize {
    let (teller, mut taken) = (teller(app), 0);
    loop {
        match run_once(&app.state, &teller).await.unwrap() {
            0 => return taken,
            n => taken += n,
        }
    }
}

async fn divert(app: &TestApp, practice: &str) -> String {
    let divert = id();
    let path = format!("/api/v1/practices/{practice}/divert");
    let manager = app.manager(practice).await;
    manager.post(&path, json!({ "id": divert, "guard_rail": "2026-04" })).await.is(201);
    divert
}

async fn states(app: &TestApp) -> Vec<String> {
    app.test.column("SELECT state FROM webhook_message ORDER BY queued_at, id").await
}

async fn number(app: &TestApp, of: &str) -> i64 {
    app.test.number(&format!("SELECT count(*) FROM {of}")).await
}

/// The path of the buttons of the first webhook.
async fn first(app: &TestApp, practice: &str) -> String {
    let manager = app.person(Role::PracticeManager, practice).await;
    let page = manager.get(&format!("/practices/{practice}/webhooks")).await;
    let end = page.is(200).body.find("/revoke\"").unwrap();
    let from = page.body[..end].rfind("/practices").unwrap();
    page.body[from..end].to_owned()
}

both_databases!(what_happens_reaches_the_practices_own_program_signed, |test: TestDb| async move {
    let app = started(test).await;
    let (own, neighbour) = (Receiver::start().await, Receiver::start().await);
    let secret = made(&app, "Z90001", &own, &ALL).await;
    let other = made(&app, "Z90002", &neighbour, &ALL).await;
    let divert = divert(&app, "Z90001").await;
    let manager = app.manager("Z90001").await;
    manager.post(&format!("{DIVERT}/end"), json!({ "id": id(), "divert": divert })).await.is(201);
    let status = json!({ "id": id(), "item": "safe-contact-limit", "status": "paused-since",
        "effective_on": "2026-11-16", "decided_on": "2026-11-02" });
    // Sent twice, told once.
    manager.post("/api/v1/practices/Z90001/actions", status.clone()).await.is(201);
    manager.post("/api/v1/practices/Z90001/actions", status.clone()).await.is(200);
    // What is only thought about, or planned, stays.
    for (status, day) in [("thinking", "2026-11-16"), ("pausing-from", "2027-02-01")] {
        let body = json!({ "id": id(), "item": "referral-rationing", "status": status, "effective_on": day });
        manager.post("/api/v1/practices/Z90001/actions", body).await.is(201);
    }
    assert_eq!(deliver(&app).await, 3);
    assert_eq!(deliver(&app).await, 0, "each once");
    let told = own.told();
    let of = |event: &str| told.iter().find(|told| told.json()["type"] == event).unwrap();
    assert_eq!(told.len(), 3, "{told:?}");
    for one in &told {
        assert!(one.is_signed_with(&secret) && !one.is_signed_with(&other));
        assert_eq!(one.header("content-type"), "application/json");
        assert!(one.header("user-agent").starts_with("headroom/"));
        assert_eq!(one.header("webhook-timestamp"), now().timestamp().to_string());
        assert!(one.id().parse::<Uuid>().is_ok());
        let changed = Told { body: format!("{} ", one.body), ..one.clone() };
        assert!(!changed.is_signed_with(&secret));
        for secret in ["decided", "2026-11-02", "example.invalid", "Somebody"] {
            assert!(!one.body.contains(secret), "{secret}: {}", one.body);
        }
    }
    let at = "2026-11-20T12:00:00Z";
    let expected =
        json!({ "type": "divert.started", "occurred_at": at, "practice": "Z90001", "data": { "divert": divert } });
    assert_eq!(of("divert.started").json(), expected);
    assert_eq!(of("divert.ended").json()["data"], json!({ "divert": divert, "started_at": at }));
    let data = json!({ "id": status["id"], "item": "safe-contact-limit", "subject": null, "status": "paused-since",
        "effective_on": "2026-11-16" });
    assert_eq!(of("status.changed").json()["data"], data);
    assert!(neighbour.told().is_empty(), "another practice's program heard of it");
});

both_databases!(a_program_is_told_what_was_chosen_for_it, |test: TestDb| async move {
    let app = started(test).await;
    let (starts, ends) = (Receiver::start().await, Receiver::start().await);
    made(&app, "Z90001", &starts, &["divert.started"]).await;
    made(&app, "Z90001", &ends, &["divert.ended", "limit.reached"]).await;
    let divert = divert(&app, "Z90001").await;
    let end = json!({ "id": id(), "divert": divert });
    app.manager("Z90001").await.post(&format!("{DIVERT}/end"), end).await.is(201);
    assert_eq!(deliver(&app).await, 2);
    let kinds =
        |receiver: &Receiver| receiver.told().iter().map(|told| told.json()["type"].clone()).collect::<Vec<_>>();
    assert_eq!((kinds(&starts), kinds(&ends)), (vec![json!("divert.started")], vec![json!("divert.ended")]));
});

/// Numbers of a day for some clinicians.
async fn counted(app: &TestApp, practice: &str, clinicians: &[ClinicianId], n: u32) {
    let manager = app.manager(practice).await;
    for clinician in clinicians {
        let path = format!("/api/v1/practices/{practice}/clinicians/{clinician}/days/2026-11-20");
        manager.put(&path, json!({ "n": n })).await.is(200);
    }
}

both_databases!(the_limit_is_told_once_a_day_without_anybodys_count, |test: TestDb| async move {
    let app = started(test).await;
    let (own, small) = (Receiver::start().await, Receiver::start().await);
    made(&app, "Z90001", &own, &ALL).await;
    made(&app, "Z90002", &small, &ALL).await;
    let mut clinicians = Vec::new();
    for label in ["Dr A", "Dr B", "Dr C"] {
        clinicians.push(app.clinician("Z90001", label).await);
    }
    let two = [app.clinician("Z90002", "Dr Y").await, app.clinician("Z90002", "Dr Z").await];
    counted(&app, "Z90002", &two, 25).await;
    counted(&app, "Z90001", &clinicians[..2], 31).await;
    counted(&app, "Z90001", &clinicians[2..], 24).await;
    limits::run_once(&app.state, None).await.unwrap();
    assert_eq!(deliver(&app).await, 0, "one has one left, and of two each knows what the other did");
    counted(&app, "Z90001", &clinicians[2..], 25).await;
    for _ in 0..3 {
        limits::run_once(&app.state, None).await.unwrap();
        deliver(&app).await;
    }
    // Room is made, and used up again: it is the same day.
    counted(&app, "Z90001", &clinicians[2..], 20).await;
    limits::run_once(&app.state, None).await.unwrap();
    counted(&app, "Z90001", &clinicians[2..], 26).await;
    limits::run_once(&app.state, None).await.unwrap();
    deliver(&app).await;
    let told = own.told();
    assert_eq!(told.len(), 1, "{told:?}");
    let expected = json!({ "type": "limit.reached", "occurred_at": "2026-11-20T12:00:00Z", "practice": "Z90001",
        "data": { "day": "2026-11-20" } });
    assert_eq!(told[0].json(), expected);
    assert!(small.told().is_empty());
});

both_databases!(the_service_by_itself_finds_out_and_tells, |test: TestDb| async move {
    let app = started(test).await;
    let own = Receiver::start().await;
    made(&app, "Z90001", &own, &ALL).await;
    tokio::spawn(webhooks::run(app.state.clone()));
    divert(&app, "Z90001").await;
    eventually("a divert", || async { own.told().len() == 1 }).await;
    let mut clinicians = Vec::new();
    for label in ["Dr A", "Dr B", "Dr C"] {
        clinicians.push(app.clinician("Z90001", label).await);
    }
    counted(&app, "Z90001", &clinicians, 25).await;
    eventually("the limit", || async { own.told().iter().any(|told| told.json()["type"] == "limit.reached") }).await;
    app.state.stopping.cancel();
});

both_databases!(what_was_not_taken_is_told_again_under_the_same_id, |test: TestDb| async move {
    let app = started(test).await;
    let own = Receiver::start().await;
    let secret = made(&app, "Z90001", &own, &ALL).await;
    own.answers(Answers::With(500));
    divert(&app, "Z90001").await;
    assert_eq!(deliver(&app).await, 0);
    app.clock.set(now() + Duration::seconds(4));
    assert_eq!(deliver(&app).await, 0);
    assert_eq!(own.told().len(), 1, "too early");
    let page = app.person(Role::PracticeManager, "Z90001").await.get(PAGE).await.body;
    assert!(page.contains("Not taken yet") && page.contains("status 500"), "{page}");
    assert!(!page.contains("Dr Secret"), "what a program answers is shown");
    app.clock.set(now() + Duration::seconds(5));
    own.answers(Answers::With(200));
    assert_eq!(deliver(&app).await, 1);
    app.clock.set(now() + Duration::days(2));
    assert_eq!(deliver(&app).await, 0);
    let told = own.told();
    assert_eq!(told.len(), 2);
    assert_eq!((told[0].id(), &told[0].body), (told[1].id(), &told[1].body));
    assert_ne!(told[0].header("webhook-timestamp"), told[1].header("webhook-timestamp"));
    assert_ne!(told[0].header("webhook-signature"), told[1].header("webhook-signature"));
    assert!(told.iter().all(|told| told.is_signed_with(&secret)));
    let page = app.person(Role::PracticeManager, "Z90001").await.get(PAGE).await.body;
    assert!(page.contains("Taken") && page.contains("2 tries") && page.contains(" ms"), "{page}");
    assert!(!page.contains("token=quiet") && !page.contains("whsec_"), "{page}");
});

both_databases!(a_redirect_is_not_followed_and_no_answer_is_read_to_its_end, |test: TestDb| async move {
    let app = started(test).await;
    let own = Receiver::start().await;
    made(&app, "Z90001", &own, &ALL).await;
    own.answers(Answers::Elsewhere);
    divert(&app, "Z90001").await;
    assert_eq!(deliver(&app).await, 0);
    let paths: Vec<String> = own.told().into_iter().map(|told| told.path).collect();
    assert_eq!(paths, ["/told"]);
    app.clock.set(now() + Duration::seconds(5));
    own.answers(Answers::Endless);
    let taken = tokio::time::timeout(Real::from_secs(5), deliver(&app)).await;
    assert_eq!(taken.unwrap(), 1);
});

both_databases!(a_program_that_does_not_answer_is_left_after_ten_seconds, |test: TestDb| async move {
    let app = started(test).await;
    let (slow, quick) = (Receiver::start().await, Receiver::start().await);
    made(&app, "Z90001", &slow, &ALL).await;
    made(&app, "Z90002", &quick, &ALL).await;
    slow.answers(Answers::After(60_000, 200));
    divert(&app, "Z90001").await;
    divert(&app, "Z90002").await;
    let began = std::time::Instant::now();
    let (state, teller) = (app.state.clone(), teller(&app));
    let running = tokio::spawn(async move { run_once(&state, &teller).await });
    eventually("the neighbour's", || async { quick.told().len() == 1 }).await;
    assert!(began.elapsed() < Real::from_secs(5), "one that is slow holds up another's");
    assert_eq!(running.await.unwrap().unwrap(), 1);
    assert!((9..14).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
    let failure = app.test.column("SELECT failure FROM webhook_message WHERE failure IS NOT NULL").await;
    assert_eq!(failure, ["too-late"]);
});

both_databases!(after_a_day_it_is_given_up_and_the_manager_hears_of_it, |test: TestDb| async move {
    let app = started(test).await;
    let own = Receiver::start().await;
    made(&app, "Z90001", &own, &ALL).await;
    let address = own.address.clone();
    own.leave().await;
    let divert = divert(&app, "Z90001").await;
    let mut at = now();
    for wait in [0, 5, 60, 300, 1_800, 7_200, 18_000, 28_800] {
        at += Duration::seconds(wait);
        app.clock.set(at);
        assert_eq!(deliver(&app).await, 0);
        assert_eq!(states(&app).await, ["waiting"], "after {wait} s");
    }
    let end = json!({ "id": id(), "divert": divert });
    app.manager("Z90001").await.post(&format!("{DIVERT}/end"), end).await.is(201);
    app.clock.set(at + Duration::seconds(28_800));
    deliver(&app).await;
    assert!(app.clock.now() - now() > Duration::hours(23));
    let mut came = states(&app).await;
    came.sort();
    assert_eq!(came, ["ended", "given-up"]);
    assert_eq!(
        app.test.number("SELECT CAST(attempts AS bigint) FROM webhook_message WHERE state = 'given-up'").await,
        9
    );
    // Every manager of the practice, and nobody else.
    let managers = number(&app, "role_grant WHERE organisation = 'Z90001'").await;
    assert_eq!(number(&app, "account_mail WHERE about = 'webhook-stopped'").await, managers);
    assert_eq!(number(&app, "audit_event WHERE event = 'webhook.stopped' AND organisation = 'Z90001'").await, 1);
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let page = manager.get(PAGE).await.body;
    assert!(page.contains("Given up") && page.contains("could not be reached"), "{page}");
    // Nothing more goes there until somebody wants it.
    let path = first(&app, "Z90001").await;
    manager.form(&format!("{path}/test"), &[("id", &id())]).await.is(409);
    app.manager("Z90001").await.post(DIVERT, json!({ "id": id(), "guard_rail": "2026-04" })).await.is(201);
    assert_eq!(number(&app, "webhook_message").await, 2);
    let again = Receiver::at(&address).await;
    for _ in 0..2 {
        manager.form(&format!("{path}/start"), &[]).await.is(303);
    }
    manager.form(&format!("{path}/test"), &[("id", &id())]).await.is(303);
    assert_eq!(deliver(&app).await, 1);
    assert_eq!(again.told()[0].json()["type"], "webhook.test");
});

both_databases!(a_program_that_says_it_is_gone_is_told_nothing_more, |test: TestDb| async move {
    let app = started(test).await;
    let own = Receiver::start().await;
    made(&app, "Z90001", &own, &ALL).await;
    own.answers(Answers::With(410));
    divert(&app, "Z90001").await;
    deliver(&app).await;
    assert_eq!(states(&app).await, ["given-up"]);
    assert_eq!(number(&app, "webhook WHERE stopped_at IS NOT NULL").await, 1);
});

both_databases!(a_webhook_that_was_ended_is_told_nothing_more, |test: TestDb| async move {
    let app = started(test).await;
    let own = Receiver::start().await;
    made(&app, "Z90001", &own, &ALL).await;
    let divert = divert(&app, "Z90001").await;
    let path = first(&app, "Z90001").await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    for _ in 0..2 {
        manager.form(&format!("{path}/revoke"), &[]).await.is(303);
    }
    let end = json!({ "id": id(), "divert": divert });
    app.manager("Z90001").await.post(&format!("{DIVERT}/end"), end).await.is(201);
    assert_eq!(deliver(&app).await, 0);
    assert!(own.told().is_empty());
    assert_eq!(states(&app).await, ["ended"]);
    for act in ["test", "start"] {
        manager.form(&format!("{path}/{act}"), &[("id", &id())]).await.is(404);
    }
    assert!(!manager.get(PAGE).await.body.contains("127.0.0.1"));
    let events = app.test.column("SELECT event FROM audit_event WHERE event LIKE 'webhook%' ORDER BY seq").await;
    assert_eq!(events, ["webhook.made", "webhook.revoked"]);
    // What was on its way when it was ended stays ended, and is not told again.
    made(&app, "Z90001", &own, &ALL).await;
    own.answers(Answers::After(500, 500));
    app.manager("Z90001").await.post(DIVERT, json!({ "id": id(), "guard_rail": "2026-04" })).await.is(201);
    let path = first(&app, "Z90001").await;
    let (state, teller) = (app.state.clone(), teller(&app));
    let running = tokio::spawn(async move { run_once(&state, &teller).await });
    eventually("it is on its way", || async { own.told().len() == 1 }).await;
    manager.form(&format!("{path}/revoke"), &[]).await.is(303);
    running.await.unwrap().unwrap();
    app.clock.set(now() + Duration::hours(2));
    deliver(&app).await;
    assert_eq!((own.told().len(), number(&app, "webhook_message WHERE state <> 'ended'").await), (1, 0));
});

both_databases!(two_nodes_tell_each_message_once, |test: TestDb| async move {
    let app = started(test).await;
    let other = AppState::new(StateConfig {
        db: app.test.other_node().await,
        clock: app.clock.clone(),
        settings: app.state.settings.clone(),
        keys: Keys::new(&[3; 32], &[]),
        demo: false,
    })
    .unwrap();
    let own = Receiver::start().await;
    made(&app, "Z90001", &own, &ALL).await;
    own.answers(Answers::After(30, 200));
    for _ in 0..6 {
        let divert = divert(&app, "Z90001").await;
        let end = json!({ "id": id(), "divert": divert });
        app.manager("Z90001").await.post(&format!("{DIVERT}/end"), end).await.is(201);
    }
    let teller = teller(&app);
    let mut taken = 0;
    for _ in 0..40 {
        let both = tokio::join!(run_once(&app.state, &teller), run_once(&other, &teller));
        taken += both.0.unwrap() + both.1.unwrap();
    }
    let mut ids: Vec<String> = own.told().iter().map(|told| told.id().to_owned()).collect();
    assert_eq!((taken, ids.len()), (12, 12));
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 12);
    // The same of what both find out.
    let mut clinicians = Vec::new();
    for label in ["Dr A", "Dr B", "Dr C"] {
        clinicians.push(app.clinician("Z90001", label).await);
    }
    counted(&app, "Z90001", &clinicians, 25).await;
    let (one, two) = tokio::join!(limits::run_once(&app.state, None), limits::run_once(&other, None));
    one.unwrap();
    two.unwrap();
    assert_eq!(deliver(&app).await, 1);
});

both_databases!(what_cannot_be_noted_is_told_again_under_the_same_id, |test: TestDb| async move {
    let app = started(test).await;
    let own = Receiver::start().await;
    made(&app, "Z90001", &own, &ALL).await;
    divert(&app, "Z90001").await;
    // As when the disk fills up between the delivery and the note.
    let (fill, free) = match app.test.kind() {
        Kind::Sqlite => (
            "CREATE TRIGGER full_disk BEFORE UPDATE ON webhook_message WHEN NEW.state = 'delivered' \
             BEGIN SELECT RAISE(ABORT, 'no space'); END",
            "DROP TRIGGER full_disk",
        ),
        Kind::Postgres => (
            "ALTER TABLE webhook_message ADD CONSTRAINT full_disk CHECK (state <> 'delivered')",
            "ALTER TABLE webhook_message DROP CONSTRAINT full_disk",
        ),
    };
    app.test.transaction(&[fill]).await.unwrap();
    let teller = teller(&app);
    run_once(&app.state, &teller).await.unwrap_err();
    app.test.transaction(&[free]).await.unwrap();
    assert_eq!(run_once(&app.state, &teller).await.unwrap(), 0, "it is another node's for a minute");
    app.clock.set(now() + Duration::minutes(1));
    assert_eq!(run_once(&app.state, &teller).await.unwrap(), 1);
    let told = own.told();
    assert_eq!((told.len(), told[0].id()), (2, told[1].id()));
    // What cannot be written does not happen, and is not told.
    let statement = match app.test.kind() {
        Kind::Sqlite => {
            "CREATE TRIGGER full_disk BEFORE INSERT ON webhook_message BEGIN SELECT RAISE(ABORT, 'no space'); END"
        }
        Kind::Postgres => "ALTER TABLE webhook_message ADD CONSTRAINT full_disk CHECK (state <> 'waiting') NOT VALID",
    };
    app.test.transaction(&[statement]).await.unwrap();
    let manager = app.manager("Z90001").await;
    let divert = manager.get(DIVERT).await.is(200).json()["divert"].clone();
    let refused = manager.post(&format!("{DIVERT}/end"), json!({ "id": id(), "divert": divert })).await;
    assert!(refused.status.is_server_error(), "{refused:?}");
    assert_eq!(number(&app, "divert_end").await, 0);
});

both_databases!(nothing_is_signed_with_a_time_that_is_doubted, |test: TestDb| async move {
    let app = started(test).await;
    let own = Receiver::start().await;
    made(&app, "Z90001", &own, &ALL).await;
    divert(&app, "Z90001").await;
    jobs::clock::look(&app.state).await.unwrap();
    app.clock.set(now() + Duration::days(400));
    jobs::clock::look(&app.state).await.unwrap();
    assert!(app.clock.is_doubted());
    assert_eq!(deliver(&app).await, 0);
    assert!(own.told().is_empty());
    app.clock.set(now() + Duration::minutes(1));
    jobs::clock::look(&app.state).await.unwrap();
    assert_eq!(deliver(&app).await, 1);
});

both_databases!(a_secret_is_shown_once_and_kept_nowhere, |test: TestDb| async move {
    let app = started(test).await;
    let own = Receiver::start().await;
    let (person, _) = app.with_password(Role::PracticeManager, "Z90001").await;
    let manager = app.browser_of(person).await;
    let (form_id, address) = (id(), own.address.clone());
    let fields = form(&form_id, &address, &ALL);
    // A second press of the button is the same webhook, and shows the same secret.
    let secret = secret_of(&manager.form(PAGE, &fields).await);
    assert_eq!(secret_of(&manager.form(PAGE, &fields).await), secret);
    assert_eq!(number(&app, "webhook").await, 1);
    // Nobody else sees it, nor does anybody later.
    let colleague = app.person(Role::PracticeManager, "Z90001").await;
    let seen = colleague.form(PAGE, &fields).await;
    assert!(seen.is(200).body.contains("cannot be shown again") && !seen.body.contains("whsec_"));
    app.clock.set(now() + Duration::minutes(10));
    let seen = app.browser_of(person).await.form(PAGE, &fields).await;
    assert!(!seen.is(200).body.contains("whsec_"));
    assert!(!manager.get(PAGE).await.is(200).body.contains("whsec_"));
    let plain = secret.trim_start_matches("whsec_");
    for table in app.test.tables().await {
        let rows = app.test.rows(&table).await.join("\n");
        assert!(
            !rows.contains(plain) && !rows.contains(&plain.replace('+', "-").replace('/', "_").replace('=', "")),
            "{table}"
        );
    }
    // The same id for another address is another thing.
    let other = form(&form_id, "http://127.0.0.1:9/", &ALL);
    manager.form(PAGE, &other).await.is(409);
});

both_databases!(webhooks_are_the_managers_alone, |test: TestDb| async move {
    let app = started(test).await;
    let own = Receiver::start().await;
    made(&app, "Z90001", &own, &ALL).await;
    let path = first(&app, "Z90001").await;
    let foreign = path.replace("Z90001", "Z90002");
    let neighbour = app.person(Role::PracticeManager, "Z90002").await;
    let fields = [("id", &*id()), ("address", &*own.address), ("events", ALL[0])];
    for act in ["test", "start", "revoke"] {
        neighbour.form(&format!("{path}/{act}"), &fields).await.is(404);
        neighbour.form(&format!("{foreign}/{act}"), &fields).await.is(404);
    }
    let me = app.clinician("Z90001", "Dr A").await;
    let others: [(Client, u16); 6] = [
        (neighbour, 404),
        (app.person(Role::LmcOfficer, "east").await, 404),
        (app.person(Role::Administrator, "england").await, 404),
        (app.device("Z90001", me).await, 403),
        (app.key(Role::PracticeManager, "Z90001", &KeyScope::ALL).await, 403),
        (app.stranger(), 303),
    ];
    for (client, status) in &others {
        client.get(PAGE).await.is(*status);
        let refused = client.form(PAGE, &fields).await.status.as_u16();
        assert!(refused == *status || refused == 401, "{refused}");
    }
    assert_eq!((number(&app, "webhook").await, number(&app, "webhook_message").await), (1, 0));
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    for page in ["/practices/Z90001/people", "/organisations/Z90001/keys"] {
        assert!(manager.get(page).await.is(200).body.contains(PAGE), "{page}");
    }
});

both_databases!(what_cannot_be_told_is_refused_where_it_is_typed, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    for (address, says) in [
        ("", "Write the address of your program"),
        ("http://example.org/told", "begins with https://"),
        ("https://10.0.0.1/told", "private network"),
        ("https://169.254.169.254/latest/", "private network"),
        ("https://[::ffff:127.0.0.1]/told", "private network"),
        ("http://127.0.0.1:4000/told", "begins with https://"),
        ("https://me:secret@example.org/", "Leave out the name and the password"),
    ] {
        let reply = manager.form(PAGE, &form(&id(), address, &ALL[..1])).await;
        assert!(reply.is(422).body.contains(says), "{address}: {}", reply.body);
        assert!(reply.body.contains(&address.replace('&', "&amp;")), "what was typed stays");
    }
    let none = manager.form(PAGE, &form(&id(), "https://example.org/told", &[])).await;
    assert!(none.is(422).body.contains("Choose what the program is told"));
    let addresses: Vec<String> = (0..4).map(|n| format!("https://example.org/told/{n}")).collect();
    for address in &addresses[..3] {
        secret_of(&manager.form(PAGE, &form(&id(), address, &ALL[..2])).await);
    }
    let twice = manager.form(PAGE, &form(&id(), &addresses[0], &ALL)).await;
    assert!(twice.is(422).body.contains("There is a webhook to this address"));
    let full = manager.form(PAGE, &form(&id(), &addresses[3], &ALL)).await;
    assert!(full.is(422).body.contains("3 webhooks, which is the most"), "{}", full.body);
    assert_eq!(number(&app, "webhook").await, 3);
});

both_databases!(a_test_is_sent_once_for_each_press_and_ten_times_an_hour, |test: TestDb| async move {
    let app = started(test).await;
    let own = Receiver::start().await;
    made(&app, "Z90001", &own, &ALL[..1]).await;
    let (path, press) = (first(&app, "Z90001").await, id());
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    for _ in 0..2 {
        manager.form(&format!("{path}/test"), &[("id", &press)]).await.is(303);
    }
    assert_eq!(deliver(&app).await, 1);
    assert_eq!(own.told()[0].json()["type"], "webhook.test");
    for _ in 1..10 {
        manager.form(&format!("{path}/test"), &[("id", &id())]).await.is(303);
    }
    manager.form(&format!("{path}/test"), &[("id", &id())]).await.is(429);
    manager.form(&format!("{path}/test"), &[("id", "x")]).await.is(422);
    assert_eq!(number(&app, "webhook_message").await, 10);
    let happened = manager.get("/organisations/Z90001/happened").await.body;
    assert!(happened.contains("Sent a test to the webhook 127.0.0.1"), "{happened}");
});
