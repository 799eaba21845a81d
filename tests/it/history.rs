//! The past: weeks of one's own, folding after thirteen of them, daily anchors, and erasing.

use std::{collections::BTreeSet, fs};

use chrono::{DateTime, Duration, Utc};
use entity::ids::{ClinicianId, ContactId, DeviceId, LocalDate, RowId, VoidId};
use headroom::{
    audit,
    config::Keys,
    db::Scoped,
    domain::{
        access::{self, Actor, CliAuthority, EraseCounts, Facts, Permit, Role, Target},
        contact::{ContactKind, CountOp, Entered, NewContact, NewVoid},
        disclosure::Period,
        history::{self as domain, DaySum},
        limit::Worked,
    },
    jobs,
    state::{AppState, StateConfig},
    store::{self, anchors, days, retention},
};
use serde_json::{Value, json};
use uuid::{NoContext, Timestamp, Uuid};

use crate::support::{
    app::{Client, PASSWORD, TestApp, now, ods},
    counting::Counter,
    databases::{Kind as Database, Place, TestDb, both_databases},
};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn weeks(practice: &str, clinician: impl std::fmt::Display) -> String {
    format!("/practices/{practice}/clinicians/{clinician}/weeks")
}

/// Counts `n` contacts on a day, `voided` of them taken back, as if it were that day.
async fn taps(
    app: &TestApp,
    practice: &str,
    clinician: ClinicianId,
    day: &str,
    (n, complex, voided): (usize, usize, usize),
) -> Vec<Uuid> {
    let before = app.clock.now();
    app.clock.set(at(&format!("{day}T17:00:00Z")));
    let me = Counter::with(ods(practice), clinician);
    let ids: Vec<Uuid> = (0..n).map(|_| Uuid::now_v7()).collect();
    let morning = at(&format!("{day}T08:05:00Z"));
    let mut ops: Vec<CountOp> = ids
        .iter()
        .enumerate()
        .map(|(at, id)| {
            CountOp::Contact(NewContact {
                practice: ods(practice),
                id: ContactId(*id),
                clinician,
                day: day.parse().unwrap(),
                occurred_at: morning + Duration::minutes(i64::try_from(at).unwrap() * 15),
                time_given: true,
                kind: if at % 3 == 0 { ContactKind::Telephone } else { ContactKind::InPerson },
                complex: at < complex,
                entered: Entered::Tap,
                clock_off: false,
                recorded_by: me.permit.actor().id(),
            })
        })
        .collect();
    ops.extend(ids.iter().rev().take(voided).map(|id| {
        CountOp::Void(NewVoid {
            practice: ods(practice),
            id: VoidId(Uuid::now_v7()),
            contact: ContactId(*id),
            clinician,
            reason: None,
            recorded_by: me.permit.actor().id(),
        })
    }));
    app.state.writer.count(&me.permit, ops).await.unwrap();
    app.clock.set(before);
    ids
}

/// A number from the appointment book, as if it were that day.
async fn sheet(app: &TestApp, practice: &str, clinician: ClinicianId, day: &str, n: u32) {
    let before = app.clock.now();
    app.clock.set(at(&format!("{day}T18:00:00Z")));
    let path = format!("/api/v1/practices/{practice}/clinicians/{clinician}/days/{day}");
    let manager = app.manager(practice).await;
    manager.put(&path, json!({ "n": n })).await.is(200);
    app.clock.set(before);
}

/// Four clinicians of Z90001 and two of Z90002, in summer and now; both practices share with their LMC.
struct World {
    app: TestApp,
    a: ClinicianId,
    b: ClinicianId,
    pair: ClinicianId,
}

const SUMMER: [&str; 3] = ["2026-08-17", "2026-08-18", "2026-08-21"];

impl World {
    async fn new(test: TestDb) -> Self {
        let app = TestApp::start(test).await;
        let a = app.clinician("Z90001", "Dr A").await;
        let b = app.clinician("Z90001", "Dr B").await;
        let c = app.clinician("Z90001", "Dr C").await;
        let d = app.clinician("Z90001", "Dr D").await;
        let pair = app.clinician("Z90002", "Dr P").await;
        let other = app.clinician("Z90002", "Dr Q").await;
        for day in SUMMER.into_iter().chain(["2026-11-18", "2026-11-19"]) {
            taps(&app, "Z90001", a, day, (27, 4, 0)).await;
            taps(&app, "Z90001", b, day, (25, 0, 3)).await;
            taps(&app, "Z90001", c, day, (25, 0, 0)).await;
            sheet(&app, "Z90001", d, day, 19).await;
            sheet(&app, "Z90001", c, day, 40).await;
            taps(&app, "Z90002", pair, day, (30, 0, 0)).await;
            taps(&app, "Z90002", other, day, (10, 0, 0)).await;
        }
        for practice in ["Z90001", "Z90002"] {
            let manager = app.manager(practice).await;
            let path = format!("/practices/{practice}/sharing");
            manager.form(&path, &[("share", "yes")]).await.is(303);
        }
        Self { app, a, b, pair }
    }

