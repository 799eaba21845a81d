//! What leaves the service once a day, and `headroom audit verify` that holds the chains to it: a row that was changed, taken
//! away or cut off is named.

use std::{fs, path::Path, process::Command};

use headroom::{
    audit,
    config::Options,
    domain::access::JobAuthority,
    exchange::anchor_file::AnchorFile,
    jobs::anchors::{self, Done, run_once},
};
use serde::Serialize;

use crate::{
    support::{
        app::TestApp,
        databases::{Place, TestDb, both_databases},
        smtp::Smtp,
    },
    tampering::tamper,
};

#[derive(Serialize)]
struct Week {
    week_ending: &'static str,
}

impl audit::Event for Week {
    const NAME: &'static str = "week.answered";
}

/// So many events of one practice and one of another, each in a transaction.
async fn act(app: &TestApp, n: usize) {
    for practice in ["Z90002"].into_iter().chain(std::iter::repeat_n("Z90001", n)) {
        let by = JobAuthority::new();
        let wrote = app.state.writer.write(&by, move |tx| {
            Box::pin(
                async move { Ok(tx.audit(&practice.parse().unwrap(), &Week { week_ending: "2026-11-13" }).await?) },
            )
        });
        wrote.await.unwrap();
    }
}

async fn anchor(app: &TestApp) -> AnchorFile {
    let heads = audit::heads(app.test.db.unscoped()).await.unwrap();
    AnchorFile { made: app.clock.now(), heads: heads.into_values().collect() }
}

/// How `headroom audit` ends, and what it says.
async fn said(place: &Place, what: &[&str], folder: Option<&Path>) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_headroom"));
    command.env_clear().arg("audit").args(what);
    if let Some(folder) = folder {
        command.arg("--anchors").arg(folder);
    }
    match place {
        Place::Sqlite(file) => command.arg("--data").arg(file.parent().unwrap()),
        Place::Postgres(url) => command.args(["--database-url", url]),
    };
    let done = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    (done.status.code(), said)
}

both_databases!(what_was_changed_taken_away_or_cut_off_is_named, |test: TestDb| async move {
    let kind = test.kind();
    let app = TestApp::start(test).await;
    act(&app, 9).await;
    let folder = tempfile::tempdir().unwrap();
    anchors::file(folder.path(), &anchor(&app).await).unwrap();
    let place = app.test.place.clone();
    app.state.db.close().await.unwrap();
    let (code, text) = said(&place, &["verify"], Some(folder.path())).await;
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("Audit chains walked: 2, with 10 rows of audit_event"), "{text}");
    assert!(text.contains("compared: 1, of 2026-11-20 to 2026-11-20"), "{text}");
    let of = "WHERE organisation = 'Z90001'";
    let head = format!("UPDATE audit_head SET seq = 7, hash = (SELECT hash FROM audit_event {of} AND seq = 7) {of}");
    let cut = format!("DELETE FROM audit_event {of} AND seq > 7");
    for (name, sql, first) in [
        (
            "changed",
            vec![format!("UPDATE audit_event SET detail = '{{\"week_ending\":\"2026-11-06\"}}' {of} AND seq = 3")],
            "audit_event Z90001 3 (id ",
        ),
        (
            "somebody else",
            vec![format!("UPDATE audit_event SET actor = 'command line' {of} AND seq = 9")],
            "audit_event Z90001 9 (id ",
        ),
        (
            "deleted",
            vec![format!("DELETE FROM audit_event {of} AND seq = 4")],
            "audit_event Z90001 4 is gone; the next row",
        ),
        ("end gone", vec![cut.clone()], "audit_event Z90001 8 is gone, and all after it"),
        ("head gone", vec![format!("DELETE FROM audit_head {of}")], "audit_head Z90001 is gone"),
        // Whoever knows how a chain is made cuts its end and mends the head: only what left the service knows.
        (
            "end cut off",
            vec![cut, head],
            "audit_event Z90001 9, of which headroom-anchor-2026-11-20T120000Z.txt tells, is gone",
        ),
        (
            "chain gone",
            vec![format!("DELETE FROM audit_event {of}"), format!("DELETE FROM audit_head {of}")],
            "audit_event Z90001 9, of which headroom-anchor-2026-11-20T120000Z.txt tells, is gone",
        ),
    ] {
        let copy = place.copy().await;
        tamper(kind, &copy, &sql).await;
        let (code, text) = said(&copy, &["verify"], Some(folder.path())).await;
        assert_eq!(code, Some(1), "{name}: {text}");
        let (_, named) = text.split_once("the first: ").unwrap();
        assert!(named.starts_with(first), "{name}: {text}");
        copy.remove().await;
    }
    // An anchor that somebody changed or cut off is not passed over.
    let file = folder.path().join("headroom-anchor-2026-11-20T120000Z.txt");
    let whole = fs::read_to_string(&file).unwrap();
    fs::write(&file, whole.replace("Z90001 9", "Z90001 8")).unwrap();
    let (code, text) = said(&place, &["verify"], Some(folder.path())).await;
    assert!(code == Some(1) && text.contains("cut off or changed since it was made"), "{text}");
});

