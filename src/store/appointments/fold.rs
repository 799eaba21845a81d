//! Imports in the day as it counts: what they say, and which source the practice chose. Called by the readers of days.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::{
    ids::{ClinicianId, LocalDate, OdsCode},
    slot_import_done, slot_tally,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
};

use super::{choices, sums::imported};
use crate::domain::limit::DayFacts;

type OfPractice = BTreeMap<(ClinicianId, LocalDate), DayFacts>;
type OfPractices = HashMap<(OdsCode, LocalDate), HashMap<ClinicianId, DayFacts>>;
type OfADay = BTreeMap<(OdsCode, ClinicianId), DayFacts>;

/// Adds imports and choices to the days of one practice.
pub(in crate::store) async fn add_to(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    only: Option<ClinicianId>,
    (first, last): (LocalDate, LocalDate),
    facts: &mut OfPractice,
) -> Result<(), DbErr> {
    let practices = std::slice::from_ref(practice);
    for ((_, clinician, day), said) in imported(conn, Some(practices), only, first, last).await? {
        let known = facts.entry((clinician, day)).or_default();
        (known.import, known.booked) = (said.attended, said.booked);
    }
    let choices = choices::of(conn, Some(practices)).await?;
    for ((clinician, day), known) in facts {
        let own = choices.get(&(practice.clone(), *clinician));
        known.chosen = own.and_then(|rows| choices::on(rows, *day));
    }
    Ok(())
}

/// The same for the days of several practices.
pub(in crate::store) async fn add_to_area(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    (first, last): (LocalDate, LocalDate),
    facts: &mut OfPractices,
) -> Result<(), DbErr> {
    for ((practice, clinician, day), said) in
        imported(conn, Some(practices), None, first, last).await?
    {
        let known = facts
            .entry((practice, day))
            .or_default()
            .entry(clinician)
            .or_default();
        (known.import, known.booked) = (said.attended, said.booked);
    }
    let choices = choices::of(conn, Some(practices)).await?;
    if choices.is_empty() {
        return Ok(());
    }
    for ((practice, day), clinicians) in facts {
        for (clinician, known) in clinicians {
            let own = choices.get(&(practice.clone(), *clinician));
            known.chosen = own.and_then(|rows| choices::on(rows, *day));
        }
    }
    Ok(())
}

/// The same for one day of everyone.
pub(in crate::store) async fn add_to_day(
    conn: &impl ConnectionTrait,
    day: LocalDate,
    facts: &mut OfADay,
) -> Result<(), DbErr> {
    for ((practice, clinician, _), said) in imported(conn, None, None, day, day).await? {
        // A book alone is no count.
        if said.attended.is_some() || facts.contains_key(&(practice.clone(), clinician)) {
            let known = facts.entry((practice, clinician)).or_default();
            (known.import, known.booked) = (said.attended, said.booked);
        }
    }
    let choices = choices::of(conn, None).await?;
    for (key, known) in facts {
        known.chosen = choices.get(key).and_then(|rows| choices::on(rows, day));
    }
    Ok(())
}

/// Practices whose imports say something of these days.
pub(in crate::store) async fn practices_importing(
    conn: &impl ConnectionTrait,
    first: LocalDate,
    last: LocalDate,
) -> Result<BTreeSet<OdsCode>, DbErr> {
    let counting = slot_import_done::Entity::find()
        .select_only()
        .column(slot_import_done::Column::Import)
        .into_query();
    let rows = slot_tally::Entity::find()
        .select_only()
        .column(slot_tally::Column::Practice)
        .distinct()
        .filter(slot_tally::Column::Day.between(first, last))
        .filter(slot_tally::Column::Import.in_subquery(counting))
        .into_tuple::<OdsCode>()
        .all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}