    /// What the LMC sees of each day and of four weeks, and which practices a release would name.
    async fn seen(&self) -> Vec<Value> {
        let officer = self.app.token(Role::LmcOfficer, "east").await;
        let mut seen = Vec::new();
        for day in SUMMER.into_iter().chain(["2026-11-18", "2026-11-20"]) {
            let path = format!("/api/v1/areas/lmc/east/status?on={day}");
            let area = officer.get(&path).await.is(200).json();
            seen.push(json!([area["capacity"], area["clinician_days"], area["weeks"]]));
        }
        for number in 5..=9 {
            let period = Period::new(2026, number).unwrap();
            let over = jobs::releases::over_limit(&self.app.state, period).await;
            seen.push(json!(over.unwrap()));
        }
        seen
    }

    /// What stands beside the contacts of Dr A: tally marks, sessions worked, a reason; and where the practice sent a
    /// patient.
    async fn beside(&self, day: &str) {
        let app = &self.app;
        let before = app.clock.now();
        app.clock.set(at(&format!("{day}T17:30:00Z")));
        let me = Counter::with(ods("Z90001"), self.a);
        let manager = app.manager("Z90001").await;
        let path = format!("/api/v1/practices/Z90001/clinicians/{}/days/{day}/work", self.a);
        let body = json!({ "id": Uuid::now_v7(), "kind": "letters", "n": 3 });
        manager.post(&path, body).await.is(201);
        let body = json!({ "id": Uuid::now_v7(), "kind": "pharmacy", "n": 1 });
        let counts = "/api/v1/practices/Z90001/divert/counts";
        manager.post(counts, body).await.is(201);
        let (scope, on) = (me.permit.scope().clone(), day.parse().unwrap());
        let written = app.state.writer.write(&me.permit, move |tx| {
            Box::pin(async move {
                let (at, by, now) = (tx.read(&scope), Uuid::now_v7(), tx.now());
                let id = || RowId(Uuid::now_v7());
                days::add_worked(at, id(), on, Worked::FULL_DAY, by, now).await?;
                days::add_reason(at, id(), on, "urgent", by, now).await?;
                Ok(())
            })
        });
        written.await.unwrap();
        app.clock.set(before);
    }

    async fn rows(&self, table: &str) -> i64 {
        let count = format!("SELECT count(*) FROM {table}");
        self.app.test.number(&count).await
    }

    /// Everything that `headroom verify` compares agrees.
    async fn agrees(&self) {
        assert_eq!(changed(&self.app).await, BTreeSet::new());
        let everywhere = CliAuthority::new().everywhere();
        let read = self.app.test.db.read(&everywhere);
        assert_eq!(days::recount(read).await.unwrap().1, []);
        let (checked, broken) = audit::verify(self.app.test.db.unscoped()).await.unwrap();
        assert!(checked > 0 && broken.is_empty(), "{broken:?}");
    }
}

async fn changed(app: &TestApp) -> BTreeSet<LocalDate> {
    let everywhere = CliAuthority::new().everywhere();
    let read = Scoped::new(app.test.db.unscoped(), &everywhere);
    let (_, wrong) = anchors::verify(read).await.unwrap();
    wrong.into_iter().map(|one| one.day).collect()
}

both_databases!(folding_changes_no_figure, |test: TestDb| async move {
    let world = World::new(test).await;
    let before = world.seen().await;
    assert!(before[0][0]["practices"] == 1, "the pair is not summed: {}", before[0]);
    assert_eq!(before[0][0]["clinicians"], 4);
    assert_eq!(before[0][0]["counted"], 27 + 22 + 25 + 19);
    let done = jobs::history::run_once(&world.app.state).await.unwrap().unwrap();
    // Today is 20 November: 21 August is the first day that is kept.
    assert_eq!((done.practices, done.anchored, done.folded), (2, 2, 4));
    assert_eq!(world.rows("practice_day").await, 4);
    assert_eq!(world.seen().await, before);
    world.agrees().await;
    let kept = "SELECT count(*) FROM contact WHERE day < '2026-08-21'";
    assert_eq!(world.app.test.number(kept).await, 0);
    let kinds = "SELECT kinds FROM practice_day WHERE practice = 'Z90001' AND day = '2026-08-17'";
    let kinds: Value = serde_json::from_str(&world.app.test.column(kinds).await[0]).unwrap();
    let all: u64 = kinds.as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
    assert_eq!((all, &kinds["sheet"]), (93, &json!(19)));
    // Again, and once more a night later: the next day goes.
    let again = jobs::history::run_once(&world.app.state).await.unwrap().unwrap();
    assert_eq!((again.anchored, again.folded), (0, 0));
    world.app.clock.set(now() + Duration::days(1));
    let next = jobs::history::run_once(&world.app.state).await.unwrap().unwrap();
    assert_eq!((next.anchored, next.folded), (0, 2));
    world.app.clock.set(now());
    assert_eq!(world.seen().await, before);
    world.agrees().await;
});

both_databases!(two_nodes_at_once_fold_a_day_once, |test: TestDb| async move {
    let world = World::new(test).await;
    let before = world.seen().await;
    let second = second_node(&world.app).await;
    let (one, other) = tokio::join!(jobs::history::run_once(&world.app.state), jobs::history::run_once(&second));
    let done: Vec<_> = [one.unwrap(), other.unwrap()].into_iter().flatten().collect();
    assert_eq!(done.iter().map(|done| done.folded).sum::<usize>(), 4);
    assert_eq!(world.seen().await, before);
    world.agrees().await;
});

async fn second_node(app: &TestApp) -> AppState {
    AppState::new(StateConfig {
        db: app.test.other_node().await,
        clock: app.clock.clone(),
        settings: app.state.settings.clone(),
        keys: Keys::new(&[3; 32], &[]),
        demo: false,
    })
    .unwrap()
}

