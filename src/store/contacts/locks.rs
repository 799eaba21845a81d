//! Clinicians' rows, held until COMMIT, where two nodes would write past each other.

use std::collections::BTreeSet;

use entity::{
    clinician,
    ids::{ClinicianId, OdsCode},
};
use sea_orm::{
    ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, LockType},
};

use crate::domain::contact::CountOp;

/// A contact and its void may reach two PostgreSQL nodes at once, and neither would see the other's row: the tally
/// would count what is undone. A contact's foreign key holds its clinician's row shared until COMMIT; a group with voids
/// takes the rows of its clinicians alone, so that one of the two comes second and sees the first.
pub(super) async fn wait_for_other_nodes(conn: &impl ConnectionTrait, ops: &[&CountOp]) -> Result<(), DbErr> {
    if ops.iter().any(|op| matches!(op, CountOp::Void(_))) {
        let clinicians = ops.iter().filter_map(|op| Some((op.practice(), op.clinician()?)));
        take_alone(conn, clinicians, LockType::Update).await?;
    }
    Ok(())
}

/// Holds clinicians' rows until COMMIT, in the order of their keys. On SQLite there is one writer.
pub(super) async fn take_alone(
    conn: &impl ConnectionTrait,
    clinicians: impl Iterator<Item = (&OdsCode, ClinicianId)>,
    lock: LockType,
) -> Result<(), DbErr> {
    if conn.get_database_backend() != DatabaseBackend::Postgres {
        return Ok(());
    }
    let clinicians: BTreeSet<_> = clinicians.collect();
    let pairs = clinicians
        .into_iter()
        .map(|(practice, clinician)| Expr::tuple([Expr::val(practice.clone()), Expr::val(clinician)]));
    let key = [clinician::Column::Practice, clinician::Column::Id];
    clinician::Entity::find()
        .select_only()
        .columns(key)
        .filter(Expr::tuple(key.map(Expr::col)).is_in(pairs))
        .order_by_asc(clinician::Column::Practice)
        .order_by_asc(clinician::Column::Id)
        .lock(lock)
        .into_tuple::<(OdsCode, ClinicianId)>()
        .all(conn)
        .await?;
    Ok(())
}
