//! Commands as whoever holds the machine types them: imports of organisations first, then the others. Each is a process
//! of its own, beside a service that may be running on the same database.

use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use headroom::{domain::access::Role, jobs};
use serde_json::json;

use crate::support::{
    app::TestApp,
    databases::{Kind, Place, TestDb, both_databases},
};

/// What a command did.
#[derive(Debug)]
struct Done {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Done {
    #[track_caller]
    fn is(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }

    /// It was refused with exactly one sentence, which says this.
    #[track_caller]
    fn refused(&self, why: &str) {
        self.is(1);
        assert_eq!(self.out, "", "{self:?}");
        assert_eq!(self.err.trim_end().lines().count(), 1, "{self:?}");
        assert!(self.err.starts_with("headroom: ") && self.err.contains(why), "{self:?}");
    }
}

/// For its owner alone, or the service closes it and says so.
fn private(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A folder of data and keys of a node, and the database it is told to use.
struct Node {
    folder: tempfile::TempDir,
    place: Place,
}

impl Node {
    fn on(place: &Place) -> Self {
        let folder = tempfile::tempdir().unwrap();
        private(folder.path(), 0o700);
        for key in ["token.key", "noise.key"] {
            let key = folder.path().join(key);
            fs::write(&key, [3; 32]).unwrap();
            private(&key, 0o600);
        }
        Self { folder, place: place.clone() }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_headroom"));
        command
            .args(words)
            .env_clear()
            .env("HEADROOM_DATA", self.folder.path())
            .env("DATABASE_URL", self.place.describe())
            .env("HEADROOM_LOG", "warn")
            .stdin(Stdio::null());
        command
    }

    fn run(&self, words: &[&str]) -> Done {
        finish(&mut self.command(words))
    }

    /// Gives the command a line to read.
    fn run_with_input(&self, words: &[&str], line: &str) -> Done {
        let mut child =
            self.command(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        writeln!(child.stdin.take().unwrap(), "{line}").unwrap();
        done(&child.wait_with_output().unwrap())
    }

    fn import(&self, files: &[PathBuf], more: &[&str]) -> Done {
        let files = files.iter().map(|file| file.to_str().unwrap());
        let mut words = vec!["import", "organisations"];
        words.extend(files);
        words.extend(["--effective", "2026-08-01"]);
        words.extend(more);
        self.run(&words)
    }

    /// Writes a file of its own.
    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }
}

fn finish(command: &mut Command) -> Done {
    tokio::task::block_in_place(|| done(&command.output().unwrap()))
}

fn done(output: &std::process::Output) -> Done {
    Done {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/organisations").join(name)
}

async fn facts(test: &TestDb) -> i64 {
    test.number("SELECT count(*) FROM organisation_fact").await
}

/// The header and every fortieth row of the mapping of practices.
fn some_practices() -> String {
    let text = fs::read_to_string(data("gp-reg-pat-prac-map_2026-08.csv")).unwrap();
    text.lines().step_by(40).flat_map(|line| [line, "\n"]).collect()
}

// Longer than others: all of England, read twice by a build without optimisation.
both_databases!(all_of_england_is_imported_once_however_often_it_is_read, |test: TestDb| async move {
    let node = Node::on(&test.place);
    let files =
        ["practice_lmc_demo.csv", "practices_2026-08.csv", "lmcs_england.csv", "gp-reg-pat-prac-map_2026-08.csv"]
            .map(data);
    let first = node.import(&files, &[]);
    let said = &first.is(0).out;
    assert!(said.contains("7,576 opened (6,129 of them practices)"));
    assert!(said.ends_with("\n58,504 facts recorded.\n"), "{said}");
    let known = facts(&test).await;
    assert_eq!(known, 58_504);
    let imports = test.rows("organisation_import").await;
    assert_eq!(imports.len(), 4);
    let second = node.import(&files, &[]);
    assert!(second.is(0).out.ends_with("\nNo change.\n"), "{}", second.out);
    assert_eq!(facts(&test).await, known);
    assert_eq!(test.rows("organisation_import").await, imports);
    let told = "SELECT count(*) FROM audit_event WHERE event = 'organisations.imported'";
    assert_eq!(test.number(told).await, 1);
    node.run(&["verify"]).is(0);
});

both_databases!(a_file_that_is_wrong_is_refused_as_a_whole, |test: TestDb| async move {
    let node = Node::on(&test.place);
    let good = some_practices();
    let mut lines: Vec<&str> = good.lines().collect();
    let broken: Vec<String> =
        [9, 30].map(|at| lines[at].replacen("GP_PRAC_PAT_LIST,01Aug2026,", "GP_PRAC_PAT_LIST,01Aug2026,?", 1)).to_vec();
    (lines[9], lines[30]) = (&broken[0], &broken[1]);
    let (good, bad) = (node.file("good.csv", &good), node.file("bad.csv", &lines.join("\n")));
    let unknown = node.file("other.csv", "a,b\n1,2\n");
    let before = test.content_without(&[]).await;
    let refused = node.import(&[data("lmcs_england.csv"), good.clone(), bad, unknown], &[]);
    let said = &refused.is(1).err;
    assert!(said.contains("bad.csv: line 10, column PRACTICE_CODE: "), "{said}");
    assert!(said.contains("bad.csv: line 31, column PRACTICE_CODE: "), "{said}");
    assert!(said.contains("other.csv: this is none of the files"), "{said}");
    assert!(said.ends_with("nothing was imported\n"), "{said}");
    assert!(!said.contains('?'), "what a file says is not repeated");
    assert_eq!((refused.out.as_str(), test.content_without(&[]).await), ("", before));
    let missing = node.import(&[node.folder.path().join("none.csv")], &[]);
    missing.refused("none.csv");
    let undated = node.run(&["import", "organisations", data("lmcs_england.csv").to_str().unwrap()]);
    assert!(undated.is(1).err.contains("--effective"));
    node.import(&[good], &[]).is(0);
});

both_databases!(a_file_cut_short_or_older_needs_force, |test: TestDb| async move {
    let node = Node::on(&test.place);
    let whole = some_practices();
    node.import(&[node.file("whole.csv", &whole)], &[]).is(0);
    let known = test.content_without(&[]).await;
    let short: String = whole.lines().take(100).flat_map(|line| [line, "\n"]).collect();
    let short = [node.file("short.csv", &short)];
    let older = [node.file("older.csv", &whole.replace("01Aug2026", "01Jul2026"))];
    for (files, why) in [
        (&short, "open practices would be closed, more than one in fifty"),
        (&older, "the file is of 2026-07-01, and one of 2026-08-01 was imported already"),
    ] {
        let refused = node.import(files, &[]);
        assert!(refused.is(1).err.contains(why), "{}", refused.err);
        assert!(refused.err.contains("nothing was imported; add --force"));
        assert_eq!(test.content_without(&[]).await, known);
    }
    node.import(&older, &["--force"]).is(0);
    let forced = node.import(&short, &["--force"]);
    assert!(forced.is(0).out.contains("closed"), "{}", forced.out);
    assert_ne!(test.content_without(&[]).await, known);
});

both_databases!(a_running_service_sees_an_import_at_once, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let node = Node::on(&test.place);
    let east = app.token(Role::LmcOfficer, "east").await;
    let west = app.token(Role::LmcOfficer, "west").await;
    let all = async |lmc: &str| {
        let officer = if lmc == "east" { &east } else { &west };
        let path = format!("/api/v1/areas/lmc/{lmc}/status");
        let area = officer.get(&path).await.is(200).json();
        area["heard"]["all"].as_u64().unwrap()
    };
    assert_eq!((all("east").await, all("west").await), (24, 24));
    let telephone = "/lmc/west/practices/Z90001/telephone";
    west.get(telephone).await.is(404);
    let members = "ods_code,lmc_id,assigned_by\nZ90001,west,hand\n";
    let moved = node.import(&[node.file("members.csv", members)], &[]);
    assert!(moved.is(0).out.contains("1 moved"), "{}", moved.out);
    assert_eq!((all("east").await, all("west").await), (23, 25));
    west.get(telephone).await.is(200);
    let admin = app.token(Role::Administrator, "england").await;
    let page = admin.get("/admin/organisations").await;
    assert!(page.is(200).body.contains("lmc-members"));
});

both_databases!(a_person_is_added_from_the_command_line, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let node = Node::on(&test.place);
    let add = |email: &str, role: &str, organisation: &str, more: &[&str]| {
        let mut words = vec!["user", "add", "--email", email, "--role", role];
        words.extend(["--organisation", organisation]);
        words.extend(more);
        node.run(&words)
    };
    let first = add("pat@example.org", "practice-manager", "Z90001", &[]);
    assert!(first.is(0).out.starts_with("The person was added"));
    let link = first.out.split("http://localhost:8025").nth(1).unwrap();
    let page = app.stranger().get(link.trim()).await;
    assert!(page.is(200).body.contains("Password"));
    let again = add("pat@example.org", "practice-manager", "Z90001", &[]);
    assert!(again.is(0).out.starts_with("The person was known already"));
    for (role, organisation, why) in [
        ("practice-manager", "Z99999", "organisation: Enter the code of an open practice"),
        ("lmc-officer", "XDA", "organisation: Enter the short name of an LMC"),
        ("icb-analyst", "XDA", "role: Nobody holds an ICB role together"),
    ] {
        add("pat@example.org", role, organisation, &[]).refused(why);
    }
    add("pat", "administrator", "", &[]).refused("email: ");
    add("pat@example.org", "wizard", "", &[]).is(2);
    add("pat@example.org", "icb-analyst", "XDA", &["--declared-conflict"]).is(0);
    assert_eq!(test.number("SELECT count(*) FROM person").await, 1);
    assert_eq!(test.number("SELECT count(*) FROM role_grant").await, 2);
    let words = [
        "user",
        "add",
        "--email",
        "kim@example.org",
        "--role",
        "practice-manager",
        "--organisation",
        "Z90001",
        "--password-stdin",
    ];
    node.run_with_input(&words, "short").refused("password: ");
    let with = node.run_with_input(&words, "three quiet green chairs");
    assert!(!with.is(0).out.contains("/password/"));
    let typed = json!({ "email": "kim@example.org", "password": "three quiet green chairs" });
    app.stranger().post("/api/v1/session", typed).await.is(200);
});

both_databases!(the_ledger_and_the_chains_are_checked_from_the_command_line, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    test.adopt(&app.state.writer).await;
    let node = Node::on(&test.place);
    // Another node makes the releases: this one has no key of the noise.
    fs::remove_file(node.folder.path().join("noise.key")).unwrap();
    assert_eq!(node.run(&["release", "list"]).is(0).out, "");
    jobs::releases::make_due(&app.state).await.unwrap();
    let list = node.run(&["release", "list"]);
    assert!(list.is(0).out.starts_with("   9  2026-11-19  "), "{}", list.out);
    let verified = node.run(&["release", "verify"]);
    assert!(verified.is(0).out.starts_with("Releases: 1 checked, the ledger holds.\n"), "{}", verified.out);
    let me = app.clinician("Z90001", "Dr A").await;
    let device = app.device("Z90001", me).await;
    let tap = json!({ "id": uuid::Uuid::now_v7() });
    device.post(&format!("/api/v1/practices/Z90001/clinicians/{me}/contacts"), tap).await.is(201);
    let fine = node.run(&["verify"]);
    assert!(fine.is(0).out.ends_with("Everything agrees.\n"), "{}", fine.out);
    test.transaction(&["UPDATE tally SET n = 2"]).await.unwrap();
    let wrong = node.run(&["verify"]);
    assert!(wrong.is(1).out.contains("stored 2, counted 1"), "{}", wrong.out);
    assert!(wrong.err.contains("1 mismatch(es) found"));
    let drop = match test.kind() {
        Kind::Sqlite => "DROP TRIGGER release_no_update",
        Kind::Postgres => "DROP TRIGGER release_append_only ON release",
    };
    let change = "UPDATE release SET content = REPLACE(content, '\"method\"', '\"Method\"')";
    test.transaction(&[drop, change]).await.unwrap();
    node.run(&["release", "verify"]).refused("release 9 does not hold");
});

