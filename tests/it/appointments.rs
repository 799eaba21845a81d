//! Appointment extracts through the real command: counted once, no trace of a patient, every broken row by its line,
//! killed half-way, a million rows.

use std::{
    fs,
    io::{Cursor, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use axum::body::Body;
use entity::ids::LocalDate;
use headroom::clock::Clock;
use sea_orm::ConnectionTrait;

use crate::support::{
    app::TestApp,
    databases::{Kind, Place, TestDb, both_databases},
    extracts::{self, Expected, HOLDERS, TRACES},
    process,
};

/// Rows of the imports that run every time.
const SOME: u64 = 3_000;

fn today() -> LocalDate {
    Clock::system().today()
}

/// The command on a folder of its own.
struct Import {
    folder: tempfile::TempDir,
    place: Place,
    holders: Vec<String>,
}

type Make = fn(&Path, u64, LocalDate) -> (Vec<PathBuf>, Expected);

/// What it said, and the most memory it ever had, in kB.
#[derive(Debug)]
struct Ran {
    success: bool,
    said: String,
    memory: u64,
    took: Duration,
}

impl Import {
    fn new(place: &Place, holder: fn(u64) -> String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for key in ["token.key", "noise.key"] {
            fs::write(folder.path().join(key), [3; 32]).unwrap();
        }
        let holders = (0..HOLDERS).map(|n| format!("--holder={}=Dr {}", holder(n), n)).collect();
        Self { folder, place: place.clone(), holders }
    }

    fn start(&self, files: &[PathBuf], more: &[&str]) -> Child {
        let log = fs::File::create(self.folder.path().join("log")).unwrap();
        Command::new(env!("CARGO_BIN_EXE_headroom"))
            .args(["import", "appointments", "--practice", "Z90001", "--all"])
            .args(&self.holders)
            .args(more)
            .args(files)
            .env_clear()
            .env("HEADROOM_DATA", self.folder.path())
            .env("DATABASE_URL", self.place.describe())
            .env("HEADROOM_LOG", "trace")
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap()
    }

    fn run(&self, files: &[PathBuf], more: &[&str]) -> Ran {
        tokio::task::block_in_place(|| {
            let begun = Instant::now();
            let mut child = self.start(files, more);
            let (ended, memory) = process::watch(&mut child);
            Ran { success: ended.success(), said: self.log(), memory, took: begun.elapsed() }
        })
    }

    /// Recounts every sum from the slots themselves.
    fn verify(&self) {
        let done = Command::new(env!("CARGO_BIN_EXE_headroom"))
            .arg("verify")
            .env_clear()
            .env("HEADROOM_DATA", self.folder.path())
            .env("DATABASE_URL", self.place.describe())
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
        let said = String::from_utf8(done.stdout).unwrap();
        assert!(said.contains("Sums of imports recounted: "), "{said}");
    }

    fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.folder.path().join("log")).unwrap()).into_owned()
    }
}

impl Ran {
    #[track_caller]
    fn ends(&self, with: &str) -> &Self {
        assert!(self.success, "{}", self.tail());
        assert!(self.said.trim_end().ends_with(with), "{}", self.tail());
        self
    }

    /// The log of every statement is long.
    fn tail(&self) -> String {
        let lines: Vec<&str> =
            self.said.lines().filter(|line| !line.contains("TRACE") && !line.contains("DEBUG")).collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }
}

async fn practice(test: TestDb) -> TestApp {
    let app = TestApp::start(test).await;
    app.test.adopt(&app.state.writer).await;
    for n in 0..HOLDERS {
        app.clinician("Z90001", &format!("Dr {n}")).await;
    }
    app
}

/// What counts by now, of imports that count.
async fn sums(test: &TestDb) -> Expected {
    let mut found = Expected::default();
    let of = async |outcome: &str| {
        let sql = format!(
            "SELECT CAST(coalesce(sum(n), 0) AS bigint) FROM slot_tally WHERE outcome = '{outcome}' \
             AND import IN (SELECT import FROM slot_import_done)"
        );
        u64::try_from(test.number(&sql).await).unwrap()
    };
    found.attended = of("attended").await;
    found.did_not_attend = of("did-not-attend").await;
    found.booked = of("booked").await;
    found
}

fn without_holders(expected: Expected) -> Expected {
    Expected { first_holder: 0, ..expected }
}

