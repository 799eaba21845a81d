//! `headroom send`, the real program against the real service: a folder that is watched, a program that is killed, files that are
//! half written, renamed, refused or asked about. Nothing is sent twice, nothing is lost, and what goes over the wire has
//! nothing of a patient.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use entity::ids::ClinicianId;
use headroom::{
    domain::access::{KeyScope, Role},
    web::listen::{self, Limits},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::sleep,
};
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp, eventually, now},
    databases::{Kind, TestDb, both_databases, run},
    extracts::{self, HOLDERS, TRACES, emis_holder},
};

const API: &str = "/api/v1/practices/Z90001/imports";
/// What nobody outside of the practice may see of it: names, numbers, and what is in columns that are not read.
const REPORT: &str = "Report of Ann Example\r\n\r\n\
    Date,Start,With whom,Slot Type,State,Patient,Ref,Comments\r\n\
    18/11/2026,09:00,Dr A,Telephone,Attended,Ann Example,9990001006,\"back\r\npain\"\r\n\
    18/11/2026,09:15,Dr A,Surgery,Attended,Bob Example,9990042772,\r\n\
    18/11/2026,09:30,Dr A,Surgery,DNA,Dan Example,9990001006,ring her\r\n\
    18/11/2026,09:45,Dr A,Surgery 9990001006,Attended,Eve Example,9990001006,\r\n\
    18/11/2026,09:50,Dr A,Eve Example,Surgery,Attended,Eve Example,9990001006,pain,pain\r\n\
    Total,,,,,5\r\n";
const SECRETS: [&str; 8] = ["Example", "9990001006", "9990042772", "Ref", "Comments", "pain", "ring her", "Total"];

/// What stands between the program and the service, and keeps what the program says.
struct Wire {
    address: SocketAddr,
    said: Arc<Mutex<Vec<u8>>>,
    /// Connections that are answered with 503 before any is let through.
    busy: Arc<AtomicUsize>,
}

impl Wire {
    async fn start(to: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (said, busy) = (Arc::<Mutex<Vec<u8>>>::default(), Arc::<AtomicUsize>::default());
        let wire = Self { address, said: Arc::clone(&said), busy: Arc::clone(&busy) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let left = busy.load(Ordering::SeqCst);
                if left > 0 {
                    busy.store(left - 1, Ordering::SeqCst);
                    tokio::spawn(turn_away(stream));
                } else {
                    tokio::spawn(pass_on(stream, to, Arc::clone(&said)));
                }
            }
        });
        wire
    }

    fn said(&self) -> Vec<u8> {
        self.said.lock().unwrap().clone()
    }

    /// How often files were sent.
    fn posts(&self) -> usize {
        let said = self.said();
        let post = format!("POST {API} ");
        said.windows(post.len()).filter(|some| *some == post.as_bytes()).count()
    }
}

async fn turn_away(mut stream: TcpStream) {
    let mut some = [0; 4096];
    drop(stream.read(&mut some).await);
    let answer = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    drop(stream.write_all(answer.as_bytes()).await);
}

async fn pass_on(stream: TcpStream, to: SocketAddr, said: Arc<Mutex<Vec<u8>>>) {
    let there = TcpStream::connect(to).await.unwrap();
    let (mut from, mut back) = stream.into_split();
    let (mut answers, mut on) = there.into_split();
    tokio::spawn(async move {
        drop(tokio::io::copy(&mut answers, &mut back).await);
    });
    let mut some = vec![0; 64 * 1024];
    while let Ok(n @ 1..) = from.read(&mut some).await {
        said.lock().unwrap().extend_from_slice(&some[..n]);
        if on.write_all(&some[..n]).await.is_err() {
            break;
        }
    }
}

/// A practice with a manager, a key, a folder and what lies between.
struct World {
    app: TestApp,
    manager: Client,
    wire: Wire,
    me: ClinicianId,
    place: tempfile::TempDir,
}

impl World {
    async fn new(test: TestDb) -> Self {
        let app = TestApp::start(test).await;
        let me = app.clinician("Z90001", "Dr A").await;
        let manager = app.manager("Z90001").await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let limits = Limits::within(2_048);
        let stopping = app.state.stopping.clone();
        tokio::spawn(listen::serve(listener, app.router.clone(), limits, listen::trusts_nobody(), stopping));
        let wire = Wire::start(address).await;
        let place = tempfile::tempdir().unwrap();
        fs::create_dir(place.path().join("in")).unwrap();
        let key = app.key(Role::PracticeManager, "Z90001", &[KeyScope::Imports]).await.token.unwrap();
        fs::write(place.path().join("key"), format!("{key}\n")).unwrap();
        Self { app, manager, wire, me, place }
    }

