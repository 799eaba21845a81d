//! Single contacts of one clinician's day, and the tally marks beside them.

use std::collections::{BTreeMap, BTreeSet, HashMap, hash_map::Entry};

use chrono::{DateTime, Utc};
use entity::{
    contact, contact_void,
    ids::{ClinicianId, ContactId, LocalDate, OdsCode},
    tally,
};
use futures::try_join;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};

use super::ContactRow;
use crate::{
    db::Scoped,
    domain::{access::ClinicianScope, contact::Source, work::TallySheet},
    store::{
        facts::{self, Key},
        keyed,
    },
};

/// The last contacts of a clinician's day that count, newest first: what *Undo* and *Change last* work on.
pub async fn last_contacts<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    day: LocalDate,
    most: u64,
) -> Result<Vec<ContactRow>, DbErr> {
    counting_on(at.scope.practice(), at.scope.clinician(), day)
        .order_by_desc(contact::Column::OccurredAt)
        .order_by_desc(contact::Column::Id)
        .limit(most)
        .all(at.conn)
        .await
}

/// The contacts of a clinician's day that count.
pub(in crate::store) fn counting_on(
    practice: &OdsCode,
    clinician: ClinicianId,
    day: LocalDate,
) -> Select<contact::Entity> {
    contact::Entity::find()
        .filter(contact::Column::Practice.eq(practice.clone()))
        .filter(contact::Column::Clinician.eq(clinician))
        .filter(contact::Column::Day.eq(day))
        .filter(Expr::not_exists(voids()))
}

/// The first and the last contact of a clinician's day that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ends {
    /// When the first one took place.
    pub first_at: DateTime<Utc>,
    /// The last one.
    pub last: Last,
}

/// The last contact of a day: what *Undo* and *Change last* are about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Last {
    /// Which.
    pub id: ContactId,
    /// When it took place.
    pub occurred_at: DateTime<Utc>,
    /// How.
    pub kind: String,
    /// Complex.
    pub complex: bool,
}

/// The ends of some clinicians' days, of those on which a contact counts. The tallies remember them: the cost does not grow
/// with the day. Where one is of before they did, the contacts are asked.
pub(in crate::store) async fn ends(conn: &impl ConnectionTrait, keys: &[Key]) -> Result<HashMap<Key, Ends>, DbErr> {
    let tallies = marked(keys).all(conn).await?;
    let mut found: HashMap<Key, Ends> = HashMap::new();
    let mut unmarked = BTreeSet::new();
    for row in tallies {
        let key = (row.practice.clone(), row.clinician, row.day);
        let Some(ends) = Ends::of(row) else {
            unmarked.insert(key);
            continue;
        };
        match found.entry(key) {
            Entry::Vacant(vacant) => drop(vacant.insert(ends)),
            Entry::Occupied(mut known) => known.get_mut().join(ends),
        }
    }
    for key in unmarked {
        found.extend(ends_of_contacts(conn, &key).await?.map(|ends| (key, ends)));
    }
    Ok(found)
}

/// The tallies of some days with a contact that counts.
fn marked(keys: &[Key]) -> Select<tally::Entity> {
    use tally::Column;
    keyed::among(tally::Entity::find(), [Column::Practice, Column::Clinician, Column::Day], facts::listed(keys))
        .filter(Column::Source.eq(Source::Taps.code()))
        .filter(Column::N.gt(0))
}

impl Ends {
    /// Those of one tally, where it remembers them.
    fn of(row: tally::Model) -> Option<Self> {
        let (kind, complex) = match row.kind.strip_suffix("-complex") {
            Some(kind) => (kind.to_owned(), true),
            None => (row.kind, false),
        };
        let last = Last { id: row.last_contact?, occurred_at: row.last_at?, kind, complex };
        Some(Self { first_at: row.first_at?, last })
    }

    fn join(&mut self, other: Self) {
        self.first_at = std::cmp::min(self.first_at, other.first_at);
        if (other.last.occurred_at, other.last.id) > (self.last.occurred_at, self.last.id) {
            self.last = other.last;
        }
    }
}

async fn ends_of_contacts(
    conn: &impl ConnectionTrait,
    (practice, clinician, day): &Key,
) -> Result<Option<Ends>, DbErr> {
    let all = || counting_on(practice, *clinician, *day);
    let first = all().order_by_asc(contact::Column::OccurredAt).order_by_asc(contact::Column::Id).limit(1);
    let last = all().order_by_desc(contact::Column::OccurredAt).order_by_desc(contact::Column::Id).limit(1);
    let (first, last) = try_join!(first.one(conn), last.one(conn))?;
    Ok(first.zip(last).map(|(first, last)| Ends {
        first_at: first.occurred_at,
        last: Last { id: last.id, occurred_at: last.occurred_at, kind: last.kind, complex: last.complex },
    }))
}

