//! What a practice keeps for a divert: its directory, its script, the groups it goes on seeing. Each change is a row.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{
    divert_place, divert_text,
    ids::{LocalDate, RowId},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};
use uuid::Uuid;

use crate::{db::Scoped, domain::access::PracticeScope};

/// What reception says.
pub const SCRIPT: &str = "script";
/// Whom the practice goes on seeing, one group a line.
pub const GROUPS: &str = "groups";

/// A place of the directory as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The place, whatever its rows.
    pub place: String,
    /// Code of the destination.
    pub kind: String,
    /// As reception knows it.
    pub name: String,
    /// Opening hours, in words.
    pub hours: String,
    /// Telephone, or empty.
    pub phone: String,
    /// Place in the order of the list.
    pub position: i32,
    /// Whether it is shown.
    pub listed: bool,
}

/// A version of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Counts up from 1; 0 is the text that comes with the product.
    pub version: i32,
    /// First day.
    pub effective_on: LocalDate,
    /// The text.
    pub body: String,
}

/// The places that the practice wrote down, as they stand; those taken off the list too.
pub async fn places<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Vec<Place>, DbErr> {
    let rows = divert_place::Entity::find()
        .filter(divert_place::Column::Practice.eq(at.scope.practice().clone()))
        .order_by_asc(divert_place::Column::RecordedAt)
        .order_by_asc(divert_place::Column::Id)
        .all(at.conn)
        .await?;
    // The newest row of a place holds: rows come oldest first and overwrite.
    let mut newest = BTreeMap::new();
    for row in rows {
        let place = Place {
            place: row.place.clone(),
            kind: row.kind,
            name: row.name,
            hours: row.hours,
            phone: row.phone,
            position: row.position,
            listed: row.listed,
        };
        newest.insert(row.place, place);
    }
    Ok(newest.into_values().collect())
}

/// Writes a place as it stands from now on. False where the id was there before.
pub async fn add_place<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    id: RowId,
    place: &Place,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let row = divert_place::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        id: Set(id),
        place: Set(place.place.clone()),
        kind: Set(place.kind.clone()),
        name: Set(place.name.clone()),
        hours: Set(place.hours.clone()),
        phone: Set(place.phone.clone()),
        position: Set(place.position),
        listed: Set(place.listed),
        recorded_at: Set(now),
        recorded_by: Set(by),
    };
    let added = divert_place::Entity::insert(row)
        .on_conflict_do_nothing_on([divert_place::Column::Practice, divert_place::Column::Id])
        .exec_without_returning(at.conn)
        .await?;
    Ok(matches!(added, sea_orm::TryInsertResult::Inserted(1..)))
}

/// The version of a text that holds on a day.
pub async fn text<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    kind: &str,
    day: LocalDate,
) -> Result<Option<Text>, DbErr> {
    divert_text::Entity::find()
        .filter(divert_text::Column::Practice.eq(at.scope.practice().clone()))
        .filter(divert_text::Column::Kind.eq(kind))
        .filter(divert_text::Column::EffectiveOn.lte(day))
        .order_by_desc(divert_text::Column::EffectiveOn)
        .order_by_desc(divert_text::Column::Version)
        .one(at.conn)
        .await
        .map(|row| row.map(shown))
}

/// The number of the newest version; 0 where there is none.
pub async fn last_version<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>, kind: &str) -> Result<i32, DbErr> {
    let newest = divert_text::Entity::find()
        .select_only()
        .column(divert_text::Column::Version)
        .filter(divert_text::Column::Practice.eq(at.scope.practice().clone()))
        .filter(divert_text::Column::Kind.eq(kind))
        .order_by_desc(divert_text::Column::Version)
        .into_tuple::<i32>()
        .one(at.conn)
        .await?;
    Ok(newest.unwrap_or(0))
}

/// Whether a row of this id is there.
pub async fn has_text<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>, id: RowId) -> Result<bool, DbErr> {
    divert_text::Entity::find_by_id((at.scope.practice().clone(), id)).one(at.conn).await.map(|row| row.is_some())
}

/// Writes a version. False where its number was taken meanwhile.
pub async fn add_text<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    id: RowId,
    kind: &str,
    text: &Text,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let row = divert_text::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        id: Set(id),
        kind: Set(kind.to_owned()),
        version: Set(text.version),
        effective_on: Set(text.effective_on),
        body: Set(text.body.clone()),
        recorded_at: Set(now),
        recorded_by: Set(by),
    };
    let added = divert_text::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(at.conn)
        .await?;
    Ok(matches!(added, sea_orm::TryInsertResult::Inserted(1..)))
}

fn shown(row: divert_text::Model) -> Text {
    Text { version: row.version, effective_on: row.effective_on, body: row.body }
}
