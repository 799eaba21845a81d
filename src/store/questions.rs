//! Questions of LMCs and the answers of practices. An answer is a row; the newest holds.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{
    ids::{LocalDate, OdsCode, OrgCode, QuestionId, RowId},
    question, question_answer,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{keyed, sharing, write};
use crate::{
    db::Scoped,
    domain::{
        access::{LmcScope, PracticeScope},
        organisation::{OrganisationKind, View},
        question::{self as rules, AnswerRow, Given, MOST, NewQuestion, Question},
    },
};

/// Every question of an LMC, the newest week first.
pub async fn of_lmc<C: ConnectionTrait>(at: Scoped<'_, C, LmcScope>) -> Result<Vec<Question>, DbErr> {
    question::Entity::find()
        .filter(question::Column::Lmc.eq(at.scope.lmc().clone()))
        .order_by_desc(question::Column::WeekEnding)
        .order_by_asc(question::Column::Place)
        .all(at.conn)
        .await?
        .into_iter()
        .map(read)
        .collect()
}

/// One question of an LMC.
pub async fn one<C: ConnectionTrait>(at: Scoped<'_, C, LmcScope>, id: QuestionId) -> Result<Option<Question>, DbErr> {
    by_id(at.conn, at.scope.lmc(), id).await
}

/// One question of the LMC that represents a practice.
pub async fn one_for<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    lmc: &OrgCode,
    id: QuestionId,
) -> Result<Option<Question>, DbErr> {
    by_id(at.conn, lmc, id).await
}

async fn by_id(conn: &impl ConnectionTrait, lmc: &OrgCode, id: QuestionId) -> Result<Option<Question>, DbErr> {
    let row = question::Entity::find_by_id((lmc.clone(), id));
    row.one(conn).await?.map(read).transpose()
}

/// What the LMC that represents a practice asks on a day, the oldest week first.
pub async fn open_for<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    lmc: &OrgCode,
    today: LocalDate,
) -> Result<Vec<Question>, DbErr> {
    question::Entity::find()
        .filter(question::Column::Lmc.eq(lmc.clone()))
        .filter(question::Column::OpensOn.lte(today))
        .filter(question::Column::ClosesOn.gte(today))
        .order_by_asc(question::Column::WeekEnding)
        .order_by_asc(question::Column::Place)
        .all(at.conn)
        .await?
        .into_iter()
        .map(read)
        .collect()
}

fn read(row: question::Model) -> Result<Question, DbErr> {
    Ok(Question {
        id: row.id,
        lmc: row.lmc,
        week_ending: row.week_ending,
        place: u32::try_from(row.place).unwrap_or_default(),
        opens_on: row.opens_on,
        closes_on: row.closes_on,
        kind: row.kind.parse().map_err(|error: entity::ids::NotAnId| DbErr::Type(error.to_string()))?,
        wording: row.wording,
        options: row.options.lines().map(str::to_owned).collect(),
    })
}

/// What became of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Written, or there before.
    Written(write::Outcome),
    /// The week has all the questions it can have.
    Full,
}

/// Appends a question at the next place of its week. A place is taken once: of two at once, the second waits for the
/// first to be committed and takes the place after it, if there is one.
pub async fn add<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    new: &NewQuestion,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<Asked, DbErr> {
    // Each turn another one took the place in question, so this ends.
    for _ in 0..=MOST {
        if let Some(stored) = one(at, new.id).await? {
            let same = stored == new.clone().asked(stored.lmc.clone(), stored.place);
            return Ok(Asked::Written(write::Outcome::again(same)));
        }
        let before = question::Entity::find()
            .filter(question::Column::Lmc.eq(at.scope.lmc().clone()))
            .filter(question::Column::WeekEnding.eq(new.week_ending))
            .order_by_desc(question::Column::Place)
            .one(at.conn)
            .await?;
        let place = before.map_or(1, |row| row.place.saturating_add(1));
        if u32::try_from(place).unwrap_or(u32::MAX) > MOST {
            return Ok(Asked::Full);
        }
        let added = question::Entity::insert(row(at.scope.lmc(), new, place, by, now))
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .try_insert()
            .exec_without_returning(at.conn)
            .await?;
        if matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
            return Ok(Asked::Written(write::Outcome::New));
        }
    }
    Ok(Asked::Full)
}

