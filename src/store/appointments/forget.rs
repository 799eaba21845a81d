//! Slots on their way out: folded or erased with the days they lie on.

use entity::{
    ids::{ClinicianId, LocalDate, OdsCode},
    slot, slot_import_done,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement},
};

/// Deletes the slots whose latest row is of these clinicians and this day, or any day, with all their earlier rows: a slot
/// that moved must not come back as it was before. Rows of the same day that moved on since are left to whoever deletes
/// the day. Says how many rows there were.
pub(in crate::store) async fn drop_slots(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    whose: &[ClinicianId],
    only: Option<LocalDate>,
) -> Result<u64, DbErr> {
    let (own, later) = (Alias::new("own"), Alias::new("later"));
    let (own_done, later_done) = (Alias::new("own_done"), Alias::new("later_done"));
    let joined = |slots: &Alias, done: &Alias| {
        let same = |column: &'static str, other: &'static str| {
            Expr::col((slots.clone(), column)).equals((done.clone(), other))
        };
        let mut select = Query::select();
        select.from_as(slot::Entity, slots.clone()).join_as(
            JoinType::InnerJoin,
            slot_import_done::Entity,
            done.clone(),
            same("practice", "practice").and(same("import", "import")),
        );
        select
    };
    let mut newer = joined(&later, &later_done);
    newer
        .expr(Expr::val(1))
        .and_where(Expr::col((later.clone(), "practice")).equals((own.clone(), "practice")))
        .and_where(Expr::col((later.clone(), "slot")).equals((own.clone(), "slot")))
        .and_where(Expr::col((later_done, "seq")).gt(Expr::col((own_done.clone(), "seq"))));
    let mut latest = joined(&own, &own_done);
    latest
        .column((own.clone(), "slot"))
        .and_where(Expr::col((own.clone(), "practice")).eq(practice.clone()))
        .and_where(Expr::col((own.clone(), "clinician")).is_in(whose.iter().copied()))
        .and_where(Expr::not_exists(newer));
    if let Some(day) = only {
        latest.and_where(Expr::col((own, "day")).eq(day));
    }
    let done = slot::Entity::delete_many()
        .filter(slot::Column::Practice.eq(practice.clone()))
        .filter(slot::Column::Slot.in_subquery(latest))
        .filter(slot::Column::Import.in_subquery(counting(practice)))
        .exec(conn)
        .await?;
    Ok(done.rows_affected)
}

fn counting(practice: &OdsCode) -> SelectStatement {
    slot_import_done::Entity::find()
        .select_only()
        .column(slot_import_done::Column::Import)
        .filter(slot_import_done::Column::Practice.eq(practice.clone()))
        .into_query()
}
