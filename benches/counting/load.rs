//! Clients that cost little: a kept connection each, the next request when the answer is there.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use headroom::clock::Clock;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time,
};
use uuid::Uuid;

/// One request, sent again and again.
#[derive(Clone)]
pub(crate) struct Request {
    /// Everything up to the body.
    pub(crate) head: Arc<str>,
    /// Makes a body: of a new contact each time.
    pub(crate) body: Option<fn() -> String>,
    /// The status that must come back.
    pub(crate) status: &'static str,
}

impl Request {
    /// One contact, as a program sends it to the API.
    pub(crate) fn contact(path: &str, cookie: &str) -> Self {
        Self::post(path, cookie, contact, "201")
    }

    /// One tap, as the script of the clinician's page sends what waits.
    pub(crate) fn tap(path: &str, cookie: &str) -> Self {
        Self::post(path, cookie, queue, "200")
    }

    pub(crate) fn post(path: &str, cookie: &str, body: fn() -> String, status: &'static str) -> Self {
        let length = body().len();
        Self {
            head: format!(
                "POST {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\nsec-fetch-site: same-origin\r\n\
                 content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
            )
            .into(),
            body: Some(body),
            status,
        }
    }

    pub(crate) fn get(path: &str, cookie: &str) -> Self {
        Self {
            head: format!("GET {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\n\r\n").into(),
            body: None,
            status: "200",
        }
    }
}

fn now() -> String {
    let at = Clock::system().now();
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn contact() -> String {
    format!("{{\"id\":\"{}\",\"occurred_at\":\"{}\"}}", Uuid::now_v7(), now())
}

fn queue() -> String {
    format!("{{\"sent_at\":\"{}\",\"operations\":[{}]}}", now(), contact())
}

/// A kept connection.
pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: Vec::with_capacity(4096) }
    }

    /// Sends one request and waits for the whole answer.
    pub(crate) async fn send(&mut self, request: &Request) {
        let mut bytes = Vec::with_capacity(request.head.len() + 64);
        bytes.extend_from_slice(request.head.as_bytes());
        if let Some(body) = request.body {
            bytes.extend_from_slice(body().as_bytes());
        }
        self.stream.write_all(&bytes).await.unwrap();
        self.buffer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await.unwrap();
            assert!(read > 0, "the connection was closed");
            let Some(head) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") else {
                continue;
            };
            let text = std::str::from_utf8(&self.buffer[..head]).unwrap();
            assert!(text[9..].starts_with(request.status), "{text}");
            let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |length| length.parse().unwrap());
            if self.buffer.len() >= head + 4 + length {
                return;
            }
        }
    }
}

/// As many as there can be: answers requests a second.
pub(crate) async fn most(address: SocketAddr, requests: &[Request], connections: usize, length: Duration) -> f64 {
    let (done, over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let mut clients = JoinSet::new();
    for n in 0..connections {
        let (done, over) = (Arc::clone(&done), Arc::clone(&over));
        // Each has its share of the phones, and takes them in turn.
        let share = requests.len().div_ceil(connections);
        let own: Vec<Request> =
            (0..share).map(|at| requests[(n + at * connections) % requests.len()].clone()).collect();
        clients.spawn(async move {
            let mut client = Client::connect(address).await;
            for request in own.iter().cycle() {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                client.send(request).await;
                done.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    // The first moments warm caches and connections.
    time::sleep(Duration::from_millis(500)).await;
    let (before, started) = (done.load(Ordering::Relaxed), Instant::now());
    time::sleep(length).await;
    let rate = (done.load(Ordering::Relaxed) - before) as f64 / started.elapsed().as_secs_f64();
    over.store(true, Ordering::Relaxed);
    clients.join_all().await;
    rate
}

/// Requests in turn on a fixed schedule, whether or not the ones before were answered: how long each took.
pub(crate) async fn at_a_rate(address: SocketAddr, requests: &[Request], a_second: u32, seconds: u32) -> Vec<Duration> {
    let mut clients = JoinSet::new();
    let connections = 50;
    for n in 0..connections {
        let requests = requests.to_vec();
        clients.spawn(async move {
            let mut client = Client::connect(address).await;
            let every = Duration::from_secs(1) * connections / a_second;
            let mut tick = time::interval_at(time::Instant::now() + every * n / connections, every);
            let mut times = Vec::new();
            for turn in 0..a_second * seconds / connections {
                let due = tick.tick().await;
                let next = (n + turn * connections) as usize % requests.len();
                client.send(&requests[next]).await;
                times.push(due.elapsed());
            }
            times
        });
    }
    clients.join_all().await.into_iter().flatten().collect()
}

/// The time within which a share of them was answered, in milliseconds.
pub(crate) fn quantile(times: &mut [Duration], share: f64) -> f64 {
    times.sort();
    let at = ((times.len() - 1) as f64 * share).round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
    let at = at as usize;
    times[at].as_secs_f64() * 1_000.0
}
