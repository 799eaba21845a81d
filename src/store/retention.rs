//! The one path by which history is deleted: folding what is older than thirteen weeks, and erasing what a clinician asks
//! to be erased. What is deleted is first added to the practice's day, in the same transaction.
//!
//! Only `writer::retention` calls this: it writes the audit event in the same transaction.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{
    audit_event, clinician, contact, contact_void,
    ids::{ClinicianId, LocalDate, OdsCode, OrgCode},
    practice_day, retention_gate,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Asterisk, Expr, ExprTrait, Func, Query, SimpleExpr},
};
use uuid::Uuid;

use self::sums::sums;
use super::{appointments, digests, history};
use crate::{
    db::Scoped,
    domain::{
        access::{ClinicianScope, EverywhereScope},
        history::DaySum,
    },
};

mod sums;

/// Every table with rows about one clinician's day; each has the columns `practice`, `clinician` and `day`. Rows are
/// deleted in this order. Rows under another clinician than one of the practice's (such as the practice as a whole) stay.
/// Voids have no day: they go with their contact.
pub const DAILY: [&str; 10] = [
    "contact",
    "tick",
    "slot",
    "slot_tally",
    "tally",
    "day_rows",
    "day_sheet",
    "day_worked",
    "over_limit_reason",
    "limit_notice",
];

/// Practices with clinicians, in order.
pub async fn practices<C: ConnectionTrait>(at: Scoped<'_, C, EverywhereScope>) -> Result<Vec<OdsCode>, DbErr> {
    clinician::Entity::find()
        .select_only()
        .column(clinician::Column::Practice)
        .distinct()
        .order_by_asc(clinician::Column::Practice)
        .into_tuple()
        .all(at.conn)
        .await
}

#[derive(FromQueryResult)]
struct DueRow {
    day: LocalDate,
    clinician: ClinicianId,
    n: i64,
}

/// Days before `before` of which a clinician's own rows are still there, oldest first: whose rows, and how many.
pub async fn due<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    practice: &OdsCode,
    before: LocalDate,
) -> Result<BTreeMap<LocalDate, BTreeMap<ClinicianId, u64>>, DbErr> {
    let clinicians = clinicians(at.conn, practice).await?;
    let mut due: BTreeMap<LocalDate, BTreeMap<ClinicianId, u64>> = BTreeMap::new();
    for table in DAILY {
        let mut find = Query::select();
        find.columns(["day", "clinician"])
            .expr_as(Func::count(Expr::col(Asterisk)), "n")
            .from(table)
            .and_where(of(practice, &clinicians))
            .and_where(Expr::col("day").lt(before))
            .group_by_columns(["day", "clinician"]);
        for row in at.conn.query_all(&find).await? {
            let row = DueRow::from_query_result(&row, "")?;
            let n = due.entry(row.day).or_default();
            let n = n.entry(row.clinician).or_default();
            *n = n.saturating_add(u64::try_from(row.n).unwrap_or(0));
        }
    }
    Ok(due)
}

async fn clinicians(conn: &impl ConnectionTrait, practice: &OdsCode) -> Result<Vec<ClinicianId>, DbErr> {
    clinician::Entity::find()
        .select_only()
        .column(clinician::Column::Id)
        .filter(clinician::Column::Practice.eq(practice.clone()))
        .into_tuple()
        .all(conn)
        .await
}

/// Rows of these clinicians.
fn of(practice: &OdsCode, clinicians: &[ClinicianId]) -> SimpleExpr {
    Expr::col("practice").eq(practice.clone()).and(Expr::col("clinician").is_in(clinicians.iter().copied()))
}

/// Keeps counting and other folding of the practice out until this transaction ends: whoever adds a contact holds their
/// clinician's row shared, whoever voids one or folds holds it alone. On SQLite there is one writer.
pub(crate) async fn lock(conn: &impl ConnectionTrait, practice: &OdsCode) -> Result<(), DbErr> {
    if conn.get_database_backend() == DatabaseBackend::Postgres {
        clinician::Entity::find()
            .select_only()
            .column(clinician::Column::Id)
            .filter(clinician::Column::Practice.eq(practice.clone()))
            .order_by_asc(clinician::Column::Id)
            .lock_exclusive()
            .into_tuple::<ClinicianId>()
            .all(conn)
            .await?;
    }
    Ok(())
}

