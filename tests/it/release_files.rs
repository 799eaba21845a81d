//! A release as files: made once, served for ever in the bytes of their digest; and who may read what they come from.

use std::{fs, process::Command};

use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use calamine::{Data, Reader, Xlsx};
use headroom::{
    config::{Keys, Settings},
    domain::{access::Role, digest, disclosure::Period},
    jobs,
    state::{AppState, StateConfig},
};
use tower::ServiceExt;

use crate::support::{
    app::{Client, TestApp},
    databases::{Kind, TestDb, both_databases, run},
};

const FORMS: [&str; 4] = ["csv", "xlsx", "pdf", "json"];

/// A file in its bytes.
async fn take(app: &TestApp, reader: &Client, path: &str, etag: Option<&str>) -> (StatusCode, HeaderMap, Vec<u8>) {
    let mut request = Request::builder()
        .uri(path)
        .header(header::HOST, "localhost:8025")
        .header(header::AUTHORIZATION, format!("Bearer {}", reader.token.as_ref().unwrap()));
    if let Some(etag) = etag {
        request = request.header(header::IF_NONE_MATCH, etag);
    }
    let reply = app.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = reply.into_parts();
    let bytes = axum::body::to_bytes(body, 64 * 1024 * 1024).await.unwrap();
    (parts.status, parts.headers, bytes.to_vec())
}

fn word(headers: &HeaderMap, name: header::HeaderName) -> String {
    headers[name].to_str().unwrap().to_owned()
}

both_databases!(the_digest_shown_is_that_of_the_bytes_served, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    jobs::releases::make_due(&app.state).await.unwrap();
    let analyst = app.token(Role::IcbAnalyst, "XDA").await;
    let early = analyst.get("/releases/9").await;
    assert!(early.is(200).body.contains("are being made"));
    analyst.get("/releases/9.pdf").await.is(404);
    let first = take(&app, &analyst, "/releases/9.csv", None).await.2;
    assert_eq!(jobs::releases::keep_files(&app.state).await.unwrap(), [9]);
    let again = jobs::releases::keep_files(&app.state).await.unwrap();
    assert!(again.is_empty(), "{again:?}");
    let page = analyst.get("/releases/9").await;
    assert!(!page.is(200).body.contains("are being made"));
    for form in FORMS {
        let path = format!("/releases/9.{form}");
        assert!(page.body.contains(&format!("href=\"{path}\"")), "{path}");
        let (status, headers, bytes) = take(&app, &analyst, &path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        let sha256 = digest::file(&bytes);
        let folded = page.body.split("<details").any(|part| part.contains(&sha256));
        assert!(folded, "{path}: {sha256}");
        let etag = word(&headers, header::ETAG);
        assert_eq!(etag, format!("\"{sha256}\""));
        assert_eq!(word(&headers, header::LAST_MODIFIED), "Thu, 19 Nov 2026 09:00:00 GMT");
        let (status, kept, nothing) = take(&app, &analyst, &path, Some(&etag)).await;
        assert_eq!((status, nothing.len()), (StatusCode::NOT_MODIFIED, 0));
        assert_eq!(word(&kept, header::ETAG), etag);
        for other in ["/releases/latest", "/api/v1/releases/9"] {
            let (_, _, same) = take(&app, &analyst, &format!("{other}.{form}"), None).await;
            assert_eq!(same, bytes, "{other}.{form}");
        }
        if form == "csv" {
            assert_eq!(bytes, first, "what was served before it was kept");
        }
    }
    for missing in ["8.csv", "9.zip", "09.csv", "9.csv.csv", "latest.docx", "all.pdf", "all.json"] {
        let path = format!("/releases/{missing}");
        analyst.get(&path).await.is(404);
    }
});