fn row(lmc: &OrgCode, new: &NewQuestion, place: i32, by: Uuid, now: DateTime<Utc>) -> question::ActiveModel {
    question::ActiveModel {
        lmc: Set(lmc.clone()),
        id: Set(new.id),
        week_ending: Set(new.week_ending),
        place: Set(place),
        opens_on: Set(new.opens_on),
        closes_on: Set(new.closes_on),
        kind: Set(new.kind.as_str().to_owned()),
        wording: Set(new.wording.clone()),
        options: Set(new.options.join("\n")),
        recorded_at: Set(now),
        recorded_by: Set(by),
    }
}

/// What a practice has given to these questions.
pub async fn own<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    questions: &[Question],
) -> Result<BTreeMap<QuestionId, Given>, DbErr> {
    let ids = questions.iter().map(|question| question.id);
    let rows =
        question_answer::Entity::find().filter(question_answer::Column::Practice.eq(at.scope.practice().clone()));
    let rows = keyed::listed(at.conn, rows, question_answer::Column::Question, ids).await?;
    let rows = rows.into_iter().filter_map(|row| {
        let question = questions.iter().find(|one| one.id == row.question)?;
        fold_row(row.question, &row, question)
    });
    Ok(rules::last(rows))
}

fn fold_row<K>(key: K, row: &question_answer::Model, question: &Question) -> Option<AnswerRow<K>> {
    let given = question.given(row.answer.as_deref()).ok()?;
    Some(AnswerRow { key, id: row.id, recorded_at: row.recorded_at, given })
}

/// Appends an answer, or that the question was skipped; the id is the client's.
pub async fn answer<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    question: &Question,
    id: RowId,
    given: &Given,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<write::Outcome, DbErr> {
    let practice = at.scope.practice();
    let new = question_answer::ActiveModel {
        practice: Set(practice.clone()),
        id: Set(id),
        lmc: Set(question.lmc.clone()),
        question: Set(question.id),
        answer: Set(given.stored()),
        recorded_at: Set(now),
        recorded_by: Set(by),
    };
    let added = question_answer::Entity::insert(new)
        .on_conflict_do_nothing_on([question_answer::Column::Practice, question_answer::Column::Id])
        .exec_without_returning(at.conn)
        .await?;
    if matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
        return Ok(write::Outcome::New);
    }
    let stored = question_answer::Entity::find_by_id((practice.clone(), id));
    let stored = stored.one(at.conn).await?;
    Ok(write::Outcome::again(stored.is_some_and(|row| row.question == question.id && row.answer == given.stored())))
}

/// What an LMC may read of the answers to some questions.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// Practices of the area.
    pub all: usize,
    /// Practices that share at this moment.
    pub sharing: usize,
    /// What those that share have given, by question.
    pub given: BTreeMap<QuestionId, BTreeMap<OdsCode, Given>>,
}

/// The answers of the practices that the LMC represents today and that share at this moment. Nothing is read of others.
pub async fn answers<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    organisations: &View,
    questions: &[Question],
    now: DateTime<Utc>,
) -> Result<Answers, DbErr> {
    let all: Vec<OdsCode> = organisations
        .practices_in(OrganisationKind::Lmc, at.scope.lmc())
        .into_iter()
        .map(|practice| practice.code.clone())
        .collect();
    let consenting = sharing::consenting(at.conn, &all, now).await?;
    let ids = questions.iter().map(|question| question.id);
    let rows = question_answer::Entity::find()
        .filter(question_answer::Column::Lmc.eq(at.scope.lmc().clone()))
        .filter(question_answer::Column::Practice.is_in(consenting.keys().cloned()));
    let rows = keyed::listed(at.conn, rows, question_answer::Column::Question, ids).await?;
    let rows = rows.into_iter().filter_map(|row| {
        let question = questions.iter().find(|one| one.id == row.question)?;
        // A question that was closed before the days that a practice opened is not one of them.
        let open = consenting.get(&row.practice)?;
        if !open.open(question.closes_on) {
            return None;
        }
        fold_row((row.question, row.practice.clone()), &row, question)
    });
    let mut given: BTreeMap<QuestionId, BTreeMap<OdsCode, Given>> = BTreeMap::new();
    for ((question, practice), one) in rules::last(rows) {
        given.entry(question).or_default().insert(practice, one);
    }
    Ok(Answers { all: all.len(), sharing: consenting.len(), given })
}
