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
    clinician, contact, contact_void, day_sheet,
    ids::{ClinicianId, SheetId},
    tick,
};
use futures::future::join_all;
use headroom::{
    clock::Clock,
    domain::{
        contact::{ContactKind, StepOutcome, derived_id},
        work::Work,
    },
    live::Live,
    store::days::{self, NewSheet},
    writer::Writer,
};
use sea_orm::EntityTrait;
use uuid::Uuid;

use crate::support::{
    counting::{Counter, day_for, insert, noon, practice},
    databases::{Place, TestDb, begin, both_databases, connect},
};

/// Kills per database; `HEADROOM_KILLS` asks for more.
const ROUNDS: usize = 20;
/// Longest time that clients work before the kill.
const MOMENT: Duration = Duration::from_millis(150);
/// Clients of each round.
const CLIENTS: usize = 8;

/// What is written. Each is sent under an id from which everything else follows, so that it can be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum What {
    Contact,
    /// Of the contact whose id it goes by.
    Void,
    TallyMark,
    Sheet,
}

impl What {
    const ALL: [Self; 4] = [Self::Contact, Self::Void, Self::TallyMark, Self::Sheet];

    fn table(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Void => "contact_void",
            Self::TallyMark => "tick",
            Self::Sheet => "day_sheet",
        }
    }

    fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.table() == word)
    }
}

/// Sends one thing, new or again; answers when it is acknowledged.
async fn send(writer: &Writer, me: &Counter, what: What, id: Uuid) {
    let op = match what {
        What::Contact => me.contact_with(id, ContactKind::InPerson),
        What::Void => me.void_with(derived_id(id, "void"), id),
        What::TallyMark => me.mark_with(id, Work::Letters, 3),
        What::Sheet => {
            let sheet = NewSheet {
                id: SheetId(id),
                day: day_for(id),
                n: 23,
                entered_by: "clinician",
                recorded_by: Uuid::nil(),
            };
            let scope = me.permit.scope().clone();
            let written = writer.write(&me.permit, move |tx| {
                Box::pin(async move { days::add_sheet(tx.read(&scope), &sheet, tx.now()).await?.or_conflict() })
            });
            return written.await.unwrap();
        }
    };
    let outcome = writer.count(&me.permit, vec![op]).await.unwrap();
    assert_ne!(outcome, [StepOutcome::IdReused]);
}

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
    let rounds = env::var_os("HEADROOM_KILLS").map_or(ROUNDS, |text| text.into_string().unwrap().parse().unwrap());
    let mut ledger = Ledger::default();
    let mut kills = 0;
    // On a slow machine some kind of work is hardly begun in so short a time: it is given more, until each was answered once.
    while kills < rounds || (ledger.unheard() && kills < 3 * rounds) {
        let most = if kills < rounds { MOMENT } else { 4 * MOMENT };
        ledger = tokio::task::block_in_place(|| ledger.round(&test.place, Service::Headroom, most));
        kills += 1;
        let missing = ledger.missing(&test).await;
        assert_eq!(missing, 0, "{missing} acknowledged contacts are gone");
        sums_agree(&test).await;
    }
    // Every client asks again about what it never heard of, and then all of it is there, once.
    let writer = test.writer();
    for (what, id) in ledger.asked.iter().copied() {
        send(&writer, &me, what, id).await;
    }
    for what in What::ALL {
        let asked = i64::try_from(ledger.asked.iter().filter(|(of, _)| *of == what).count());
        let stored = test.number(&format!("SELECT count(*) FROM {}", what.table())).await;
        assert_eq!(stored, asked.unwrap(), "{what:?}");
        let told = ledger.told.iter().filter(|(of, _)| *of == what).count();
        println!("{kills} kills: {told} of {} acknowledged, {stored} asked, 0 lost", what.table());
        assert!(told > 0, "the clients hardly got to work: {what:?}");
    }
    sums_agree(&test).await;
    assert_eq!(test.open_transactions().await, 0);
    assert!(ledger.told.len() > kills, "the clients hardly got to work");
});

