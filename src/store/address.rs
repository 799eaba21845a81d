//! The address under which people reach the service: kept by `serve`, read by commands that print links.

use chrono::{DateTime, Utc};
use entity::public_address;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, QuerySelect, sea_query::OnConflict};

/// The name of the one row.
const SERVED: &str = "served";

/// The address of the last `serve`.
pub async fn served(conn: &impl ConnectionTrait) -> Result<Option<String>, DbErr> {
    public_address::Entity::find_by_id(SERVED.to_owned())
        .select_only()
        .column(public_address::Column::Address)
        .into_tuple()
        .one(conn)
        .await
}

/// Keeps the address of this `serve`.
pub async fn keep(conn: &impl ConnectionTrait, address: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    let row = public_address::ActiveModel {
        name: Set(SERVED.to_owned()),
        address: Set(address.to_owned()),
        recorded_at: Set(now),
    };
    public_address::Entity::insert(row)
        .on_conflict(
            OnConflict::column(public_address::Column::Name)
                .update_columns([public_address::Column::Address, public_address::Column::RecordedAt])
                .to_owned(),
        )
        .exec_without_returning(conn)
        .await?;
    Ok(())
}
