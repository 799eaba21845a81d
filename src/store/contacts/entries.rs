//! Rows of a day beside those that its tallies tell: contacts taken back, voids that came first, tally marks. They are
//! counted in [`day_rows`] in the transaction that writes them, and bounded by it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{
    contact, contact_void, day_rows,
    ids::{ClinicianId, LocalDate, OdsCode},
    tick,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Asterisk, Condition, Expr, ExprTrait, OnConflict, Query},
};
use uuid::Uuid;

use super::{
    group::{Group, void_key},
    keys::Key,
    rows,
};
use crate::{
    domain::{
        calendar,
        contact::{self as rules, CountOp, NotTaken},
        work::{self, TallyMark, TallySheet},
    },
    store::{keyed, tally_owners},
};

/// Rows of one kind of a clinician's day.
type RowsKey = (OdsCode, ClinicianId, LocalDate, &'static str);

/// Contacts of the day that were taken back.
pub(super) const TAKEN_BACK: &str = "taken-back";
/// Voids of contacts that are not there, on the day they came.
const EARLY: &str = "early";

/// Turns away voids that come before their contacts, and tally marks, beyond so many rows a day. A repeat needs no room.
pub(super) async fn admit(
    conn: &impl ConnectionTrait,
    group: &mut Group<'_>,
    ops: &[&CountOp],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let today = calendar::london_day(now);
    let mut wants: Vec<(RowsKey, &CountOp)> =
        ops.iter().filter_map(|op| Some((rows_key(group, op, today)?, *op))).collect();
    let mut asked: HashMap<&RowsKey, i64> = HashMap::new();
    for (key, _) in &wants {
        let n = asked.entry(key).or_default();
        *n = n.saturating_add(1);
    }
    if asked.is_empty() {
        return Ok(());
    }
    let mut held = held(conn, asked.keys().copied()).await?;
    let is_near = |key: &RowsKey| {
        let n = held.get(key).copied().unwrap_or(0);
        n.saturating_add(asked.get(key).copied().unwrap_or(0)) > most(key.3)
    };
    let near: HashSet<RowsKey> = asked.keys().filter(|key| is_near(key)).map(|key| (*key).clone()).collect();
    if near.is_empty() {
        return Ok(());
    }
    wants.retain(|(key, _)| near.contains(key));
    let known = repeats(conn, &wants).await?;
    let mut seen = HashSet::new();
    for (key, op) in wants {
        let id = id_of(op);
        if known.contains(&id) || !seen.insert(id) {
            continue;
        }
        let most = most(key.3);
        let n = held.entry(key).or_default();
        if *n < most {
            *n = n.saturating_add(1);
            continue;
        }
        match op {
            CountOp::TallyMark(mark) => {
                let key = (mark.practice.clone(), mark.id);
                group.not_taken_marks.insert(key, NotTaken::TallyMarks);
            }
            CountOp::Void(void) => {
                group.refused_voids.insert(void_key(void), NotTaken::Voids);
            }
            CountOp::Contact(_) => {}
        }
    }
    Ok(())
}

/// Which rows of a day an operation adds to, beside the contacts.
fn rows_key(group: &Group<'_>, op: &CountOp, today: LocalDate) -> Option<RowsKey> {
    match op {
        CountOp::Contact(_) => None,
        CountOp::TallyMark(mark) => Some(mark_rows(mark)),
        CountOp::Void(void) => {
            let key = (void.practice.clone(), void.contact);
            let known = group.known.get(&key).map(|row| row.clinician);
            let sent = || group.contacts.get(&key).filter(|_| !group.refused.contains_key(&key));
            let whose = known.or_else(|| sent().map(|contact| contact.clinician));
            (whose != Some(void.clinician)).then_some((key.0, void.clinician, today, EARLY))
        }
    }
}

fn mark_rows(mark: &TallyMark) -> RowsKey {
    (mark.practice.clone(), tally_owners::of(mark.sheet), mark.day, mark.sheet.code())
}

fn most(what: &str) -> i64 {
    let most = if what == EARLY {
        rules::MOST_A_DAY
    } else if what == TallySheet::Divert.code() {
        work::MOST_ENTRIES_OF_PRACTICE
    } else {
        work::MOST_ENTRIES
    };
    i64::from(most)
}

/// An operation by its practice and its id, of which voids have another for each contact.
fn id_of(op: &CountOp) -> (OdsCode, Uuid, Uuid) {
    match op {
        CountOp::Contact(contact) => (contact.practice.clone(), contact.id.0, Uuid::nil()),
        CountOp::Void(void) => (void.practice.clone(), void.id.0, void.contact.0),
        CountOp::TallyMark(mark) => (mark.practice.clone(), mark.id.0, Uuid::nil()),
    }
}

/// Those of the voids and tally marks that were recorded before.
async fn repeats(
    conn: &impl ConnectionTrait,
    wants: &[(RowsKey, &CountOp)],
) -> Result<HashSet<(OdsCode, Uuid, Uuid)>, DbErr> {
    let marks = wants.iter().filter_map(|(_, op)| match op {
        CountOp::TallyMark(mark) => Some((&mark.practice, mark.id)),
        _ => None,
    });
    let marks: BTreeSet<_> = marks.collect();
    let columns = [tick::Column::Practice, tick::Column::Id];
    let marks = rows::stored::<tick::Entity, _>(conn, marks.into_iter(), columns).await?;
    let voids = wants.iter().filter_map(|(_, op)| match op {
        CountOp::Void(void) => Some((void.practice.clone(), void.contact)),
        _ => None,
    });
    let voids: HashSet<Key> = voids.collect();
    let key = [contact_void::Column::Practice, contact_void::Column::Contact];
    let of = voids.iter().map(|(practice, contact)| (practice, *contact));
    let voids = rows::stored::<contact_void::Entity, _>(conn, of, key).await?;
    let marks = marks.into_iter().map(|row| (row.practice, row.id.0, Uuid::nil()));
    let voids = voids.into_iter().map(|row| (row.practice, row.id.0, row.contact.0));
    Ok(marks.chain(voids).collect())
}

async fn held(
    conn: &impl ConnectionTrait,
    keys: impl Iterator<Item = &RowsKey>,
) -> Result<HashMap<RowsKey, i64>, DbErr> {
    let keys: Vec<&RowsKey> = keys.collect();
    let columns =
        [day_rows::Column::Practice, day_rows::Column::Clinician, day_rows::Column::Day, day_rows::Column::What];
    let values = keys.iter().map(|(practice, clinician, day, what)| {
        [practice.clone().into(), (*clinician).into(), (*day).into(), (*what).into()]
    });
    let rows = keyed::among(day_rows::Entity::find(), columns, values);
    let rows = rows.all(conn).await?.into_iter();
    Ok(rows
        .filter_map(|row| {
            let what = keys.iter().map(|key| key.3).find(|what| *what == row.what)?;
            Some(((row.practice, row.clinician, row.day, what), row.n))
        })
        .collect())
}

/// Notes the rows that were added, for those who come later.
pub(super) async fn note(
    conn: &impl ConnectionTrait,
    group: &Group<'_>,
    voided: &HashSet<(Key, ClinicianId)>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let today = calendar::london_day(now);
    let mut added: BTreeMap<RowsKey, i64> = BTreeMap::new();
    let mut add = |key: RowsKey| {
        let n = added.entry(key).or_default();
        *n = n.saturating_add(1);
    };
    for (key, whose) in voided {
        let contact = group.contacts.get(key);
        if let Some(contact) = contact.filter(|contact| contact.clinician == *whose) {
            add((key.0.clone(), *whose, contact.day, TAKEN_BACK));
        }
    }
    for void in group.fresh_voids.iter().filter_map(|key| group.voids.get(key)) {
        let key = (void.practice.clone(), void.contact);
        let known = group.known.get(&key);
        if let Some(row) = known.filter(|row| row.clinician == void.clinician) {
            add((key.0, void.clinician, row.day, TAKEN_BACK));
        } else if !voided.contains(&(key.clone(), void.clinician)) {
            add((key.0, void.clinician, today, EARLY));
        }
    }
    for mark in group.fresh_tally_marks.iter().filter_map(|key| group.tally_marks.get(key)) {
        add(mark_rows(mark));
    }
    write(conn, added).await
}

/// Sorted by key, like the tallies.
async fn write(conn: &impl ConnectionTrait, added: BTreeMap<RowsKey, i64>) -> Result<(), DbErr> {
    use day_rows::Column;
    let rows = added
        .into_iter()
        .map(|((practice, clinician, day, what), n)| day_rows::ActiveModel {
            practice: Set(practice),
            clinician: Set(clinician),
            day: Set(day),
            what: Set(what.to_owned()),
            n: Set(n),
        })
        .collect();
    let more = Expr::col((day_rows::Entity, Column::N)).add(Expr::col(("excluded", Column::N)));
    let key = OnConflict::columns([Column::Practice, Column::Clinician, Column::Day, Column::What])
        .value(Column::N, more)
        .to_owned();
    for rows in rows::in_statements(rows) {
        day_rows::Entity::insert_many(rows).on_conflict(key.clone()).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// Counts the rows of a practice's days from the rows themselves, where there was no count: those that came from elsewhere.
/// Voids that came first stood on days that are over.
pub(in crate::store) async fn rows_of_days(conn: &impl ConnectionTrait, practice: &OdsCode) -> Result<(), DbErr> {
    type Row = (ClinicianId, LocalDate, String, i64);
    let marks: Vec<Row> = tick::Entity::find()
        .select_only()
        .columns([tick::Column::Clinician, tick::Column::Day, tick::Column::Source])
        .column_as(tick::Column::Id.count(), "n")
        .filter(tick::Column::Practice.eq(practice.clone()))
        .group_by(tick::Column::Clinician)
        .group_by(tick::Column::Day)
        .group_by(tick::Column::Source)
        .into_tuple()
        .all(conn)
        .await?;
    let mut added = BTreeMap::new();
    for (clinician, day, source, n) in marks {
        let sheet = [TallySheet::Work(clinician), TallySheet::Divert].into_iter().find(|sheet| sheet.code() == source);
        if let Some(sheet) = sheet {
            added.insert((practice.clone(), clinician, day, sheet.code()), n);
        }
    }
    let of = |column| Expr::col((contact::Entity, column));
    let mut taken_back = Query::select();
    taken_back
        .column((contact::Entity, contact::Column::Clinician))
        .column((contact::Entity, contact::Column::Day))
        .expr_as(Expr::col(Asterisk).count(), "n")
        .from(contact::Entity)
        .inner_join(
            contact_void::Entity,
            Condition::all()
                .add(of(contact::Column::Practice).equals((contact_void::Entity, contact_void::Column::Practice)))
                .add(of(contact::Column::Id).equals((contact_void::Entity, contact_void::Column::Contact)))
                .add(of(contact::Column::Clinician).equals((contact_void::Entity, contact_void::Column::Clinician))),
        )
        .and_where(of(contact::Column::Practice).eq(practice.clone()))
        .group_by_col((contact::Entity, contact::Column::Clinician))
        .group_by_col((contact::Entity, contact::Column::Day));
    for row in conn.query_all(&taken_back).await? {
        let key = (practice.clone(), row.try_get("", "clinician")?, row.try_get("", "day")?, TAKEN_BACK);
        added.insert(key, row.try_get("", "n")?);
    }
    write(conn, added).await
}