both_databases!(a_run_that_stops_half_way_goes_on_where_it_stopped, |test: TestDb| async move {
    let world = World::new(test).await;
    let before = world.seen().await;
    for round in 0..8_u64 {
        let app = world.app.state.clone();
        let running = tokio::spawn(async move { jobs::history::run_once(&app).await });
        tokio::time::sleep(std::time::Duration::from_millis(1 + round * 4)).await;
        running.abort();
        drop(running.await);
        assert_eq!(world.seen().await, before, "after {round} stops");
        world.agrees().await;
        // The lease of whoever was stopped runs out.
        world.app.clock.set(world.app.clock.now() + Duration::minutes(11));
    }
    let done = jobs::history::run_once(&world.app.state).await.unwrap();
    assert!(done.is_some());
    assert_eq!(world.rows("practice_day").await, 4);
    assert_eq!(world.seen().await, before);
    world.agrees().await;
    assert_eq!(world.app.test.open_transactions().await, 0);
    assert_eq!(world.rows("retention_gate").await, 0);
});

both_databases!(a_lease_keeps_others_out_until_it_runs_out, |test: TestDb| async move {
    let world = World::new(test).await;
    let until = (now() + Duration::minutes(5)).to_rfc3339();
    let held = format!(
        "INSERT INTO lease (name, holder, until) VALUES \
             ('history', '00000000-0000-0000-0000-000000000009', '{until}')"
    );
    world.app.test.transaction(&[&held]).await.unwrap();
    let refused = jobs::history::run_once(&world.app.state).await.unwrap();
    assert_eq!(refused, None);
    world.app.clock.set(now() + Duration::minutes(5));
    let done = jobs::history::run_once(&world.app.state).await.unwrap();
    assert_eq!(done.map(|done| done.folded), Some(4));
});

both_databases!(sessions_that_were_over_long_ago_are_forgotten_and_no_others, |test: TestDb| async move {
    let world = World::new(test).await;
    let app = &world.app;
    let (_, email) = app.with_password(Role::PracticeManager, "Z90001").await;
    let signs_in = async || {
        let reply = app.stranger().form("/sign-in", &[("email", &email), ("password", PASSWORD)]).await;
        reply.is(303).cookies()
    };
    let (left, open) = (signs_in().await, signs_in().await);
    app.browser(left).form("/sign-out", &[]).await.is(303);
    let theirs =
        format!("SELECT count(*) FROM session JOIN person ON person.id = session.person WHERE email = '{email}'");
    let sessions = async || app.test.number(&theirs).await;
    let before = sessions().await;
    assert!(before >= 2);
    app.clock.set(now() + Duration::weeks(12));
    jobs::history::run_once(&app.state).await.unwrap();
    assert_eq!(sessions().await, before);
    app.browser(open).get("/account").await.is(303);
    app.clock.set(now() + Duration::weeks(14));
    signs_in().await;
    jobs::history::run_once(&app.state).await.unwrap();
    assert_eq!(sessions().await, 1);
});

/// What a thief with the file would do.
fn disarm(test: &TestDb, table: &str) -> Vec<String> {
    match test.kind() {
        Database::Sqlite => vec![format!("DROP TRIGGER {table}_no_update"), format!("DROP TRIGGER {table}_no_delete")],
        Database::Postgres => vec![format!("ALTER TABLE {table} DISABLE TRIGGER ALL")],
    }
}

both_databases!(a_changed_row_is_found_on_its_day, |test: TestDb| async move {
    let world = World::new(test).await;
    let test = world.app.test.clone();
    world.beside("2026-11-18").await;
    jobs::history::run_once(&world.app.state).await.unwrap();
    for table in ["contact", "contact_void", "day_sheet", "practice_day", "tick", "day_worked", "over_limit_reason"] {
        let statements = disarm(&test, table);
        let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
        test.transaction(&statements).await.unwrap();
    }
    let autumn: LocalDate = "2026-11-18".parse().unwrap();
    let one = "practice = 'Z90001' AND day = '2026-11-18'";
    let changes = [
        ("contact", "kind", "'video'"),
        ("contact", "complex", "NOT complex"),
        ("contact", "entered", "'set-to'"),
        ("contact", "recorded_at", "'2026-11-18T17:00:00.000001+00:00'"),
        ("contact", "occurred_at", "'2026-11-18T08:00:00.000001+00:00'"),
        ("day_sheet", "n", "n + 1"),
        ("day_sheet", "entered_by", "'someone'"),
        ("tick", "n", "n + 1"),
        ("tick", "kind", "'results'"),
        ("day_worked", "half_sessions", "half_sessions - 1"),
        ("day_worked", "duty", "NOT duty"),
        ("over_limit_reason", "reason", "'could-not-divert'"),
    ];
    for (table, column, value) in changes {
        let rows = test.rows(table).await;
        let copy = format!("CREATE TABLE kept AS SELECT * FROM {table} WHERE {one}");
        let update = format!("UPDATE {table} SET {column} = {value} WHERE {one}");
        test.transaction(&[&copy, &update]).await.unwrap();
        assert_eq!(changed(&world.app).await, [autumn].into(), "{table}.{column}");
        let clear = format!("DELETE FROM {table} WHERE {one}");
        let back = format!("INSERT INTO {table} SELECT * FROM kept");
        test.transaction(&[&clear, &back, "DROP TABLE kept"]).await.unwrap();
        assert_eq!(test.rows(table).await, rows, "{table} is as it was");
        assert_eq!(changed(&world.app).await, BTreeSet::new());
    }
    // A contact that is taken out; a void that is taken out; a folded sum that grows.
    let steps = [
        format!("DELETE FROM contact WHERE id = (SELECT min(CAST(id AS text)) FROM contact WHERE {one})"),
        format!("DELETE FROM contact_void WHERE contact IN (SELECT id FROM contact WHERE {one})"),
        "UPDATE practice_day SET contacts = contacts + 1 WHERE day = '2026-08-17'".to_owned(),
    ];
    let steps = match test.kind() {
        Database::Sqlite => [
            format!("DELETE FROM contact WHERE id = (SELECT min(id) FROM contact WHERE {one})"),
            steps[1].clone(),
            steps[2].clone(),
        ],
        Database::Postgres => [
            format!("DELETE FROM contact WHERE id::text = (SELECT min(id::text) FROM contact WHERE {one})"),
            steps[1].clone(),
            steps[2].clone(),
        ],
    };
    test.transaction(&[&steps[0]]).await.unwrap();
    assert_eq!(changed(&world.app).await, [autumn].into());
    test.transaction(&[&steps[1]]).await.unwrap();
    assert_eq!(changed(&world.app).await, [autumn].into());
    test.transaction(&[&steps[2]]).await.unwrap();
    let summer: LocalDate = "2026-08-17".parse().unwrap();
    assert_eq!(changed(&world.app).await, [summer, autumn].into());
});

