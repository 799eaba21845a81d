//! Releases: made when due and only then, once, the same everywhere, and all an outside reader gets.

use std::collections::BTreeMap;

use entity::{release, release_frame};
use headroom::{
    domain::{
        access::{self, JobAuthority, Role},
        catalogue::Status,
        digest,
        disclosure::Period,
    },
    error::AppError,
    jobs,
    store::releases,
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;

use crate::{
    side_channels,
    support::{
        app::TestApp,
        databases::{Kind, TestDb, both_databases},
    },
};

both_databases!(only_what_is_due_is_made_and_only_once, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    // 20 November 2026: the ninth is out since the 19th. An empty ledger starts with it.
    assert_eq!(jobs::releases::make_due(&app.state).await.unwrap(), [9]);
    assert!(jobs::releases::make_due(&app.state).await.unwrap().is_empty());
    let tenth = Period::new(2026, 10).unwrap();
    let extra = jobs::releases::make(&app.state, &[tenth]).await;
    assert!(matches!(extra, Err(AppError::Conflict(_))), "{extra:?}");
    app.clock.set(tenth.due_at());
    let (one, other) = tokio::join!(jobs::releases::make_due(&app.state), jobs::releases::make_due(&app.state));
    let made: Vec<u32> = [one.unwrap(), other.unwrap()].concat();
    assert_eq!(made, [10], "two nodes at once make it once");
});

both_databases!(a_release_is_the_same_for_every_reader_and_time, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    jobs::releases::make_due(&app.state).await.unwrap();
    let analyst = app.token(Role::IcbAnalyst, "XDA").await;
    for path in
        ["/releases/9", "/releases/9.csv", "/releases/9.json", "/api/v1/releases/9", "/api/v1/areas/england/status"]
    {
        let first = analyst.get(path).await;
        first.is(200);
        app.clock.set(app.clock.now() + chrono::Duration::minutes(1));
        let other = app.token(Role::IcbAnalyst, "XDA").await;
        assert_eq!(first.body, other.get(path).await.body, "{path}");
    }
    analyst.get("/releases/8").await.is(404);
    analyst.get("/releases/nine").await.is(404);
    analyst.get("/api/v1/areas/icb/XDZ/status").await.is(404);
    let area = analyst.get("/api/v1/areas/icb/XDA/status").await.json();
    assert_eq!((area["practices"].as_u64(), area["live"].as_bool()), (Some(24), Some(false)));
});

both_databases!(a_changed_ledger_is_found, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    jobs::releases::make_due(&app.state).await.unwrap();
    app.clock.set(Period::new(2026, 11).unwrap().due_at());
    assert_eq!(jobs::releases::make_due(&app.state).await.unwrap(), [10, 11]);
    let everywhere = JobAuthority::new().everywhere();
    let verify = || releases::verify(app.state.db.read(&everywhere));
    assert_eq!(verify().await.unwrap(), (3, None));
    // Whoever holds the database can remove the trigger; the digests still tell.
    let drop = match app.test.kind() {
        Kind::Sqlite => "DROP TRIGGER release_no_update",
        Kind::Postgres => "DROP TRIGGER release_append_only ON release",
    };
    let change = "UPDATE release SET content = REPLACE(content, '\"method\"', '\"Method\"') WHERE number = 10";
    app.test.transaction(&[drop, change]).await.unwrap();
    assert_eq!(verify().await.unwrap(), (1, Some(10)));
});

both_databases!(another_noise_key_is_refused, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    jobs::releases::make_due(&app.state).await.unwrap();
    std::fs::write(&app.state.settings.noise_key, [1; 32]).unwrap();
    app.clock.set(Period::new(2026, 10).unwrap().due_at());
    assert!(matches!(jobs::releases::make_due(&app.state).await, Err(AppError::Conflict(_))));
    assert_eq!(digests(&app).await.len(), 1, "nothing was published");
});