/// An open gate: rows of history may be deleted in this transaction until it is closed.
#[derive(Debug)]
#[must_use = "an open gate is closed in the same transaction"]
pub(crate) struct Gate(Uuid);

impl Gate {
    /// Opens it.
    pub(crate) async fn open(conn: &impl ConnectionTrait) -> Result<Self, DbErr> {
        let id = Uuid::now_v7();
        retention_gate::Entity::insert(retention_gate::ActiveModel { id: Set(id) })
            .exec_without_returning(conn)
            .await?;
        Ok(Self(id))
    }

    /// Closes it.
    pub(crate) async fn close(self, conn: &impl ConnectionTrait) -> Result<(), DbErr> {
        retention_gate::Entity::delete_by_id(self.0).exec(conn).await?;
        Ok(())
    }
}

/// Closes gates that somebody left open; says how many there were. A gate lives inside one transaction, so none is ever
/// seen from outside, unless somebody put it there by hand.
pub async fn close_left_open(conn: &impl ConnectionTrait) -> Result<u64, DbErr> {
    let closed = retention_gate::Entity::delete_many().exec(conn).await?;
    Ok(closed.rows_affected)
}

/// Whether a gate was left open.
pub async fn is_left_open(conn: &impl ConnectionTrait) -> Result<bool, DbErr> {
    // Counted, not read: what somebody put there by hand need not be an id.
    Ok(retention_gate::Entity::find().count(conn).await? > 0)
}

/// Folds the day of some clinicians of a practice: adds what they counted to the practice's day and deletes their rows.
/// The day of the others stays as it is, and the sum of both reads as before. Answers how the practice's day reads now, or
/// nothing where there was nothing left to fold.
pub(crate) async fn fold(
    conn: &impl ConnectionTrait,
    _: &Gate,
    (practice, whose): (&OdsCode, &[ClinicianId]),
    day: LocalDate,
    now: DateTime<Utc>,
) -> Result<Option<DaySum>, DbErr> {
    let mut sum = sums(conn, practice, whose, Some(day)).await?;
    digests::take_out(conn, practice, whose, Some(day)).await?;
    let rows = delete_rows(conn, practice, whose, Some(day)).await?;
    if rows == 0 {
        return Ok(None);
    }
    let live = sum.remove(&day).unwrap_or_default();
    let mut kept = put(conn, practice, [(day, live)].into(), now).await?;
    Ok(Some(kept.remove(&day).unwrap_or_default()))
}

/// Erases everything one clinician counted; the practice's days keep their sums. Answers how many days there were.
pub(crate) async fn erase<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    _: &Gate,
    now: DateTime<Utc>,
) -> Result<usize, DbErr> {
    let (practice, only) = (at.scope.practice(), [at.scope.clinician()]);
    let sums = sums(at.conn, practice, &only, None).await?;
    digests::take_out(at.conn, practice, &only, None).await?;
    delete_rows(at.conn, practice, &only, None).await?;
    // A void that came before its contact names a contact of theirs all the same.
    contact_void::Entity::delete_many()
        .filter(contact_void::Column::Practice.eq(practice.clone()))
        .filter(contact_void::Column::Clinician.eq(at.scope.clinician()))
        .exec(at.conn)
        .await?;
    // What phones that were away still hold of before is not counted any more.
    clinician::Entity::update_many()
        .col_expr(clinician::Column::ErasedAt, Expr::value(now))
        .filter(clinician::Column::Practice.eq(practice.clone()))
        .filter(clinician::Column::Id.eq(at.scope.clinician()))
        .exec(at.conn)
        .await?;
    let days = sums.len();
    put(at.conn, practice, sums, now).await?;
    Ok(days)
}