both_databases!(releases_are_made_when_due_and_the_document_is_printed, |test: TestDb| async move {
    TestApp::start(test.clone()).await;
    let node = Node::on(&test.place);
    // What is due is a matter of the day on which this runs.
    for _ in 0..2 {
        node.run(&["release", "make"]).is(0);
    }
    assert!(node.run(&["release", "make"]).out.contains("No release is due."));
    let printed = node.run(&["openapi"]);
    let document: serde_json::Value = serde_json::from_str(&printed.is(0).out).unwrap();
    assert!(document["paths"]["/api/v1/session"]["post"].is_object());
    let help = node.run(&["--help"]);
    assert!(help.is(0).out.contains("migrate"));
    assert!(!help.out.contains("postgres://headroom"), "no setting is shown");
    node.run(&["nonsense"]).is(2);
});

#[test]
fn a_database_waits_for_its_migration_on_postgres() {
    crate::support::databases::run(Kind::Postgres, |_: TestDb| async move {
        let test = TestDb::empty(Kind::Postgres).await;
        let node = Node::on(&test.place);
        for words in [
            &["serve"][..],
            &["verify"],
            &["release", "list"],
            &["user", "add", "--email", "a@b.uk", "--role", "administrator"],
        ] {
            let refused = tokio::task::block_in_place(|| briefly(&mut node.command(words)));
            refused.refused("run `headroom migrate` first");
        }
        assert!(test.tables().await.is_empty(), "looking changes nothing");
        for _ in 0..2 {
            let done = node.run(&["migrate"]);
            assert_eq!(done.is(0).out, "The database is up to date.\n");
        }
        node.run(&["verify"]).is(0);
        test.place.remove().await;
    });
}

