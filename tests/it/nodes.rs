//! Two nodes on one PostgreSQL: what one changes, the other's pages hear.

use std::time::Duration;

use headroom::{
    jobs,
    live::{Live, What},
    store,
};
use serde_json::json;
use tokio::time::timeout;
use uuid::Uuid;

use crate::support::{
    app::TestApp,
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
