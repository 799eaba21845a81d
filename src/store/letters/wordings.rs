//! Versions of wordings: an LMC's for its practices, a practice's own.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{
    ids::{LocalDate, OrgCode, RowId},
    letter_text, lmc_letter_text,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::{
    db::Scoped,
    domain::{
        access::{LmcScope, PracticeScope},
        letter::{Level, Wording},
    },
    store::write,
};

/// All versions of each kind, oldest first.
pub type Versions = BTreeMap<String, Vec<Wording>>;

/// A version to be written. Its number follows from those before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWording {
    /// Made by the client.
    pub id: RowId,
    /// Code of the letter.
    pub kind: String,
    /// First day.
    pub effective_on: LocalDate,
    /// The text; nothing takes the own wording back.
    pub text: Option<String>,
    /// What it was written from.
    pub base: (Level, i32),
}

macro_rules! read {
    ($entity:ident, $owner:ident, $conn:expr, $code:expr, $level:expr) => {{
        let rows = $entity::Entity::find()
            .filter($entity::Column::$owner.eq($code))
            .order_by_asc($entity::Column::Kind)
            .order_by_asc($entity::Column::Version)
            .all($conn)
            .await?;
        let mut versions = Versions::new();
        for row in rows {
            let base = row.base_level.parse().ok();
            versions.entry(row.kind).or_default().push(Wording {
                level: $level,
                version: row.version,
                effective_on: row.effective_on,
                text: row.body,
                base: base.map(|level| (level, row.base_version)),
            });
        }
        Ok(versions)
    }};
}

macro_rules! write {
    ($entity:ident, $field:ident, $conn:expr, $code:expr, $last:expr, $new:expr, $by:expr, $now:expr) => {{
        let (new, code) = ($new, $code);
        if let Some(before) = $entity::Entity::find_by_id((code.clone(), new.id)).one($conn).await? {
            return Ok((write::Outcome::again(before.kind == new.kind && before.body == new.text), before.version));
        }
        let version = $last.saturating_add(1);
        let row = $entity::ActiveModel {
            $field: Set(code),
            id: Set(new.id),
            kind: Set(new.kind.clone()),
            version: Set(version),
            effective_on: Set(new.effective_on),
            body: Set(new.text.clone()),
            base_level: Set(new.base.0.code().to_owned()),
            base_version: Set(new.base.1),
            recorded_at: Set($now),
            recorded_by: Set($by),
        };
        let added = $entity::Entity::insert(row)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .try_insert()
            .exec_without_returning($conn)
            .await?;
        if !matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
            // Somebody else wrote this version in the same moment.
            return Ok((write::Outcome::IdReused, version));
        }
        Ok((write::Outcome::New, version))
    }};
}

fn last(versions: &Versions, kind: &str) -> i32 {
    let newest = versions.get(kind).and_then(|all| all.last());
    newest.map_or(0, |newest| newest.version)
}

/// The practice's own versions.
pub async fn own_wordings<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Versions, DbErr> {
    let practice = at.scope.practice().clone();
    read!(letter_text, Practice, at.conn, practice, Level::Practice)
}

/// The versions of an LMC, for its officers.
pub async fn lmc_wordings<C: ConnectionTrait>(at: Scoped<'_, C, LmcScope>) -> Result<Versions, DbErr> {
    of_lmc(at.conn, at.scope.lmc()).await
}

/// The versions of the LMC that represents the practice: it wrote them for its practices to read.
pub async fn lmc_wordings_of<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    lmc: &OrgCode,
) -> Result<Versions, DbErr> {
    of_lmc(at.conn, lmc).await
}

async fn of_lmc(conn: &impl ConnectionTrait, lmc: &OrgCode) -> Result<Versions, DbErr> {
    read!(lmc_letter_text, Lmc, conn, lmc.clone(), Level::Lmc)
}

/// Writes a version of the practice's wording; answers its number.
pub async fn add_own_wording<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    new: &NewWording,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<(write::Outcome, i32), DbErr> {
    let last = last(&own_wordings(at).await?, &new.kind);
    let code = at.scope.practice().clone();
    write!(letter_text, practice, at.conn, code, last, new, by, now)
}

/// Writes a version of an LMC's wording; answers its number.
pub async fn add_lmc_wording<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    new: &NewWording,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<(write::Outcome, i32), DbErr> {
    let last = last(&lmc_wordings(at).await?, &new.kind);
    let code = at.scope.lmc().clone();
    write!(lmc_letter_text, lmc, at.conn, code, last, new, by, now)
}
