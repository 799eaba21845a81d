//! The ledger of releases: append-only, each row holding the digest of the one before. The only thing an outside
//! reader's pages are made of.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use chrono::{DateTime, Utc};
use entity::{ids::LocalDate, release, release_frame};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::{
    db::Scoped,
    domain::{
        access::{EverywhereScope, LedgerScope},
        digest::hex,
        disclosure::{self, Content, Frame, Period},
    },
};

/// A published release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// What it says.
    pub content: Content,
    /// Digest of this row, and through it of all before.
    pub sha256: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
}

/// One release by number.
pub async fn by_number<C: ConnectionTrait>(
    at: Scoped<'_, C, LedgerScope>,
    number: u32,
) -> Result<Option<Published>, DbErr> {
    let Ok(number) = i32::try_from(number) else {
        return Ok(None);
    };
    release::Entity::find_by_id(number).one(at.conn).await?.map(published).transpose()
}

/// Every release, newest first.
pub async fn all<C: ConnectionTrait>(at: Scoped<'_, C, LedgerScope>) -> Result<Vec<Published>, DbErr> {
    release::Entity::find()
        .order_by_desc(release::Column::Number)
        .all(at.conn)
        .await?
        .into_iter()
        .map(published)
        .collect()
}

/// A release in a list: what can be said without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Number.
    pub number: u32,
    /// Frame year.
    pub year: i32,
    /// Its Thursday.
    pub published_on: LocalDate,
    /// Digest of its row.
    pub sha256: String,
}

/// Every release, newest first, without what they say.
pub async fn lines<C: ConnectionTrait>(at: Scoped<'_, C, LedgerScope>) -> Result<Vec<Line>, DbErr> {
    let rows = release::Entity::find()
        .select_only()
        .columns([
            release::Column::Number,
            release::Column::Year,
            release::Column::PublishedOn,
            release::Column::Sha256,
        ])
        .order_by_desc(release::Column::Number)
        .into_tuple::<(i32, i32, LocalDate, String)>()
        .all(at.conn)
        .await?;
    let line = |(number, year, published_on, sha256)| Line {
        number: u32::try_from(number).unwrap_or_default(),
        year,
        published_on,
        sha256,
    };
    Ok(rows.into_iter().map(line).collect())
}

/// Releases that were read already. A row of the ledger never changes, and its digest is compared each time, so what is
/// kept is what the ledger holds.
#[derive(Debug, Default)]
pub struct ReleaseCache(RwLock<BTreeMap<u32, Arc<Published>>>);

impl ReleaseCache {
    /// So many are kept: two years.
    const MOST: usize = 26;

    /// One release of the list.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub async fn read<C: ConnectionTrait>(
        &self,
        at: Scoped<'_, C, LedgerScope>,
        line: &Line,
    ) -> Result<Option<Arc<Published>>, DbErr> {
        let kept = {
            let books = self.0.read().unwrap_or_else(PoisonError::into_inner);
            books.get(&line.number).cloned()
        };
        if let Some(kept) = kept.filter(|kept| kept.sha256 == line.sha256) {
            return Ok(Some(kept));
        }
        let found = by_number(at, line.number).await?.map(Arc::new);
        if let Some(found) = &found {
            let mut books = self.0.write().unwrap_or_else(PoisonError::into_inner);
            books.insert(line.number, Arc::clone(found));
            while books.len() > Self::MOST {
                books.pop_first();
            }
        }
        Ok(found)
    }

    /// The newest one of a day.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub async fn newest_on<C: ConnectionTrait>(
        &self,
        at: Scoped<'_, C, LedgerScope>,
        day: LocalDate,
    ) -> Result<Option<Arc<Published>>, DbErr> {
        let lines = lines(at).await?;
        match lines.iter().find(|line| line.published_on <= day) {
            Some(line) => self.read(at, line).await,
            None => Ok(None),
        }
    }

    /// The newest one.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub async fn latest<C: ConnectionTrait>(
        &self,
        at: Scoped<'_, C, LedgerScope>,
    ) -> Result<Option<Arc<Published>>, DbErr> {
        match lines(at).await?.first() {
            Some(line) => self.read(at, line).await,
            None => Ok(None),
        }
    }
}

pub(super) fn published(row: release::Model) -> Result<Published, DbErr> {
    let content = disclosure::read(&row.content).map_err(|error| DbErr::Type(error.to_string()))?;
    Ok(Published { content, sha256: row.sha256, made_at: row.recorded_at })
}