both_databases!(a_spreadsheet_holds_every_figure_and_no_formula, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    jobs::releases::make_due(&app.state).await.unwrap();
    jobs::releases::keep_files(&app.state).await.unwrap();
    let analyst = app.token(Role::IcbAnalyst, "XDA").await;
    let (_, _, bytes) = take(&app, &analyst, "/releases/9.xlsx", None).await;
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["Release", "Figures"]);
    let formulas = book.worksheet_formula("Figures").unwrap();
    assert_eq!(formulas.used_cells().count(), 0);
    let sheet = book.worksheet_range("Figures").unwrap();
    let (_, _, csv) = take(&app, &analyst, "/releases/9.csv", None).await;
    let csv = String::from_utf8(csv).unwrap();
    assert_eq!(sheet.height(), csv.lines().count());
    let first: Vec<&Data> = sheet.rows().nth(1).unwrap().iter().collect();
    assert_eq!(first[0], &Data::Float(9.0));
    assert_eq!(first[3], &Data::String("england".to_owned()));
    let (_, _, pdf) = take(&app, &analyst, "/releases/9.pdf", None).await;
    assert!(pdf.starts_with(b"%PDF-1."));
});

#[test]
fn files_are_the_same_on_both_databases_and_after_a_restart() {
    run(Kind::Sqlite, |test: TestDb| async move {
        let digests = async |test: TestDb| {
            let app = TestApp::start(test).await;
            fs::write(&app.state.settings.noise_key, [7; 32]).unwrap();
            jobs::releases::make_due(&app.state).await.unwrap();
            jobs::releases::keep_files(&app.state).await.unwrap();
            let mut kept = app.test.column("SELECT form || ' ' || sha256 FROM release_file WHERE number = 9").await;
            kept.sort();
            assert_eq!(kept.len(), 4);
            kept
        };
        let one = Box::pin(digests(test)).await;
        let other = TestDb::migrated(Kind::Postgres).await;
        let place = other.place.clone();
        let same = Box::pin(digests(other)).await;
        place.remove().await;
        assert_eq!(one, same);
    });
}

both_databases!(a_changed_file_is_found, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    jobs::releases::make_due(&app.state).await.unwrap();
    jobs::releases::keep_files(&app.state).await.unwrap();
    let everywhere = headroom::domain::access::JobAuthority::new().everywhere();
    let verify = || headroom::store::release_files::verify(app.state.db.read(&everywhere));
    assert_eq!(verify().await.unwrap(), (4, None));
    let drop = match app.test.kind() {
        Kind::Sqlite => "DROP TRIGGER release_file_no_update",
        Kind::Postgres => "DROP TRIGGER release_file_append_only ON release_file",
    };
    let change = "UPDATE release_file SET bytes = '1' WHERE form = 'pdf'";
    app.test.transaction(&[drop, change]).await.unwrap();
    let (_, broken) = verify().await.unwrap();
    assert_eq!(broken.as_deref(), Some("9.pdf"));
});

both_databases!(the_ledger_is_read_by_a_role_that_can_read_nothing_else, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    jobs::releases::make_due(&app.state).await.unwrap();
    let db = &app.state.db;
    assert!(db.ledger_is_apart().await.unwrap());
    if app.test.kind() == Kind::Sqlite {
        return;
    }
    let analyst = app.token(Role::IcbAnalyst, "XDA").await;
    let walk = [
        "/releases",
        "/releases/9",
        "/releases/latest",
        "/releases/england",
        "/releases/how-to-read",
        "/releases/9.csv",
        "/api/v1/releases",
        "/api/v1/releases/9",
        "/api/v1/areas/icb/XDA/status",
        "/api/v1/areas/england/status",
    ];
    for path in walk {
        analyst.get(path).await.is(200);
    }
    // One grant too many, and no node starts any more.
    let grant = ["GRANT SELECT ON contact TO headroom_ledger"];
    app.test.transaction(&grant).await.unwrap();
    assert!(!db.ledger_is_apart().await.unwrap());
    let revoke = ["REVOKE SELECT ON contact FROM headroom_ledger"];
    app.test.transaction(&revoke).await.unwrap();
    assert!(db.ledger_is_apart().await.unwrap());
    // The owner of the tables still reads the ledger; the pages do not, so it is the role that reads.
    let revoke = ["REVOKE SELECT ON release FROM headroom_ledger"];
    app.test.transaction(&revoke).await.unwrap();
    assert_eq!(app.test.number("SELECT count(*) FROM release").await, 1);
    for path in walk {
        if path != "/releases/how-to-read" {
            analyst.get(path).await.is(500);
        }
    }
    assert!(db.ledger_is_apart().await.is_err());
});

