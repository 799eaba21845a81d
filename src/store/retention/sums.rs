//! What clinicians' days come to, before their rows are deleted.

use std::collections::BTreeMap;

use entity::{
    ids::{ClinicianId, LocalDate, OdsCode},
    tally,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter};

use crate::{
    domain::{contact::Source, history::DaySum, limit},
    store::{
        facts::{self, Which},
        limits,
    },
};

#[derive(FromQueryResult)]
struct Tallied {
    clinician: ClinicianId,
    day: LocalDate,
    source: String,
    kind: String,
    n: i64,
}

/// The days of these clinicians as they count, summed by day. Of contacts, the kinds of the source that counts; what is
/// tallied beside them is kept under its own name.
pub(super) async fn sums(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    whose: &[ClinicianId],
    only: Option<LocalDate>,
) -> Result<BTreeMap<LocalDate, DaySum>, DbErr> {
    let (first, last) = match only {
        Some(day) => (day, day),
        None => (
            LocalDate::new(1990, 1, 1).unwrap_or(LocalDate(chrono::NaiveDate::MIN)),
            LocalDate::new(2200, 1, 1).unwrap_or(LocalDate(chrono::NaiveDate::MAX)),
        ),
    };
    let which = match whose {
        [alone] => Which::Clinician(practice, *alone, first, last),
        _ => Which::Practices(std::slice::from_ref(practice), first, last),
    };
    let facts = facts::facts(conn, which).await?;
    let rules = limits::rules(conn, practice).await?;
    let mut sums: BTreeMap<LocalDate, DaySum> = BTreeMap::new();
    let mut sources: BTreeMap<(ClinicianId, LocalDate), Source> = BTreeMap::new();
    for ((_, clinician, on), known) in facts {
        let counted = limit::day(&known, &rules, clinician, on);
        let Some(source) = counted.source.filter(|_| whose.contains(&clinician)) else {
            continue;
        };
        let sum = sums.entry(on).or_default();
        sum.add(&DaySum::of(&counted));
        if source != Source::Taps {
            sum.count(source.code(), u64::from(counted.counted));
        }
        sources.insert((clinician, on), source);
    }
    let tallied = tally::Entity::find()
        .filter(tally::Column::Practice.eq(practice.clone()))
        .filter(tally::Column::Clinician.is_in(whose.iter().copied()))
        .filter(tally::Column::Day.between(first, last))
        .into_model::<Tallied>()
        .all(conn)
        .await?;
    for row in tallied.into_iter().filter(|row| row.n > 0) {
        let n = u64::try_from(row.n).unwrap_or(0);
        let sum = sums.entry(row.day).or_default();
        if row.source != Source::Taps.code() {
            sum.count(&format!("{}:{}", row.source, row.kind), n);
        } else if sources.get(&(row.clinician, row.day)) == Some(&Source::Taps) {
            sum.count(&row.kind, n);
        }
    }
    Ok(sums)
}
