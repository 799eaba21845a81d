//! Events whose detail is gone: what they told of rows is told no more.

use chrono::{DateTime, Utc};
use entity::{audit_event, ids::OrgCode};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{ANCHORED, ERASED};
use crate::{db::Scoped, domain::access::EverywhereScope};

/// Events that retention may empty.
const EMPTIED: [&str; 2] = [ANCHORED, ERASED];

/// An event whose detail is gone.
#[derive(Debug, Clone, PartialEq, Eq, sea_orm::FromQueryResult)]
pub struct Emptied {
    /// Whose chain.
    pub organisation: OrgCode,
    /// Which event.
    pub seq: i64,
    /// Its name.
    pub event: String,
}

/// Events without their detail that retention does not empty, or not yet: it empties some, recorded before `before`.
pub async fn emptied<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    before: DateTime<Utc>,
) -> Result<Vec<Emptied>, DbErr> {
    let not_by_retention = Condition::any()
        .add(audit_event::Column::Event.is_not_in(EMPTIED))
        .add(audit_event::Column::RecordedAt.gte(before));
    audit_event::Entity::find()
        .select_only()
        .columns([audit_event::Column::Organisation, audit_event::Column::Seq, audit_event::Column::Event])
        .filter(audit_event::Column::Detail.is_null())
        .filter(not_by_retention)
        .order_by_asc(audit_event::Column::Organisation)
        .order_by_asc(audit_event::Column::Seq)
        .into_model()
        .all(at.conn)
        .await
}
