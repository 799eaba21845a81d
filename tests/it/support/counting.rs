//! Clinicians who count, and the sums that must come out.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{
    clinician, contact, contact_void,
    ids::{ClinicianId, ContactId, DeviceId, LocalDate, OdsCode, RowId, VoidId},
    tally, tick,
};
use headroom::{
    clock::Clock,
    domain::{
        access::{self, Actor, Facts, Permit, RecordContacts, Target},
        contact::{self as rules, ContactKind, CountOp, Entered, NewContact, NewVoid},
        work::{TallyMark, TallySheet, Work},
    },
    live::Live,
    writer::Writer,
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use uuid::Uuid;

use super::databases::TestDb;

/// Friday 20 November 2026, noon.
pub(crate) fn noon() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// One of the 400 days to the 20th of November, by an id.
pub(crate) fn day_for(id: Uuid) -> LocalDate {
    let back = id.as_u128() % 400;
    LocalDate::new(2026, 11, 20).unwrap().minus_days(u64::try_from(back).unwrap())
}

pub(crate) fn practice() -> OdsCode {
    "Z90001".parse().unwrap()
}

/// A clinician with a device that may count for them.
#[derive(Debug, Clone)]
pub(crate) struct Counter {
    pub(crate) practice: OdsCode,
    pub(crate) id: ClinicianId,
    pub(crate) permit: Permit<RecordContacts>,
}

impl Counter {
    /// One whom the database does not know.
    pub(crate) fn unknown(practice: OdsCode) -> Self {
        Self::with(practice, ClinicianId(Uuid::now_v7()))
    }

    /// The device of a clinician who is there already.
    pub(crate) fn with(practice: OdsCode, id: ClinicianId) -> Self {
        let device = Actor::Device { id: DeviceId(Uuid::now_v7()), practice: practice.clone(), clinician: id };
        let target = Target::Clinician(practice.clone(), id);
        let facts = Facts { exists: true, ..Facts::default() };
        Self { permit: access::permit(&device, &target, facts).unwrap(), practice, id }
    }

    /// A new contact in person, at noon of a day that follows from its id: a day takes 200, and some tests write thousands.
    pub(crate) fn contact(&self) -> CountOp {
        self.contact_with(Uuid::now_v7(), ContactKind::InPerson)
    }

    pub(crate) fn contact_with(&self, id: Uuid, kind: ContactKind) -> CountOp {
        CountOp::Contact(NewContact {
            practice: self.practice.clone(),
            id: ContactId(id),
            clinician: self.id,
            day: day_for(id),
            occurred_at: noon(),
            time_given: false,
            kind,
            complex: false,
            entered: Entered::Tap,
            clock_off: false,
            recorded_by: self.permit.actor().id(),
        })
    }

    /// A void under a new id.
    pub(crate) fn void(&self, contact: Uuid) -> CountOp {
        self.void_with(Uuid::now_v7(), contact)
    }

    pub(crate) fn void_with(&self, id: Uuid, contact: Uuid) -> CountOp {
        CountOp::Void(NewVoid {
            practice: self.practice.clone(),
            id: VoidId(id),
            contact: ContactId(contact),
            clinician: self.id,
            reason: None,
            recorded_by: self.permit.actor().id(),
        })
    }
}

impl Counter {
    /// Tally marks beside the contacts.
    pub(crate) fn mark_with(&self, id: Uuid, work: Work, n: i32) -> CountOp {
        CountOp::TallyMark(TallyMark {
            practice: self.practice.clone(),
            id: RowId(id),
            day: day_for(id),
            sheet: TallySheet::Work(self.id),
            kind: work.code().to_owned(),
            n,
            recorded_by: self.permit.actor().id(),
        })
    }
}

/// The id that the client made.
pub(crate) fn id_of(op: &CountOp) -> Uuid {
    match op {
        CountOp::Contact(contact) => contact.id.0,
        CountOp::Void(void) => void.id.0,
        CountOp::TallyMark(mark) => mark.id.0,
    }
}

impl TestDb {
    /// A writer on this node, at noon.
    pub(crate) fn writer(&self) -> Writer {
        Writer::start(self.db.clone(), Live::default(), Clock::fixed(noon()))
    }

    /// A new clinician of the practice.
    pub(crate) async fn counter(&self, practice: &OdsCode) -> Counter {
        let counter = Counter::unknown(practice.clone());
        clinician::Entity::insert(clinician::ActiveModel {
            practice: Set(practice.clone()),
            id: Set(counter.id),
            label: Set("Dr A".to_owned()),
            staff_group: Set("gp".to_owned()),
            added_at: Set(noon()),
            left_on: Set(None),
            erased_at: Set(None),
        })
        .exec_without_returning(self.db.schema())
        .await
        .unwrap();
        counter
    }

    /// What counts, by the rows themselves: contacts that no void of the same clinician names.
    pub(crate) async fn recount(&self) -> Sums {
        recount(self.db.schema()).await
    }

    /// What counts, by the tallies.
    pub(crate) async fn tallies(&self) -> Sums {
        tallies(self.db.schema()).await
    }

    /// Contacts of one clinician that count.
    pub(crate) async fn counted(&self, counter: &Counter) -> i64 {
        let sums = self.tallies().await;
        assert_eq!(sums, self.recount().await, "the tallies do not equal the recount");
        sums.iter()
            .filter(|((practice, clinician, ..), _)| *practice == counter.practice && *clinician == counter.id)
            .map(|(_, sum)| sum.n)
            .sum()
    }
}

/// Inserts a contact without any care for tallies or repeats: what a naive service would do.
pub(crate) async fn insert(conn: &impl ConnectionTrait, op: &CountOp) {
    let CountOp::Contact(new) = op else { unreachable!() };
    contact::Entity::insert(contact::ActiveModel {
        practice: Set(new.practice.clone()),
        id: Set(new.id),
        clinician: Set(new.clinician),
        day: Set(new.day),
        occurred_at: Set(new.occurred_at),
        recorded_at: Set(noon()),
        kind: Set(new.kind.code().to_owned()),
        complex: Set(new.complex),
        entered: Set(new.entered.code().to_owned()),
        recorded_by: Set(new.recorded_by),
        clock_off: Set(new.clock_off),
    })
    .exec_without_returning(conn)
    .await
    .unwrap();
}

/// Count by practice, clinician, day and kind.
pub(crate) type Sums = BTreeMap<(OdsCode, ClinicianId, LocalDate, String), Sum>;

/// A number with the first moment, the last one and the last contact of what it counts; tally marks have only the number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) n: i64,
    ends: Option<(DateTime<Utc>, DateTime<Utc>, ContactId)>,
}