/// The voids of the contact that the query around it looks at.
fn voids() -> SelectStatement {
    Query::select()
        .column((contact_void::Entity, contact_void::Column::Contact))
        .from(contact_void::Entity)
        .and_where(
            Expr::col((contact_void::Entity, contact_void::Column::Practice))
                .equals((contact::Entity, contact::Column::Practice)),
        )
        .and_where(
            Expr::col((contact_void::Entity, contact_void::Column::Contact))
                .equals((contact::Entity, contact::Column::Id)),
        )
        .and_where(
            Expr::col((contact_void::Entity, contact_void::Column::Clinician))
                .equals((contact::Entity, contact::Column::Clinician)),
        )
        .to_owned()
}

/// A contact of a day, whether it counts or not.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct SeenContact {
    /// Which.
    pub id: ContactId,
    /// When it took place.
    pub occurred_at: DateTime<Utc>,
    /// When it was written.
    pub recorded_at: DateTime<Utc>,
    /// How.
    pub kind: String,
    /// Complex.
    pub complex: bool,
    /// How it came in.
    pub entered: String,
    /// The phone's clock was off.
    pub clock_off: bool,
    /// Why it does not count: a code, or nothing where nobody said; empty where it counts.
    #[sea_orm(skip)]
    pub voided: Option<Option<String>>,
}

/// Every contact of a clinician's day, oldest first, those taken out of the count included.
pub async fn everything<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    day: LocalDate,
) -> Result<Vec<SeenContact>, DbErr> {
    let (practice, clinician) = (at.scope.practice().clone(), at.scope.clinician());
    let mut contacts = contact::Entity::find()
        .filter(contact::Column::Practice.eq(practice.clone()))
        .filter(contact::Column::Clinician.eq(clinician))
        .filter(contact::Column::Day.eq(day))
        .order_by_asc(contact::Column::OccurredAt)
        .order_by_asc(contact::Column::Id)
        .into_model::<SeenContact>()
        .all(at.conn)
        .await?;
    // Joined, not listed: a variable a row is more than a statement takes.
    let of_the_day = Query::select()
        .column(contact::Column::Id)
        .from(contact::Entity)
        .and_where(contact::Column::Practice.eq(practice.clone()))
        .and_where(contact::Column::Clinician.eq(clinician))
        .and_where(contact::Column::Day.eq(day))
        .to_owned();
    let voids = contact_void::Entity::find()
        .filter(contact_void::Column::Practice.eq(practice))
        .filter(contact_void::Column::Clinician.eq(clinician))
        .filter(contact_void::Column::Contact.in_subquery(of_the_day))
        .all(at.conn)
        .await?;
    let mut reasons: BTreeMap<ContactId, Option<String>> =
        voids.into_iter().map(|void| (void.contact, void.reason)).collect();
    for contact in &mut contacts {
        contact.voided = reasons.remove(&contact.id);
    }
    Ok(contacts)
}

/// Tally marks of a day by kind of work.
pub type WorkDone = BTreeMap<String, i64>;

/// What a clinician did on a day beside the contacts.
pub async fn work<C: ConnectionTrait>(at: Scoped<'_, C, ClinicianScope>, day: LocalDate) -> Result<WorkDone, DbErr> {
    let rows = tally::Entity::find()
        .filter(tally::Column::Practice.eq(at.scope.practice().clone()))
        .filter(tally::Column::Clinician.eq(at.scope.clinician()))
        .filter(tally::Column::Day.eq(day))
        .filter(tally::Column::Source.eq(TallySheet::Work(at.scope.clinician()).code()))
        .all(at.conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.kind, row.n)).collect())
}

/// One contact of a clinician that counts.
pub async fn counting<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    id: ContactId,
) -> Result<Option<ContactRow>, DbErr> {
    contact::Entity::find_by_id((at.scope.practice().clone(), id))
        .filter(contact::Column::Clinician.eq(at.scope.clinician()))
        .filter(Expr::not_exists(voids()))
        .one(at.conn)
        .await
}

/// One contact of a clinician.
pub async fn contact<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    id: ContactId,
) -> Result<Option<ContactRow>, DbErr> {
    contact::Entity::find_by_id((at.scope.practice().clone(), id))
        .filter(contact::Column::Clinician.eq(at.scope.clinician()))
        .one(at.conn)
        .await
}

#[cfg(test)]
mod tests {
    use sea_orm::QueryTrait;
    use uuid::Uuid;

    use super::*;
    use crate::store::keyed::tests::{by_key, plan};

    #[tokio::test]
    async fn the_ends_of_days_are_looked_up_in_the_tallies() {
        let day = "2026-11-20".parse().unwrap();
        let key = |n| ("Z90001".parse().unwrap(), ClinicianId(Uuid::from_u128(n)), day);
        let keys: Vec<Key> = (1..=5).map(key).collect();
        by_key(&plan(marked(&keys).into_query()).await, "tally");
    }
}