both_databases!(a_late_entry_is_honest_and_gets_an_anchor_of_its_own, |test: TestDb| async move {
    let world = World::new(test).await;
    jobs::history::run_once(&world.app.state).await.unwrap();
    let anchored = "SELECT count(*) FROM audit_event WHERE event = 'contacts.anchored'";
    assert_eq!(world.app.test.number(anchored).await, 2);
    // Today somebody remembers two contacts of Wednesday, and takes back one that was anchored.
    let manager = world.app.manager("Z90001").await;
    let path = format!("/api/v1/practices/Z90001/clinicians/{}/contacts", world.a);
    for _ in 0..2 {
        let body = json!({ "id": Uuid::now_v7(), "occurred_at": "2026-11-18T16:00:00Z" });
        manager.post(&path, body.clone()).await.is(201);
    }
    // A void that comes before its contact, which comes tomorrow.
    let early = Uuid::now_v7();
    manager.delete(&format!("{path}/{early}")).await.is(200);
    assert_eq!(changed(&world.app).await, BTreeSet::new());
    world.app.clock.set(now() + Duration::days(1));
    jobs::history::run_once(&world.app.state).await.unwrap();
    assert_eq!(world.app.test.number(anchored).await, 3);
    let manager = world.app.manager("Z90001").await;
    let body = json!({ "id": early, "occurred_at": "2026-11-19T16:00:00Z" });
    manager.post(&path, body).await.is(201);
    assert_eq!(changed(&world.app).await, BTreeSet::new());
    world.app.clock.set(now() + Duration::days(2));
    jobs::history::run_once(&world.app.state).await.unwrap();
    assert_eq!(world.app.test.number(anchored).await, 4);
    world.agrees().await;
    // Long after, everything is folded and the digests are emptied, but for the newest of each practice; the chain holds.
    world.app.clock.set(now() + Duration::days(120));
    jobs::history::run_once(&world.app.state).await.unwrap();
    let left = format!("{anchored} AND detail IS NOT NULL");
    assert_eq!(world.app.test.number(&left).await, 2);
    assert_eq!(world.rows("contact").await + world.rows("contact_void").await, 0);
    assert_eq!(world.rows("tally").await + world.rows("day_sheet").await, 0);
    world.agrees().await;
});

both_databases!(a_practice_that_counts_nothing_for_a_season_is_held_to_its_last_anchor, |test: TestDb| async move {
    let world = World::new(test).await;
    let app = &world.app;
    world.beside("2026-11-18").await;
    jobs::history::run_once(&app.state).await.unwrap();
    let digests = async || {
        let everywhere = CliAuthority::new().everywhere();
        let read = Scoped::new(app.test.db.unscoped(), &everywhere);
        store::digests::verify(read).await.unwrap().1
    };
    // Where patients were sent is never folded, and no night since had anything to anchor.
    for weeks in [14, 30] {
        app.clock.set(now() + Duration::weeks(weeks));
        jobs::history::run_once(&app.state).await.unwrap();
        assert_eq!(world.rows("contact").await, 0);
        assert_eq!(world.rows("tick").await, 1);
        assert_eq!(digests().await, []);
        world.agrees().await;
    }
    // They count again: the next anchor begins where the last one ended, and what was sent before is still held.
    world.beside("2027-06-22").await;
    app.clock.set(at("2027-06-23T12:00:00Z"));
    jobs::history::run_once(&app.state).await.unwrap();
    assert_eq!(digests().await, []);
    world.agrees().await;
    let newest = "SELECT detail FROM audit_event WHERE event = 'contacts.anchored' AND organisation = 'Z90001' \
                  ORDER BY seq DESC LIMIT 1";
    let newest: Value = serde_json::from_str(&app.test.column(newest).await[0]).unwrap();
    assert_eq!(newest["days"].as_object().unwrap().keys().collect::<Vec<_>>(), ["2027-06-22"]);
});