    /// Says what the columns of the report are, and whose sessions it has.
    async fn matched(&self) {
        let body = json!({
            "id": Uuid::now_v7(), "system": "report",
            "columns": { "day": "Date", "time": "Start", "holder": "With whom", "status": "State", "type": "Slot Type" },
            "holders": { "Dr A": self.me }, "types": { "Telephone": "telephone", "Surgery": "in-person" },
        });
        self.manager.put(&format!("{API}/matching"), body).await.is(201);
    }

    fn at(&self, name: &str) -> PathBuf {
        self.place.path().join("in").join(name)
    }

    fn put(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.at(name), text).unwrap();
    }

    fn start(&self, more: &[&str]) -> Sender {
        let log = fs::File::options().create(true).append(true).open(self.place.path().join("log")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_headroom"));
        command
            .arg("send")
            .args(more)
            .env_clear()
            .env("HEADROOM_TO", format!("http://{}", self.wire.address))
            .env("HEADROOM_KEY_FILE", self.place.path().join("key"))
            .env("HEADROOM_LOG", "debug")
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        Sender(command.spawn().unwrap())
    }

    fn watch(&self) -> Sender {
        self.start(&["--watch", self.place.path().join("in").to_str().unwrap(), "--every", "1"])
    }

    fn once(&self) -> Sender {
        self.start(&["--watch", self.place.path().join("in").to_str().unwrap(), "--every", "1", "--once"])
    }

    fn log(&self) -> String {
        fs::read_to_string(self.place.path().join("log")).unwrap()
    }

    fn kept(&self) -> Value {
        let text = fs::read_to_string(self.at("sent.json")).unwrap_or("{}".to_owned());
        serde_json::from_str(&text).unwrap()
    }

    async fn imports(&self) -> Vec<Value> {
        self.manager.get(API).await.is(200).json()["items"].as_array().unwrap().clone()
    }

    /// Waits until the log says something so often.
    async fn says(&self, what: &str, times: usize) {
        for _ in 0..1_500 {
            if self.log().matches(what).count() >= times {
                return;
            }
            sleep(Duration::from_millis(20)).await;
        }
        panic!("{what} was not said {times} times: {}", self.log());
    }
}

/// The program; killed when the test is done with it.
struct Sender(Child);

impl Sender {
    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// Ends it as a service manager does; the code it ends with.
    fn stop(&mut self) -> Option<i32> {
        let pid = rustix::process::Pid::from_child(&self.0);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        self.ended()
    }

