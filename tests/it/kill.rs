//! `kill -9` at any moment: what a client was told is stored is there after the restart, once, and the sums are right.
//! A build that answers before COMMIT, planted here, must fail the same check.
//!
//! The service is this test binary itself, started again as [`child`]. A kill cannot see a missing fsync: the page
//! cache survives it.

use std::{
    collections::HashSet,
    env,
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
    time::Duration,
};

use entity::{
    clinician, contact,
    ids::{ClinicianId, ContactId},
};
use futures::future::join_all;
use headroom::{
    clock::Clock,
    domain::contact::{CountOp, Kind as ContactKind, Outcome},
    live::Live,
    writer::Writer,
};
use sea_orm::EntityTrait;
use uuid::Uuid;

use crate::support::{
    counting::{Counter, insert, noon, practice},
    databases::{Place, TestDb, begin, both_databases, connect},
};

/// Kills per database; `HEADROOM_KILLS` asks for more.
const ROUNDS: usize = 20;
/// Clients of each round.
const CLIENTS: usize = 8;

/// Which of the two answers the clients.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Service {
    /// The product's writer.
    Headroom,
    /// One that answers before COMMIT.
    Hasty,
}

both_databases!(nothing_acknowledged_is_lost, |test: TestDb| async move {
    let me = test.counter(&practice()).await;
    let rounds = env::var_os("HEADROOM_KILLS")
        .map_or(ROUNDS, |text| text.into_string().unwrap().parse().unwrap());
    let mut ledger = Ledger::default();
    for _ in 0..rounds {
        ledger = tokio::task::block_in_place(|| ledger.round(&test.place, Service::Headroom));
        let missing = ledger.missing(&test).await;
        assert_eq!(missing, 0, "{missing} acknowledged contacts are gone");
        sums_agree(&test).await;
    }
    // Every client asks again about what it never heard of, and then all of it is there, once.
    let writer = test.writer();
    for id in ledger.asked.iter().copied() {
        let op = me.contact_with(id, ContactKind::InPerson);
        writer.count(&me.permit, vec![op]).await.unwrap();
    }
    let stored = i64::try_from(ledger.asked.len()).unwrap();
    assert_eq!(test.number("SELECT count(*) FROM contact").await, stored);
    assert_eq!(test.counted(&me).await, stored);
    assert_eq!(test.open_transactions().await, 0);
    let told = ledger.told.len();
    println!("{rounds} kills: {told} acknowledged, {stored} asked, 0 lost");
    assert!(told > rounds, "the clients hardly got to work: {told}");
});

both_databases!(
    an_answer_before_commit_is_found_out,
    |test: TestDb| async move {
        test.counter(&practice()).await;
        let mut ledger = Ledger::default();
        for round in 1..=ROUNDS {
            ledger = tokio::task::block_in_place(|| ledger.round(&test.place, Service::Hasty));
            let missing = ledger.missing(&test).await;
            if missing > 0 {
                println!("control: {missing} acknowledged contacts gone after {round} kills");
                return;
            }
        }
        panic!("{ROUNDS} kills did not find out a service that answers too early");
    }
);

/// PostgreSQL may still be finishing what the killed service had sent: then the two reads differ for a moment.
async fn sums_agree(test: &TestDb) {
    for _ in 0..20 {
        if test.tallies().await == test.recount().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the tallies do not equal the recount");
}

/// What the clients remember.
#[derive(Default)]
struct Ledger {
    /// Sent.
    asked: HashSet<Uuid>,
    /// Sent and answered.
    told: HashSet<Uuid>,
}

impl Ledger {
    /// Starts the service, lets its clients work for a moment, kills it and reads what they had heard.
    fn round(mut self, place: &Place, service: Service) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["kill::child", "--exact", "--ignored", "--nocapture"])
            .env("HEADROOM_KILL_CHILD", place.describe())
            .env(
                "HEADROOM_KILL_HASTY",
                if service == Service::Hasty { "1" } else { "0" },
            )
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Work begins with the first contact; a moment later it is over.
        for line in lines.by_ref() {
            if self.note(&line.unwrap()) {
                break;
            }
        }
        let moment = Duration::from_micros(rand::random_range(1_000..150_000));
        std::thread::sleep(moment);
        // SIGKILL.
        child.kill().unwrap();
        child.wait().unwrap();
        for line in lines {
            self.note(&line.unwrap());
        }
        self
    }

    /// A line that was cut short by the kill has no last word and counts as never heard.
    fn note(&mut self, line: &str) -> bool {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["asked", id, "."] => self.asked.insert(id.parse().unwrap()),
            ["told", id, "."] => self.told.insert(id.parse().unwrap()),
            _ => false,
        }
    }

    /// Acknowledged contacts that a fresh process does not find.
    async fn missing(&self, test: &TestDb) -> usize {
        let db = test.place.open().await;
        let rows = contact::Entity::find().all(db.identify()).await.unwrap();
        let stored: HashSet<ContactId> = rows.into_iter().map(|row| row.id).collect();
        db.identify().close_by_ref().await.unwrap();
        self.told
            .iter()
            .filter(|id| !stored.contains(&ContactId(**id)))
            .count()
    }
}

/// The service and its clients, until somebody kills it. Says what was asked and what was answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "the other tests of this file start it"]
async fn child() {
    let place = env::var_os("HEADROOM_KILL_CHILD").expect("only the tests of this file start it");
    let place = Place::read(&place.into_string().unwrap());
    let hasty = env::var_os("HEADROOM_KILL_HASTY").is_some_and(|flag| flag == "1");
    let db = place.open().await;
    let found = clinician::Entity::find().one(db.identify()).await.unwrap();
    let id: ClinicianId = found.unwrap().id;
    let me = Counter::with(practice(), id);
    if hasty {
        join_all((0..CLIENTS).map(|_| answer_too_early(&place, &me))).await;
    } else {
        let writer = Writer::start(db, Live::default(), Clock::fixed(noon()));
        join_all((0..CLIENTS).map(|_| answer_after_commit(&writer, &me))).await;
    }
}

async fn answer_after_commit(writer: &Writer, me: &Counter) {
    loop {
        let (id, op) = ask(me);
        let outcome = writer.count(&me.permit, vec![op]).await.unwrap();
        assert_eq!(outcome, [Outcome::Recorded]);
        say("told", id);
    }
}

async fn answer_too_early(place: &Place, me: &Counter) {
    let pool = connect(&place.describe(), 1).await;
    loop {
        let (id, op) = ask(me);
        let tx = begin(&pool).await.unwrap();
        insert(&tx, &op).await;
        say("told", id);
        // It commits when it gets round to it.
        tokio::time::sleep(Duration::from_millis(2)).await;
        tx.commit().await.unwrap();
    }
}

fn ask(me: &Counter) -> (Uuid, CountOp) {
    let id = Uuid::now_v7();
    say("asked", id);
    (id, me.contact_with(id, ContactKind::InPerson))
}

/// One line in one write, so that lines of two clients do not mix.
fn say(what: &str, id: Uuid) {
    let line = format!("\n{what} {id} .\n");
    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
}