/// Adds to the practice's days: what stands there is taken out and put back with the larger sums.
async fn put(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    mut sums: BTreeMap<LocalDate, DaySum>,
    now: DateTime<Utc>,
) -> Result<BTreeMap<LocalDate, DaySum>, DbErr> {
    let days: Vec<LocalDate> = sums.keys().copied().collect();
    let stored = practice_day::Entity::find()
        .filter(practice_day::Column::Practice.eq(practice.clone()))
        .filter(practice_day::Column::Day.is_in(days.iter().copied()))
        .all(conn)
        .await?;
    for row in &stored {
        let before = history::sum_of(row)?;
        sums.entry(row.day).or_default().add(&before);
    }
    practice_day::Entity::delete_many()
        .filter(practice_day::Column::Practice.eq(practice.clone()))
        .filter(practice_day::Column::Day.is_in(days))
        .exec(conn)
        .await?;
    // A plain insert: where another node was faster, the key refuses it and everything is rolled back.
    let rows: Vec<practice_day::ActiveModel> = sums
        .iter()
        .filter(|(_, sum)| !sum.is_empty())
        .map(|(day, sum)| history::row_of(practice, *day, sum, now))
        .collect::<Result<_, _>>()?;
    if !rows.is_empty() {
        practice_day::Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(sums)
}

/// Deletes the rows of these clinicians, of one day or of all; says how many there were.
async fn delete_rows(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    whose: &[ClinicianId],
    only: Option<LocalDate>,
) -> Result<u64, DbErr> {
    let mut named = contact::Entity::find()
        .select_only()
        .column(contact::Column::Id)
        .filter(contact::Column::Practice.eq(practice.clone()))
        .filter(contact::Column::Clinician.is_in(whose.iter().copied()));
    if let Some(day) = only {
        named = named.filter(contact::Column::Day.eq(day));
    }
    contact_void::Entity::delete_many()
        .filter(contact_void::Column::Practice.eq(practice.clone()))
        .filter(contact_void::Column::Contact.in_subquery(named.into_query()))
        .exec(conn)
        .await?;
    let mut deleted = appointments::drop_slots(conn, practice, whose, only).await?;
    for table in DAILY {
        let mut delete = Query::delete();
        delete.from_table(table).and_where(of(practice, whose));
        if let Some(day) = only {
            delete.and_where(Expr::col("day").eq(day));
        }
        let done = conn.execute(&delete).await?;
        deleted = deleted.saturating_add(done.rows_affected());
    }
    Ok(deleted)
}

/// Deletes voids recorded before `before` whose contact is not there: it never came, or it was folded.
pub(crate) async fn drop_lone_voids(
    conn: &impl ConnectionTrait,
    _: &Gate,
    practice: &OdsCode,
    before: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let done = lone_voids(practice, before);
    let voids = contact_void::Entity::find().filter(done.clone()).all(conn).await?;
    digests::take_out_voids(conn, practice, &voids).await?;
    let deleted = contact_void::Entity::delete_many().filter(done).exec(conn).await?;
    Ok(deleted.rows_affected)
}

/// Whether there are any.
pub async fn has_lone_voids<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    practice: &OdsCode,
    before: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let one = contact_void::Entity::find().filter(lone_voids(practice, before)).one(at.conn).await?;
    Ok(one.is_some())
}

fn lone_voids(practice: &OdsCode, before: DateTime<Utc>) -> SimpleExpr {
    let contact = Query::select()
        .expr(Expr::val(1))
        .from(contact::Entity)
        .and_where(
            Expr::col((contact::Entity, contact::Column::Practice))
                .equals((contact_void::Entity, contact_void::Column::Practice)),
        )
        .and_where(
            Expr::col((contact::Entity, contact::Column::Id))
                .equals((contact_void::Entity, contact_void::Column::Contact)),
        )
        .to_owned();
    contact_void::Column::Practice
        .eq(practice.clone())
        .and(contact_void::Column::RecordedAt.lt(before))
        .and(Expr::not_exists(contact))
}

/// Empties the detail of events of these names that came before event `seq` and were recorded before `before`; their hashes
/// stay and the chain holds.
pub(crate) async fn empty_events(
    conn: &impl ConnectionTrait,
    _: &Gate,
    organisation: &OrgCode,
    names: &[&str],
    (seq, before): (i64, DateTime<Utc>),
) -> Result<u64, DbErr> {
    let done = audit_event::Entity::update_many()
        .col_expr(audit_event::Column::Detail, Expr::value(Option::<String>::None))
        .col_expr(audit_event::Column::Salt, Expr::value(Option::<String>::None))
        .filter(audit_event::Column::Organisation.eq(organisation.clone()))
        .filter(audit_event::Column::Event.is_in(names.iter().copied()))
        .filter(audit_event::Column::Seq.lt(seq))
        .filter(audit_event::Column::RecordedAt.lt(before))
        .filter(audit_event::Column::Detail.is_not_null())
        .exec(conn)
        .await?;
    Ok(done.rows_affected)
}