    fn ended(&mut self) -> Option<i32> {
        let until = Instant::now() + Duration::from_mins(1);
        while Instant::now() < until {
            if let Some(ended) = self.0.try_wait().unwrap() {
                return ended.code();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("it goes on and on");
    }

    async fn ends(mut self) -> Option<i32> {
        tokio::task::spawn_blocking(move || self.ended()).await.unwrap()
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn has(bytes: &[u8], some: &[u8]) -> bool {
    bytes.windows(some.len()).any(|at| at == some)
}

both_databases!(a_folder_is_sent_once_and_nothing_of_a_patient_is_on_the_wire, |test: TestDb| async move {
    let world = World::new(test).await;
    world.matched().await;
    world.put("report.csv", REPORT);
    let mut sender = world.watch();
    world.says("report.csv: sent; ", 1).await;
    assert_eq!(world.wire.posts(), 1);
    let said = world.wire.said();
    for secret in SECRETS {
        assert!(!has(&said, secret.as_bytes()), "{secret}");
    }
    for needed in ["18/11/2026", "Dr A", "Telephone", "With whom", "Has patient"] {
        assert!(has(&said, needed.as_bytes()), "{needed}");
    }
    // The service finds what is in the file, on the lines on which it stands there.
    let imports = world.imports().await;
    assert_eq!(imports.len(), 1);
    assert_eq!(imports[0]["report"]["outcomes"], json!({ "attended": 3, "did-not-attend": 1 }));
    let one = imports[0]["id"].as_str().unwrap();
    let refused = world.manager.get(&format!("{API}/{one}/refused")).await.json();
    let lines: Vec<u64> = refused["rows"].as_array().unwrap().iter().map(|row| row["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [9], "{refused}");
    // Renamed, copied, and after a restart: the same content.
    fs::rename(world.at("report.csv"), world.at("renamed.csv")).unwrap();
    fs::copy(world.at("renamed.csv"), world.at("copy.csv")).unwrap();
    sleep(Duration::from_secs(4)).await;
    assert_eq!(sender.stop(), Some(0));
    assert_eq!(world.once().ends().await, Some(0));
    assert_eq!(world.wire.posts(), 1);
    let home = world.app.person(Role::PracticeManager, "Z90001").await;
    eventually("last files", || async {
        home.get("/practices/Z90001/imports").await.body.contains("Last sent by <strong>Appointments every night")
    })
    .await;
});

both_databases!(a_half_written_file_waits_until_it_is_whole, |test: TestDb| async move {
    let world = World::new(test).await;
    world.matched().await;
    let _sender = world.watch();
    world.says("Watching", 1).await;
    let lines: Vec<&str> = REPORT.split_inclusive("\r\n").collect();
    let mut text = String::new();
    for line in lines {
        text.push_str(line);
        world.put("slow.csv", &text);
        world.put("other.csv.part", &text);
        sleep(Duration::from_millis(400)).await;
        assert_eq!(world.wire.posts(), 0, "{text}");
    }
    world.says("slow.csv: sent; ", 1).await;
    sleep(Duration::from_secs(3)).await;
    assert_eq!(world.wire.posts(), 1);
    assert_eq!(world.imports().await.len(), 1);
});

both_databases!(killed_at_any_moment_nothing_is_lost_and_nothing_is_there_twice, |test: TestDb| async move {
    let world = World::new(test).await;
    world.matched().await;
    // Two contents, of days of their own.
    world.put("one.csv", REPORT);
    world.put("two.csv", REPORT.replace("18/11", "17/11"));
    for moment in [900, 1_050, 1_100, 1_150, 1_200, 1_300, 1_500, 2_000] {
        let mut sender = world.watch();
        sleep(Duration::from_millis(moment)).await;
        sender.kill();
        drop(world.kept());
    }
    assert_eq!(world.once().ends().await, Some(0));
    let days: Vec<Value> = world.imports().await.iter().map(|one| one["report"]["first_day"].clone()).collect();
    assert_eq!(days.len(), 2, "{days:?}");
    assert_ne!(days[0], days[1]);
    assert_eq!(world.kept()["contents"].as_object().unwrap().len(), 2);
    let before = world.wire.posts();
    assert_eq!(world.once().ends().await, Some(0));
    assert_eq!(world.wire.posts(), before);
});

#[test]
fn what_cannot_be_taken_stays_with_the_reason_beside_it_and_is_not_tried_again() {
    run(Kind::Sqlite, |test: TestDb| async move {
        let world = World::new(test).await;
        world.put("asks.csv", REPORT);
        world.put("old.xls", b"\xD0\xCF\x11\xE0 an older workbook");
        let american = "Date,Start,Session Holder,Status\r\n".to_owned()
            + &(14..28).fold(String::new(), |text, day| text + &format!("11/{day}/2026,09:00,Dr A,Attended\r\n"));
        world.put("american.csv", american);
        world.put("notes.pdf", "not for us");
        assert_eq!(world.once().ends().await, Some(1));
        let note = |name: &str| fs::read_to_string(world.at(name)).unwrap_or_default();
        assert!(note("asks.csv.asks.txt").contains("/practices/Z90001/imports"), "{}", world.log());
        assert!(note("old.xls.refused.txt").contains("older .xls workbook"));
        assert!(note("american.csv.refused.txt").contains("month first"), "{}", note("american.csv.refused.txt"));
        assert!(!world.at("notes.pdf.refused.txt").exists());
        // Nobody has said which column is which: nothing of that file left.
        let said = world.wire.said();
        assert!(!has(&said, b"Dr A\",\"Telephone"));
        assert_eq!(world.wire.posts(), 1);
        // Told once.
        assert_eq!(world.once().ends().await, Some(0));
        assert_eq!(world.wire.posts(), 1);
        // Columns are pointed out, and who that is not yet: the service asks.
        let columns = json!({ "day": "Date", "time": "Start", "holder": "With whom", "status": "State" });
        let body = json!({ "id": Uuid::now_v7(), "system": "report", "columns": columns });
        world.manager.put(&format!("{API}/matching"), body).await.is(201);
        fs::remove_file(world.at("asks.csv.asks.txt")).unwrap();
        assert_eq!(world.once().ends().await, Some(1));
        assert!(note("asks.csv.asks.txt").contains("whose sessions"));
        assert_eq!(world.wire.posts(), 2);
        world.matched().await;
        fs::remove_file(world.at("asks.csv.asks.txt")).unwrap();
        assert_eq!(world.once().ends().await, Some(0));
        assert!(!world.at("asks.csv.asks.txt").exists());
        assert_eq!((world.wire.posts(), world.imports().await.len()), (3, 1));
        // A file that changes is another content.
        world.put("american.csv", REPORT.replace("18/11", "16/11"));
        assert_eq!(world.once().ends().await, Some(0));
        assert!(!world.at("american.csv.refused.txt").exists());
    });
}

#[test]
fn it_waits_for_a_service_that_is_busy_and_ends_where_the_key_has_ended() {
    run(Kind::Sqlite, |test: TestDb| async move {
        let world = World::new(test).await;
        world.matched().await;
        world.put("report.csv", REPORT);
        world.wire.busy.store(2, Ordering::SeqCst);
        let begun = Instant::now();
        assert_eq!(world.once().ends().await, Some(0));
        assert!(begun.elapsed() > Duration::from_secs(10), "it waits longer each time");
        assert_eq!(world.log().matches("503").count(), 2, "{}", world.log());
        assert_eq!((world.wire.posts(), world.imports().await.len()), (1, 1));
        // Named files need no folder.
        let file = world.at("report.csv");
        let sender = world.start(&[file.to_str().unwrap()]);
        assert_eq!(sender.ends().await, Some(0));
        world.says("nothing in it is new", 0).await;
        // A key that has ended, one that may only read, and none.
        world.put("next.csv", REPORT.replace("18/11", "17/11"));
        world.app.clock.set(now() + chrono::Duration::days(91));
        assert_eq!(world.once().ends().await, Some(1));
        world.says("the key does not work", 1).await;
        world.app.clock.set(now());
        let reads = world.app.key(Role::PracticeManager, "Z90001", &[KeyScope::Read]).await.token.unwrap();
        let first = fs::read_to_string(world.place.path().join("key")).unwrap();
        fs::write(world.place.path().join("key"), &reads).unwrap();
        assert_eq!(world.once().ends().await, Some(1));
        world.says("may not send appointments", 1).await;
        fs::write(world.place.path().join("key"), "secret").unwrap();
        assert_eq!(world.once().ends().await, Some(1));
        assert!(!world.at("next.csv.refused.txt").exists(), "the file is as it should be");
        for key in [&first, &reads] {
            assert!(!world.log().contains(&key[12..]), "no key is logged: {}", world.log());
        }
    });
}

#[test]
fn the_three_files_of_an_extract_go_together_without_their_patients() {
    run(Kind::Sqlite, |test: TestDb| async move {
        let world = World::new(test).await;
        let ids: Vec<String> = (0..HOLDERS).map(emis_holder).collect();
        let holders: serde_json::Map<String, Value> = ids.iter().map(|id| (id.clone(), json!(world.me))).collect();
        let body = json!({ "id": Uuid::now_v7(), "system": "emis", "holders": holders });
        world.manager.put(&format!("{API}/matching"), body).await.is(201);
        let made = tempfile::tempdir().unwrap();
        let (files, expected) = extracts::emis(made.path(), 2_000, "2026-11-20".parse().unwrap());
        let name = |file: &Path| file.file_name().unwrap().to_str().unwrap().to_owned();
        for file in &files[..2] {
            fs::copy(file, world.at(&name(file))).unwrap();
        }
        let mut sender = world.watch();
        world.says("Appointment_Slot.csv: waits for", 1).await;
        sleep(Duration::from_secs(2)).await;
        assert_eq!((world.wire.posts(), world.log().matches("waits for").count()), (0, 1));
        fs::copy(&files[2], world.at(&name(&files[2]))).unwrap();
        world.says("Appointment_Slot.csv: sent; ", 1).await;
        assert_eq!(sender.stop(), Some(0));
        let said = world.wire.said();
        for trace in TRACES {
            assert!(!has(&said, trace), "{trace:?}");
        }
        let imports = world.imports().await;
        let outcomes = &imports[0]["report"]["outcomes"];
        assert_eq!(outcomes["attended"], expected.attended);
        assert_eq!(outcomes["did-not-attend"], expected.did_not_attend);
        assert_eq!(outcomes["booked"], expected.booked);
    });
}
