//! The action register: subjects, statuses and the practice's answers to what its LMC entered.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{
    action_status,
    ids::{ItemCode, LocalDate, NotAnId, OdsCode, RowId, StatusId, SubjectId},
    status_answer, subject,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;

use self::rows::{Answered, Told, answer_to, answers, folded};
use super::write;

use crate::{
    db::Scoped,
    domain::{
        access::{EverywhereScope, PracticeScope},
        action::{EnteredBy, EntryAnswer, StatusRow},
        catalogue::Status,
    },
};

mod cache;
mod names;
mod rows;

pub use cache::{Register, RegisterCache};
pub(super) use names::as_typed;
pub use names::{own_subject, subject, told_id, told_key, told_subject};
pub use rows::NewStatus;

/// A row of the register with what only the practice sees of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// For the fold.
    pub row: StatusRow,
    /// Edition of the catalogue it was chosen from.
    pub edition: String,
    /// Contract position on the day it was recorded, as text.
    pub position: String,
    /// The guard-rail that was shown.
    pub guard_rail: String,
    /// Person who wrote it.
    pub recorded_by: Uuid,
}

/// The names of the practice's subjects.
pub type Subjects = BTreeMap<SubjectId, (ItemCode, String)>;

/// Everything a practice ever recorded, of one item or of all, with what was kept beside it; oldest first.
pub async fn register<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    item: Option<&ItemCode>,
) -> Result<Vec<Recorded>, DbErr> {
    let of = item.map(|item| action_status::Column::Item.eq(item.clone()));
    let only = [at.scope.practice().clone()];
    let answers = answers(at.conn, Some(&only), None).await?;
    action_status::Entity::find()
        .filter(action_status::Column::Practice.eq(at.scope.practice().clone()))
        .filter(Condition::all().add_option(of))
        .order_by_asc(action_status::Column::RecordedAt)
        .order_by_asc(action_status::Column::Id)
        .all(at.conn)
        .await?
        .into_iter()
        .map(|row| {
            let answer = answer_to(&answers, &row.practice, row.id);
            recorded(row, answer)
        })
        .collect()
}

/// The names of a practice's subjects, those that its LMC typed included.
pub async fn subjects<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Subjects, DbErr> {
    let rows =
        subject::Entity::find().filter(subject::Column::Practice.eq(at.scope.practice().clone())).all(at.conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, (row.item, row.name))).collect())
}

/// Whether the practice itself ever recorded anything.
pub async fn any_by_practice<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<bool, DbErr> {
    let found = action_status::Entity::find()
        .select_only()
        .column(action_status::Column::Id)
        .filter(action_status::Column::Practice.eq(at.scope.practice().clone()))
        .filter(action_status::Column::EnteredBy.eq(EnteredBy::Practice.code()))
        .limit(1)
        .into_tuple::<StatusId>()
        .one(at.conn)
        .await?;
    Ok(found.is_some())
}

/// What a row of the practice says.
pub async fn status_of<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    id: StatusId,
) -> Result<Option<Status>, DbErr> {
    let key = (at.scope.practice().clone(), id);
    let row = action_status::Entity::find_by_id(key).one(at.conn).await?;
    row.map(|row| row.status.parse().map_err(|error: NotAnId| DbErr::Type(error.to_string()))).transpose()
}

/// What an LMC entered by telephone at these practices and the practice has not answered.
pub(super) async fn unanswered(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
) -> Result<BTreeMap<OdsCode, Vec<StatusRow>>, DbErr> {
    let answered = Query::select()
        .expr(Expr::val(1))
        .from(status_answer::Entity)
        .and_where(
            Expr::col((status_answer::Entity, status_answer::Column::Practice))
                .equals((action_status::Entity, action_status::Column::Practice)),
        )
        .and_where(
            Expr::col((status_answer::Entity, status_answer::Column::Status))
                .equals((action_status::Entity, action_status::Column::Id)),
        )
        .to_owned();
    let rows = action_status::Entity::find()
        .filter(action_status::Column::Practice.is_in(practices.iter().cloned()))
        .filter(action_status::Column::EnteredBy.eq(EnteredBy::LmcTelephone.code()))
        .filter(Expr::not_exists(answered))
        .order_by_asc(action_status::Column::RecordedAt)
        .order_by_asc(action_status::Column::Id)
        .all(conn)
        .await?;
    let mut found: BTreeMap<OdsCode, Vec<StatusRow>> = BTreeMap::new();
    for row in rows {
        let practice = row.practice.clone();
        found.entry(practice).or_default().push(recorded(row, None)?.row);
    }
    Ok(found)
}