both_databases!(an_answer_before_commit_is_found_out, |test: TestDb| async move {
    test.counter(&practice()).await;
    let mut ledger = Ledger::default();
    for round in 1..=ROUNDS {
        ledger = tokio::task::block_in_place(|| ledger.round(&test.place, Service::Hasty, MOMENT));
        let missing = ledger.missing(&test).await;
        if missing > 0 {
            println!("control: {missing} acknowledged contacts gone after {round} kills");
            return;
        }
    }
    panic!("{ROUNDS} kills did not find out a service that answers too early");
});

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
    asked: HashSet<(What, Uuid)>,
    /// Sent and answered.
    told: HashSet<(What, Uuid)>,
}

impl Ledger {
    /// Whether some kind of work was never answered.
    fn unheard(&self) -> bool {
        What::ALL.into_iter().any(|what| self.told.iter().all(|(of, _)| *of != what))
    }

    /// Starts the service, lets its clients work for a moment, kills it and reads what they had heard.
    fn round(mut self, place: &Place, service: Service, most: Duration) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["kill::child", "--exact", "--ignored", "--nocapture"])
            .env("HEADROOM_KILL_CHILD", place.describe())
            .env("HEADROOM_KILL_HASTY", if service == Service::Hasty { "1" } else { "0" })
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
        let moment = Duration::from_micros(rand::random_range(1_000..u64::try_from(most.as_micros()).unwrap()));
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
            [said, what, id, "."] => {
                let Some(what) = What::read(what) else {
                    return false;
                };
                let known = (what, id.parse().unwrap());
                match said {
                    "asked" => self.asked.insert(known),
                    "told" => self.told.insert(known),
                    _ => false,
                }
            }
            _ => false,
        }
    }

    /// Acknowledged, and not found by a fresh process.
    async fn missing(&self, test: &TestDb) -> usize {
        let db = test.place.open().await;
        let conn = db.unscoped();
        let mut stored: HashSet<(What, Uuid)> = HashSet::new();
        let contacts = contact::Entity::find().all(conn).await.unwrap();
        stored.extend(contacts.into_iter().map(|row| (What::Contact, row.id.0)));
        let voids = contact_void::Entity::find().all(conn).await.unwrap();
        stored.extend(voids.into_iter().map(|row| (What::Void, row.contact.0)));
        let marks = tick::Entity::find().all(conn).await.unwrap();
        stored.extend(marks.into_iter().map(|row| (What::TallyMark, row.id.0)));
        let sheets = day_sheet::Entity::find().all(conn).await.unwrap();
        stored.extend(sheets.into_iter().map(|row| (What::Sheet, row.id.0)));
        conn.close_by_ref().await.unwrap();
        self.told.difference(&stored).count()
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
    let found = clinician::Entity::find().one(db.unscoped()).await.unwrap();
    let id: ClinicianId = found.unwrap().id;
    let me = Counter::with(practice(), id);
    if hasty {
        join_all((0..CLIENTS).map(|_| answer_too_early(&place, &me))).await;
    } else {
        let writer = Writer::start(db, Live::default(), Clock::fixed(noon()));
        join_all((0..CLIENTS).map(|_| answer_after_commit(&writer, &me))).await;
    }
}

/// Mostly contacts; some of them taken back, tally marks and a day sheet between them.
async fn answer_after_commit(writer: &Writer, me: &Counter) {
    let mut last = Uuid::now_v7();
    for n in 1_u64.. {
        let (what, id) = match n % 7 {
            3 => (What::Void, last),
            5 => (What::TallyMark, Uuid::now_v7()),
            0 => (What::Sheet, Uuid::now_v7()),
            _ => (What::Contact, Uuid::now_v7()),
        };
        if what == What::Contact {
            last = id;
        }
        say("asked", what, id);
        send(writer, me, what, id).await;
        say("told", what, id);
    }
}

async fn answer_too_early(place: &Place, me: &Counter) {
    let pool = connect(&place.describe(), 1).await;
    loop {
        let id = Uuid::now_v7();
        let op = me.contact_with(id, ContactKind::InPerson);
        say("asked", What::Contact, id);
        let tx = begin(&pool).await.unwrap();
        insert(&tx, &op).await;
        say("told", What::Contact, id);
        // It commits when it gets round to it.
        tokio::time::sleep(Duration::from_millis(2)).await;
        tx.commit().await.unwrap();
    }
}

/// One line in one write, so that lines of two clients do not mix.
fn say(said: &str, what: What, id: Uuid) {
    let line = format!("\n{said} {} {id} .\n", what.table());
    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
}
