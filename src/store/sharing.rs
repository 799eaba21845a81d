//! Consent, weekly answers and access receipts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::{
    access_receipt, consent,
    ids::{LocalDate, OdsCode, OrgCode, PersonId, RowId},
    weekly_answer,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::{
    db::Scoped,
    domain::{
        access::{EverywhereScope, PracticeScope},
        consent::{Days, Decision, LMC_VIEW, VERSION, opens_transfers},
        readers::OutsidePage,
    },
};

/// Whether the practice consents to its LMC seeing its rows: the newest row holds. Asked before there is a scope.
pub async fn shares_with_lmc(conn: &impl ConnectionTrait, practice: &OdsCode) -> Result<bool, DbErr> {
    newest(conn, practice).await.map(|row| row.is_some_and(|row| row.given))
}

async fn newest(conn: &impl ConnectionTrait, practice: &OdsCode) -> Result<Option<consent::Model>, DbErr> {
    consent::Entity::find()
        .filter(consent::Column::Practice.eq(practice.clone()))
        .filter(consent::Column::Purpose.eq(LMC_VIEW))
        .order_by_desc(consent::Column::RecordedAt)
        .order_by_desc(consent::Column::Id)
        .one(conn)
        .await
}

/// What the practice last said about sharing with its LMC; nothing if it was never asked.
pub async fn decision<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Option<Decision>, DbErr> {
    newest(at.conn, at.scope.practice()).await.map(|row| row.map(decided))
}

/// Everything the practice said about it, the oldest first.
pub async fn decisions<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Vec<Decision>, DbErr> {
    consent::Entity::find()
        .filter(consent::Column::Practice.eq(at.scope.practice().clone()))
        .filter(consent::Column::Purpose.eq(LMC_VIEW))
        .order_by_asc(consent::Column::RecordedAt)
        .order_by_asc(consent::Column::Id)
        .all(at.conn)
        .await
        .map(|rows| rows.into_iter().map(decided).collect())
}

fn decided(row: consent::Model) -> Decision {
    Decision { given: row.given, at: row.recorded_at, version: row.version, days: Days::of(row.shown_from) }
}

/// Gives or withdraws consent.
pub async fn add_consent<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    (given, days): (GivenConsent, Days),
    recorded_by: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    consent::Entity::insert(consent::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        id: Set(RowId(Uuid::now_v7())),
        purpose: Set(LMC_VIEW.to_owned()),
        version: Set(VERSION.to_owned()),
        given: Set(given == GivenConsent::Yes),
        recorded_at: Set(now),
        recorded_by: Set(recorded_by),
        shown_from: Set(days.shown_from()),
    })
    .exec_without_returning(at.conn)
    .await?;
    Ok(())
}

/// Consent given or withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenConsent {
    /// Given.
    Yes,
    /// Withdrawn.
    No,
}

/// Practices that share, and which of their days are open.
pub type Sharing = BTreeMap<OdsCode, Days>;

/// Which of these practices consented by `known_at`, and to which days.
pub async fn consenting(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    known_at: DateTime<Utc>,
) -> Result<Sharing, DbErr> {
    let given = given(conn, practices, known_at).await?;
    Ok(given.into_iter().map(|(practice, (days, _))| (practice, days)).collect())
}

/// Which of them also opened transferred work, for the text they agreed to said so.
pub async fn opening_transfers(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    known_at: DateTime<Utc>,
) -> Result<Sharing, DbErr> {
    let given = given(conn, practices, known_at).await?.into_iter();
    let opened = given.filter(|(_, (_, version))| opens_transfers(version));
    Ok(opened.map(|(practice, (days, _))| (practice, days)).collect())
}

/// What each of these practices agreed to last, where it agreed: days and text.
async fn given(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    known_at: DateTime<Utc>,
) -> Result<BTreeMap<OdsCode, (Days, String)>, DbErr> {
    let rows = consent::Entity::find()
        .filter(consent::Column::Practice.is_in(practices.iter().cloned()))
        .filter(consent::Column::Purpose.eq(LMC_VIEW))
        .filter(consent::Column::RecordedAt.lte(known_at))
        .order_by_asc(consent::Column::RecordedAt)
        .order_by_asc(consent::Column::Id)
        .all(conn)
        .await?;
    let newest: BTreeMap<OdsCode, consent::Model> = rows.into_iter().map(|row| (row.practice.clone(), row)).collect();
    let given = newest.into_values().filter(|row| row.given);
    Ok(given.map(|row| (row.practice, (Days::of(row.shown_from), row.version))).collect())
}

