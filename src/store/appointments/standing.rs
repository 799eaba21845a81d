//! How days stand by the imports that count, for files that say the same days again, and for taking an import back.

use entity::{
    ids::{ClinicianId, LocalDate, RowId},
    slot, slot_import, slot_import_done, slot_tally,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, SelectStatement, SimpleExpr},
};
use uuid::Uuid;

use super::{Sequence, SlotRow, known};
use crate::{
    db::Scoped,
    domain::{
        access::PracticeScope,
        appointment::{SlotOutcome, System},
    },
};

/// Ids of imports of one system that count.
fn counting<C>(at: &Scoped<'_, C, PracticeScope>, system: System) -> SelectStatement {
    let practice = at.scope.practice();
    let done = slot_import_done::Entity::find()
        .select_only()
        .column(slot_import_done::Column::Import)
        .filter(slot_import_done::Column::Practice.eq(practice.clone()))
        .into_query();
    slot_import::Entity::find()
        .select_only()
        .column(slot_import::Column::Id)
        .filter(slot_import::Column::Practice.eq(practice.clone()))
        .filter(slot_import::Column::System.eq(system.code()))
        .filter(slot_import::Column::Id.in_subquery(done))
        .into_query()
}

/// A clinician, a day and the code of an outcome, with the number of slots.
pub type StandingDay = ((ClinicianId, LocalDate, String), u64);

/// Slots that are summed by the imports of one system that count, by clinician, day and outcome.
pub async fn standing_days<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    system: System,
) -> Result<Vec<StandingDay>, DbErr> {
    use slot_tally::Column;
    let sum: SimpleExpr = Expr::col(Column::N).sum().cast_as("bigint");
    let rows: Vec<(ClinicianId, LocalDate, String, i64)> = slot_tally::Entity::find()
        .select_only()
        .columns([Column::Clinician, Column::Day, Column::Outcome])
        .column_as(sum, "n")
        .filter(Column::Practice.eq(at.scope.practice().clone()))
        .filter(Column::Import.in_subquery(counting(&at, system)))
        .group_by(Column::Clinician)
        .group_by(Column::Day)
        .group_by(Column::Outcome)
        .into_tuple()
        .all(at.conn)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(who, day, outcome, n)| Some(((who, day, outcome), u64::try_from(n).ok()?)))
        .collect())
}

/// Slots of a day that are summed by the imports of one system that count, each as it stands now.
pub async fn standing_slots<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    system: System,
    day: LocalDate,
    sequence: &Sequence,
) -> Result<Vec<SlotRow>, DbErr> {
    let ids: Vec<Uuid> = slot::Entity::find()
        .select_only()
        .column(slot::Column::Slot)
        .distinct()
        .filter(slot::Column::Practice.eq(at.scope.practice().clone()))
        .filter(slot::Column::Day.eq(day))
        .filter(slot::Column::Import.in_subquery(counting(&at, system)))
        .into_tuple()
        .all(at.conn)
        .await?;
    let mut rows = Vec::new();
    for some in ids.chunks(500) {
        // One may have left the day since: its latest row decides.
        let latest = known(at, some, sequence).await?.into_values();
        rows.extend(latest.filter(|row| row.day == day && row.outcome.parse().is_ok_and(SlotOutcome::is_summed)));
    }
    Ok(rows)
}

/// Slots that an import says something of, by their ids from one on.
pub async fn slots_of<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    import: RowId,
    after: Uuid,
    most: u64,
) -> Result<Vec<Uuid>, DbErr> {
    slot::Entity::find()
        .select_only()
        .column(slot::Column::Slot)
        .filter(slot::Column::Practice.eq(at.scope.practice().clone()))
        .filter(slot::Column::Import.eq(import))
        .filter(slot::Column::Slot.gt(after))
        .order_by_asc(slot::Column::Slot)
        .limit(most)
        .into_tuple()
        .all(at.conn)
        .await
}
