//! How LMCs' offices say they can be reached: a row for each change, the newest holds.

use chrono::{DateTime, Utc};
use entity::{
    ids::{OrgCode, RowId},
    lmc_office,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::write;
use crate::{
    db::Scoped,
    domain::access::{LedgerScope, LmcScope},
};

/// How an office can be reached; a part that is empty is not published.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Office {
    /// Shared mailbox.
    pub email: String,
    /// Switchboard.
    pub telephone: String,
    /// Address of its pages.
    pub web: String,
}

impl Office {
    /// Whether nothing is published.
    pub fn is_empty(&self) -> bool {
        self.email.is_empty() && self.telephone.is_empty() && self.web.is_empty()
    }
}

/// What an LMC publishes, for its officers, and since when.
pub async fn own<C: ConnectionTrait>(at: Scoped<'_, C, LmcScope>) -> Result<Option<(Office, DateTime<Utc>)>, DbErr> {
    newest(at.conn, at.scope.lmc()).await
}

/// What an LMC publishes, for readers of releases.
pub async fn published<C: ConnectionTrait>(
    at: Scoped<'_, C, LedgerScope>,
    lmc: &OrgCode,
) -> Result<Option<Office>, DbErr> {
    let newest = newest(at.conn, lmc).await?;
    Ok(newest.map(|(office, _)| office).filter(|office| !office.is_empty()))
}

async fn newest(conn: &impl ConnectionTrait, lmc: &OrgCode) -> Result<Option<(Office, DateTime<Utc>)>, DbErr> {
    let row = lmc_office::Entity::find()
        .filter(lmc_office::Column::Lmc.eq(lmc.clone()))
        .order_by_desc(lmc_office::Column::RecordedAt)
        .order_by_desc(lmc_office::Column::Id)
        .one(conn)
        .await?;
    Ok(row.map(|row| (office(&row), row.recorded_at)))
}

fn office(row: &lmc_office::Model) -> Office {
    Office { email: row.email.clone(), telephone: row.telephone.clone(), web: row.web.clone() }
}

/// Publishes something else from now on; the id is the client's.
pub async fn add<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    id: RowId,
    new: &Office,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<write::Outcome, DbErr> {
    let lmc = at.scope.lmc().clone();
    let added = lmc_office::Entity::insert(lmc_office::ActiveModel {
        lmc: Set(lmc.clone()),
        id: Set(id),
        email: Set(new.email.clone()),
        telephone: Set(new.telephone.clone()),
        web: Set(new.web.clone()),
        recorded_at: Set(now),
        recorded_by: Set(by),
    })
    .on_conflict_do_nothing_on([lmc_office::Column::Lmc, lmc_office::Column::Id])
    .exec_without_returning(at.conn)
    .await?;
    if matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
        return Ok(write::Outcome::New);
    }
    let row = lmc_office::Entity::find_by_id((lmc, id)).one(at.conn).await?;
    Ok(write::Outcome::again(row.is_some_and(|row| office(&row) == *new)))
}