async fn digests(app: &TestApp) -> Vec<(u32, String)> {
    let ledger = access::ledger_of(JobAuthority::new().everywhere());
    let lines = releases::lines(app.state.db.ledger(&ledger)).await.unwrap();
    lines.into_iter().map(|line| (line.number, line.sha256)).collect()
}

/// Takes a release out of the database, and the fingerprint of the key with it, as a backup of before it would.
async fn as_before(app: &TestApp, number: u32) {
    let mut statements: Vec<String> = ["release", "release_file", "key_fingerprint"]
        .map(|table| match app.test.kind() {
            Kind::Sqlite => format!("DROP TRIGGER IF EXISTS {table}_no_delete"),
            Kind::Postgres => format!("DROP TRIGGER IF EXISTS {table}_append_only ON {table}"),
        })
        .into();
    statements.push(format!("DELETE FROM release_file WHERE number = {number}"));
    statements.push(format!("DELETE FROM release WHERE number = {number}"));
    statements.push("DELETE FROM key_fingerprint WHERE name = 'noise'".to_owned());
    let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
    app.test.transaction(&statements).await.unwrap();
}

both_databases!(a_backup_of_before_a_release_makes_the_same_one_again_or_none, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    jobs::releases::make_due(&app.state).await.unwrap();
    app.clock.set(Period::new(2026, 10).unwrap().due_at());
    assert_eq!(jobs::releases::make_due(&app.state).await.unwrap(), [10]);
    let published = digests(&app).await;

    as_before(&app, 10).await;
    assert_eq!(jobs::releases::make_due(&app.state).await.unwrap(), [10]);
    assert_eq!(digests(&app).await, published, "byte for byte");

    // The backup has lost, or has, something that the release was counted from.
    as_before(&app, 10).await;
    let before = Period::new(2026, 10).unwrap().due_at() - chrono::Duration::days(2);
    for n in 1..=24 {
        let practice = format!("Z{:05}", 90_000 + n);
        let said = ("dsa-freeze", Status::PausedSince);
        side_channels::write(&app, &practice, said, before).await;
    }
    app.clock.set(Period::new(2026, 10).unwrap().due_at());
    assert_eq!(jobs::releases::make_due(&app.state).await.unwrap(), [0_u32; 0]);
    assert_eq!(digests(&app).await.len(), 1, "not a second time with other figures");
    app.clock.set(Period::new(2026, 11).unwrap().due_at());
    assert_eq!(jobs::releases::make_due(&app.state).await.unwrap(), [11]);
});

both_databases!(a_lost_key_is_not_replaced_where_a_release_was_ever_made, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    jobs::releases::make_due(&app.state).await.unwrap();
    // A backup of before the first release, and no key: the file beside the anchors remembers.
    as_before(&app, 9).await;
    std::fs::remove_file(&app.state.settings.noise_key).unwrap();
    let made = jobs::releases::make_due(&app.state).await;
    assert!(matches!(made, Err(AppError::Conflict(_))), "{made:?}");
    assert!(!app.state.settings.noise_key.exists());
});