both_databases!(erased_is_erased_and_the_practice_keeps_its_totals, |test: TestDb| async move {
    let world = World::new(test).await;
    let app = &world.app;
    let mut ids = taps(app, "Z90001", world.a, "2026-11-20", (26, 0, 0)).await;
    for n in 1..=40 {
        let day = (LocalDate::new(2026, 9, 1).unwrap()).plus_days(n).to_string();
        ids.extend(taps(app, "Z90001", world.a, &day, (30, 2, 1)).await);
    }
    jobs::history::run_once(&app.state).await.unwrap();
    let before = world.seen().await;
    let colleague = format!("SELECT count(*) FROM contact WHERE clinician = {}", literal(&app.test, world.b.0));
    let theirs = app.test.number(&colleague).await;
    assert!(theirs > 0 && traces(&app.test, &ids).await > 0);
    let device = app.device("Z90001", world.a).await;
    let path = format!("/practices/Z90001/clinicians/{}/erase", world.a);
    assert!(device.get(&path).await.is(200).body.contains("cannot be taken back"));
    let unsure = device.form(&path, &[]).await;
    assert!(unsure.is(422).body.contains("Tick the box"));
    let done = device.form(&path, &[("sure", "yes")]).await;
    assert_eq!(done.is(303).location(), "/counts-erased");
    device.get("/counts-erased").await.is(200);
    // Their devices open nothing; the figures are what they were; the colleague has lost nothing.
    device.form(&path, &[("sure", "yes")]).await.is(401);
    assert_eq!(world.seen().await, before);
    assert_eq!(app.test.number(&colleague).await, theirs);
    world.agrees().await;
    let of_them = literal(&app.test, world.a.0);
    for table in retention::DAILY.into_iter().chain(["contact_void"]) {
        let left = format!("SELECT count(*) FROM {table} WHERE clinician = {of_them}");
        assert_eq!(app.test.number(&left).await, 0, "{table}");
    }
    assert_eq!(traces(&app.test, &ids).await, 0);
    let said = "SELECT detail FROM audit_event WHERE event = 'counts.erased'";
    let said = app.test.column(said).await.remove(0);
    assert!(!said.contains(&world.a.to_string()) && !said.contains("Dr A"), "{said}");
    // Folding later adds the others to what is there.
    app.clock.set(now() + Duration::days(95));
    jobs::history::run_once(&app.state).await.unwrap();
    app.clock.set(now());
    assert_eq!(world.seen().await, before);
    world.agrees().await;
});

both_databases!(a_phone_that_was_away_brings_nothing_back, |test: TestDb| async move {
    let world = World::new(test).await;
    let app = &world.app;
    let (phone, away) = (app.device("Z90001", world.a).await, app.device("Z90001", world.a).await);
    let path = format!("/practices/Z90001/clinicians/{}/erase", world.a);
    phone.form(&path, &[("sure", "yes")]).await.is(303);
    let of = format!("/api/v1/practices/Z90001/clinicians/{}", world.a);
    let contact = serde_json::json!({ "id": Uuid::now_v7(), "kind": "telephone" });
    let void = serde_json::json!({ "id": Uuid::now_v7(), "void": Uuid::now_v7() });
    let queue = serde_json::json!({ "operations": [contact, void] });
    // Each time it is told to sign in, and never that it was recorded.
    for _ in 0..2 {
        away.post(&format!("{of}/contacts/batch"), queue.clone()).await.is(401);
        let work = serde_json::json!({ "id": Uuid::now_v7(), "kind": "letters", "n": 5 });
        away.post(&format!("{of}/days/2026-11-20/work"), work).await.is(401);
    }
    let of_them = literal(&app.test, world.a.0);
    for table in retention::DAILY.into_iter().chain(["contact_void"]) {
        let left = format!("SELECT count(*) FROM {table} WHERE clinician = {of_them}");
        assert_eq!(app.test.number(&left).await, 0, "{table}");
    }
});

/// An id that a phone made at that moment.
fn made(text: &str) -> Uuid {
    let seconds = u64::try_from(at(text).timestamp()).unwrap();
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, 0))
}

