//! A practice moves from one Headroom to another: what it downloaded there is all here, row for row, and nothing of an
//! archive that is not what it should be.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    io::{Cursor, Read, Write as _},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use headroom::{
    domain::{
        access::{CliAuthority, JobAuthority, Role},
        digest,
    },
    jobs,
    operations::take_in_record::{Came, NotTakenIn, check, take_in},
    store::{self, record},
};
use serde_json::Value;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    support::{
        app::TestApp,
        counting::Counter,
        databases::{Kind, Place, TestDb, both_databases},
        process::watch,
    },
    tampering,
};

const SUMS: &str = "SHA256SUMS.txt";
type Files = BTreeMap<String, String>;

async fn lived(test: TestDb) -> TestApp {
    let app = TestApp::start(test).await;
    let clinician = app.clinician("Z90001", "Dr A").await;
    tampering::count(&app, clinician, "2026-11-20").await;
    tampering::register(&app).await;
    tampering::letters(&app).await;
    tampering::transfers(&app).await;
    app.device("Z90001", clinician).await;
    let gone = app.clinician("Z90001", "Dr E").await;
    let phone = app.device("Z90001", gone).await;
    phone.form(&format!("/practices/Z90001/clinicians/{gone}/erase"), &[("sure", "yes")]).await.is(303);
    app.display("Z90001", true).await;
    app
}

/// A Headroom in which the practice has nothing yet, on the other database.
async fn elsewhere(kind: Kind) -> TestApp {
    let other = if kind == Kind::Sqlite { Kind::Postgres } else { Kind::Sqlite };
    TestApp::start(TestDb::migrated(other).await).await
}

async fn downloaded(app: &TestApp) -> Vec<u8> {
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    manager.form("/practices/Z90001/everything.zip", &[]).await.is(200).bytes.clone()
}

fn unzipped(bytes: &[u8]) -> Files {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = Files::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        files.insert(file.name().unwrap().into_owned(), text);
    }
    files
}

