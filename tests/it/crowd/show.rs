//! All of it at once against a service in a process of its own, while others count: half-open connections, streams, contacts
//! of one phone, sign-ins, hung uploads. Short in every run; in full, with the promise held to:
//! `HEADROOM_CROWD=full cargo test --release --test it crowd::show -- --nocapture --test-threads 1`.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it prints its table, and its child is told by the environment what to be"
)]

use std::{
    env,
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use headroom::{
    domain::access::Role,
    store::people,
    web::{
        listen::{Limits, raise_open_files},
        passwords,
    },
};
use serde_json::{Value, json};
use tokio::{
    io::AsyncWriteExt,
    net::TcpStream,
    task::JoinSet,
    time::{interval, sleep, timeout},
};
use uuid::Uuid;

use super::wire::{Served, ask, connect, ends_within, request};
use crate::support::{
    app::{TestApp, now},
    databases::{Kind, TestDb},
};

/// How much of each.
struct Crowd {
    half_open: u16,
    streams: u16,
    contacts: usize,
    sign_ins: u16,
    /// How long each is kept up.
    hold: Duration,
    /// What contacts of others may take.
    p99: Duration,
}

impl Crowd {
    fn asked_for() -> Self {
        if env::var_os("HEADROOM_CROWD").is_some_and(|word| word == "full") {
            return Self {
                half_open: 3_000,
                streams: 6_000,
                contacts: 273_000,
                sign_ins: 400,
                hold: Duration::from_secs(15),
                p99: Duration::from_millis(50),
            };
        }
        Self {
            half_open: 300,
            streams: 120,
            contacts: 5_000,
            sign_ins: 60,
            hold: Duration::from_secs(2),
            // Unoptimised, beside other tests.
            p99: Duration::from_secs(2),
        }
    }
}

/// The service with those who use it.
struct World {
    child: Child,
    address: SocketAddr,
    known: Value,
}

impl World {
    fn start(kind: Kind) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["crowd::show::child", "--exact", "--ignored", "--nocapture"])
            .env("HEADROOM_CROWD_CHILD", format!("{kind:?}"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut lines = lines.map(Result::unwrap);
        let known = lines.find_map(|line| Some(line.split_once("known ")?.1.to_owned())).unwrap();
        let known: Value = serde_json::from_str(&known).unwrap();
        // The rest is read too: a test that lasts a minute is told of, and ends where nobody listens.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address: known["address"].as_str().unwrap().parse().unwrap(), known }
    }

    fn says(&self, what: &str) -> String {
        self.known[what].as_str().unwrap().to_owned()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Serves until it is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the other tests of this file start it"]
async fn child() {
    let kind = env::var("HEADROOM_CROWD_CHILD").expect("only the tests of this file start it");
    let kind = if kind == "Sqlite" { Kind::Sqlite } else { Kind::Postgres };
    let app = TestApp::start(TestDb::migrated(kind).await).await;
    let mut phones = Vec::new();
    for n in 0..64 {
        let id = app.clinician("Z90001", &format!("Dr {n}")).await;
        let cookie = app.device("Z90001", id).await.cookie.unwrap();
        phones.push(json!({ "id": id, "cookie": cookie }));
    }
    let password = "quite a long password";
    let hash = passwords::hash(&app.state, password.to_owned()).await.unwrap();
    let person = entity::ids::PersonId(Uuid::now_v7());
    let conn = app.test.db.schema();
    people::add_person(conn, person, "honest@example.invalid", "Honest", Some(hash), now()).await.unwrap();
    people::add_grant(conn, person, Role::PracticeManager, &"Z90001".parse().unwrap(), now()).await.unwrap();
    let uploads: Vec<String> = [app.manager("Z90001").await, app.manager("Z90002").await, app.manager("Z90003").await]
        .into_iter()
        .map(|who| format!("Bearer {}", who.token.unwrap()))
        .collect();
    let served = Served::start(&app, Limits::within(raise_open_files())).await;
    let known = json!({
        "address": served.address.to_string(),
        "phones": phones,
        "manager": app.person(Role::PracticeManager, "Z90001").await.cookie.unwrap(),
        "officer": app.person(Role::LmcOfficer, "east").await.cookie.unwrap(),
        "uploads": uploads,
    });
    println!("\nknown {known}");
    std::future::pending::<()>().await;
}

/// What it was like for the others.
struct Figures {
    p50: Duration,
    p99: Duration,
    slowest: Duration,
    n: usize,
    failed: usize,
}

/// Fifty contacts a second of the other phones, each its own clinician's, while something goes on.
async fn while_others_count<T>(world: &World, going_on: impl Future<Output = T>) -> (T, Figures) {
    let stop = Arc::new(AtomicBool::new(false));
    let took: Arc<Mutex<Vec<Result<Duration, ()>>>> = Arc::default();
    let mut others = JoinSet::new();
    let phones = world.known["phones"].as_array().unwrap();
    for worker in 0..5_usize {
        let (stop, took, address) = (Arc::clone(&stop), Arc::clone(&took), world.address);
        // The first phone is the one that misbehaves.
        let own: Vec<Value> = phones.iter().skip(1 + worker).step_by(5).cloned().collect();
        others.spawn(async move {
            let mut stream = connect(address, 9, 1).await;
            let mut every = interval(Duration::from_millis(100));
            for phone in own.iter().cycle() {
                every.tick().await;
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                let begun = Instant::now();
                let counted = timeout(Duration::from_secs(10), count(&mut stream, phone)).await;
                let counted = counted.unwrap_or(false).then(|| begun.elapsed()).ok_or(());
                if counted.is_err() {
                    stream = connect(address, 9, 1).await;
                }
                took.lock().unwrap().push(counted);
            }
        });
    }
    let done = going_on.await;
    stop.store(true, Ordering::Relaxed);
    others.join_all().await;
    let all = std::mem::take(&mut *took.lock().unwrap());
    let mut times: Vec<Duration> = all.iter().filter_map(|one| one.ok()).collect();
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    let figures =
        Figures { p50: at(50), p99: at(99), slowest: at(100), n: times.len(), failed: all.len() - times.len() };
    (done, figures)
}

/// One contact, on one of thirty days.
async fn count(stream: &mut TcpStream, phone: &Value) -> bool {
    let id = Uuid::now_v7();
    let at = format!("2026-11-{:02}T09:00:00Z", 14 + id.as_u128() % 7);
    let body = json!({ "id": id, "occurred_at": at }).to_string();
    let path = format!("POST /api/v1/practices/Z90001/clinicians/{}/contacts", phone["id"].as_str().unwrap());
    let cookie = phone["cookie"].as_str().unwrap();
    let answer = ask(stream, &request(&path, cookie, Some(&body))).await;
    answer.is_some_and(|answer| answer.status == 201)
}

fn host(n: u16) -> u8 {
    u8::try_from(n % 20 + 1).unwrap()
}

async fn half_open(world: &World, crowd: &Crowd) -> String {
    let mut held = Vec::new();
    for n in 0..crowd.half_open {
        let mut stream = connect(world.address, 1, host(n)).await;
        drop(stream.write_all(b"GET / HTTP/1.1\r\nX: ").await);
        held.push(stream);
    }
    let begun = Instant::now();
    let mut stream = connect(world.address, 1, 1).await;
    let ready = ask(&mut stream, &request("GET /health/ready", "", None)).await;
    assert_eq!(ready.unwrap().status, 200);
    let took = begun.elapsed();
    sleep(crowd.hold).await;
    let mut closed = 0;
    for stream in &mut held {
        closed += usize::from(ends_within(stream, Duration::from_millis(1)).await);
    }
    format!("`/health/ready` meanwhile after {took:.1?}; {closed} closed after {:?}", crowd.hold)
}

async fn streams(world: &World, crowd: &Crowd) -> String {
    let paths = [("GET /live/practices/Z90001", world.says("manager")), ("GET /live/lmc/east", world.says("officer"))];
    let (mut open, mut refused, mut held) = (0, 0, Vec::new());
    for n in 0..crowd.streams {
        let (path, cookie) = &paths[usize::from(n % 2)];
        let mut stream = connect(world.address, 2, host(n)).await;
        match ask(&mut stream, &request(path, cookie, None)).await {
            Some(answer) if answer.status == 200 => open += 1,
            Some(answer) if answer.status == 429 && answer.head.contains("retry-after") => {
                refused += 1;
            }
            other => panic!("{other:?}"),
        }
        held.push(stream);
    }
    sleep(crowd.hold).await;
    assert_eq!(open, 20);
    format!("{open} open, {refused} answered with 429")
}

async fn contacts(world: &World, crowd: &Crowd) -> String {
    let phone = &world.known["phones"][0];
    let (id, cookie) = (phone["id"].as_str().unwrap(), phone["cookie"].as_str().unwrap());
    let path = format!("/api/v1/practices/Z90001/clinicians/{id}/contacts/batch");
    let client = reqwest::Client::new();
    let (mut recorded, mut refused) = (0, 0);
    let begun = Instant::now();
    for _ in 0..crowd.contacts / 500 {
        let ops: Vec<Value> = (0..500).map(|_| json!({ "id": Uuid::now_v7() })).collect();
        let answer = client
            .post(format!("http://{}{path}", world.address))
            .header("cookie", cookie)
            .header("sec-fetch-site", "same-origin")
            .json(&json!({ "operations": ops }))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
        let answer: Value = answer.json().await.unwrap();
        for one in answer["results"].as_array().unwrap() {
            match one["result"].as_str().unwrap() {
                "recorded" => recorded += 1,
                "refused" => refused += 1,
                other => panic!("{other}"),
            }
        }
    }
    assert_eq!(recorded, 200);
    format!("{recorded} recorded, {refused} refused in {:.1?}", begun.elapsed())
}

async fn sign_ins(world: &World, crowd: &Crowd) -> String {
    let mut all = JoinSet::new();
    for n in 0..crowd.sign_ins {
        let address = world.address;
        all.spawn(async move {
            let mut stream = connect(address, 3, host(n)).await;
            let body = json!({ "email": format!("w{n}@example.invalid"), "password": "wrong wrong wrong" });
            let request = request("POST /api/v1/session", "", Some(&body.to_string()));
            ask(&mut stream, &request).await.unwrap().status
        });
    }
    let honest = json!({ "email": "honest@example.invalid", "password": "quite a long password" });
    let honest = request("POST /api/v1/session", "", Some(&honest.to_string()));
    let begun = Instant::now();
    let mut tries = 0;
    loop {
        tries += 1;
        let mut stream = connect(world.address, 4, 1).await;
        match ask(&mut stream, &honest).await.unwrap().status {
            503 => sleep(Duration::from_millis(100)).await,
            200 | 201 => break,
            other => panic!("{other}"),
        }
    }
    let took = begun.elapsed();
    let statuses = all.join_all().await;
    let busy = statuses.iter().filter(|status| **status == 503).count();
    // And with somebody guessing all the while, five times a second.
    let mut times = Vec::new();
    for n in 0..(crowd.hold.as_secs() * 5) {
        let guess = json!({ "email": format!("g{n}@example.invalid"), "password": "wrong wrong wrong" });
        let guess = request("POST /api/v1/session", "", Some(&guess.to_string()));
        let mut stream = connect(world.address, 5, host(u16::try_from(n).unwrap())).await;
        drop(stream.write_all(guess.as_bytes()).await);
        let begun = Instant::now();
        let mut own = connect(world.address, 4, 1).await;
        let answer = ask(&mut own, &honest).await.unwrap();
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
        times.push(begun.elapsed());
        sleep(Duration::from_millis(200).saturating_sub(begun.elapsed())).await;
    }
    times.sort_unstable();
    let p95 = times[(times.len() - 1) * 95 / 100];
    format!(
        "{busy} answered with 503; an honest one among them after {took:.1?} and {tries} tries; with 5 guesses a second p95 {p95:.1?}"
    )
}

async fn uploads(world: &World, crowd: &Crowd) -> String {
    let who: Vec<String> = (0..3).map(|n| world.known["uploads"][n].as_str().unwrap().to_owned()).collect();
    let upload = |n: usize, length: usize| {
        format!(
            "POST /api/v1/practices/Z9000{}/imports HTTP/1.1\r\nHost: localhost:8025\r\nAuthorization: {}\r\n\
             Content-Type: text/csv\r\nContent-Length: {length}\r\n\r\nDate,Start\r",
            n + 1,
            who[n]
        )
    };
    let mut hung = Vec::new();
    for n in [0, 0, 1, 1] {
        let mut stream = connect(world.address, 6, 1).await;
        stream.write_all(upload(n, 1_000_000).as_bytes()).await.unwrap();
        hung.push(stream);
    }
    sleep(Duration::from_millis(300)).await;
    let mut others = connect(world.address, 6, 2).await;
    let begun = Instant::now();
    let other = ask(&mut others, &upload(2, 11)).await.unwrap().status;
    let took = begun.elapsed();
    assert!(other < 500, "{other}");
    // The practice itself, as soon as what hangs has stood still for a moment.
    sleep(Duration::from_secs(6)).await;
    let mut own = connect(world.address, 6, 3).await;
    let own = ask(&mut own, &upload(0, 11)).await.unwrap().status;
    assert!(own < 500, "{own}");
    sleep(crowd.hold).await;
    format!("another practice's file read after {took:.1?}; the practice's own 6 s later")
}

fn show(kind: Kind) {
    raise_open_files();
    let crowd = Crowd::asked_for();
    let world = World::start(kind);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let tell = |what: String, came: String, figures: Figures| {
        println!(
            "| {what} | {came} | {:.1?} | {:.1?} | {:.1?} | {} | {} |",
            figures.p50, figures.p99, figures.slowest, figures.n, figures.failed
        );
        assert_eq!(figures.failed, 0, "{what}");
        assert!(figures.p99 < crowd.p99, "{what}: {:?}", figures.p99);
    };
    println!("\n| {kind:?} | what became of it | others’ contacts: p50 | p99 | slowest | counted | failed |");
    println!("|---|---|---|---|---|---|---|");
    runtime.block_on(async {
        let ((), figures) = while_others_count(&world, sleep(crowd.hold)).await;
        tell("nothing else".to_owned(), String::new(), figures);
        let (came, figures) = while_others_count(&world, half_open(&world, &crowd)).await;
        tell(format!("{} half-open connections", crowd.half_open), came, figures);
        let (came, figures) = while_others_count(&world, streams(&world, &crowd)).await;
        tell(format!("{} streams asked for", crowd.streams), came, figures);
        let (came, figures) = while_others_count(&world, contacts(&world, &crowd)).await;
        tell(format!("{} contacts of one phone", crowd.contacts), came, figures);
        let (came, figures) = while_others_count(&world, sign_ins(&world, &crowd)).await;
        tell(format!("{} sign-ins at once", crowd.sign_ins), came, figures);
        let (came, figures) = while_others_count(&world, uploads(&world, &crowd)).await;
        tell("two hung uploads of each of two practices".to_owned(), came, figures);
    });
}

#[test]
fn others_go_on_counting_on_sqlite() {
    show(Kind::Sqlite);
}

#[test]
fn others_go_on_counting_on_postgres() {
    show(Kind::Postgres);
}
