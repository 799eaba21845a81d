//! A computer whose clock jumped: the service as a process of its own, started with a clock that is a day or sixty days
//! ahead, sixty days behind, and right again. Nothing is erased or published, every tap lies on its own day, and `headroom
//! verify` agrees.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::Duration,
};

use chrono::{DateTime, Utc};
use entity::{
    contact, day_sheet,
    ids::{ClinicianId, DeviceId, SheetId},
};
use headroom::{
    clock::Clock,
    domain::{access::Role, calendar, standing::ClockState},
    error::AppError,
    jobs,
    store::{clock, demo, people},
    web::secrets,
};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::areas::{AREA, record, share};
use crate::support::{
    app::{TestApp, ods},
    databases::{Kind, Place, TestDb, both_databases},
};

const DAY: i64 = 24 * 60 * 60;

/// A service in a process of its own.
struct Served {
    child: Child,
    url: String,
}

struct Node {
    folder: tempfile::TempDir,
    place: Place,
}

impl Node {
    fn new(place: &Place) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for key in ["token.key", "noise.key"] {
            std::fs::write(folder.path().join(key), [3; 32]).unwrap();
        }
        Self { folder, place: place.clone() }
    }

    fn command(&self, words: &[&str], ahead: i64) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_headroom"));
        command
            .args(words)
            .env_clear()
            .env("HEADROOM_LOG", "warn")
            .arg(format!("--clock-ahead={ahead}"))
            .stdin(Stdio::null());
        match &self.place {
            Place::Sqlite(file) => command.arg("--data").arg(file.parent().unwrap()),
            Place::Postgres(url) => command.arg("--data").arg(self.folder.path()).args(["--database-url", url]),
        };
        command
    }

    fn run(&self, words: &[&str], ahead: i64) -> (bool, String) {
        let done = self.command(words, ahead).output().unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        (done.status.success(), said)
    }

    fn serve(&self, ahead: i64) -> Served {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap().to_string();
        drop(free);
        let mut child = self.command(&["serve", "--listen", &address], ahead).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = lines.map_while(Result::ok).any(|line| line.starts_with("Headroom is ready"));
        assert!(ready, "it serves");
        Served { child, url: format!("http://{address}") }
    }
}

impl Served {
    /// Counts one contact by the phone's queue and one alone, both by the phone's own clock.
    async fn tap(&self, who: ClinicianId, secret: &str) -> Vec<Uuid> {
        let of = format!("{}/api/v1/practices/Z90001/clinicians/{who}", self.url);
        let client = reqwest::Client::new();
        let now = Clock::system().now();
        let (queued, alone) = (Uuid::now_v7(), Uuid::now_v7());
        let body = json!({ "sent_at": now, "operations": [{ "id": queued, "occurred_at": now }] });
        for (path, body, status) in [
            (format!("{of}/contacts/batch"), body, 200),
            (format!("{of}/contacts"), json!({ "id": alone, "occurred_at": now }), 201),
        ] {
            let reply = client
                .post(&path)
                .header("cookie", format!("headroom=d.{secret}"))
                .header("origin", &self.url)
                .json(&body)
                .send()
                .await
                .unwrap();
            let (is, text) = (reply.status().as_u16(), reply.text().await.unwrap());
            assert_eq!(is, status, "{path}: {text}");
            assert!(!text.contains("refused"), "{text}");
        }
        vec![queued, alone]
    }

    /// Its jobs have had their turn by now.
    async fn stop(mut self) {
        tokio::time::sleep(Duration::from_secs(3)).await;
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().unwrap();
        let done = tokio::task::spawn_blocking(move || self.child.wait().unwrap());
        assert!(done.await.unwrap().success());
    }
}

/// A device of a clinician, by the clock of this machine.
async fn enrol(app: &TestApp, clinician: ClinicianId, now: DateTime<Utc>) -> String {
    let secret = secrets::fresh();
    let row = people::DeviceRow {
        practice: ods("Z90001"),
        id: DeviceId(Uuid::now_v7()),
        clinician,
        secret_hash: secrets::hash(&secret),
        enrolled_at: now,
        expires_at: now + chrono::Duration::days(200),
        last_seen_at: now,
        pin_hash: None,
        revoked_at: None,
    };
    people::add_device(app.test.db.schema(), row).await.unwrap();
    secret
}

