//! The ledger of outcomes. A correction adds a row; nothing is updated.

use chrono::{DateTime, Utc};
use entity::{ids::NotAnId, outcome};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, sea_query::OnConflict,
};
use uuid::Uuid;

use super::write;
use crate::{
    db::Scoped,
    domain::{
        access::PracticeScope,
        outcome::{NewOutcome, Outcome},
    },
};

/// Every entry of a practice, corrected or not, in the order of recording.
pub async fn all<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Vec<Outcome>, DbErr> {
    let rows = outcome::Entity::find()
        .filter(outcome::Column::Practice.eq(at.scope.practice().clone()))
        .order_by_asc(outcome::Column::RecordedAt)
        .order_by_asc(outcome::Column::Id)
        .all(at.conn)
        .await?;
    rows.into_iter().map(read).collect()
}

fn decoded<T: std::str::FromStr<Err = NotAnId>>(text: &str) -> Result<T, DbErr> {
    text.parse().map_err(|error: NotAnId| DbErr::Type(error.to_string()))
}

fn read(row: outcome::Model) -> Result<Outcome, DbErr> {
    Ok(Outcome {
        id: row.id,
        item: row.item,
        subject: row.subject,
        notice: row.notice,
        response: decoded(&row.response)?,
        ending: decoded(&row.ending)?,
        responder: row.responder,
        pounds_a_year: row.pounds_a_year.and_then(|n| u32::try_from(n).ok()),
        on: row.happened_on,
        is_public: row.is_public,
        public_at: row.public_at,
        corrects: row.corrects,
        recorded_at: row.recorded_at,
    })
}

/// Appends an entry; the id is the client's. Of two corrections of one entry the first is kept, and the other is told
/// that its id does not stand.
pub async fn add<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    new: &NewOutcome,
    recorded_by: Uuid,
    now: DateTime<Utc>,
) -> Result<write::Outcome, DbErr> {
    let practice = at.scope.practice();
    let added = outcome::Entity::insert(outcome::ActiveModel {
        practice: Set(practice.clone()),
        id: Set(new.id),
        item: Set(new.item.clone()),
        subject: Set(new.subject),
        notice: Set(new.notice),
        responder: Set(new.responder.clone().unwrap_or_default()),
        response: Set(new.response.as_str().to_owned()),
        ending: Set(new.ending.as_str().to_owned()),
        pounds_a_year: Set(new.pounds_a_year.and_then(|n| i32::try_from(n).ok())),
        happened_on: Set(new.on),
        is_public: Set(new.is_public),
        public_at: Set(new.public_at.clone()),
        corrects: Set(new.corrects),
        recorded_at: Set(now),
        recorded_by: Set(recorded_by),
    })
    .on_conflict(OnConflict::new().do_nothing().to_owned())
    .try_insert()
    .exec_without_returning(at.conn)
    .await?;
    if matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
        return Ok(write::Outcome::New);
    }
    let key = (practice.clone(), new.id);
    let stored = outcome::Entity::find_by_id(key).one(at.conn).await?;
    let same = match stored.map(read).transpose()? {
        Some(stored) => stored == new.clone().recorded(stored.recorded_at),
        None => false,
    };
    Ok(write::Outcome::again(same))
}