/// The frame of 2026 and its ninth release as method 1 wrote them: cells of ICB and LMC, rows of LMCs, a range beside a class.
async fn by_method_1(app: &TestApp) {
    let frame = json!({
        "year": 2026,
        "atoms": [
            { "id": "2026:XDA:east", "icb": "XDA", "lmc": "east", "region": "Y9D", "practices": 24 },
            { "id": "2026:XDB:west", "icb": "XDB", "lmc": "west", "region": "Y9D", "practices": 24 },
        ],
        "practices": (1..=48)
            .map(|n| (format!("Z{:05}", 90_000 + n), usize::from(n > 24)))
            .collect::<BTreeMap<_, _>>(),
        "names": { "XDA": "Wyre and Calder", "XDB": "Holme and Rise", "Y9D": "Demo region", "east": "East LMC" },
        "series": [
            { "code": "has-recorded", "title": "Has recorded anything" },
            { "code": "dsa-freeze", "title": "New agreements frozen" },
            { "code": "service-ending", "title": "A service ends" },
        ],
    });
    let content = json!({
        "number": 9, "year": 2026, "period": 9, "published_on": "2026-11-19", "as_of": "2026-11-18",
        "next_on": "2026-12-17", "method": "headroom-release-1", "epsilon_per_year": "6.5",
        "series": frame["series"],
        "areas": [
            { "kind": "icb", "code": "XDA", "name": "Wyre and Calder", "practices": 24, "lmcs": ["east"], "figures": [
                { "series": "has-recorded", "shown": { "kind": "about", "practices": 15 }, "percent": 63, "likely": [10, 20] },
                { "series": "dsa-freeze", "shown": { "kind": "fewer-than-ten" }, "likely": [0, 20] },
            ] },
            { "kind": "lmc", "code": "east", "name": "East LMC", "practices": 24, "figures": [
                { "series": "dsa-freeze", "shown": { "kind": "fewer-than-ten" }, "likely": [0, 20] },
            ] },
        ],
    });
    let conn = app.test.outside().await;
    let now = Period::new(2026, 9).unwrap().due_at();
    let (frame, content) = (frame.to_string(), content.to_string());
    release_frame::Entity::insert(release_frame::ActiveModel {
        year: Set(2026),
        sha256: Set(digest::hex(&[frame.as_bytes()])),
        content: Set(frame),
        recorded_at: Set(now),
    })
    .exec_without_returning(&conn)
    .await
    .unwrap();
    release::Entity::insert(release::ActiveModel {
        number: Set(9),
        year: Set(2026),
        period: Set(9),
        published_on: Set("2026-11-19".parse().unwrap()),
        sha256: Set(digest::hex(&[&9_i32.to_be_bytes(), content.as_bytes(), b""])),
        content: Set(content),
        previous_sha256: Set(String::new()),
        recorded_at: Set(now),
    })
    .exec_without_returning(&conn)
    .await
    .unwrap();
}

both_databases!(what_method_1_published_stays_readable_and_method_2_goes_on, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    by_method_1(&app).await;
    std::fs::write(&app.state.settings.noise_key, [7; 32]).unwrap();
    app.clock.set(Period::new(2026, 10).unwrap().due_at());
    assert_eq!(jobs::releases::make_due(&app.state).await.unwrap(), [10]);
    let everywhere = JobAuthority::new().everywhere();
    let ledger = app.state.db.read(&everywhere);
    assert_eq!(releases::verify(ledger).await.unwrap(), (2, None));
    let ledger = app.state.db.read(&everywhere);
    assert_eq!(releases::verify_frames(ledger).await.unwrap(), (1, Vec::new()));
    let analyst = app.person(Role::IcbAnalyst, "XDA").await;
    let old = analyst.get("/releases/9").await.is(200).body.clone();
    for part in ["Made by method 1.", "about 15 of 24", "fewer than 10 of 24", "/releases/how-to-read#method"] {
        assert!(old.contains(part), "{part} in {old}");
    }
    assert!(!old.contains("A service ends"), "{old}");
    let new = analyst.get("/releases/10").await.is(200).body.clone();
    assert!(new.contains("From this release on: method 2."), "{new}");
    let how = analyst.get("/releases/how-to-read").await.is(200).body.clone();
    assert!(how.contains("id=\"method\""));
    analyst.get("/releases/all.csv").await.is(200);
    let json = app.token(Role::IcbAnalyst, "XDA").await;
    let json = json.get("/api/v1/releases/9").await.is(200).json();
    assert_eq!(json["method"], "headroom-release-1");
    let areas = json["areas"].as_array().unwrap();
    assert!(areas.iter().all(|area| area["kind"] != "lmc"), "{json}");
});
