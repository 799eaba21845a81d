//! The writer alone, against the disk and against a transaction a contact.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use entity::ids::{ClinicianId, ContactId, DeviceId, OdsCode};
use headroom::{
    clock::Clock,
    db::Db,
    domain::{
        access::{self, Actor, Facts, Permit, RecordContacts, Target},
        calendar,
        contact::{ContactKind, CountOp, Entered, NewContact},
    },
    live::Live,
    store::people::{self, ClinicianRow},
    writer::Writer,
};
use migration::{Migrator, MigratorTrait};
use sea_orm::TransactionTrait;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{LENGTH, figure::Figure, load::quantile};

/// A clinician and the permit of their device.
#[derive(Clone)]
pub(crate) struct Counter {
    practice: OdsCode,
    clinician: ClinicianId,
    permit: Permit<RecordContacts>,
}

impl Counter {
    pub(crate) fn contact(&self) -> CountOp {
        let now = Clock::system().now();
        CountOp::Contact(NewContact {
            practice: self.practice.clone(),
            id: ContactId(Uuid::now_v7()),
            clinician: self.clinician,
            day: calendar::london_day(now),
            occurred_at: now,
            time_given: false,
            kind: ContactKind::InPerson,
            complex: false,
            entered: Entered::Tap,
            clock_off: false,
            recorded_by: self.permit.actor().id(),
        })
    }
}

/// Clinicians of a practice: as many as there are clients, so that these count for one practice at a time.
pub(crate) const OF_PRACTICE: usize = CLIENTS;

/// The practice of the n-th clinician.
pub(crate) fn practice_of(n: usize) -> OdsCode {
    format!("Z{}", 90_001 + n / OF_PRACTICE).parse().unwrap()
}

/// Clinicians in a migrated database.
pub(crate) async fn counters(db: &Db, n: usize) -> Vec<Counter> {
    let mut counters = Vec::new();
    let tx = db.schema().begin().await.unwrap();
    for at in 0..n {
        let (practice, clinician) = (practice_of(at), ClinicianId(Uuid::now_v7()));
        let row = ClinicianRow {
            practice: practice.clone(),
            id: clinician,
            label: format!("Dr {}", at % OF_PRACTICE),
            staff_group: "gp-partner".to_owned(),
            added_at: Clock::system().now(),
            left_on: None,
            erased_at: None,
        };
        people::add_clinician(&tx, row).await.unwrap();
        let device = Actor::Device { id: DeviceId(Uuid::now_v7()), practice: practice.clone(), clinician };
        let exists = Facts { exists: true, ..Facts::default() };
        let target = Target::Clinician(practice.clone(), clinician);
        counters.push(Counter {
            practice: practice.clone(),
            clinician,
            permit: access::permit(&device, &target, exists).unwrap(),
        });
    }
    tx.commit().await.unwrap();
    counters
}

/// Which way contacts are written.
#[derive(Clone, Copy)]
pub(crate) enum Way {
    /// In groups, as the product does.
    Groups,
    /// Each in a transaction of its own.
    Single,
}

/// Contacts of one clinician: a long day's.
const A_DAY: usize = 40;
/// Clients that count at once.
pub(crate) const CLIENTS: usize = 64;
/// Clinicians of a run, each for one day.
pub(crate) const CLINICIANS: usize = 128 * CLIENTS;

/// Contacts a second of so many clients, each of which is one clinician after the other, and how long each took.
pub(crate) async fn rate(writer: &Writer, counters: &[Counter], way: Way, length: Duration) -> (f64, Vec<Duration>) {
    let over = Arc::new(AtomicBool::new(false));
    let mut clients = JoinSet::new();
    let started = Instant::now();
    for client in 0..CLIENTS {
        let own: Vec<Counter> = counters.iter().skip(client).step_by(CLIENTS).cloned().collect();
        let (writer, over) = (writer.clone(), Arc::clone(&over));
        clients.spawn(async move {
            let mut times = Vec::new();
            let mut days = own.iter().flat_map(|counter| [counter; A_DAY]);
            while !over.load(Ordering::Relaxed) {
                let counter = days.next().expect("a clinician who counted nothing yet");
                let (op, begun) = (counter.contact(), Instant::now());
                match way {
                    Way::Groups => {
                        writer.count(&counter.permit, vec![op]).await.unwrap();
                    }
                    Way::Single => single(&writer, counter, op).await,
                }
                times.push(begun.elapsed());
            }
            times
        });
    }
    tokio::time::sleep(length).await;
    over.store(true, Ordering::Relaxed);
    let times: Vec<Duration> = clients.join_all().await.into_iter().flatten().collect();
    (times.len() as f64 / started.elapsed().as_secs_f64(), times)
}

async fn single(writer: &Writer, counter: &Counter, op: CountOp) {
    let written = writer.write(&counter.permit, move |tx| {
        Box::pin(async move {
            tx.count(&[&op]).await?;
            Ok(())
        })
    });
    written.await.unwrap();
}

async fn sqlite(folder: &Path) -> Db {
    let db = Db::sqlite(&folder.join("headroom.db")).await.unwrap();
    Migrator::up(db.schema(), None).await.unwrap();
    db
}

/// The writer on SQLite.
pub(crate) async fn figures(fsyncs: f64) -> Vec<Figure> {
    let folder = tempfile::tempdir_in(".").unwrap();
    let db = sqlite(folder.path()).await;
    let (alone, together) = (counters(&db, CLINICIANS / 8).await, counters(&db, CLINICIANS).await);
    let writer = Writer::start(db, Live::default(), Clock::system());
    let (single, _) = rate(&writer, &alone, Way::Single, LENGTH).await;
    let (groups, mut times) = rate(&writer, &together, Way::Groups, LENGTH).await;
    vec![
        Figure::told("SQLite, a transaction a contact, 64 clients", single, "contacts a second"),
        Figure::told("SQLite, the writer, 64 clients", groups, "contacts a second"),
        Figure::at_least("… as a multiple of the disk’s fsyncs", groups / fsyncs, 3.0, "×"),
        Figure::at_least("… as a multiple of a transaction a contact", groups / single, 12.0, "×"),
        Figure::at_most("… p99", quantile(&mut times, 0.99), 10.0, "ms"),
    ]
}