/// The newest period that was released.
pub async fn newest_period<C: ConnectionTrait>(at: Scoped<'_, C, EverywhereScope>) -> Result<Option<Period>, DbErr> {
    let row = release::Entity::find()
        .select_only()
        .columns([release::Column::Year, release::Column::Period])
        .order_by_desc(release::Column::Number)
        .into_tuple::<(i32, i32)>()
        .one(at.conn)
        .await?;
    Ok(row.and_then(|(year, number)| Period::new(year, u32::try_from(number).ok()?)))
}

/// The frozen frame of a year.
pub async fn frame<C: ConnectionTrait>(at: Scoped<'_, C, EverywhereScope>, year: i32) -> Result<Option<Frame>, DbErr> {
    release_frame::Entity::find_by_id(year)
        .one(at.conn)
        .await?
        .map(|row| disclosure::read_frame(&row.content).map_err(|error| DbErr::Type(error.to_string())))
        .transpose()
}

/// The newest frozen frame of an earlier year.
pub async fn frame_before<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    year: i32,
) -> Result<Option<Frame>, DbErr> {
    let newest: Option<i32> = release_frame::Entity::find()
        .select_only()
        .column(release_frame::Column::Year)
        .filter(release_frame::Column::Year.lt(year))
        .order_by_desc(release_frame::Column::Year)
        .into_tuple()
        .one(at.conn)
        .await?;
    match newest {
        Some(year) => frame(at, year).await,
        None => Ok(None),
    }
}

/// Freezes the frame of a year; the first one stands.
pub async fn add_frame(conn: &impl ConnectionTrait, frame: &Frame, now: DateTime<Utc>) -> Result<(), DbErr> {
    let content = serde_json::to_string(frame).map_err(|error| DbErr::Type(error.to_string()))?;
    release_frame::Entity::insert(release_frame::ActiveModel {
        year: Set(frame.year),
        sha256: Set(hex(&[content.as_bytes()])),
        content: Set(content),
        recorded_at: Set(now),
    })
    .on_conflict_do_nothing_on([release_frame::Column::Year])
    .exec_without_returning(conn)
    .await?;
    Ok(())
}

/// Frames whose content is not what its digest says, by year; and how many there are.
pub async fn verify_frames<C: ConnectionTrait>(at: Scoped<'_, C, EverywhereScope>) -> Result<(usize, Vec<i32>), DbErr> {
    let frames = release_frame::Entity::find().order_by_asc(release_frame::Column::Year).all(at.conn).await?;
    let broken = frames.iter().filter(|row| row.sha256 != hex(&[row.content.as_bytes()])).map(|row| row.year).collect();
    Ok((frames.len(), broken))
}

/// Appends a release to the ledger. False where this period was released already: by another node, or before.
pub async fn append(conn: &impl ConnectionTrait, content: &Content, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let previous = release::Entity::find().order_by_desc(release::Column::Number).one(conn).await?;
    let previous_sha256 = previous.map(|row| row.sha256).unwrap_or_default();
    let number = i32::try_from(content.number).map_err(|error| DbErr::Type(error.to_string()))?;
    let period = i32::try_from(content.period).map_err(|error| DbErr::Type(error.to_string()))?;
    let text = serde_json::to_string(content).map_err(|error| DbErr::Type(error.to_string()))?;
    let added = release::Entity::insert(release::ActiveModel {
        number: Set(number),
        year: Set(content.year),
        period: Set(period),
        published_on: Set(content.published_on),
        sha256: Set(digest(number, &text, &previous_sha256)),
        content: Set(text),
        previous_sha256: Set(previous_sha256),
        recorded_at: Set(now),
    })
    .on_conflict_do_nothing_on([release::Column::Number])
    .exec_without_returning(conn)
    .await?;
    Ok(matches!(added, sea_orm::TryInsertResult::Inserted(1..)))
}

fn digest(number: i32, content: &str, previous: &str) -> String {
    hex(&[&number.to_be_bytes(), content.as_bytes(), previous.as_bytes()])
}

/// Walks the ledger: how many releases hold, and the number of the first that does not.
pub async fn verify<C: ConnectionTrait>(at: Scoped<'_, C, EverywhereScope>) -> Result<(u32, Option<i32>), DbErr> {
    let mut previous = String::new();
    let mut checked: u32 = 0;
    for row in release::Entity::find().order_by_asc(release::Column::Number).all(at.conn).await? {
        let holds = row.previous_sha256 == previous && row.sha256 == digest(row.number, &row.content, &previous);
        if !holds {
            return Ok((checked, Some(row.number)));
        }
        checked = checked.saturating_add(1);
        previous = row.sha256;
    }
    Ok((checked, None))
}
