//! Recounts every tally from the contacts, voids and ticks themselves.

use std::collections::{BTreeMap, HashSet};

use entity::{
    contact, contact_void,
    ids::{ClinicianId, ContactId, LocalDate, OdsCode},
    tally, tick,
};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};

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
}

/// Recounts every tally from the contacts, voids and ticks themselves.
pub async fn recount<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
) -> Result<(usize, Vec<Mismatch>), DbErr> {
    type Key = (OdsCode, ClinicianId, LocalDate, String, String);
    let voids: HashSet<(OdsCode, ContactId, ClinicianId)> = contact_void::Entity::find()
        .all(at.conn)
        .await?
        .into_iter()
        .map(|row| (row.practice, row.contact, row.clinician))
        .collect();
    let taps = Source::Taps.code().to_owned();
    let mut counted: BTreeMap<Key, (i64, i64)> = BTreeMap::new();
    for row in contact::Entity::find().all(at.conn).await? {
        let kind = if row.complex {
            format!("{}-complex", row.kind)
        } else {
            row.kind
        };
        let voided = voids.contains(&(row.practice.clone(), row.id, row.clinician));
        let entry = counted
            .entry((row.practice, row.clinician, row.day, taps.clone(), kind))
            .or_default();
        entry.1 = entry.1.saturating_add(i64::from(!voided));
    }
    for row in tick::Entity::find().all(at.conn).await? {
        let entry = counted
            .entry((row.practice, row.clinician, row.day, row.source, row.kind))
            .or_default();
        entry.1 = entry.1.saturating_add(i64::from(row.n));
    }
    for row in tally::Entity::find().all(at.conn).await? {
        counted
            .entry((row.practice, row.clinician, row.day, row.source, row.kind))
            .or_default()
            .0 = row.n;
    }
    let checked = counted.len();
    let wrong = counted
        .into_iter()
        .filter(|(_, (tally, recount))| tally != recount)
        .map(
            |((practice, clinician, day, source, kind), (tally, recount))| Mismatch {
                practice,
                clinician,
                day,
                source,
                kind,
                tally,
                recount,
            },
        )
        .collect();
    Ok((checked, wrong))
}