/// Everything the database holds, as bytes: tables, indexes, logs of transactions.
async fn traces(test: &TestDb, extra: &[&str]) {
    let mut texts: Vec<(String, Vec<u8>)> =
        extra.iter().map(|text| ("the log".to_owned(), text.as_bytes().to_vec())).collect();
    match &test.place {
        Place::Sqlite(file) => {
            test.db.schema().execute_unprepared("PRAGMA wal_checkpoint(PASSIVE)").await.unwrap();
            for entry in fs::read_dir(file.parent().unwrap()).unwrap() {
                let path = entry.unwrap().path();
                texts.push((path.display().to_string(), fs::read(path).unwrap()));
            }
        }
        Place::Postgres(_) => {
            for table in test.tables().await {
                let rows = test.rows(&table).await.join("\n");
                texts.push((table, rows.into_bytes()));
            }
        }
    }
    for (place, bytes) in texts {
        for trace in TRACES {
            let found = bytes.windows(trace.len()).any(|window| window == trace);
            assert!(!found, "{} in {place}", String::from_utf8_lossy(trace));
        }
    }
}

/// Imports an extract twice and looks at everything.
async fn twice(test: &TestDb, rows: u64, make: Make, holder: fn(u64) -> String) -> (Ran, Ran) {
    let import = Import::new(&test.place, holder);
    let (files, expected) = tokio::task::block_in_place(|| make(import.folder.path(), rows, today()));
    let first = import.run(&files, &[]);
    let summed = expected.attended + expected.did_not_attend + expected.booked;
    assert!(first.success, "{}", first.tail());
    let number = headroom::ui::number::thousands(summed);
    first.ends(&format!("\n{number} slots changed."));
    assert_eq!(sums(test).await, without_holders(expected));
    let slots = test.number("SELECT count(*) FROM slot").await;
    assert_eq!(slots, i64::try_from(summed).unwrap());
    let before = test.number("SELECT count(*) FROM slot_tally").await;
    let second = import.run(&files, &[]);
    second.ends("\nNo change.");
    assert_eq!(test.number("SELECT count(*) FROM slot").await, slots);
    assert_eq!(test.number("SELECT count(*) FROM slot_tally").await, before);
    assert_eq!(test.number("SELECT count(*) FROM slot_import_done").await, 1);
    assert_eq!(sums(test).await, without_holders(expected));
    tokio::task::block_in_place(|| import.verify());
    traces(test, &[&first.said, &second.said]).await;
    (first, second)
}

both_databases!(an_emis_extract_counts_once_and_leaves_no_patient, |test: TestDb| async move {
    let app = practice(test).await;
    let (first, _) = twice(&app.test, SOME, extracts::emis, extracts::emis_holder).await;
    for line in ["EMIS extract: 3,000 rows", "column PatientGuid (", "did not attend: "] {
        assert!(first.said.contains(line), "{line}: {}", first.tail());
    }
});

both_databases!(a_tpp_extract_counts_once_and_leaves_no_patient, |test: TestDb| async move {
    let app = practice(test).await;
    let (first, _) = twice(&app.test, SOME, extracts::tpp, extracts::tpp_holder).await;
    for line in ["column IDPatient (3,000 cells)", "column BookingContactNumber (3,000 cells)"] {
        assert!(first.said.contains(line), "{line}: {}", first.tail());
    }
});

/// The most memory a million rows may take, in MB.
const MEMORY: u64 = 150;

/// Holds a million rows to their time, in a build that is meant to be quick.
#[track_caller]
fn in_time(kind: Kind, took: Duration) {
    let most = match kind {
        Kind::Sqlite => Duration::from_secs(25),
        Kind::Postgres => Duration::from_secs(20),
    };
    assert!(cfg!(debug_assertions) || took < most, "{took:?}");
}

/// A million rows, or as many as `HEADROOM_ROWS` asks for; prints what it took.
async fn a_million(test: TestDb, system: &str, make: Make, holder: fn(u64) -> String) -> String {
    let app = practice(test).await;
    let rows = std::env::var_os("HEADROOM_ROWS").map_or(1_000_000, |text| text.into_string().unwrap().parse().unwrap());
    let (first, second) = twice(&app.test, rows, make, holder).await;
    assert!(first.memory < MEMORY * 1024, "{} kB", first.memory);
    in_time(app.test.kind(), first.took);
    format!(
        "{system} on {:?}: {rows} rows in {:.1} s, peak {} MB; again in {:.1} s, peak {} MB",
        app.test.kind(),
        first.took.as_secs_f64(),
        first.memory / 1024,
        second.took.as_secs_f64(),
        second.memory / 1024
    )
}

