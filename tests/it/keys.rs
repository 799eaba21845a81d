//! What is derived from the master key: of one practice, one purpose and one device; and a wrong key is refused at start.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use entity::ids::ClinicianId;
use headroom::{
    config::Keys,
    domain::access::Role,
    state::{AppState, StateConfig},
};
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp},
    databases::{TestDb, both_databases},
};

#[track_caller]
fn between<'a>(body: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = body.split_once(before).unwrap_or_else(|| panic!("no {before} in {body}"));
    rest.split_once(after).unwrap().0
}

/// Enrols a browser at a practice with this id and PIN; its two cookies.
async fn enrolled(app: &TestApp, practice: &str, device: &str, pin: &str) -> (ClinicianId, String, String) {
    let me = app.clinician(practice, "Dr A").await;
    let manager = app.person(Role::PracticeManager, practice).await;
    let path = format!("/practices/{practice}/people/{me}/link");
    let id = Uuid::now_v7().to_string();
    let page = manager.form(&path, &[("id", &id)]).await;
    let link = format!("/enrol/{}", between(&page.is(200).body, "/enrol/", "<"));
    let form = [("device", device), ("pin", pin), ("pin_again", pin)];
    let cookies = app.stranger().form(&link, &form).await.is(303).cookies();
    let (cookie, unlocked) = cookies.split_once("; ").unwrap();
    (me, cookie.to_owned(), unlocked.to_owned())
}

both_databases!(a_pin_of_another_practice_opens_nothing_here, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let device = Uuid::now_v7().to_string();
    let (me, stolen, own) = enrolled(&app, "Z90001", &device, "4711").await;
    // The thief enrols a phone at another practice, with the same id and a PIN they know.
    let (_, _, proof) = enrolled(&app, "Z90002", &device, "0000").await;
    let home = format!("/practices/Z90001/clinicians/{me}");
    app.browser(format!("{stolen}; {own}")).get(&home).await.is(200);
    let tried = app.browser(format!("{stolen}; {proof}")).get(&home).await;
    assert!(tried.is(303).location().starts_with("/unlock"));
});

/// A link that a form makes, at a practice.
async fn made(manager: &Client, path: &str, form: &[(&str, &str)], begins: &str) -> String {
    let page = manager.form(path, form).await;
    between(&page.is(200).body, begins, "<").to_owned()
}

both_databases!(the_same_id_at_two_practices_makes_two_links, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let id = Uuid::now_v7().to_string();
    let (mut displays, mut enrolments, mut feeds) = (Vec::new(), Vec::new(), Vec::new());
    for practice in ["Z90001", "Z90003"] {
        let manager = app.person(Role::PracticeManager, practice).await;
        let path = format!("/practices/{practice}/displays");
        let form = [("id", id.as_str()), ("label", "Reception"), ("place", "wall")];
        for _ in 0..2 {
            displays.push(made(&manager, &path, &form, "/display-link/").await);
        }
        let me = app.clinician(practice, "Dr A").await;
        let path = format!("/practices/{practice}/people/{me}/link");
        for _ in 0..2 {
            enrolments.push(made(&manager, &path, &[("id", &id)], "/enrol/").await);
        }
        let diary = format!("/practices/{practice}/diary");
        let form = [("id", id.as_str()), ("what", "make")];
        manager.form(&format!("{diary}/feed"), &form).await.is(303);
        let page = manager.get(&diary).await;
        feeds.push(between(&page.is(200).body, "/calendar/", ".ics").to_owned());
    }
    for links in [&displays, &enrolments] {
        assert_eq!(links[0], links[1], "a repeat shows the same");
        assert_eq!(links[2], links[3]);
        assert_ne!(links[0], links[2], "of another practice it is another");
    }
    assert_ne!(feeds[0], feeds[1]);
    let first = app.stranger().get(&format!("/display-link/{}", displays[0])).await;
    assert!(first.is(200).body.contains("Invented Surgery 1"));
    let second = app.stranger().get(&format!("/display-link/{}", displays[2])).await;
    assert!(second.is(200).body.contains("Invented Surgery 3"));
});