both_databases!(
    a_queue_of_before_an_erasure_counts_nothing_once_its_phone_is_enrolled_again,
    |test: TestDb| async move {
        let app = TestApp::start(test).await;
        let a = app.clinician("Z90001", "Dr A").await;
        let of = format!("/api/v1/practices/Z90001/clinicians/{a}");
        let (batch, work) = (format!("{of}/contacts/batch"), format!("{of}/days/2026-11-20/work"));
        let phone = app.device("Z90001", a).await;
        let tap = |text: &str| json!({ "id": made(text), "occurred_at": text });
        // Both were recorded, and the answer was lost on the way.
        let (lost, letters) = (tap("2026-11-20T08:00:00Z"), made("2026-11-20T08:10:00Z"));
        let letters = json!({ "id": letters, "kind": "letters", "n": 5 });
        phone.post(&batch, json!({ "operations": [lost] })).await.is(200);
        phone.post(&work, letters.clone()).await.is(201);
        app.clock.set(at("2026-11-20T12:00:00Z"));
        phone.form(&format!("/practices/Z90001/clinicians/{a}/erase"), &[("sure", "yes")]).await.is(303);
        app.clock.set(at("2026-11-20T12:10:00Z"));
        let again = app.device("Z90001", a).await;
        let queue = json!([
            lost,
            tap("2026-11-20T09:00:00Z"),
            { "id": made("2026-11-20T09:05:00Z"), "void": lost["id"] },
        ]);
        for _ in 0..2 {
            let sent = json!({ "sent_at": "2026-11-20T12:10:00Z", "operations": queue });
            let told = again.post(&batch, sent).await.is(200).json();
            for result in told["results"].as_array().unwrap() {
                assert_eq!(result["result"], "refused", "{told}");
                assert!(result["reason"].as_str().unwrap().contains("erased"), "{told}");
            }
            assert_eq!((told["results"].as_array().unwrap().len(), &told["today"]["counted"]), (3, &json!(0)));
        }
        assert!(again.post(&work, letters).await.is(422).body.contains("erased"));
        // Neither does one whose phone is an hour fast, tapped ten minutes before the erasure, nor one whose id tells no time.
        let fast = tap("2026-11-20T12:50:00Z");
        let untimed = json!({ "id": "5b0f4c86-9d0e-4a3b-8d2a-3f1c8a7e6b55", "occurred_at": "2026-11-20T09:30:00Z" });
        for (sent_at, op) in [("2026-11-20T13:10:00Z", &fast), ("2026-11-20T12:10:00Z", &untimed)] {
            let sent = json!({ "sent_at": sent_at, "operations": [op] });
            let told = again.post(&batch, sent).await.is(200).json();
            assert_eq!(told["results"][0]["result"], "refused", "{told}");
        }
        // Nor a day sheet that is sent again; a new one is what somebody says now.
        let manager = app.manager("Z90001").await;
        let sheet = |id: &str| json!({ "id": made(id), "n": 4 });
        let day = format!("{of}/days/2026-11-19");
        assert!(manager.put(&day, sheet("2026-11-20T09:00:00Z")).await.is(422).body.contains("erased"));
        let of_them = literal(&app.test, a.0);
        for table in retention::DAILY.into_iter().chain(["contact_void"]) {
            let left = format!("SELECT count(*) FROM {table} WHERE clinician = {of_them}");
            assert_eq!(app.test.number(&left).await, 0, "{table}");
        }
        // What is tapped since counts, also by a phone that is three hours slow; and what somebody adds anew of the morning.
        let anew = json!({ "id": made("2026-11-20T12:09:00Z"), "occurred_at": "2026-11-20T08:30:00Z" });
        let sent = json!({ "sent_at": "2026-11-20T12:10:00Z", "operations": [anew] });
        again.post(&batch, sent).await.is(200);
        let slow = tap("2026-11-20T09:09:30Z");
        let sent = json!({ "sent_at": "2026-11-20T09:10:00Z", "operations": [slow] });
        let told = again.post(&batch, sent).await.is(200).json();
        assert_eq!(
            (&told["results"][0]["result"], &told["today"]["counted"]),
            (&json!("recorded"), &json!(2)),
            "{told}"
        );
        manager.put(&day, sheet("2026-11-20T12:09:00Z")).await.is(200);
        let undo = json!({ "operations": [{ "id": made("2026-11-20T09:09:45Z"), "void": slow["id"] }] });
        assert_eq!(again.post(&batch, undo).await.is(200).json()["today"]["counted"], 1);
    }
);

fn literal(test: &TestDb, id: Uuid) -> String {
    match test.kind() {
        Database::Sqlite => format!("x'{}'", id.simple()),
        Database::Postgres => format!("'{id}'"),
    }
}

/// How many of these ids are found: in the bytes of the SQLite file and its log, or in any live table of PostgreSQL.
async fn traces(test: &TestDb, ids: &[Uuid]) -> usize {
    let bytes = match &test.place {
        Place::Sqlite(file) => {
            let log = file.with_extension("sqlite-wal");
            let mut bytes = fs::read(file).unwrap();
            bytes.extend(fs::read(log).unwrap_or_default());
            bytes
        }
        Place::Postgres(_) => test.content_without(&[]).await.join("\n").into_bytes(),
    };
    let prefixes: BTreeSet<[u8; 2]> = ids
        .iter()
        .flat_map(|id| {
            let spelt = id.to_string();
            [[id.as_bytes()[0], id.as_bytes()[1]], [spelt.as_bytes()[0], spelt.as_bytes()[1]]]
        })
        .collect();
    let wanted: std::collections::HashSet<Vec<u8>> =
        ids.iter().flat_map(|id| [id.as_bytes().to_vec(), id.to_string().into_bytes()]).collect();
    (0..bytes.len())
        .filter(|at| {
            let rest = &bytes[*at..];
            rest.len() > 1
                && prefixes.contains(&[rest[0], rest[1]])
                && [16, 36].iter().any(|n| rest.get(..*n).is_some_and(|part| wanted.contains(part)))
        })
        .count()
}