/// What every practice had recorded, and answered, before an instant: for the release job.
pub async fn everywhere<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    before: DateTime<Utc>,
) -> Result<BTreeMap<OdsCode, Vec<StatusRow>>, DbErr> {
    folded(at.conn, None, Some(before)).await
}

/// The same of some practices.
pub async fn everywhere_of<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    practices: &[OdsCode],
    before: DateTime<Utc>,
) -> Result<BTreeMap<OdsCode, Vec<StatusRow>>, DbErr> {
    folded(at.conn, Some(practices), Some(before)).await
}

/// Practices that ever recorded anything, for a job.
pub async fn practices_recording<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
) -> Result<Vec<OdsCode>, DbErr> {
    action_status::Entity::find()
        .select_only()
        .column(action_status::Column::Practice)
        .distinct()
        .order_by_asc(action_status::Column::Practice)
        .into_tuple()
        .all(at.conn)
        .await
}

fn recorded(row: action_status::Model, answered: Option<Answered>) -> Result<Recorded, DbErr> {
    Ok(Recorded {
        edition: row.edition.clone(),
        position: row.position.clone(),
        guard_rail: row.guard_rail.clone(),
        recorded_by: row.recorded_by,
        row: Told::from(row).row(answered)?,
    })
}

/// Appends a status; the id is the client's.
pub async fn add_status<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    new: &NewStatus,
    now: DateTime<Utc>,
) -> Result<write::Outcome, DbErr> {
    let practice = at.scope.practice();
    let id = new.change.id;
    let added = action_status::Entity::insert(new.clone().kept(practice, now).into_active_model())
        .on_conflict_do_nothing_on([action_status::Column::Practice, action_status::Column::Id])
        .exec_without_returning(at.conn)
        .await?;
    if matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
        return Ok(write::Outcome::New);
    }
    let stored = action_status::Entity::find_by_id((practice.clone(), id)).one(at.conn).await?;
    let stored = stored.map(|stored| Told::from(stored).row(None)).transpose()?;
    let same = stored.is_some_and(|stored| stored.change == new.change);
    Ok(if same { write::Outcome::Repeat } else { write::Outcome::IdReused })
}

/// The practice's answer to a row its LMC entered; the first answer stands, another one later is told apart from a repeat.
/// A name that the LMC typed meets the practice's own here, and not before. Nothing where there is no such row.
pub async fn answer<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    status: StatusId,
    answer: EntryAnswer,
    recorded_by: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<write::Outcome>, DbErr> {
    let practice = at.scope.practice();
    let entered = action_status::Entity::find_by_id((practice.clone(), status)).one(at.conn).await?;
    let entered = entered.filter(|row| row.entered_by == EnteredBy::LmcTelephone.code());
    let Some(entered) = entered else {
        return Ok(None);
    };
    let subject = match entered.subject {
        Some(id) if answer == EntryAnswer::Confirmed => Some(own_subject(at, id, now).await?),
        _ => None,
    };
    let added = status_answer::Entity::insert(status_answer::ActiveModel {
        practice: Set(practice.clone()),
        id: Set(RowId(Uuid::now_v7())),
        status: Set(status),
        answer: Set(answer.code().to_owned()),
        recorded_at: Set(now),
        recorded_by: Set(recorded_by),
        subject: Set(subject),
    })
    .on_conflict_do_nothing_on([status_answer::Column::Practice, status_answer::Column::Status])
    .exec_without_returning(at.conn)
    .await?;
    if matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
        return Ok(Some(write::Outcome::New));
    }
    let stands = status_answer::Entity::find()
        .filter(status_answer::Column::Practice.eq(practice.clone()))
        .filter(status_answer::Column::Status.eq(status))
        .one(at.conn)
        .await?;
    let same = stands.is_some_and(|row| row.answer == answer.code());
    Ok(Some(if same { write::Outcome::Repeat } else { write::Outcome::IdReused }))
}

/// Days on which something was recorded, for the weekly page: the newest first.
pub async fn last_recorded<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Option<LocalDate>, DbErr> {
    let newest = action_status::Entity::find()
        .filter(action_status::Column::Practice.eq(at.scope.practice().clone()))
        .order_by_desc(action_status::Column::RecordedAt)
        .one(at.conn)
        .await?;
    Ok(newest.map(|row| crate::domain::calendar::london_day(row.recorded_at)))
}