both_databases!(what_an_older_master_key_made_works_while_it_is_here, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let program = app.manager("Z90001").await;
    let form = [("id", &*Uuid::now_v7().to_string()), ("what", "make")];
    let diary = "/practices/Z90001/diary";
    manager.form(&format!("{diary}/feed"), &form).await.is(303);
    let page = manager.get(diary).await;
    let feed = between(&page.is(200).body, "/calendar/", ".ics").to_owned();
    let node = async |keys: Keys| {
        let state = AppState::new(StateConfig {
            db: test.other_node().await,
            clock: app.clock.clone(),
            settings: app.state.settings.clone(),
            keys,
            demo: false,
        });
        TestApp::stranger_at(&state.unwrap())
    };
    let ask = async |keys: Keys, path: &str| {
        let mut asker = node(keys).await;
        asker.token.clone_from(&program.token);
        asker.get(path).await.status.as_u16()
    };
    let path = "/api/v1/practices/Z90001/actions";
    assert_eq!(ask(Keys::new(&[4; 32], &[[3; 32]]), path).await, 200);
    assert_eq!(ask(Keys::new(&[4; 32], &[]), path).await, 401);
    // The address of a feed stays what it was.
    let mut there = node(Keys::new(&[4; 32], &[[3; 32]])).await;
    there.cookie.clone_from(&manager.cookie);
    let page = there.get(diary).await;
    assert!(page.is(200).body.contains(&feed));
    there.get(&format!("/calendar/{feed}.ics")).await.is(200);
});

/// Runs a command of the built binary on this data folder.
fn headroom(test: &TestDb, data: &Path, command: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_headroom"))
        .args(command)
        .arg("--data")
        .arg(data)
        .env("DATABASE_URL", test.place.describe())
        .output()
        .unwrap()
}

#[track_caller]
fn refused(output: &Output, with: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains(with), "{said}");
}

both_databases!(a_wrong_key_is_refused_at_start_and_a_newer_one_beside_the_old_is_not, |test: TestDb| async move {
    let folder = tempfile::tempdir().unwrap();
    let [first, second] = ["first", "second"].map(|name| folder.path().join(name));
    for data in [&first, &second] {
        fs::create_dir(data).unwrap();
        fs::write(data.join("token.key"), [1; 32]).unwrap();
        fs::write(data.join("noise.key"), [2; 32]).unwrap();
    }
    // Any command that puts the service together; this one ends by itself.
    let start = |data: &Path| headroom(&test, data, &["release", "make"]);
    for data in [&first, &second] {
        let output = start(data);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("is not the one"), "{said}");
        // Files that everybody could read are closed, with a line.
        assert_eq!(said.matches("was open to others (644)").count(), 2, "{said}");
    }
    let known = test.rows("key_fingerprint").await;
    assert_eq!(known.len(), 2);
    let write = |data: &Path, name: &str, byte: u8| fs::write(data.join(name), [byte; 32]).unwrap();
    write(&second, "token.key", 9);
    refused(&start(&second), "is not the one that this database is used with");
    let verified = headroom(&test, &second, &["verify"]);
    assert!(!verified.status.success());
    assert!(String::from_utf8_lossy(&verified.stdout).contains("token.key"));
    fs::remove_file(second.join("token.key")).unwrap();
    refused(&start(&second), "token.key");
    assert!(!second.join("token.key").exists(), "none is made beside a database that has one");
    write(&second, "token.key", 1);
    write(&second, "noise.key", 9);
    refused(&start(&second), "the noise key");
    write(&second, "noise.key", 2);
    assert_eq!(test.rows("key_fingerprint").await, known, "a refusal notes nothing");
    // A newer key takes the place of the old one, which lies beside it.
    write(&first, "token.key", 7);
    write(&first, "token-old.key", 1);
    start(&first);
    assert_eq!(test.rows("key_fingerprint").await.len(), 3);
    let audited = "SELECT count(*) FROM audit_event WHERE event = 'master-key.replaced'";
    assert_eq!(test.number(audited).await, 1);
    // A node without it is refused; one that was given it, before its turn or after, is not.
    refused(&start(&second), "is not the one that this database is used with");
    write(&second, "token-next.key", 7);
    start(&second);
    assert_eq!(test.rows("key_fingerprint").await.len(), 3);
    assert_eq!(test.number(audited).await, 1);
    // The old one may go in the end, and does not come back alone.
    fs::remove_file(first.join("token-old.key")).unwrap();
    start(&first);
    fs::remove_file(second.join("token-next.key")).unwrap();
    refused(&start(&second), "is not the one that this database is used with");
});
