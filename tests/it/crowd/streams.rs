//! Streams: ten a reader, so many in all; what ends makes room.

use axum::{
    body::Body,
    http::{Request, header},
};
use headroom::domain::access::Role;
use tower::ServiceExt;

use crate::support::{
    app::{Client, TestApp},
    databases::{TestDb, both_databases},
};

/// Opens one, and keeps it open.
async fn open(app: &TestApp, who: &Client, path: &str) -> axum::response::Response {
    let mut request = Request::get(path).header(header::HOST, "localhost:8025");
    if let Some(cookie) = &who.cookie {
        request = request.header(header::COOKIE, cookie);
    }
    if let Some(token) = &who.token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request.body(Body::empty()).unwrap();
    app.router.clone().oneshot(request).await.unwrap()
}

both_databases!(ten_streams_a_reader_and_no_more, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let readers = [
        (app.manager("Z90001").await, "/live/practices/Z90001"),
        (app.person(Role::PracticeManager, "Z90001").await, "/live/practices/Z90001"),
        (app.device("Z90001", me).await, "/live/practices/Z90001"),
        (app.display("Z90001", false).await, "/live/practices/Z90001/display"),
        (app.token(Role::LmcOfficer, "east").await, "/live/lmc/east"),
    ];
    for (who, path) in &readers {
        let mut streams = Vec::new();
        for n in 0..10 {
            let stream = open(&app, who, path).await;
            assert_eq!(stream.status(), 200, "{path}, stream {n}");
            streams.push(stream);
        }
        let refused = open(&app, who, path).await;
        assert_eq!(refused.status(), 429, "{path}");
        assert_eq!(refused.headers()[header::RETRY_AFTER], "60");
        // Everything else goes on, and a stream that ends makes room.
        who.get("/health/ready").await.is(200);
        streams.pop();
        assert_eq!(open(&app, who, path).await.status(), 200);
    }
});

both_databases!(streams_are_bounded_in_all, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    app.state.streams.at_most(12);
    let one = app.manager("Z90001").await;
    let two = app.manager("Z90002").await;
    let mut streams = Vec::new();
    for n in 0..12 {
        let (who, path) = if n < 8 { (&one, "/live/practices/Z90001") } else { (&two, "/live/practices/Z90002") };
        let stream = open(&app, who, path).await;
        assert_eq!(stream.status(), 200);
        streams.push(stream);
    }
    let refused = open(&app, &two, "/live/practices/Z90002").await;
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key(header::RETRY_AFTER));
    drop(streams);
    assert_eq!(open(&app, &two, "/live/practices/Z90002").await.status(), 200);
});