#[test]
fn an_sqlite_file_is_made_for_its_owner_alone_and_used_by_whatever_comes_next() {
    crate::support::databases::run(Kind::Sqlite, |_: TestDb| async move {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("new");
        let mut command = Command::new(env!("CARGO_BIN_EXE_headroom"));
        command.env_clear().args(["migrate", "--data"]).arg(&data);
        finish(&mut command).is(0);
        let mut command = Command::new(env!("CARGO_BIN_EXE_headroom"));
        command.env_clear().args(["user", "add", "--email", "root@example.org"]);
        command.args(["--role", "administrator", "--data"]).arg(&data);
        finish(&mut command).is(0);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&data), 0o700);
        assert_eq!(mode(&data.join("token.key")), 0o600);
    });
}

/// Runs a command that must end by itself; one that goes on serving is killed.
fn briefly(command: &mut Command) -> Done {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begin = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begin.elapsed() > Duration::from_secs(30) {
            child.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    done(&child.wait_with_output().unwrap())
}

#[test]
fn a_setting_that_cannot_be_used_is_named_in_one_sentence() {
    crate::support::databases::run(Kind::Sqlite, |test: TestDb| async move {
        let node = Node::on(&test.place);
        let file = |name, text| node.file(name, text).to_str().unwrap().to_owned();
        let unknown = file("unknown.toml", "listen = \"127.0.0.1:1\"\npassword = \"x\"\n");
        let short = file("short.key", "short");
        private(Path::new(&short), 0o600);
        let taken = file("taken", "");
        for (words, why) in [
            (&["--listen", "nowhere"][..], "--listen is \"nowhere\": write an address and a port"),
            (&["--public-url", "localhost"], "--public-url is \"localhost\": write https://"),
            (&["--database-url", "mysql://me:secret@host/x"], "DATABASE_URL is \"host/x\": it must begin"),
            (&["--config", "/nonexistent.toml"], "the settings file /nonexistent.toml cannot be used"),
            (&["--token-key", &short], "it holds 5 bytes and must hold 32"),
            (&["--database-url", &format!("sqlite://{taken}/x.sqlite")], ""),
            (&["--database-url", "postgres://me:secret@127.0.0.1:1/x"], "the database cannot be used"),
        ] {
            let words = [&["serve"][..], words].concat();
            let refused = tokio::task::block_in_place(|| briefly(&mut node.command(&words)));
            refused.refused(why);
            assert!(!refused.err.contains("secret"), "{refused:?}");
        }
        let words = ["serve", "--config", &unknown];
        let refused = tokio::task::block_in_place(|| briefly(&mut node.command(&words)));
        assert!(refused.is(1).err.contains("unknown field `password`"), "{refused:?}");
    });
}