both_databases!(only_the_clinician_erases_and_once_they_left_the_practice, |test: TestDb| async move {
    let world = World::new(test).await;
    let app = &world.app;
    let counts = format!("/api/v1/practices/Z90001/clinicians/{}/counts", world.a);
    let page = format!("/practices/Z90001/clinicians/{}/erase", world.a);
    let manager = app.manager("Z90001").await;
    app.stranger().delete(&counts).await.is(401);
    app.device("Z90001", world.b).await.delete(&counts).await.is(404);
    for other in [
        app.manager("Z90002").await,
        app.token(Role::LmcOfficer, "east").await,
        app.token(Role::IcbAnalyst, "XDA").await,
        app.token(Role::Administrator, "england").await,
    ] {
        other.delete(&counts).await.is(404);
        other.form(&page, &[("sure", "yes")]).await.is(404);
    }
    manager.delete(&counts).await.is(403);
    let told = manager.get(&page).await;
    assert!(told.is(200).body.contains("it is theirs to erase"));
    let left = format!("/practices/Z90001/people/{}/left", world.a);
    manager.form(&left, &[("last_day", "2026-11-19")]).await.is(303);
    assert!(manager.get(&page).await.is(200).body.contains("Yes, erase it all"));
    assert_eq!(manager.delete(&counts).await.is(200).json(), json!({ "days": 5 }));
    assert_eq!(manager.delete(&counts).await.is(200).json(), json!({ "days": 0 }));
    assert_eq!(world.rows("practice_day").await, 5);
    world.agrees().await;
    let empty = manager.get(&weeks("Z90001", world.a)).await;
    assert!(empty.is(200).body.contains("Nothing is counted yet"));
    // The pair of the neighbour is untouched.
    let path = format!("/api/v1/practices/Z90002/clinicians/{}/weeks", world.pair);
    let theirs = app.manager("Z90002").await.get(&path).await.is(200).json();
    assert_eq!(theirs["weeks"][0]["contacts"], 60);
});

both_databases!(my_weeks_are_mine_and_my_practices, |test: TestDb| async move {
    let world = World::new(test).await;
    let app = &world.app;
    let page = weeks("Z90001", world.a);
    let device = app.device("Z90001", world.a).await;
    let readers: [(Client, u16); 7] = [
        (device.clone(), 200),
        (app.manager("Z90001").await, 200),
        (app.device("Z90001", world.b).await, 404),
        (app.manager("Z90002").await, 404),
        (app.token(Role::LmcOfficer, "east").await, 404),
        (app.token(Role::IcbAnalyst, "XDA").await, 404),
        (app.token(Role::Administrator, "england").await, 404),
    ];
    for (reader, status) in &readers {
        for path in [
            page.clone(),
            format!("{page}?week=2026-11-20"),
            format!("{page}.csv"),
            format!("/api/v1{page}"),
            format!("/api/v1{page}.csv"),
        ] {
            reader.get(&path).await.is(*status);
        }
    }
    app.stranger().get(&format!("/api/v1{page}")).await.is(401);
    let shown = device.get(&page).await.body;
    for words in [
        "Days before 22 August 2026 lose your name",
        "on the night to 21 November 2026",
        "Download my contacts (CSV)",
        "week=2026-11-20",
        "08:00 to 09:00",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let week = device.get(&format!("{page}?week=2026-11-17")).await.body;
    assert!(week.contains("Week to Friday 20 November 2026") && week.contains("Over the limit"), "{week}");
    let told = device.get(&format!("/api/v1{page}")).await.json();
    let latest = &told["weeks"][0];
    assert_eq!(
        (&latest["week_ending"], &latest["days"], &latest["contacts"], &latest["average"]),
        (&json!("2026-11-20"), &json!(2), &json!(54), &json!(27.0))
    );
    assert_eq!(
        (&latest["days_over_limit"], &latest["complex"], &latest["weighted"]),
        (&json!(2), &json!(8), &json!(66.0))
    );
    assert_eq!((&told["folds_before"], &told["folds_in_night_to"]), (&json!("2026-08-22"), &json!("2026-11-21")));
    assert_eq!(told["hours"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).sum::<u64>(), 81);
});

both_databases!(own_data_comes_as_a_file, |test: TestDb| async move {
    let world = World::new(test).await;
    let app = &world.app;
    let me = world.b;
    let device = app.device("Z90001", me).await;
    let reply = device.get(&format!("{}.csv", weeks("Z90001", me))).await;
    assert_eq!(reply.headers["content-type"], "text/csv; charset=utf-8");
    assert!(reply.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let lines: Vec<&str> = reply.is(200).body.lines().collect();
    // Five days of 25 contacts, three of them taken back; what is not folded yet is still theirs.
    assert_eq!(lines.len(), 1 + 5 * 25);
    assert_eq!(lines[0], "day,time,entry,number,kind,complex,entered,voided");
    assert_eq!(lines[1], "2026-08-17,09:05,contact,1,telephone,no,tap,no");
    assert_eq!(lines.iter().filter(|line| line.ends_with(",yes")).count(), 15);
    // In November London is on UTC.
    assert!(lines.iter().any(|line| line.starts_with("2026-11-19,08:05,")));
});

both_databases!(a_gate_left_open_is_closed_at_start, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let open = "INSERT INTO retention_gate (id) VALUES ('00000000-0000-0000-0000-000000000002')";
    app.test.transaction(&[open]).await.unwrap();
    assert_eq!(jobs::history::close_gate(&app.state).await.unwrap(), 1);
    assert_eq!(jobs::history::close_gate(&app.state).await.unwrap(), 0);
    let left = app.test.number("SELECT count(*) FROM retention_gate").await;
    assert_eq!(left, 0);
});

both_databases!(every_table_about_a_clinicians_day_is_on_the_list, |test: TestDb| async move {
    let column = |table: &str, name: &str| match test.kind() {
        Database::Sqlite => {
            format!("SELECT count(*) FROM pragma_table_info('{table}') WHERE name = '{name}'")
        }
        Database::Postgres => format!(
            "SELECT count(*) FROM information_schema.columns \
                 WHERE table_schema = current_schema() AND table_name = '{table}' AND column_name = '{name}'"
        ),
    };
    let mut found = BTreeSet::new();
    for table in test.tables().await {
        let mut all = true;
        for name in ["practice", "clinician", "day"] {
            all &= test.number(&column(&table, name)).await == 1;
        }
        if all {
            found.insert(table);
        }
    }
    let listed: BTreeSet<String> = retention::DAILY.map(str::to_owned).into();
    assert_eq!(found, listed, "retention::DAILY names every table with a clinician's day");
});

both_databases!(a_large_practices_day_folds_and_a_long_history_is_erased_in_time, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let mut all = Vec::new();
    for n in 0..25 {
        let id = app.clinician("Z90001", &format!("Dr {n}")).await;
        taps(&app, "Z90001", id, "2026-08-17", (40, 5, 1)).await;
        all.push(id);
    }
    for n in 0..91 {
        let day = "2026-08-21".parse::<LocalDate>().unwrap().plus_days(n).to_string();
        taps(&app, "Z90001", all[0], &day, (40, 5, 1)).await;
    }
    // Only what holds the writer counts, COMMIT not included.
    let steps = steps(&app, "2026-08-17").await;
    assert!(steps.len() > 5, "a large day is folded in several steps");
    let mut took = Vec::new();
    for whose in &steps {
        took.push(fold(&app, "2026-08-17", whose).await);
    }
    took.sort_unstable();
    println!("folding a day of 1,000 contacts: {took:?}");
    let median = took[took.len() / 2];
    if app.test.kind() == Database::Sqlite {
        // The writer is held for no longer than a write may take; the median, because others use the machine too.
        assert!(median < std::time::Duration::from_millis(50), "{took:?}");
    }
    jobs::history::run_once(&app.state).await.unwrap();
    let permit = erase_permit(all[0]);
    let (by, scope) = (permit.clone(), permit.scope().clone());
    let anchored = anchors::of_clinician(app.test.db.read(&scope)).await.unwrap();
    let erase = app.state.writer.write(&permit, move |tx| {
        Box::pin(async move {
            let begun = std::time::Instant::now();
            let days = tx.erase(&by, &scope, anchored).await?;
            Ok((days, begun.elapsed()))
        })
    });
    let (days, erase) = erase.await.unwrap();
    assert_eq!(days, 91);
    println!("erasing 3,640 contacts took {erase:?}");
    let sum = "SELECT CAST(contacts AS bigint) FROM practice_day WHERE day = '2026-08-17'";
    assert_eq!(app.test.number(sum).await, 25 * 39);
});

