//! The tallies of a group: its numbers are added, the ends beside them kept, and read again where something was taken back.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::{
    contact,
    ids::{ClinicianId, ContactId, LocalDate, OdsCode},
    tally,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{CaseStatement, Expr, ExprTrait, OnConflict, SimpleExpr},
};

use super::{
    first_and_last::{Delta, FirstAndLast},
    group::Group,
    keys::TallyKey,
    rows,
};
use crate::{domain::contact::Source, store::days::counting_on};

/// Sorted by key, so that two groups on two nodes lock rows in the same order.
pub(super) async fn add_to_tallies(
    conn: &impl ConnectionTrait,
    deltas: BTreeMap<TallyKey, Delta>,
) -> Result<(), DbErr> {
    let rows = deltas.into_iter().map(row).collect();
    let mut key = OnConflict::columns([
        tally::Column::Practice,
        tally::Column::Clinician,
        tally::Column::Day,
        tally::Column::Source,
        tally::Column::Kind,
    ])
    .value(
        tally::Column::N,
        Expr::col((tally::Entity, tally::Column::N)).add(Expr::col(("excluded", tally::Column::N))),
    )
    .to_owned();
    upsert(&mut key);
    for rows in rows::in_statements(rows) {
        tally::Entity::insert_many(rows).on_conflict(key.clone()).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// Keeps the ends of a tally that is there already. A row of before there were ends has none though it counts: it gets
/// none, and whoever reads it asks the contacts.
fn upsert(on: &mut OnConflict) {
    let stored = |column| Expr::col((tally::Entity, column));
    let sent = |column| Expr::col(("excluded", column));
    let unknown = stored(tally::Column::FirstAt).is_null().and(stored(tally::Column::N).gt(0));
    let keeps = || sent(tally::Column::FirstAt).is_null().or(unknown.clone());
    let is_first =
        stored(tally::Column::FirstAt).is_null().or(sent(tally::Column::FirstAt).lt(stored(tally::Column::FirstAt)));
    let pair =
        |of: &dyn Fn(tally::Column) -> Expr| Expr::tuple([of(tally::Column::LastAt), of(tally::Column::LastContact)]);
    let is_last = || stored(tally::Column::LastAt).is_null().or(pair(&sent).gt(pair(&stored)));
    let choose = |column: tally::Column, takes: SimpleExpr| {
        CaseStatement::new().case(keeps(), stored(column)).case(takes, sent(column)).finally(stored(column))
    };
    on.value(tally::Column::FirstAt, choose(tally::Column::FirstAt, is_first));
    for column in [tally::Column::LastAt, tally::Column::LastContact] {
        on.value(column, choose(column, is_last()));
    }
}

/// Reads the ends again of what was taken back: only the contacts know which one is the last now.
pub(super) async fn read_again(conn: &impl ConnectionTrait, group: &Group<'_>) -> Result<(), DbErr> {
    let mut days: BTreeMap<(OdsCode, ClinicianId, LocalDate), BTreeSet<String>> = BTreeMap::new();
    for (practice, clinician, day, _, kind) in group.taken_back() {
        let kinds = days.entry((practice, clinician, day)).or_default();
        kinds.insert(kind);
    }
    for ((practice, clinician, day), kinds) in days {
        let mut ends = of_day(conn, (&practice, clinician, day)).await?;
        for kind in kinds {
            let found = ends.remove(&kind);
            tally::Entity::update_many()
                .col_expr(tally::Column::FirstAt, Expr::val(found.map(|one| one.first_at)))
                .col_expr(tally::Column::LastAt, Expr::val(found.map(|one| one.last_at)))
                .col_expr(tally::Column::LastContact, Expr::val(found.map(|one| one.last)))
                .filter(tally::Column::Practice.eq(practice.clone()))
                .filter(tally::Column::Clinician.eq(clinician))
                .filter(tally::Column::Day.eq(day))
                .filter(tally::Column::Source.eq(Source::Taps.code()))
                .filter(tally::Column::Kind.eq(kind))
                .exec(conn)
                .await?;
        }
    }
    Ok(())
}

/// The ends of a clinician's day by kind, from the contacts themselves.
async fn of_day(
    conn: &impl ConnectionTrait,
    (practice, clinician, day): (&OdsCode, ClinicianId, LocalDate),
) -> Result<BTreeMap<String, FirstAndLast>, DbErr> {
    let rows = counting_on(practice, clinician, day)
        .select_only()
        .columns([contact::Column::Id, contact::Column::OccurredAt, contact::Column::Kind, contact::Column::Complex])
        .into_tuple::<(ContactId, DateTime<Utc>, String, bool)>()
        .all(conn)
        .await?;
    let mut ends: BTreeMap<String, Option<FirstAndLast>> = BTreeMap::new();
    for (id, at, kind, complex) in rows {
        let kind = if complex { format!("{kind}-complex") } else { kind };
        FirstAndLast::add(ends.entry(kind).or_default(), FirstAndLast::of(at, id));
    }
    Ok(ends.into_iter().filter_map(|(kind, ends)| Some((kind, ends?))).collect())
}

/// A row as it is added.
fn row((key, delta): (TallyKey, Delta)) -> tally::ActiveModel {
    use sea_orm::ActiveValue::Set;
    let (practice, clinician, day, source, kind) = key;
    tally::ActiveModel {
        practice: Set(practice),
        clinician: Set(clinician),
        day: Set(day),
        source: Set(source.to_owned()),
        kind: Set(kind),
        n: Set(delta.n),
        first_at: Set(delta.ends.map(|ends| ends.first_at)),
        last_at: Set(delta.ends.map(|ends| ends.last_at)),
        last_contact: Set(delta.ends.map(|ends| ends.last)),
    }
}
