//! Releases: made when due and only then, once, the same everywhere, and all an outside reader gets.

use headroom::{
    domain::{access::Role, disclosure::Period},
    error::AppError,
    jobs,
};

use crate::support::{
    app::TestApp,
    databases::{TestDb, both_databases},
};

both_databases!(
    only_what_is_due_is_made_and_only_once,
    |test: TestDb| async move {
        let app = TestApp::start(test).await;
        // 20 November 2026: the ninth is out since the 19th. An empty ledger starts with it.
        assert_eq!(jobs::releases::make_due(&app.state).await.unwrap(), [9]);
        assert!(
            jobs::releases::make_due(&app.state)
                .await
                .unwrap()
                .is_empty()
        );
        let tenth = Period::new(2026, 10).unwrap();
        let extra = jobs::releases::make(&app.state, &[tenth]).await;
        assert!(matches!(extra, Err(AppError::Conflict(_))), "{extra:?}");
        app.clock.set(tenth.due_at());
        let (one, other) = tokio::join!(
            jobs::releases::make_due(&app.state),
            jobs::releases::make_due(&app.state)
        );
        let made: Vec<u32> = [one.unwrap(), other.unwrap()].concat();
        assert_eq!(made, [10], "two nodes at once make it once");
    }
);

both_databases!(
    a_release_is_the_same_for_every_reader_and_time,
    |test: TestDb| async move {
        let app = TestApp::start(test).await;
        jobs::releases::make_due(&app.state).await.unwrap();
        let analyst = app.token(Role::IcbAnalyst, "XDA").await;
        for path in [
            "/releases/9",
            "/releases/9.csv",
            "/releases/9.json",
            "/api/v1/releases/9",
            "/api/v1/areas/england/status",
        ] {
            let first = analyst.get(path).await;
            first.is(200);
            app.clock
                .set(app.clock.now() + chrono::Duration::minutes(1));
            let other = app.token(Role::IcbAnalyst, "XDA").await;
            assert_eq!(first.body, other.get(path).await.body, "{path}");
        }
        analyst.get("/releases/8").await.is(404);
        analyst.get("/releases/nine").await.is(404);
        analyst.get("/api/v1/areas/icb/XDZ/status").await.is(404);
        let area = analyst.get("/api/v1/areas/icb/XDA/status").await.json();
        assert_eq!(
            (area["practices"].as_u64(), area["live"].as_bool()),
            (Some(24), Some(false))
        );
    }
);

both_databases!(a_changed_ledger_is_found, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    jobs::releases::make_due(&app.state).await.unwrap();
    app.clock.set(Period::new(2026, 11).unwrap().due_at());
    assert_eq!(
        jobs::releases::make_due(&app.state).await.unwrap(),
        [10, 11]
    );
    let everywhere = headroom::domain::access::JobAuthority::new().everywhere();
    let verify = || headroom::store::releases::verify(app.state.db.read(&everywhere));
    assert_eq!(verify().await.unwrap(), (3, None));
    // Whoever holds the database can remove the trigger; the digests still tell.
    let drop = match app.test.kind() {
        crate::support::databases::Kind::Sqlite => "DROP TRIGGER release_no_update",
        crate::support::databases::Kind::Postgres => "DROP TRIGGER release_append_only ON release",
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
    assert!(matches!(
        jobs::releases::make_due(&app.state).await,
        Err(AppError::Conflict(_))
    ));
});