impl Sum {
    fn contact(&mut self, row: &contact::Model) {
        self.n += 1;
        let (first, at, id) = self.ends.unwrap_or((row.occurred_at, row.occurred_at, row.id));
        let (at, id) = (at, id).max((row.occurred_at, row.id));
        self.ends = Some((std::cmp::min(first, row.occurred_at), at, id));
    }
}

async fn recount(conn: &impl ConnectionTrait) -> Sums {
    let voids = contact_void::Entity::find().all(conn).await.unwrap();
    let voids: HashSet<_> = voids.into_iter().map(|void| (void.practice, void.contact, void.clinician)).collect();
    let mut sums = Sums::new();
    for row in contact::Entity::find().all(conn).await.unwrap() {
        let voided = voids.contains(&(row.practice.clone(), row.id, row.clinician));
        let kind = rules::tally_kind(row.kind.parse().unwrap(), row.complex);
        let key = (row.practice.clone(), row.clinician, row.day, kind);
        let sum = sums.entry(key).or_default();
        if !voided {
            sum.contact(&row);
        }
    }
    for row in tick::Entity::find().all(conn).await.unwrap() {
        sums.entry((row.practice, row.clinician, row.day, row.kind)).or_default().n += i64::from(row.n);
    }
    sums
}

async fn tallies(conn: &impl ConnectionTrait) -> Sums {
    let rows = tally::Entity::find().all(conn).await.unwrap();
    rows.into_iter()
        .map(|row| {
            let ends = row.first_at.zip(row.last_at).zip(row.last_contact);
            let ends = ends.map(|((first, last), id)| (first, last, id));
            let key = (row.practice, row.clinician, row.day, row.kind);
            (key, Sum { n: row.n, ends })
        })
        .collect()
}
