//! Two nodes on one PostgreSQL: what one changes, the other's pages hear.

use std::time::{Duration, Instant};

use axum::{
    body::Body,
    http::{Request, header},
};
use headroom::{
    app,
    config::Keys,
    domain::access::{CliAuthority, KeyScope, Role},
    jobs,
    live::{Live, What},
    operations::set_access::{Access, SetAccess},
    state::{AppState, StateConfig},
    store,
};
use serde_json::json;
use tokio::{task::JoinHandle, time::timeout};
use tower::ServiceExt;
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp},
    databases::{Kind, TestDb, run},
};

#[test]
fn a_tap_on_one_node_is_heard_on_the_other() {
    run(Kind::Postgres, |test: TestDb| async move {
        let other = test.other_node().await;
        let app = TestApp::start(test).await;
        let live = Live::default();
        let mut heard = live.subscribe();
        let mut own = app.state.live.subscribe();
        tokio::spawn(jobs::change_listener::run(app.state.clone()));
        let listening = tokio::spawn({
            let live = live.clone();
            async move { store::live::listen(&other, &live).await }
        });
        let me = app.clinician("Z90001", "Dr A").await;
        let manager = app.manager("Z90001").await;
        let path = format!("/api/v1/practices/Z90001/clinicians/{me}/contacts");
        // The listener may still be connecting: a phone taps until it is heard.
        let change = timeout(Duration::from_secs(20), async {
            loop {
                manager.post(&path, json!({ "id": Uuid::now_v7() })).await.is(201);
                if let Ok(Ok(change)) = timeout(Duration::from_millis(200), heard.recv()).await {
                    return change;
                }
            }
        });
        let change = change.await.expect("the other node hears within 20 seconds");
        assert_eq!((change.practice.as_str(), change.what), ("Z90001", What::Contacts));
        listening.abort();
        // The node that wrote published once itself and does not repeat what comes back to it.
        let first = own.recv().await.unwrap();
        assert_eq!(first.what, What::Contacts);
    });
}

/// The other node: its own pools, caches and connections, the same database and keys.
async fn second(app: &TestApp) -> AppState {
    AppState::new(StateConfig {
        db: app.test.other_node().await,
        clock: app.clock.clone(),
        settings: app.state.settings.clone(),
        keys: Keys::new(&[3; 32], &[]),
        demo: false,
    })
    .unwrap()
}

/// How long the other node went on answering.
async fn until_refused(client: &Client, path: &str) -> Duration {
    let since = Instant::now();
    while client.get(path).await.status == 200 {
        assert!(since.elapsed() < Duration::from_secs(20), "{path} is still answered");
    }
    since.elapsed()
}

/// Opens the stream of changes of a practice and waits for its end.
fn stream_of(state: &AppState, client: &Client) -> JoinHandle<()> {
    let mut request = Request::get("/live/practices/Z90001").header(header::HOST, "localhost:8025");
    if let Some(cookie) = &client.cookie {
        request = request.header(header::COOKIE, cookie);
    }
    let request = request.body(Body::empty()).unwrap();
    let router = app::router(state);
    tokio::spawn(async move {
        let answer = router.oneshot(request).await.unwrap();
        assert_eq!(answer.status(), 200);
        axum::body::to_bytes(answer.into_body(), 100_000).await.unwrap();
    })
}

/// Whatever is taken away on one node, the other knows with its next answer; a stream that is open there ends within
/// fifteen seconds, though nothing wakes it.
#[test]
fn what_is_revoked_on_one_node_is_refused_on_the_other_within_a_second() {
    run(Kind::Postgres, |test: TestDb| async move {
        let app = TestApp::start(test).await;
        let other = second(&app).await;
        let there = |client: &Client| {
            let mut same = TestApp::stranger_at(&other);
            same.cookie.clone_from(&client.cookie);
            same.token.clone_from(&client.token);
            same
        };
        let me = app.clinician("Z90001", "Dr A").await;
        let manager = app.person(Role::PracticeManager, "Z90001").await;
        let (capacity, people) = ("/api/v1/practices/Z90001/capacity", format!("/practices/Z90001/people/{me}"));
        let phone = app.device("Z90001", me).await;
        let key = app.key(Role::PracticeManager, "Z90001", &[KeyScope::Read]).await;
        let (person, _) = app.with_password(Role::PracticeManager, "Z90001").await;
        let (browser, leaver) = (app.browser_of(person).await, app.person(Role::PracticeManager, "Z90001").await);
        let day = format!("/api/v1/practices/Z90001/clinicians/{me}/days/2026-11-20");
        for (client, path) in [(&phone, &*day), (&key, capacity), (&browser, capacity), (&leaver, capacity)] {
            there(client).get(path).await.is(200);
        }
        let streams = [stream_of(&other, &phone), stream_of(&other, &browser), stream_of(&other, &leaver)];
        tokio::time::sleep(Duration::from_millis(300)).await;

        let began = Instant::now();
        let page = manager.get(&people).await;
        let (_, rest) = page.is(200).body.split_once("/devices/").unwrap();
        let (device, _) = rest.split_once("/revoke").unwrap();
        manager.form(&format!("{people}/devices/{device}/revoke"), &[]).await.is(303);
        let mut slowest = until_refused(&there(&phone), &day).await;
        let page = manager.get("/organisations/Z90001/keys").await;
        let (_, rest) = page.is(200).body.split_once("/organisations/Z90001/keys/").unwrap();
        let (id, _) = rest.split_once("/revoke").unwrap();
        manager.form(&format!("/organisations/Z90001/keys/{id}/revoke"), &[]).await.is(303);
        slowest = slowest.max(until_refused(&there(&key), capacity).await);
        leaver.form("/sign-out", &[]).await.is(303);
        slowest = slowest.max(until_refused(&there(&leaver), capacity).await);
        let cli = CliAuthority::new();
        let disabled = SetAccess { email: format!("{person}@example.invalid"), access: Access::Disabled };
        assert!(disabled.perform(&app.state, &cli.within(cli.service())).await.unwrap());
        slowest = slowest.max(until_refused(&there(&browser), capacity).await);
        println!("refused on the other node after {slowest:?} at most");
        assert!(slowest < Duration::from_secs(1), "{slowest:?}");
        for stream in streams {
            timeout(Duration::from_secs(20), stream).await.expect("a stream goes on").unwrap();
        }
        let ended = began.elapsed();
        println!("streams ended there after {ended:?} at most");
        assert!(ended < Duration::from_secs(15), "{ended:?}");
    });
}