/// The same service where releases are open.
fn opened(app: &TestApp) -> Client {
    let settings = Settings { public_releases: true, ..app.state.settings.clone() };
    let state = AppState::new(StateConfig {
        db: app.test.db.clone(),
        clock: app.clock.clone(),
        settings,
        keys: Keys::new(&[3; 32], &[]),
        demo: false,
    })
    .unwrap();
    TestApp::stranger_at(&state)
}

both_databases!(releases_are_closed_to_strangers_unless_they_are_opened, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    jobs::releases::make_due(&app.state).await.unwrap();
    jobs::releases::keep_files(&app.state).await.unwrap();
    let pages = ["/releases", "/releases/9", "/releases/england", "/releases/how-to-read"];
    let files = ["/releases/9.csv", "/releases/latest.pdf", "/api/v1/releases/9"];
    let closed = app.stranger();
    for path in pages.iter().chain(&files) {
        let status = closed.get(path).await.status.as_u16();
        assert!(matches!(status, 303 | 401), "{path}: {status}");
    }
    let open = opened(&app);
    for path in pages.iter().chain(&files) {
        open.get(path).await.is(200);
    }
    let page = open.get("/releases/9").await.body;
    assert!(page.contains("href=\"/sign-in\"") && page.contains("England"));
    // The page that says who sees what says so too.
    let (told, elsewhere) = (open.get("/who-sees-what").await.body, closed.get("/who-sees-what").await.body);
    assert!(told.contains("Releases are open to everybody here"));
    assert!(elsewhere.contains("Releases are open to whoever has signed in"));
    // Nothing else opened with them.
    for path in ["/practices/Z90001", "/lmc/east", "/lmc/east/office", "/admin/people"] {
        let status = open.get(path).await.status.as_u16();
        assert!(matches!(status, 303 | 401), "{path}: {status}");
    }
    let status = open.get("/api/v1/areas/lmc/east/status").await.status;
    assert_eq!(status.as_u16(), 401);
});

both_databases!(a_command_prints_a_release, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    jobs::releases::make_due(&app.state).await.unwrap();
    let analyst = app.token(Role::IcbAnalyst, "XDA").await;
    let served = analyst.get("/releases/9.json").await.body;
    let folder = tempfile::tempdir().unwrap();
    let said = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_headroom"));
        command
            .args(words)
            .env_clear()
            .env("HEADROOM_DATA", folder.path())
            .env("DATABASE_URL", app.test.place.describe())
            .env("HEADROOM_LOG", "error");
        let done = tokio::task::block_in_place(|| command.output().unwrap());
        (done.status.success(), String::from_utf8(done.stdout).unwrap() + &String::from_utf8(done.stderr).unwrap())
    };
    fs::write(folder.path().join("token.key"), [3; 32]).unwrap();
    let (fine, text) = said(&["release", "show", "9"]);
    assert!(fine, "{text}");
    assert!(text.starts_with("Release 9, Thursday 19 November 2026 (series of 2026/27)"), "{text}");
    assert!(text.contains("\nWyre and Calder (icb XDA), 24 practices\n"), "{text}");
    assert!(!text.contains("East LMC"), "{text}");
    let (fine, json) = said(&["release", "show", "9", "--json"]);
    assert!(fine && json.trim_end() == served, "{json}");
    let (fine, why) = said(&["release", "show", "8"]);
    assert!(!fine && why.contains("there is no release 8"), "{why}");
    let (fine, list) = said(&["release", "list"]);
    assert!(fine && list.contains("   9  2026-11-19  "), "{list}");
    let (fine, holds) = said(&["release", "verify"]);
    assert!(fine && holds.contains("1 checked, the ledger holds"), "{holds}");
    assert_eq!(Period::new(2026, 9).unwrap().index(), 9);
});
