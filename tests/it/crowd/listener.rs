//! Connections that do nothing: each has its time, and where there is no room it gives way.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use headroom::web::listen::Limits;
use serde_json::json;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};
use uuid::Uuid;

use super::wire::{Served, ask, connect, ends_within, head, request};
use crate::support::{
    app::TestApp,
    databases::{Kind, TestDb, run},
};

const SECOND: Duration = Duration::from_secs(1);

fn limits() -> Limits {
    Limits { header: SECOND, body: SECOND, answer: SECOND, idle: 2 * SECOND, connections: 60, per_address: 20 }
}

fn ready() -> String {
    request("GET /health/ready", "", None)
}

#[test]
fn half_open_connections_give_way_to_taps_and_pages() {
    run(Kind::Sqlite, |test: TestDb| async move {
        let app = TestApp::start(test).await;
        let me = app.clinician("Z90001", "Dr A").await;
        let phone = app.device("Z90001", me).await.cookie.unwrap();
        // Their time would be long: it is room that they have to give.
        let long = Limits { header: 100 * SECOND, ..limits() };
        let served = Served::start(&app, long).await;
        let mut held = Vec::new();
        for n in 0..300_u16 {
            let host = u8::try_from(n % 10 + 1).unwrap();
            let mut stream = connect(served.address, 1, host).await;
            stream.write_all(b"GET / HTTP/1.1\r\nX: ").await.unwrap();
            held.push(stream);
        }
        // Also from an address that holds as many as it may.
        for (net, host) in [(1, 1), (1, 2), (0, 1)] {
            let mut stream = connect(served.address, net, host).await;
            let path = format!("POST /api/v1/practices/Z90001/clinicians/{me}/contacts");
            let body = json!({ "id": Uuid::now_v7() }).to_string();
            let begun = Instant::now();
            let answer = ask(&mut stream, &request(&path, &phone, Some(&body))).await;
            assert_eq!(answer.unwrap().status, 201);
            assert_eq!(ask(&mut stream, &ready()).await.unwrap().status, 200);
            assert!(begun.elapsed() < SECOND, "{:?}", begun.elapsed());
        }
        let mut closed = 0;
        for stream in &mut held {
            closed += usize::from(ends_within(stream, Duration::from_millis(2)).await);
        }
        assert!(closed >= 240, "only {closed} of 300 gave way");
    });
}

#[test]
fn a_header_and_an_idle_connection_have_their_time() {
    run(Kind::Sqlite, |test: TestDb| async move {
        let app = TestApp::start(test).await;
        let served = Served::start(&app, limits()).await;
        let mut silent = connect(served.address, 0, 1).await;
        let mut half = connect(served.address, 0, 1).await;
        half.write_all(b"GET / HTTP/1.1\r\nX: ").await.unwrap();
        let mut idle = connect(served.address, 0, 1).await;
        assert_eq!(ask(&mut idle, &ready()).await.unwrap().status, 200);
        // One byte now and then is no header.
        for _ in 0..3 {
            sleep(SECOND / 2).await;
            drop(half.write_all(b"x").await);
        }
        assert!(ends_within(&mut half, 2 * SECOND).await);
        assert!(ends_within(&mut silent, 2 * SECOND).await);
        // Within its own time it serves again, and then begins anew.
        assert_eq!(ask(&mut idle, &ready()).await.unwrap().status, 200);
        assert!(!ends_within(&mut idle, SECOND).await);
        assert!(ends_within(&mut idle, 4 * SECOND).await);
    });
}

#[test]
fn a_body_may_be_slow_but_not_stand_still() {
    run(Kind::Sqlite, |test: TestDb| async move {
        let app = TestApp::start(test).await;
        let me = app.clinician("Z90001", "Dr A").await;
        let phone = app.device("Z90001", me).await.cookie.unwrap();
        let served = Served::start(&app, limits()).await;
        let path = format!("POST /api/v1/practices/Z90001/clinicians/{me}/contacts");
        let body = json!({ "id": Uuid::now_v7() }).to_string();
        let whole = request(&path, &phone, Some(&body));
        let (begin, rest) = whole.split_at(whole.len() - body.len());
        // Longer in all than it may stand still.
        let mut slow = connect(served.address, 0, 1).await;
        slow.write_all(begin.as_bytes()).await.unwrap();
        for some in rest.as_bytes().chunks(12) {
            sleep(SECOND / 2).await;
            slow.write_all(some).await.unwrap();
        }
        assert_eq!(head(&mut slow).await.unwrap().status, 201);
        let mut still = connect(served.address, 0, 1).await;
        still.write_all(begin.as_bytes()).await.unwrap();
        still.write_all(b"{").await.unwrap();
        let answer = timeout(4 * SECOND, head(&mut still)).await.unwrap();
        assert_eq!(answer.unwrap().status, 400);
    });
}

#[test]
fn a_reader_who_takes_nothing_is_let_go() {
    run(Kind::Sqlite, |test: TestDb| async move {
        let app = TestApp::start(test).await;
        let served = Served::start(&app, limits()).await;
        let mut stream = connect(served.address, 0, 1).await;
        // The answers to many requests at once are more than the buffers between take.
        let many = request("GET /api/openapi.json", "", None).repeat(60);
        drop(timeout(SECOND, stream.write_all(many.as_bytes())).await);
        sleep(4 * SECOND).await;
        let write = timeout(SECOND, async {
            loop {
                if stream.write_all(many.as_bytes()).await.is_err() {
                    return;
                }
            }
        });
        assert!(write.await.is_ok(), "the connection is still there");
    });
}

#[test]
fn stopping_waits_for_nobody_who_sends_nothing() {
    run(Kind::Sqlite, |test: TestDb| async move {
        let app = TestApp::start(test).await;
        let long = Limits { header: 100 * SECOND, idle: 100 * SECOND, ..limits() };
        let served = Served::start(&app, long).await;
        let mut half = connect(served.address, 0, 1).await;
        half.write_all(b"GET / HTTP/1.1\r\nX: ").await.unwrap();
        let mut idle = connect(served.address, 0, 1).await;
        assert_eq!(ask(&mut idle, &ready()).await.unwrap().status, 200);
        drop(served);
        assert!(ends_within(&mut idle, SECOND).await);
        assert!(ends_within(&mut half, 3 * SECOND).await);
    });
}

/// The program itself, with 256 open files and no way to more: 300 half-open connections from one address.
#[tokio::test(flavor = "multi_thread")]
async fn few_open_files_are_not_all_given_to_connections() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = port.local_addr().unwrap();
    drop(port);
    let folder = tempfile::tempdir().unwrap();
    let serve = format!(
        "ulimit -n 256; exec '{}' serve --data '{}' --listen {address}",
        env!("CARGO_BIN_EXE_headroom"),
        folder.path().display()
    );
    let mut child =
        Command::new("sh").args(["-c", &serve]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let up = timeout(60 * SECOND, async {
        while TcpStream::connect(address).await.is_err() {
            sleep(SECOND / 10).await;
        }
    });
    up.await.unwrap();
    let mut held = Vec::new();
    for _ in 0..300 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        drop(stream.write_all(b"GET / HTTP/1.1\r\nX: ").await);
        held.push(stream);
    }
    let begun = Instant::now();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let answer = timeout(5 * SECOND, ask(&mut stream, &ready())).await;
    let took = begun.elapsed();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(answer.unwrap().unwrap().status, 200, "after {took:?}");
    assert!(held.len() == 300 && took < 2 * SECOND, "{took:?}");
}