// Release figures: `cargo test --release --test it a_million_rows -- --ignored --nocapture --test-threads 1`.
both_databases!(
    #[ignore = "a million rows twice: run it by name"]
    a_million_rows_of_emis_stream_in_bounded_memory,
    |test: TestDb| async move {
        let took = a_million(test, "EMIS", extracts::emis, extracts::emis_holder).await;
        println!("{took}");
    }
);

both_databases!(
    #[ignore = "a million rows twice: run it by name"]
    a_million_rows_of_tpp_stream_in_bounded_memory,
    |test: TestDb| async move {
        let took = a_million(test, "TPP", extracts::tpp, extracts::tpp_holder).await;
        println!("{took}");
    }
);

/// The files of a form as a browser sends them, a little at a time.
fn form_of(files: &[PathBuf]) -> Body {
    let mut parts: Vec<Box<dyn Read + Send>> = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let head = format!("--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{at}.csv\"\r\n\r\n");
        parts.push(Box::new(Cursor::new(head.into_bytes())));
        parts.push(Box::new(fs::File::open(file).unwrap()));
        parts.push(Box::new(Cursor::new(b"\r\n".to_vec())));
    }
    parts.push(Box::new(Cursor::new(b"--edge--\r\n".to_vec())));
    let mut parts = parts.into_iter();
    let mut now = parts.next();
    Body::from_stream(futures::stream::iter(std::iter::from_fn(move || {
        loop {
            let mut bytes = vec![0; 256 * 1024];
            let read = now.as_mut()?.read(&mut bytes).unwrap();
            if read > 0 {
                bytes.truncate(read);
                return Some(Ok::<_, std::io::Error>(bytes));
            }
            now = parts.next();
        }
    })))
}

// As the command above; the service runs within the test, whose memory is looked at.
both_databases!(
    #[ignore = "a million rows: run it by name"]
    a_million_rows_of_emis_by_the_page,
    |test: TestDb| async move {
        let app = practice(test).await;
        let rows =
            std::env::var_os("HEADROOM_ROWS").map_or(1_000_000, |text| text.into_string().unwrap().parse().unwrap());
        let folder = tempfile::tempdir().unwrap();
        let (files, expected) = extracts::emis(folder.path(), rows, today());
        let mut whom = serde_json::Map::new();
        for n in 0..HOLDERS {
            let me = app.clinician("Z90001", &format!("Dr {n} by the page")).await;
            whom.insert(extracts::emis_holder(n), me.to_string().into());
        }
        let matched = serde_json::json!({ "id": uuid::Uuid::now_v7(), "system": "emis", "holders": whom });
        app.manager("Z90001").await.put("/api/v1/practices/Z90001/imports/matching", matched).await.is(201);
        let page = app.person(headroom::domain::access::Role::PracticeManager, "Z90001").await;
        let memory = process::OwnMemory::watch();
        let begun = Instant::now();
        let kind = Some("multipart/form-data; boundary=edge");
        let sent = page.send(axum::http::Method::POST, "/practices/Z90001/imports", kind, form_of(&files)).await;
        page.form(&sent.is(303).location(), &[]).await.is(303);
        let (took, memory) = (begun.elapsed(), memory.more() / 1024);
        let found = sums(&app.test).await;
        assert!(found.attended <= expected.attended && found.attended > 0, "{found:?}");
        println!(
            "EMIS by the page on {:?}: {rows} rows in {:.1} s, {memory} MB more than before",
            app.test.kind(),
            took.as_secs_f64()
        );
        assert!(memory < MEMORY, "{memory} MB");
        in_time(app.test.kind(), took);
    }
);

both_databases!(a_killed_import_counts_nothing_and_the_next_one_everything, |test: TestDb| async move {
    let app = practice(test).await;
    let test = &app.test;
    let import = Import::new(&test.place, extracts::emis_holder);
    let (files, expected) = extracts::emis(import.folder.path(), 4 * SOME, today());
    for round in 0_u64..4 {
        tokio::task::block_in_place(|| {
            let mut child = import.start(&files, &[]);
            std::thread::sleep(Duration::from_millis(150 + round * 250));
            child.kill().unwrap();
            child.wait().unwrap();
        });
        let done = test.number("SELECT count(*) FROM slot_import_done").await;
        let seen = sums(test).await;
        assert_eq!(seen, if done == 0 { Expected::default() } else { without_holders(expected) });
    }
    let staged = test.number("SELECT count(*) FROM slot").await;
    let last = import.run(&files, &[]);
    assert!(last.success, "{}", last.tail());
    assert_eq!(sums(test).await, without_holders(expected));
    tokio::task::block_in_place(|| import.verify());
    // What was staged before the kill was used, not written again.
    let summed = i64::try_from(expected.attended + expected.did_not_attend + expected.booked).unwrap();
    assert_eq!(test.number("SELECT count(*) FROM slot").await, summed, "{staged} were staged");
    import.run(&files, &[]).ends("\nNo change.");
});

