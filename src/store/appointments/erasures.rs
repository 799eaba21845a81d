//! When clinicians had everything erased: what an import is built on must not change until it counts.

use chrono::{DateTime, Utc};
use entity::{clinician, ids::ClinicianId};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::LockType,
};

use crate::{
    db::Scoped,
    domain::{access::PracticeScope, appointment::Erasures},
};

/// The erasures of a practice.
pub async fn erasures<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Erasures, DbErr> {
    read(at, None).await
}

/// The erasures of a practice, which stay so until the transaction ends: on PostgreSQL whoever erases waits for it, and whoever
/// counts does not.
pub async fn held_erasures<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Erasures, DbErr> {
    read(at, Some(LockType::KeyShare)).await
}

/// Every clinician's row is read: of one that is filtered out, PostgreSQL would hold nothing.
async fn read<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>, lock: Option<LockType>) -> Result<Erasures, DbErr> {
    use clinician::Column;
    let mut find = clinician::Entity::find()
        .select_only()
        .columns([Column::Id, Column::ErasedAt])
        .filter(Column::Practice.eq(at.scope.practice().clone()))
        .order_by_asc(Column::Id);
    if let Some(lock) = lock.filter(|_| at.conn.get_database_backend() == DatabaseBackend::Postgres) {
        find = find.lock(lock);
    }
    let rows: Vec<(ClinicianId, Option<DateTime<Utc>>)> = find.into_tuple().all(at.conn).await?;
    Ok(Erasures(rows.into_iter().filter_map(|(id, erased)| Some((id, erased?))).collect()))
}
