//! What was tapped before its clinician had everything erased. An id that was erased is unknown, so a phone that was away and
//! is enrolled again would count it once more, beside the sum that the practice kept.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use entity::{
    clinician,
    ids::{ClinicianId, LocalDate, OdsCode},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::group::{Group, void_key};
use crate::{
    db::Scoped,
    domain::{
        access::ClinicianScope,
        calendar,
        contact::{CountOp, NotTaken, made_at},
    },
    store::keyed,
};

/// What was tapped so short a while ago is taken without a look: whoever erases ends every device in the same transaction, and
/// to enrol one again takes longer.
const JUST_NOW: Duration = Duration::seconds(10);
/// How far the clock that made an id may be off unnoticed.
const TOLERANCE: Duration = Duration::minutes(5);

type Whose = (OdsCode, ClinicianId);

/// Turns away what is older than the last erasure of its clinician: contacts, tally marks, and voids of contacts that are not
/// there. An id that tells no time, or one that lies ahead, vouches for nothing. Comes after everything else was looked up.
pub(super) async fn admit(
    conn: &impl ConnectionTrait,
    group: &mut Group<'_>,
    ops: &[&CountOp],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let late: Vec<(Whose, &CountOp)> = ops
        .iter()
        .filter(|op| !is_fresh(op, now))
        .filter_map(|op| Some(((op.practice().clone(), op.clinician()?), *op)))
        .collect();
    let whose: BTreeSet<&Whose> = late.iter().map(|(whose, _)| whose).collect();
    if whose.is_empty() {
        return Ok(());
    }
    let erased = erased(conn, whose).await?;
    for (whose, op) in late {
        if let Some(erased) = erased.get(&whose) {
            turn_away(group, op, *erased, now);
        }
    }
    Ok(())
}

fn turn_away(group: &mut Group<'_>, op: &CountOp, erased: DateTime<Utc>, now: DateTime<Utc>) {
    match op {
        // Its time was put right where the phone's clock was off.
        CountOp::Contact(contact) => {
            let vouches = !contact.clock_off && is_after(contact.id.0, erased, now);
            if contact.occurred_at < erased && !vouches {
                group.refused.insert((contact.practice.clone(), contact.id), NotTaken::Erased);
            }
        }
        CountOp::Void(void) => {
            let contact = (void.practice.clone(), void.contact);
            let is_here = group.known.contains_key(&contact)
                || (group.contacts.contains_key(&contact) && !group.refused.contains_key(&contact));
            if !is_here && !is_after(void.contact.0, erased, now) {
                group.refused_voids.insert(void_key(void), NotTaken::Erased);
            }
        }
        CountOp::TallyMark(mark) => {
            if mark.day <= calendar::london_day(erased) && !is_after(mark.id.0, erased, now) {
                group.not_taken_marks.insert((mark.practice.clone(), mark.id), NotTaken::Erased);
            }
        }
    }
}

/// Whether it was made a moment ago, by a clock that is right.
fn is_fresh(op: &CountOp, now: DateTime<Utc>) -> bool {
    let (id, clock_off) = match op {
        CountOp::Contact(contact) => (contact.id.0, contact.clock_off),
        CountOp::Void(void) => (void.id.0, false),
        CountOp::TallyMark(mark) => (mark.id.0, false),
    };
    !clock_off && made_at(id).is_some_and(|made| now.signed_duration_since(made).abs() <= JUST_NOW)
}

/// Whether an id was made after everything was erased.
fn is_after(id: Uuid, erased: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    made_at(id).is_some_and(|made| {
        made.signed_duration_since(erased) > TOLERANCE && made.signed_duration_since(now) <= TOLERANCE
    })
}

/// Whether a row of a clinician's day, under an id that whoever sends it made, is of before everything was erased: a form or a
/// program that sends it again.
pub(in crate::store) async fn is_before<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    id: Uuid,
    day: LocalDate,
) -> Result<bool, DbErr> {
    let whose = (at.scope.practice().clone(), at.scope.clinician());
    let erased = erased(at.conn, [&whose].into()).await?.remove(&whose);
    Ok(erased.is_some_and(|erased| day <= calendar::london_day(erased) && made_at(id).is_none_or(|made| made < erased)))
}

async fn erased(conn: &impl ConnectionTrait, whose: BTreeSet<&Whose>) -> Result<BTreeMap<Whose, DateTime<Utc>>, DbErr> {
    use clinician::Column;
    let find = clinician::Entity::find()
        .select_only()
        .columns([Column::Practice, Column::Id, Column::ErasedAt])
        .filter(Column::ErasedAt.is_not_null());
    let keys = whose.into_iter().map(|(practice, clinician)| [practice.clone().into(), (*clinician).into()]);
    let rows: Vec<(OdsCode, ClinicianId, DateTime<Utc>)> =
        keyed::among(find, [Column::Practice, Column::Id], keys).into_tuple().all(conn).await?;
    Ok(rows.into_iter().map(|(practice, clinician, at)| ((practice, clinician), at)).collect())
}