/// Answers "nothing changed" for a week; a repeat changes nothing.
pub async fn answer_week<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    week_ending: LocalDate,
    recorded_by: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let added = weekly_answer::Entity::insert(weekly_answer::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        id: Set(RowId(Uuid::now_v7())),
        week_ending: Set(week_ending),
        recorded_at: Set(now),
        recorded_by: Set(recorded_by),
    })
    .on_conflict_do_nothing_on([weekly_answer::Column::Practice, weekly_answer::Column::WeekEnding])
    .exec_without_returning(at.conn)
    .await?;
    Ok(matches!(added, sea_orm::TryInsertResult::Inserted(1..)))
}

/// The weeks a practice answered, newest first.
pub async fn answered_weeks<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    most: u64,
) -> Result<Vec<LocalDate>, DbErr> {
    weekly_answer::Entity::find()
        .select_only()
        .column(weekly_answer::Column::WeekEnding)
        .filter(weekly_answer::Column::Practice.eq(at.scope.practice().clone()))
        .order_by_desc(weekly_answer::Column::WeekEnding)
        .limit(most)
        .into_tuple()
        .all(at.conn)
        .await
}

/// When a practice answered which week, the newest week first.
pub async fn week_answers<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    most: u64,
) -> Result<Vec<(LocalDate, DateTime<Utc>)>, DbErr> {
    weekly_answer::Entity::find()
        .filter(weekly_answer::Column::Practice.eq(at.scope.practice().clone()))
        .order_by_desc(weekly_answer::Column::WeekEnding)
        .limit(most)
        .all(at.conn)
        .await
        .map(|rows| rows.into_iter().map(|row| (row.week_ending, row.recorded_at)).collect())
}

/// Practices that answered any week by `known_at`, for the release.
pub async fn ever_answered<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    known_at: DateTime<Utc>,
) -> Result<BTreeSet<OdsCode>, DbErr> {
    weekly_answer::Entity::find()
        .select_only()
        .column(weekly_answer::Column::Practice)
        .distinct()
        .filter(weekly_answer::Column::RecordedAt.lt(known_at))
        .into_tuple::<OdsCode>()
        .all(at.conn)
        .await
        .map(|rows| rows.into_iter().collect())
}

/// An outside reader of practice rows.
#[derive(Debug, Clone)]
pub struct Reader {
    /// Who.
    pub person: PersonId,
    /// As what.
    pub role: &'static str,
    /// For whom.
    pub organisation: OrgCode,
    /// On what kind of page.
    pub page: OutsidePage,
}

/// Notes that an outside reader looked at these practices' rows: once a reader, practice, day and kind of page.
pub async fn add_receipts(
    conn: &impl ConnectionTrait,
    reader: &Reader,
    practices: &[OdsCode],
    day: LocalDate,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    // Eight columns a row.
    for some in practices.chunks(1_000) {
        add_some_receipts(conn, some, reader, day, now).await?;
    }
    Ok(())
}

async fn add_some_receipts(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    reader: &Reader,
    day: LocalDate,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let rows = practices.iter().map(|practice| access_receipt::ActiveModel {
        practice: Set(practice.clone()),
        id: Set(RowId(Uuid::now_v7())),
        reader: Set(reader.person),
        role: Set(reader.role.to_owned()),
        organisation: Set(reader.organisation.clone()),
        day: Set(day),
        recorded_at: Set(now),
        page: Set(Some(reader.page.code().to_owned())),
    });
    access_receipt::Entity::insert_many(rows)
        .on_conflict_do_nothing_on([
            access_receipt::Column::Practice,
            access_receipt::Column::Reader,
            access_receipt::Column::Day,
            access_receipt::Column::Page,
        ])
        .exec_without_returning(conn)
        .await?;
    Ok(())
}

/// One look at the practice's rows from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// As what: the code of a role.
    pub role: String,
    /// For whom.
    pub organisation: OrgCode,
    /// The kind of page, as stored.
    pub page: Option<String>,
    /// The first look of that day at such a page.
    pub at: DateTime<Utc>,
}

/// Who looked at the practice's row, newest first.
pub async fn receipts<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>, most: u64) -> Result<Vec<Look>, DbErr> {
    let rows = access_receipt::Entity::find()
        .filter(access_receipt::Column::Practice.eq(at.scope.practice().clone()))
        .order_by_desc(access_receipt::Column::RecordedAt)
        .order_by_desc(access_receipt::Column::Id)
        .limit(most)
        .all(at.conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Look { role: row.role, organisation: row.organisation, page: row.page, at: row.recorded_at })
        .collect())
}
