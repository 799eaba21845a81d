//! Many phones at once, over real connections: every contact counts once.

use std::{collections::HashSet, net::SocketAddr, sync::Arc};

use headroom::store;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::Mutex, task::JoinSet};
use uuid::Uuid;

use crate::support::{
    app::TestApp,
    databases::{TestDb, both_databases},
};

const CONNECTIONS: usize = 16;
const POSTS: usize = 10_000;

/// Serves the app on a port of its own.
async fn listen(app: &TestApp) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = app.router.clone().into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

both_databases!(ten_thousand_posts_with_repeats_count_each_contact_once, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let mut clinicians = Vec::new();
    for label in ["Dr A", "Dr B", "Dr C", "Dr D"] {
        clinicians.push(app.clinician("Z90001", label).await);
    }
    let manager = app.manager("Z90001").await;
    let token = manager.token.clone().unwrap();
    let address = listen(&app).await;
    // Each contact is sent one to three times, by whichever connection is free: also at the same moment.
    let mut queue: Vec<(usize, Uuid)> = Vec::new();
    let mut distinct = HashSet::new();
    while queue.len() < POSTS {
        let id = Uuid::now_v7();
        distinct.insert(id);
        for _ in 0..=rand::random_range(0..3) {
            queue.push((distinct.len() % clinicians.len(), id));
        }
    }
    let sent = queue.len();
    let queue = Arc::new(Mutex::new(queue));
    let mut connections = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (queue, token, clinicians) = (Arc::clone(&queue), token.clone(), clinicians.clone());
        connections.spawn(async move {
            let client = reqwest::Client::builder().pool_max_idle_per_host(1).build().unwrap();
            let mut answers = [0_usize; 2];
            loop {
                let Some((who, id)) = queue.lock().await.pop() else {
                    return answers;
                };
                let url = format!("http://{address}/api/v1/practices/Z90001/clinicians/{}/contacts", clinicians[who]);
                // A day takes 200: they are spread over 30.
                let day = 20 + id.as_u128() % 30;
                let (month, day) = if day > 30 { (11, day - 30) } else { (10, day) };
                let at = format!("2026-{month}-{day:02}T11:00:00Z");
                let body: Value = json!({ "id": id, "occurred_at": at });
                let reply = client.post(url).bearer_auth(&token).json(&body).send().await.unwrap();
                match reply.status().as_u16() {
                    201 => answers[0] += 1,
                    200 => answers[1] += 1,
                    other => panic!("{other}: {}", reply.text().await.unwrap()),
                }
            }
        });
    }
    let mut recorded = 0;
    let mut repeated = 0;
    while let Some(answers) = connections.join_next().await {
        let [fresh, again] = answers.unwrap();
        recorded += fresh;
        repeated += again;
    }
    assert_eq!(recorded, distinct.len(), "each contact is recorded once");
    assert_eq!(recorded + repeated, sent);
    let counted = app.test.number("SELECT CAST(sum(n) AS bigint) FROM tally").await;
    assert_eq!(usize::try_from(counted), Ok(distinct.len()));
    let everywhere = headroom::domain::access::CliAuthority::new().everywhere();
    let (_, wrong) = store::days::recount(app.state.db.read(&everywhere)).await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
    assert_eq!(app.test.open_transactions().await, 0);
});