/// The files as an archive whose list of digests is right again.
fn zipped(mut files: Files) -> Vec<u8> {
    files.remove(SUMS);
    let mut sums = String::new();
    for (name, text) in &files {
        writeln!(sums, "{}  {name}", digest::file(text.as_bytes())).unwrap();
    }
    files.insert(SUMS.to_owned(), sums);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in &files {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

async fn taken(app: &TestApp, bytes: &[u8]) -> Result<Came, NotTakenIn> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    let clock = app.state.clock.clone();
    let checked = tokio::task::spawn_blocking(move || check(file, None, &clock)).await.unwrap()?;
    take_in(&app.state, CliAuthority::new(), checked).await.unwrap()
}

fn rows(files: &Files, table: &str) -> BTreeSet<String> {
    let rows: Vec<Value> = serde_json::from_str(&files[&format!("{table}.json")]).unwrap();
    rows.into_iter().map(|row| row.to_string()).collect()
}

/// Everything that `headroom verify` compares of a practice.
async fn nothing_is_wrong(app: &TestApp) {
    let everywhere = JobAuthority::new().everywhere();
    let at = app.test.db.read(&everywhere);
    assert_eq!(store::days::recount(at).await.unwrap().1, []);
    assert_eq!(store::appointments::recount(at).await.unwrap().1, []);
    assert_eq!(store::rows::verify(at).await.unwrap().faults, []);
    assert_eq!(store::digests::verify(at).await.unwrap().1, []);
    assert!(store::anchors::verify(at).await.unwrap().1.is_empty());
    assert_eq!(store::spelling::verify(at).await.unwrap(), []);
    assert!(headroom::audit::verify(app.test.db.unscoped()).await.unwrap().1.is_empty());
}

async fn is_empty(app: &TestApp) {
    for table in record::TAKEN {
        let owned = format!("SELECT count(*) FROM {table} WHERE practice = 'Z90001'");
        assert_eq!(app.test.number(&owned).await, 0, "{table}");
    }
}

both_databases!(a_practice_moves_to_the_other_database, |test: TestDb| async move {
    let kind = test.kind();
    let old = lived(test).await;
    let archive = downloaded(&old).await;
    let new = elsewhere(kind).await;
    let place = new.test.place.clone();
    new.test.adopt(&new.state.writer).await;
    let Came::In { says, unasked, .. } = taken(&new, &archive).await.unwrap() else { panic!("it was there") };
    let before = unzipped(&archive);
    assert_eq!(unasked, 0);
    assert_eq!(says.trail, Some(digest::file(before["audit_event.json"].as_bytes())));
    let after = unzipped(&downloaded(&new).await);
    let mut full = 0;
    for table in record::TAKEN {
        assert_eq!(rows(&before, table), rows(&after, table), "{table}");
        full += usize::from(!rows(&before, table).is_empty());
    }
    assert!(full >= 15, "{full}");
    assert_eq!(says.tables, full);
    for table in ["device", "display", "consent"] {
        assert!(!rows(&before, table).is_empty() && rows(&after, table).is_empty(), "{table}");
    }
    nothing_is_wrong(&new).await;
    assert_eq!(new.test.number("SELECT count(*) FROM clinician WHERE erased_at IS NOT NULL").await, 1);
    // The pages show what they showed.
    let (there, here) = (old.manager("Z90001").await, new.manager("Z90001").await);
    for what in ["actions", "letters", "notices", "outcomes", "transfers", "capacity"] {
        let path = format!("/api/v1/practices/Z90001/{what}");
        let path = path.as_str();
        let (mut there, here) = (there.get(path).await.is(200).json(), here.get(path).await.is(200).json());
        // What the LMC added is its own, and is not in a practice's record.
        if let Some(items) = there.get_mut("items").and_then(Value::as_array_mut) {
            items.retain(|one| !one["item"].as_str().is_some_and(|code| code.starts_with("local-")));
        }
        assert_eq!(there, here, "{path}");
    }
    // The same again changes nothing, and the night after it agrees.
    assert!(matches!(taken(&new, &archive).await.unwrap(), Came::Before { .. }));
    new.clock.set("2026-11-21T09:00:00Z".parse().unwrap());
    jobs::history::run_once(&new.state).await.unwrap().unwrap();
    nothing_is_wrong(&new).await;
    place.remove().await;
});

both_databases!(what_is_not_right_leaves_nothing, |test: TestDb| async move {
    let kind = test.kind();
    let archive = downloaded(&lived(test).await).await;
    let new = elsewhere(kind).await;
    let place = new.test.place.clone();
    new.test.adopt(&new.state.writer).await;
    let whole = unzipped(&archive);
    let with = |file: &str, from: &str, to: &str| {
        let mut files = whole.clone();
        let text = files.get_mut(file).unwrap();
        assert!(text.contains(from), "{file}: {from}");
        *text = text.replacen(from, to, 1);
        files
    };
    let mut unlisted = with("contact.json", "telephone", "in-person");
    let mut bytes = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in std::mem::take(&mut unlisted) {
        bytes.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        bytes.write_all(text.as_bytes()).unwrap();
    }
    let mut newer = whole.clone();
    newer.insert("moon.json".to_owned(), "[]".to_owned());
    let mut cut = whole.clone();
    let text = cut.get_mut("contact.json").unwrap();
    text.truncate(text.len() / 2);
    for (archive, says) in [
        (bytes.finish().unwrap().into_inner(), "contact.json: it is not the file whose digest"),
        (archive[..archive.len() / 2].to_vec(), "no whole zip"),
        (
            zipped(with("letter.json", "\"Z90001\"", "\"Z90002\"")),
            "letter.json, row 1, column practice: the row is not one of Z90001",
        ),
        (
            zipped(with("contact.json", "\"kind\":", "\"tide\":")),
            "contact.json, row 1, column tide: this version has no such column",
        ),
        (
            zipped(with("contact.json", "\"complex\":false", "\"complex\":\"no\"")),
            "contact.json, row 1, column complex: it is neither",
        ),
        (
            zipped(with("contact.json", "\"kind\":\"telephone\"", "\"kind\":\"moonlight\"")),
            "column kind: this version does not know",
        ),
        (
            zipped(with("contact.json", "\"recorded_at\":\"2026", "\"recorded_at\":\"2036")),
            "column recorded_at: it lies in the future",
        ),
        (zipped(with("tally.json", "\"n\":3", "\"n\":4")), "tally.json: its sums"),
        (zipped(newer), "moon.json: this version has no such table"),
        (zipped(cut), "contact.json: it ends in the middle"),
    ] {
        let refused = taken(&new, &archive).await.unwrap_err().to_string();
        assert!(refused.contains(says), "{refused}");
        is_empty(&new).await;
    }
    assert_eq!(new.test.number("SELECT count(*) FROM audit_event WHERE event = 'record.taken-in'").await, 0);
    // Where something was recorded, nothing comes.
    new.clinician("Z90001", "Dr B").await;
    let refused = taken(&new, &archive).await.unwrap_err().to_string();
    assert!(refused.contains("clinician"), "{refused}");
    nothing_is_wrong(&new).await;
    place.remove().await;
});

/// A practice whose clinicians counted so much each.
async fn counted(test: TestDb, clinicians: usize, each: usize) -> TestApp {
    let app = TestApp::start(test).await;
    for n in 0..clinicians {
        let id = app.clinician("Z90001", &format!("Dr {n}")).await;
        let me = Counter::with("Z90001".parse().unwrap(), id);
        let mut left = each;
        while left > 0 {
            let some = left.min(500);
            left -= some;
            let taps = (0..some).map(|_| me.contact()).collect();
            app.state.writer.count(&me.permit, taps).await.unwrap();
        }
    }
    app
}

both_databases!(an_archive_that_is_made_while_people_count_comes_in, |test: TestDb| async move {
    let kind = test.kind();
    let old = counted(test, 2, 500).await;
    let mut counting = Vec::new();
    for n in 0..4 {
        let id = old.clinician("Z90001", &format!("Dr busy {n}")).await;
        let me = Counter::with("Z90001".parse().unwrap(), id);
        let writer = old.state.writer.clone();
        counting.push(tokio::spawn(async move {
            loop {
                writer.count(&me.permit, vec![me.contact()]).await.unwrap();
            }
        }));
    }
    let archive = downloaded(&old).await;
    for one in counting {
        one.abort();
        drop(one.await);
    }
    let new = elsewhere(kind).await;
    let place = new.test.place.clone();
    new.test.adopt(&new.state.writer).await;
    let Came::In { says, .. } = taken(&new, &archive).await.unwrap() else { panic!("it was there") };
    assert!(says.rows > 1_000, "{}", says.rows);
    nothing_is_wrong(&new).await;
    place.remove().await;
});

fn command(place: &Place, data: &Path, archive: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_headroom"));
    command.args(["record", "take-in"]).arg(archive).env_clear();
    command.env("HEADROOM_DATA", data).env("DATABASE_URL", place.describe());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

both_databases!(a_kill_in_the_middle_leaves_nothing_and_the_next_time_takes_everything, |test: TestDb| async move {
    let kind = test.kind();
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("everything.zip");
    fs::write(&archive, downloaded(&counted(test, 1, 6_000).await).await).unwrap();
    let new = elsewhere(kind).await;
    let place = new.test.place.clone();
    new.test.adopt(&new.state.writer).await;
    let run = || command(&place, folder.path(), &archive);
    let mut killed = 0;
    for moment in (60..).step_by(140) {
        let mut child = run().spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(moment)).await;
        let ended = child.try_wait().unwrap();
        // SIGKILL.
        drop(child.kill());
        child.wait().unwrap();
        if ended.is_some() || new.test.number("SELECT count(*) FROM contact").await > 0 {
            break;
        }
        killed += 1;
        is_empty(&new).await;
    }
    assert!(killed > 2, "{killed}");
    let done = tokio::task::block_in_place(|| run().output().unwrap());
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(new.test.number("SELECT count(*) FROM contact").await, 6_000);
    assert_eq!(new.test.number("SELECT count(*) FROM audit_event WHERE event = 'record.taken-in'").await, 1);
    nothing_is_wrong(&new).await;
    place.remove().await;
});

// Release figures: `cargo test --release --test it two_hundred_thousand -- --ignored --nocapture --test-threads 1`.
both_databases!(
    #[ignore = "two hundred thousand contacts: run it by name"]
    two_hundred_thousand_contacts_come_in_with_bounded_memory,
    |test: TestDb| async move {
        let kind = test.kind();
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("everything.zip");
        let old = counted(test, 5, 40_000).await;
        let began = Instant::now();
        fs::write(&archive, downloaded(&old).await).unwrap();
        let made = began.elapsed();
        let new = elsewhere(kind).await;
        let place = new.test.place.clone();
        new.test.adopt(&new.state.writer).await;
        let began = Instant::now();
        let mut child = command(&place, folder.path(), &archive).spawn().unwrap();
        let (ended, memory) = tokio::task::block_in_place(|| watch(&mut child));
        assert!(ended.success());
        assert_eq!(new.test.number("SELECT count(*) FROM contact").await, 200_000);
        assert!(memory < 200 * 1024, "{memory} kB");
        println!(
            "from {kind:?}: made in {:.1} s, {} kB; taken in by the other in {:.1} s, peak {} MB",
            made.as_secs_f64(),
            fs::metadata(&archive).unwrap().len() / 1024,
            began.elapsed().as_secs_f64(),
            memory / 1024
        );
        nothing_is_wrong(&new).await;
        place.remove().await;
    }
);
