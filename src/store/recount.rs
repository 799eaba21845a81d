//! Recounts every tally from the contacts, voids and tally marks themselves.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use entity::{
    contact, contact_void,
    ids::{ClinicianId, ContactId, LocalDate, OdsCode},
    tally, tick,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use super::{
    batches::{Batches, owners},
    contacts::first_and_last::FirstAndLast,
};
use crate::{
    db::Scoped,
    domain::{access::EverywhereScope, contact::Source},
};

/// A tally that does not equal the contacts that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Where.
    pub practice: OdsCode,
    /// Whose.
    pub clinician: ClinicianId,
    /// When.
    pub day: LocalDate,
    /// Which sheet: taps, or one of the tally sheets beside them.
    pub source: String,
    /// Kind of contact or line of the sheet.
    pub kind: String,
    /// As stored.
    pub tally: i64,
    /// As recounted.
    pub recount: i64,
    /// It remembers another first or last contact than there is.
    pub ends_differ: bool,
}

/// Recounts every tally from the contacts, voids and tally marks themselves, a practice at a time: how many, and which
/// differ.
pub async fn recount<C: ConnectionTrait>(at: Scoped<'_, C, EverywhereScope>) -> Result<(usize, Vec<Mismatch>), DbErr> {
    let mut practices = BTreeSet::new();
    practices.extend(owners::<contact::Entity>(at.conn, contact::Column::Practice).await?);
    practices.extend(owners::<tick::Entity>(at.conn, tick::Column::Practice).await?);
    practices.extend(owners::<tally::Entity>(at.conn, tally::Column::Practice).await?);
    let mut checked = 0_usize;
    let mut wrong = Vec::new();
    for practice in practices {
        let practice: OdsCode = practice.parse().map_err(|_| DbErr::Type(practice))?;
        let (n, mut differ) = of(at.conn, &practice).await?;
        checked = checked.saturating_add(n);
        wrong.append(&mut differ);
    }
    Ok((checked, wrong))
}

/// The same of one practice.
pub(super) async fn of(conn: &impl ConnectionTrait, practice: &OdsCode) -> Result<(usize, Vec<Mismatch>), DbErr> {
    let counted = counted(conn, practice).await?;
    let checked = counted.len();
    let mut wrong = Vec::new();
    for (key, Counted { tally, recount, stored, ends }) in counted {
        // A row of before tallies remembered anything says nothing.
        let ends_differ = stored != ends && (stored.is_some() || recount == 0);
        if tally != recount || ends_differ {
            let (clinician, day, source, kind) = key;
            let practice = practice.clone();
            wrong.push(Mismatch { practice, clinician, day, source, kind, tally, recount, ends_differ });
        }
    }
    Ok((checked, wrong))
}

type Key = (ClinicianId, LocalDate, String, String);

#[derive(Default)]
struct Counted {
    tally: i64,
    recount: i64,
    stored: Option<FirstAndLast>,
    ends: Option<FirstAndLast>,
}

/// The tallies of a practice beside what its rows come to.
async fn counted(conn: &impl ConnectionTrait, practice: &OdsCode) -> Result<BTreeMap<Key, Counted>, DbErr> {
    let voids: HashSet<(ContactId, ClinicianId)> = contact_void::Entity::find()
        .select_only()
        .columns([contact_void::Column::Contact, contact_void::Column::Clinician])
        .filter(contact_void::Column::Practice.eq(practice.clone()))
        .into_tuple()
        .all(conn)
        .await?
        .into_iter()
        .collect();
    let taps = Source::Taps.code().to_owned();
    let mut counted: BTreeMap<Key, Counted> = BTreeMap::new();
    let of = contact::Entity::find().filter(contact::Column::Practice.eq(practice.clone()));
    let mut contacts = Batches::of(of, contact::Column::Id);
    while let Some(rows) = contacts.next(conn).await? {
        for row in rows {
            let kind = if row.complex { format!("{}-complex", row.kind) } else { row.kind };
            let is_void = voids.contains(&(row.id, row.clinician));
            let key = (row.clinician, row.day, taps.clone(), kind);
            let entry = counted.entry(key).or_default();
            if !is_void {
                entry.recount = entry.recount.saturating_add(1);
                FirstAndLast::add(&mut entry.ends, FirstAndLast::of(row.occurred_at, row.id));
            }
        }
    }
    let of = tick::Entity::find().filter(tick::Column::Practice.eq(practice.clone()));
    let mut marks = Batches::of(of, tick::Column::Id);
    while let Some(rows) = marks.next(conn).await? {
        for row in rows {
            let key = (row.clinician, row.day, row.source, row.kind);
            let entry = counted.entry(key).or_default();
            entry.recount = entry.recount.saturating_add(i64::from(row.n));
        }
    }
    for row in tally::Entity::find().filter(tally::Column::Practice.eq(practice.clone())).all(conn).await? {
        let key = (row.clinician, row.day, row.source, row.kind);
        let entry = counted.entry(key).or_default();
        entry.tally = row.n;
        let stored = row.first_at.zip(row.last_at).zip(row.last_contact);
        entry.stored = stored.map(|((first_at, last_at), last)| FirstAndLast { first_at, last_at, last });
    }
    Ok(counted)
}