both_databases!(a_clock_that_jumps_erases_and_publishes_nothing, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let now = Clock::system().now();
    app.clock.set(now);
    let who = app.clinician("Z90001", "Dr A").await;
    let secret = enrol(&app, who, now).await;
    app.test.adopt(&app.state.writer).await;
    // In sixty days these are older than thirteen weeks.
    let sheets: Vec<_> = (40..60)
        .map(|days| day_sheet::Model {
            practice: ods("Z90001"),
            id: SheetId(Uuid::now_v7()),
            clinician: who,
            day: calendar::london_day(now).minus_days(days),
            n: 20,
            entered_by: "clinician".to_owned(),
            recorded_at: now,
            recorded_by: Uuid::nil(),
        })
        .collect();
    app.state
        .writer
        .write(&headroom::domain::access::JobAuthority::new(), move |tx| {
            Box::pin(async move { Ok(demo::add(tx.conn(), sheets).await?) })
        })
        .await
        .unwrap();
    let node = Node::new(&app.test.place);
    let (made, said) = node.run(&["release", "make"], 0);
    assert!(made, "{said}");
    let mut tapped = Vec::new();
    let mut releases = None;
    for ahead in [0, DAY, 60 * DAY, -60 * DAY, 0] {
        let served = node.serve(ahead);
        let day = calendar::london_day(Clock::system().now());
        for id in served.tap(who, &secret).await {
            tapped.push((id, day));
        }
        served.stop().await;
        let made = app.test.number("SELECT count(*) FROM release").await;
        assert_eq!(*releases.get_or_insert(made), made, "{ahead}");
        if ahead.abs() > DAY {
            for words in [&["fold"][..], &["release", "make"]] {
                let (fine, said) = node.run(words, ahead);
                assert!(!fine && said.contains("clock of this computer"), "{said}");
            }
        }
        let (agrees, said) = node.run(&["verify"], ahead);
        assert!(agrees, "{ahead}: {said}");
    }
    assert_eq!(app.test.number("SELECT count(*) FROM day_sheet").await, 20);
    assert_eq!(app.test.number("SELECT count(*) FROM practice_day").await, 0);
    let contacts = contact::Entity::find().all(app.test.db.unscoped()).await.unwrap();
    assert_eq!(contacts.len(), tapped.len());
    for (id, day) in tapped {
        let one = contacts.iter().find(|row| row.id.0 == id).unwrap();
        assert_eq!(one.day, day, "{one:?}");
        let since = one.recorded_at - Clock::system().now();
        assert!(since < chrono::Duration::days(2), "{one:?}");
    }
    let marked = contacts.iter().filter(|row| row.clock_off).count();
    assert_eq!(marked, 4, "those of the two phases in which it was doubted");
});

both_databases!(a_doubted_clock_is_confirmed_by_an_administrator_alone, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    app.test.adopt(&app.state.writer).await;
    let was = app.clock.now();
    jobs::clock::look(&app.state).await.unwrap();
    assert!(!app.clock.is_doubted());
    app.clock.set(was + chrono::Duration::hours(26));
    assert!(!app.clock.is_doubted(), "a night's work may wait a day");
    app.clock.set(was + chrono::Duration::days(14));
    let refused = jobs::history::run_once(&app.state).await;
    assert!(matches!(refused, Err(AppError::Conflict(_))), "{refused:?}");
    let refused = jobs::releases::make_due(&app.state).await;
    assert!(matches!(refused, Err(AppError::Conflict(_))), "{refused:?}");
    assert_eq!(jobs::reminders::run_once(&app.state, None).await.unwrap(), None);
    // Counting goes on, is marked, and is not dated before what was recorded.
    let who = app.clinician("Z90001", "Dr A").await;
    let manager = app.manager("Z90001").await;
    let path = format!("/api/v1/practices/Z90001/clinicians/{who}/contacts");
    let tap = json!({ "id": Uuid::now_v7(), "occurred_at": was });
    manager.post(&path, tap).await.is(201);
    let stored = "SELECT count(*) FROM contact WHERE clock_off";
    assert_eq!(app.test.number(stored).await, 1);

    let manager = app.person(Role::PracticeManager, "Z90001").await;
    manager.get("/admin/clock").await.is(403);
    manager.form("/admin/clock", &[("sure", "yes")]).await.is(403);
    let root = app.person(Role::Administrator, "england").await;
    let page = root.get("/admin/clock").await;
    assert!(page.is(200).body.contains("Confirm the clock"), "{}", page.body);
    assert!(root.get("/admin/people").await.body.contains("Look at the clock"));
    root.form("/admin/clock", &[]).await.is(422);
    assert!(app.clock.is_doubted());
    root.form("/admin/clock", &[("sure", "yes")]).await.is(303);
    assert!(!app.clock.is_doubted());
    let audited = "SELECT count(*) FROM audit_event WHERE event = 'clock.confirmed'";
    assert_eq!(app.test.number(audited).await, 1);
    jobs::history::run_once(&app.state).await.unwrap().unwrap();
    let seen = clock::seen(app.test.db.unscoped()).await.unwrap().unwrap();
    assert_eq!(seen.latest, app.clock.now());
});