both_databases!(the_chain_is_printed_with_what_proves_it, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    act(&app, 3).await;
    let place = app.test.place.clone();
    app.state.db.close().await.unwrap();
    let (code, text) = said(&place, &["export", "Z90001"], None).await;
    // Beside what the command has to say of the folder.
    let lines = |text: &str| text.lines().filter(|line| line.starts_with('{')).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!((code, lines(&text).len()), (Some(0), 3), "{text}");
    let rows: Vec<serde_json::Value> = lines(&text).iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows[0]["previous_hash"], "");
    assert_eq!(rows[2]["previous_hash"], rows[1]["hash"]);
    assert_eq!((rows[2]["seq"].as_i64(), rows[2]["event"].as_str()), (Some(3), Some("week.answered")));
    assert!(rows[0]["salt"].is_string() && rows[0]["detail"].is_string());
    let (code, text) = said(&place, &["export"], None).await;
    assert_eq!((code, lines(&text).len()), (Some(0), 4), "{text}");
    let (code, text) = said(&place, &["export", "Z90003"], None).await;
    assert!(code == Some(1) && text.contains("no event of Z90003"), "{text}");
});

both_databases!(it_is_filed_once_a_day_and_again_after_a_failure, |test: TestDb| async move {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("elsewhere");
    // Something stands in its way.
    fs::write(&folder, "").unwrap();
    let options = Options {
        anchored: headroom::config::AnchorOptions { anchor_folder: Some(folder.clone()), anchor_mail: None },
        ..Options::default()
    };
    let app = TestApp::start_with(test, options).await;
    act(&app, 2).await;
    assert_eq!(run_once(&app.state, None).await.unwrap(), Done::default());
    fs::remove_file(&folder).unwrap();
    // Not before ten minutes are over.
    assert_eq!(run_once(&app.state, None).await.unwrap(), Done::default());
    app.clock.set("2026-11-20T12:10:00Z".parse().unwrap());
    assert_eq!(run_once(&app.state, None).await.unwrap(), Done { filed: true, mailed: false });
    assert_eq!(run_once(&app.state, None).await.unwrap(), Done::default());
    act(&app, 1).await;
    app.clock.set("2026-11-21T01:59:00Z".parse().unwrap());
    assert_eq!(run_once(&app.state, None).await.unwrap(), Done::default());
    app.clock.set("2026-11-21T02:00:00Z".parse().unwrap());
    assert_eq!(run_once(&app.state, None).await.unwrap(), Done { filed: true, mailed: false });
    let found = anchors::read_folder(&folder).unwrap();
    let seqs: Vec<Vec<i64>> =
        found.iter().map(|(_, read)| read.as_ref().unwrap().heads.iter().map(|head| head.seq).collect()).collect();
    assert_eq!(seqs, [[2, 1], [3, 2]]);
    assert_eq!(found[1].1.as_ref().unwrap(), &anchor(&app).await);
});

both_databases!(it_is_mailed_and_the_mail_is_an_anchor, |test: TestDb| async move {
    let mut smtp = Smtp::plain().await;
    let mut options = smtp.options.clone();
    options.anchored.anchor_mail = Some("anchors@example.org".to_owned());
    let app = TestApp::start_with(test, options).await;
    act(&app, 2).await;
    smtp.refuse(Some(451)).await;
    assert_eq!(run_once(&app.state, Some(&smtp.post)).await.unwrap(), Done::default());
    smtp.refuse(None).await;
    app.clock.set("2026-11-20T12:10:00Z".parse().unwrap());
    assert_eq!(run_once(&app.state, Some(&smtp.post)).await.unwrap(), Done { filed: false, mailed: true });
    let mail = smtp.mail().await;
    assert_eq!(
        (mail["to"][0].as_str(), mail["subject"].as_str()),
        (Some("anchors@example.org"), Some("Headroom anchor"))
    );
    let text = mail["text"].as_str().unwrap();
    assert_eq!(AnchorFile::read(text).unwrap(), anchor(&app).await);
    assert_eq!(run_once(&app.state, Some(&smtp.post)).await.unwrap(), Done::default());
    assert!(smtp.is_quiet().await);
});