/// Who is folded together of a day of Z90001.
async fn steps(app: &TestApp, day: &str) -> Vec<Vec<ClinicianId>> {
    let everywhere = CliAuthority::new().everywhere();
    let day: LocalDate = day.parse().unwrap();
    let read = app.test.db.read(&everywhere);
    let due = retention::due(read, &ods("Z90001"), day.plus_days(1)).await;
    domain::steps(due.unwrap().remove(&day).unwrap_or_default())
}

/// Folds a day of some clinicians of Z90001; says how long that held the writer, without COMMIT.
async fn fold(app: &TestApp, day: &str, whose: &[ClinicianId]) -> std::time::Duration {
    let command = CliAuthority::new();
    let (practice, day, whose) = (ods("Z90001"), day.parse().unwrap(), whose.to_vec());
    let everywhere = command.everywhere();
    let step = app.state.writer.write(&command, move |tx| {
        Box::pin(async move {
            let begun = std::time::Instant::now();
            let folded = tx.fold(everywhere, &practice, day, &whose).await?;
            Ok((folded, begun.elapsed()))
        })
    });
    let (folded, took) = step.await.unwrap();
    assert!(folded);
    took
}

both_databases!(a_day_half_folded_reads_as_before_and_is_finished_the_next_time, |test: TestDb| async move {
    let world = World::new(test).await;
    let (app, before) = (&world.app, world.seen().await);
    // The first step was taken, and the service was killed.
    fold(app, SUMMER[0], &[world.a]).await;
    assert_eq!(world.seen().await, before);
    world.agrees().await;
    let left = steps(app, SUMMER[0]).await.concat();
    assert!(!left.contains(&world.a) && left.contains(&world.b));
    for folded in [4, 0] {
        let done = jobs::history::run_once(&app.state).await.unwrap().unwrap();
        assert_eq!(done.folded, folded);
        assert_eq!(world.seen().await, before);
        world.agrees().await;
    }
    assert!(steps(app, SUMMER[0]).await.is_empty());
    assert_eq!(world.rows("practice_day").await, 4);
});

fn erase_permit(clinician: ClinicianId) -> Permit<EraseCounts> {
    let actor = Actor::Device { id: DeviceId(Uuid::now_v7()), practice: ods("Z90001"), clinician };
    let facts = Facts { exists: true, ..Facts::default() };
    access::permit(&actor, &Target::Clinician(ods("Z90001"), clinician), facts).unwrap()
}

#[test]
fn sums_of_folded_days_read_back() {
    let sum = DaySum { clinicians: 3, contacts: 70, ..DaySum::default() };
    let text = serde_json::to_string(&sum).unwrap();
    assert_eq!(serde_json::from_str::<DaySum>(&text).unwrap(), sum);
}