both_databases!(
    a_clock_that_fell_back_is_doubted_and_dates_nothing_before_what_is_anchored,
    |test: TestDb| async move {
        let app = TestApp::start(test).await;
        app.test.adopt(&app.state.writer).await;
        let was = app.clock.now();
        let who = app.clinician("Z90001", "Dr A").await;
        let path = format!("/api/v1/practices/Z90001/clinicians/{who}/contacts");
        let tap = async |at: DateTime<Utc>| -> Value {
            let manager = app.manager("Z90001").await;
            let tap = json!({ "id": Uuid::now_v7(), "occurred_at": at });
            manager.post(&path, tap).await.is(201).json()
        };
        jobs::clock::look(&app.state).await.unwrap();
        tap(was).await;
        app.clock.set(was + chrono::Duration::hours(20));
        jobs::clock::look(&app.state).await.unwrap();
        app.state.clock.confirmed();
        jobs::history::run_once(&app.state).await.unwrap().unwrap();
        // Back by less than a day: believed, and still no row goes in among those that are anchored.
        app.clock.set(was + chrono::Duration::minutes(1));
        app.state.believed().await.unwrap();
        tap(was).await;
        app.clock.set(was - chrono::Duration::days(60));
        tap(was).await;
        let everywhere = headroom::domain::access::JobAuthority::new().everywhere();
        let read = app.state.db.read(&everywhere);
        let (checked, wrong) = headroom::store::anchors::verify(read).await.unwrap();
        assert!(checked > 0 && wrong.is_empty(), "{checked} {wrong:?}");
        let (_, wrong) = headroom::store::digests::verify(read).await.unwrap();
        assert!(wrong.is_empty(), "{wrong:?}");
        assert!(app.state.believed().await.is_err());
    }
);

both_databases!(the_latest_time_seen_does_not_go_back, |test: TestDb| async move {
    let conn = test.db.schema();
    let late: DateTime<Utc> = "2026-11-20T12:00:00Z".parse().unwrap();
    clock::note(conn, late, late).await.unwrap();
    // Of a node that is a little behind, and believed.
    let early = late - chrono::Duration::hours(20);
    clock::note(conn, early, early).await.unwrap();
    let seen = clock::seen(test.db.unscoped()).await.unwrap().unwrap();
    assert_eq!((seen.latest, seen.stamped), (late, late));
});

both_databases!(
    what_commands_wrote_before_the_first_start_was_seen_and_doubted_events_say_so,
    |test: TestDb| async move {
        let app = TestApp::start(test).await;
        app.test.adopt(&app.state.writer).await;
        assert_eq!(clock::seen(app.test.db.unscoped()).await.unwrap(), None);
        app.clock.set(app.clock.now() + chrono::Duration::days(60));
        let standing = jobs::clock::look(&app.state).await.unwrap();
        assert_eq!(standing, ClockState::Ahead);
        let marked = "SELECT count(*) FROM audit_event WHERE detail LIKE '%\"clock\":\"doubted\"%'";
        assert_eq!(app.test.number(marked).await, 0);
        let manager = app.manager("Z90001").await;
        let sharing = [("share", "yes")];
        manager.form("/practices/Z90001/sharing", &sharing).await.is(303);
        assert!(app.test.number(marked).await > 0);
    }
);

#[test]
fn the_first_start_takes_the_clock_as_it_is() {
    crate::support::databases::run(Kind::Sqlite, |test: TestDb| async move {
        assert_eq!(clock::seen(test.db.unscoped()).await.unwrap(), None);
        let node = Node::new(&test.place);
        let (fine, said) = node.run(&["clock", "show"], 0);
        assert!(fine && said.contains("The clock is believed"), "{said}");
        let (fine, said) = node.run(&["clock", "show"], 3 * DAY);
        assert!(fine && said.contains("doubted"), "{said}");
        let (fine, said) = node.run(&["clock", "confirm"], 3 * DAY);
        assert!(fine && said.contains("Confirmed"), "{said}");
        let (fine, said) = node.run(&["clock", "show"], 0);
        assert!(fine && said.contains("doubted"), "it fell back by three days: {said}");
    });
}

both_databases!(after_a_clock_that_was_ahead_what_is_recorded_counts_at_once, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let officer = app.person(Role::LmcOfficer, "east").await;
    let area = async || officer.get(AREA).await.is(200).json();
    share(&app, "Z90001", "yes").await;
    assert_eq!(area().await["heard"]["sharing"], 1);
    // A day and an hour ahead for a moment: rows are dated by it from then on.
    let ahead = app.clock.now() + chrono::Duration::hours(25);
    app.clock.learn(app.clock.now(), ahead);
    record(
        &app,
        "Z90001",
        json!({ "item": "safe-contact-limit", "status": "paused-since", "effective_on": "2026-11-02" }),
    )
    .await;
    let manager = app.manager("Z90001").await;
    let page = manager.get("/practices/Z90001/actions").await;
    assert!(page.is(200).body.contains("Limiting"), "{}", page.body);
    share(&app, "Z90001", "no").await;
    assert_eq!(area().await["heard"]["sharing"], 0);
    let list = officer.get("/lmc/east/practices").await;
    assert!(!list.is(200).body.contains("/lmc/east/practices/Z90001\""), "{}", list.body);
    officer.get("/lmc/east/practices/Z90001").await.is(404);
    share(&app, "Z90001", "yes").await;
    assert_eq!(area().await["heard"]["sharing"], 1);
    officer.get("/lmc/east/practices/Z90001").await.is(200);
});