const SLOTS: &str = "SlotGuid,AppointmentDate,AppointmentStartTime,PatientGuid,SendInTime,LeftTime,DidNotAttend,SessionGuid,Deleted,Notes";

/// One row of each kind that is refused, and the reason its line must be reported with. Line 2 is a good one.
fn broken(today: LocalDate) -> Vec<(Vec<u8>, &'static str)> {
    let (past, ahead) = (today.minus_days(1), today.plus_days(7));
    let far = today.plus_days(500);
    let row = |slot: &str, day: &str, time: &str, session: &str, deleted: &str, notes: &str| {
        format!("{slot},{day},{time},{{BADC0FFE-7770}},09:01:00,09:11:00,false,{session},{deleted},{notes}")
            .into_bytes()
    };
    let past = past.to_string();
    let mut not_text = row("{S5}", &past, "09:00:00", "{X1}", "false", "Caf");
    not_text.extend([0xFF, 0xFE]);
    vec![
        (row("{S1}", &past, "09:00:00", "{X1}", "false", ""), ""),
        (b"{S2},short".to_vec(), "as many columns"),
        (row("{S3}", &past, "09:00:00", "{X1}", "false", &"x".repeat(70_000)), "longer than 64 kB"),
        (not_text, "not text"),
        (row("{S6}", &past, "09:00:00", "{X1}", "false", "called about 999 000 1006"), "holds an NHS number"),
        (row("", &past, "09:00:00", "{X1}", "false", ""), "no id"),
        (row("{S8}", "yesterday", "09:00:00", "{X1}", "false", ""), "date is missing"),
        (row("{S9}", &past, "late", "{X1}", "false", ""), "time cannot be read"),
        (row("{S10}", &past, "09:00:00", "{X1}", "perhaps", ""), "neither"),
        (row("{S11}", &past, "09:00:00", "{X9}", "false", ""), "not in the file of sessions"),
        (row("{S12}", &past, "09:00:00", "{X2}", "false", ""), "not matched to a clinician"),
        (row("{S13}", &past, "09:00:00", "{X3}", "false", ""), "two clinicians hold"),
        (row("{S14}", &ahead.to_string(), "09:00:00", "{X1}", "false", ""), "day in the future"),
        (row("{S15}", &far.to_string(), "09:00:00", "{X1}", "false", ""), "more than a year ahead"),
        (row("{S1}", &past, "09:00:00", "{X1}", "false", ""), "earlier line"),
        (row("{S17}", &past, "09:00:00", "{X1}", "false", "\"never closed"), "as many columns"),
        (row("{S18}", &today.minus_days(92).to_string(), "09:00:00", "{X1}", "false", ""), "older than 13 weeks"),
    ]
}

/// The refused lines that a report lists under each reason.
fn refused(said: &str) -> Vec<(u64, String)> {
    let mut reason = String::new();
    let mut found = Vec::new();
    for line in said.lines() {
        if let Some(why) = line.strip_prefix("  refused, ") {
            why.clone_into(&mut reason);
        } else if let Some(line) = line.strip_prefix("    line ") {
            found.push((line.parse().unwrap(), reason.clone()));
        }
    }
    found.sort();
    found
}

