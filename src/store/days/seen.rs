//! Single contacts of one clinician's day, and the strokes beside them.

use std::collections::BTreeMap;

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

/// The ends of a clinician's day; nothing where no contact counts. The tallies remember them: the cost does not grow with
/// the day. Where one is of before they did, the contacts are asked.
pub async fn ends<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    day: LocalDate,
) -> Result<Option<Ends>, DbErr> {
    let tallies = tally::Entity::find()
        .filter(tally::Column::Practice.eq(at.scope.practice().clone()))
        .filter(tally::Column::Clinician.eq(at.scope.clinician()))
        .filter(tally::Column::Day.eq(day))
        .filter(tally::Column::Source.eq(Source::Taps.code()))
        .filter(tally::Column::N.gt(0))
        .all(at.conn)
        .await?;
    let mut ends: Option<Ends> = None;
    for row in tallies {
        let (Some(first_at), Some(last_at), Some(id)) = (row.first_at, row.last_at, row.last_contact) else {
            return ends_of_contacts(at, day).await;
        };
        let (kind, complex) = match row.kind.strip_suffix("-complex") {
            Some(kind) => (kind.to_owned(), true),
            None => (row.kind, false),
        };
        let last = Last { id, occurred_at: last_at, kind, complex };
        ends = Some(match ends {
            None => Ends { first_at, last },
            Some(known) => Ends {
                first_at: std::cmp::min(known.first_at, first_at),
                last: if (last.occurred_at, last.id) > (known.last.occurred_at, known.last.id) {
                    last
                } else {
                    known.last
                },
            },
        });
    }
    Ok(ends)
}

async fn ends_of_contacts<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    day: LocalDate,
) -> Result<Option<Ends>, DbErr> {
    let first = counting_on(at.scope.practice(), at.scope.clinician(), day)
        .select_only()
        .column(contact::Column::OccurredAt)
        .order_by_asc(contact::Column::OccurredAt)
        .limit(1)
        .into_tuple::<DateTime<Utc>>();
    let (first_at, mut last) = try_join!(first.one(at.conn), last_contacts(at, day, 1))?;
    Ok(first_at.zip(last.pop()).map(|(first_at, last)| Ends {
        first_at,
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

/// Strokes of a day by kind of work.
pub type WorkDone = BTreeMap<String, i64>;

/// What a clinician did on a day beside the contacts.
pub async fn work<C: ConnectionTrait>(at: Scoped<'_, C, ClinicianScope>, day: LocalDate) -> Result<WorkDone, DbErr> {
    let rows = tally::Entity::find()
        .filter(tally::Column::Practice.eq(at.scope.practice().clone()))
        .filter(tally::Column::Clinician.eq(at.scope.clinician()))
        .filter(tally::Column::Day.eq(day))
        .filter(tally::Column::Source.eq(TallySheet::Work.code()))
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
