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
        contact::{CountOp, Entered, Kind, NewContact},
    },
    live::Live,
    store::{
        contacts,
        people::{self, ClinicianRow},
    },
    writer::Writer,
};
use migration::{Migrator, MigratorTrait};
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
        let (now, id) = (Clock::system().now(), Uuid::now_v7());
        CountOp::Contact(NewContact {
            practice: self.practice.clone(),
            id: ContactId(id),
            clinician: self.clinician,
            // One of forty days: a day takes 200.
            day: calendar::london_day(now)
                .minus_days(u64::try_from(id.as_u128() % 40).unwrap_or(0)),
            occurred_at: now,
            time_given: false,
            kind: Kind::InPerson,
            complex: false,
            entered: Entered::Tap,
            clock_off: false,
            recorded_by: self.permit.actor().id(),
        })
    }
}

/// Clinicians of one practice, in a migrated database.
pub(crate) async fn counters(db: &Db, n: usize) -> Vec<Counter> {
    let practice: OdsCode = "Z90001".parse().unwrap();
    let mut counters = Vec::new();
    for at in 0..n {
        let clinician = ClinicianId(Uuid::now_v7());
        let row = ClinicianRow {
            practice: practice.clone(),
            id: clinician,
            label: format!("Dr {at}"),
            staff_group: "gp-partner".to_owned(),
            added_at: Clock::system().now(),
            left_on: None,
        };
        people::add_clinician(db.schema(), row).await.unwrap();
        let device = Actor::Device {
            id: DeviceId(Uuid::now_v7()),
            practice: practice.clone(),
            clinician,
        };
        let exists = Facts {
            exists: true,
            ..Facts::default()
        };
        let target = Target::Clinician(practice.clone(), clinician);
        counters.push(Counter {
            practice: practice.clone(),
            clinician,
            permit: access::permit(&device, &target, exists).unwrap(),
        });
    }
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

/// Contacts a second of so many clients, and how long each took.
pub(crate) async fn rate(
    writer: &Writer,
    counters: &[Counter],
    way: Way,
    length: Duration,
) -> (f64, Vec<Duration>) {
    let over = Arc::new(AtomicBool::new(false));
    let mut clients = JoinSet::new();
    let started = Instant::now();
    for counter in counters.iter().cloned() {
        let (writer, over) = (writer.clone(), Arc::clone(&over));
        clients.spawn(async move {
            let mut times = Vec::new();
            while !over.load(Ordering::Relaxed) {
                let (op, begun) = (counter.contact(), Instant::now());
                match way {
                    Way::Groups => {
                        writer.count(&counter.permit, vec![op]).await.unwrap();
                    }
                    Way::Single => single(&writer, &counter, op).await,
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
            contacts::append(tx.conn(), &[&op], tx.now()).await?;
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
    let counters = counters(&db, 64).await;
    let writer = Writer::start(db, Live::default(), Clock::system());
    let (single, _) = rate(&writer, &counters, Way::Single, LENGTH).await;
    let (groups, mut times) = rate(&writer, &counters, Way::Groups, LENGTH).await;
    vec![
        Figure::told(
            "SQLite, a transaction a contact, 64 clients",
            single,
            "contacts a second",
        ),
        Figure::told(
            "SQLite, the writer, 64 clients",
            groups,
            "contacts a second",
        ),
        Figure::at_least(
            "… as a multiple of the disk’s fsyncs",
            groups / fsyncs,
            3.0,
            "×",
        ),
        Figure::at_least(
            "… as a multiple of a transaction a contact",
            groups / single,
            12.0,
            "×",
        ),
        Figure::at_most("… p99", quantile(&mut times, 0.99), 10.0, "ms"),
    ]
}