both_databases!(each_kind_of_broken_row_is_reported_with_its_line, |test: TestDb| async move {
    let app = practice(test).await;
    let import = Import::new(&app.test.place, extracts::emis_holder);
    let path = |name: &str| import.folder.path().join(name);
    let mut slots = SLOTS.as_bytes().to_vec();
    let rows = broken(today());
    for (row, _) in &rows {
        slots.extend(b"\r\n");
        slots.extend(row);
    }
    fs::write(path("slots.csv"), slots).unwrap();
    let sessions = "AppointmentSessionGuid,StartDate,SessionTypeDescription,Deleted\n{X1},,Surgery,false\n{X2},,Surgery,false\n{X3},,Surgery,false\n";
    fs::write(path("sessions.csv"), sessions).unwrap();
    let (one, two) = (extracts::emis_holder(0), extracts::emis_holder(1));
    let users = format!(
        "SessionGuid,UserInRoleGuid,Deleted\n{{X1}},{one},false\n{{X2}},somebody,false\n{{X3}},{one},false\n{{X3}},{two},false\n"
    );
    fs::write(path("users.csv"), users).unwrap();
    let files = ["slots.csv", "sessions.csv", "users.csv"].map(path);
    let ran = import.run(&files, &[]);
    ran.ends("1 slots changed.\n".trim_end());
    let refused = refused(&ran.said);
    for (at, (_, reason)) in rows.iter().enumerate().skip(1) {
        let line = u64::try_from(at + 2).unwrap();
        let found = refused.iter().find(|(known, _)| *known == line);
        if *reason == "older than 13 weeks" {
            assert!(found.is_none() && ran.said.contains("older than 13 weeks, not taken: 1"));
        } else {
            assert!(found.is_some_and(|(_, why)| why.contains(reason)), "line {line}, {reason}: {refused:?}");
        }
    }
    assert_eq!(refused.len(), rows.len() - 2);
    assert_eq!(app.test.number("SELECT count(*) FROM slot_refusal").await, i64::try_from(refused.len()).unwrap());
    traces(&app.test, &[&ran.said]).await;
    assert!(!ran.said.contains("9990001006") && !ran.said.contains("999 000 1006"));
});

both_databases!(the_command_asks_what_a_second_file_of_a_day_is, |test: TestDb| async move {
    let app = practice(test).await;
    let import = Import::new(&app.test.place, extracts::emis_holder);
    let day = today().minus_days(1).0.format("%d-%b-%Y").to_string();
    let file = |name: &str, kind: &str, rows: usize| {
        let path = import.folder.path().join(name);
        let row = format!("{day},Dr 1,{kind},Finished\n");
        fs::write(&path, format!("Appointment date,Clinician,Rota type,Appointment status\n{}", row.repeat(rows)))
            .unwrap();
        path
    };
    let (a, b) = (file("a.csv", "GP", 5), file("b.csv", "Telephone", 3));
    let taken = import.run(std::slice::from_ref(&a), &["--status=All sorted=attended"]);
    taken.ends("5 slots changed.");
    let asked = import.run(std::slice::from_ref(&b), &[]);
    assert!(!asked.success, "{}", asked.tail());
    assert!(
        asked.said.contains("5 attended now, 3 with --same-days replace, 8 with --same-days add"),
        "{}",
        asked.tail()
    );
    let added = import.run(std::slice::from_ref(&b), &["--same-days=add"]);
    added.ends("3 slots changed.");
    import.run(std::slice::from_ref(&b), &[]).ends("No change.");
    import.run(&[a, b], &["--same-days=replace", "--preview"]).ends("run it again without --preview.");
    assert_eq!(sums(&app.test).await.attended, 8);
    tokio::task::block_in_place(|| import.verify());
});

both_databases!(published_figures_are_taken_once_and_only_of_known_practices, |test: TestDb| async move {
    let app = practice(test).await;
    let import = Import::new(&app.test.place, extracts::emis_holder);
    let sample = include_str!("../data/appointments/gpad_practice_level_sample.csv");
    let file = import.folder.path().join("published.csv");
    fs::write(&file, format!("{}{}", sample.replace("Y02960", "Z90001"), sample.split_once('\n').unwrap().1)).unwrap();
    let run = || {
        let done = Command::new(env!("CARGO_BIN_EXE_headroom"))
            .args(["import", "published-appointments"])
            .arg(&file)
            .env_clear()
            .env("HEADROOM_DATA", import.folder.path())
            .env("DATABASE_URL", import.place.describe())
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
        String::from_utf8(done.stdout).unwrap()
    };
    let first = tokio::task::block_in_place(run);
    assert!(first.contains("36 rows, 18 of practices that are not known here"), "{first}");
    let attended = "SELECT CAST(sum(n) AS bigint) FROM published_appointment WHERE status = 'Attended'";
    // The sum of the sample's attended rows.
    let expected: i64 = sample
        .lines()
        .filter(|line| line.ends_with("Attended"))
        .map(|line| line.split(',').nth(12).unwrap().parse::<i64>().unwrap())
        .sum();
    assert_eq!(app.test.number(attended).await, expected);
    let before = app.test.content_without(&[]).await;
    assert!(tokio::task::block_in_place(run).ends_with("No change.\n"));
    assert_eq!(app.test.content_without(&[]).await, before);
});
