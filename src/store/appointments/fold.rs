//! Imports in the day as it counts: what they say, and which source the practice chose. Called by the readers of days.

use std::collections::BTreeSet;

use entity::{
    ids::{LocalDate, OdsCode},
    slot_import_done, slot_tally,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
};

use super::{choices, sums::imported};
use crate::store::facts::{Facts, Which};

/// Adds imports and choices to what is known of days.
pub(in crate::store) async fn add_to(
    conn: &impl ConnectionTrait,
    which: Which<'_>,
    facts: &mut Facts,
) -> Result<(), DbErr> {
    for (key, said) in imported(conn, which).await? {
        let known = facts.entry(key).or_default();
        (known.import, known.booked) = (said.attended, said.booked);
    }
    let practices = which.practices();
    let choices = choices::of(conn, practices.as_deref()).await?;
    if choices.is_empty() {
        return Ok(());
    }
    for ((practice, clinician, day), known) in facts {
        let own = choices.get(&(practice.clone(), *clinician));
        known.chosen = own.and_then(|rows| choices::on(rows, *day));
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
