//! A practice's record on its way in again: each row held to its table, and written as it is. Nothing here says that it may;
//! that is the operation's to know.

use std::{any::Any, collections::BTreeMap};

use chrono::{DateTime, Utc};
use entity::{
    contact, contact_void,
    ids::{LocalDate, OdsCode, OrgCode, QuestionId},
    practice_day, question, question_answer, tick,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IdenStatic, Insert, IntoActiveModel, Iterable,
    QueryFilter, TryIntoModel, Value,
};
use serde_json::Value as Json;

use super::{cell, is_told, practice::each_table};
use crate::{
    db::Scoped,
    domain::{access::PracticeScope, history::DaySum, record::Misfit},
    store::{
        appointments,
        contacts::rows_of_days,
        digests::{self, Sums},
        history, keyed, recount,
    },
};

/// Tables that are taken in, parents before their children.
pub const TAKEN: [&str; 43] = [
    "clinician",
    "subject",
    "action_status",
    "status_answer",
    "notice",
    "notice_event",
    "notice_origin",
    "outcome",
    "letter",
    "letter_event",
    "letter_text",
    "transfer",
    "transfer_letter",
    "transfer_import",
    "divert_start",
    "divert_end",
    "divert_message",
    "divert_answer",
    "divert_place",
    "divert_rule",
    "divert_text",
    "limit_rule",
    "limit_notice",
    "rota",
    "source_choice",
    "network_note",
    "weekly_answer",
    "question_answer",
    "access_receipt",
    "column_mapping",
    "slot_import",
    "slot_import_done",
    "slot_refusal",
    "slot",
    "slot_tally",
    "contact",
    "contact_void",
    "tick",
    "tally",
    "day_sheet",
    "day_worked",
    "over_limit_reason",
    "practice_day",
];

/// Rows of one statement: below the 32,766 values that SQLite takes.
const TOGETHER: usize = 500;

/// What every row is held to.
#[derive(Debug, Clone)]
pub struct Held {
    /// Whose it must be.
    pub practice: OdsCode,
    /// When it was recorded at the latest.
    pub now: DateTime<Utc>,
}

/// What a table's rows leave behind.
#[derive(Debug, Default)]
pub struct Taken {
    /// Rows that were written.
    pub rows: u64,
    /// Answers to questions that the LMC did not ask here.
    pub unasked: u64,
    sums: Sums,
}

/// When a row was written, by the names that such columns have.
const WRITTEN: [&str; 3] = ["recorded_at", "added_at", "folded_at"];

/// Whether a row takes the place of another of its table, and so comes after it.
pub fn waits(table: &str, column: &str) -> bool {
    ["transfer", "outcome"].contains(&table) && column == "corrects"
}

/// A row as its table has it.
fn model<E>(table: &str, row: &[(String, Json)], held: &Held) -> Result<E::Model, Misfit>
where
    E: EntityTrait,
    E::ActiveModel: TryIntoModel<E::Model>,
{
    let mut new = <E::ActiveModel as ActiveModelTrait>::default();
    for (name, cell) in row {
        let found = E::Column::iter().find(|column| column.as_str() == name && is_told(table, name));
        let column = found
            .ok_or_else(|| Misfit::of(name, "this version has no such column: perhaps a newer one made the archive"))?;
        let definition = column.def();
        let of = definition.get_column_type();
        let value = match cell {
            Json::Null if definition.is_null() => cell::none(of),
            Json::Null => Err("it is empty, and must not be"),
            cell => cell::value(of, cell),
        };
        let value = value.map_err(|why| Misfit::of(name, why))?;
        if let Value::ChronoDateTimeUtc(Some(at)) = &value
            && WRITTEN.contains(&name.as_str())
            && *at > held.now
        {
            return Err(Misfit::of(name, "it lies in the future: one of the two clocks is wrong"));
        }
        if let Value::String(Some(text)) = &value {
            cell::known(table, name, text)?;
        }
        new.try_set(column, value).map_err(|_| Misfit::of(name, "it is not of the kind that this column has"))?;
    }
    for column in E::Column::iter().filter(|column| new.is_not_set(*column)).collect::<Vec<_>>() {
        let definition = column.def();
        // An older version had no such column yet.
        let empty = definition.is_null().then(|| cell::none(definition.get_column_type()).ok()).flatten();
        let empty = empty.ok_or_else(|| Misfit::of(column.as_str(), "it is missing"))?;
        new.try_set(column, empty).map_err(|_| Misfit::of(column.as_str(), "it is missing"))?;
    }
    new.try_into_model().map_err(|error| Misfit::row(error.to_string()))
}

fn check_owner(owner: &str, row: &[(String, Json)], held: &Held) -> Result<(), Misfit> {
    let whose = row.iter().find(|(name, _)| name == owner);
    if whose.is_some_and(|(_, cell)| cell.as_str() == Some(held.practice.as_str())) {
        return Ok(());
    }
    Err(Misfit::of(owner, format!("the row is not one of {}", held.practice)))
}

/// Writes rows of one table, and notes what has to be known of them.
async fn write<E>(conn: &impl ConnectionTrait, rows: Vec<E::Model>, taken: &mut Taken) -> Result<(), DbErr>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
{
    let n = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    taken.rows = taken.rows.saturating_add(n);
    let mut rest = rows.into_iter();
    while rest.len() > 0 {
        let some = rest.by_ref().take(TOGETHER).map(|row| row.into_active_model().reset_all());
        Insert::many(some).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// What counts adds to the digest of its day; what stands beside it does so by its trigger.
fn sum(rows: &dyn Any, sums: &mut Sums) {
    if let Some(rows) = rows.downcast_ref::<Vec<contact::Model>>() {
        for row in rows {
            sums.contact(row);
        }
    } else if let Some(rows) = rows.downcast_ref::<Vec<contact_void::Model>>() {
        for row in rows {
            sums.void(row);
        }
    } else if let Some(rows) = rows.downcast_ref::<Vec<tick::Model>>() {
        for row in rows {
            sums.tick(row);
        }
    }
}

/// Leaves out answers to questions that are not here: the LMC asked them elsewhere.
async fn leave_unasked(conn: &impl ConnectionTrait, rows: &mut (dyn Any + Send)) -> Result<u64, DbErr> {
    let Some(rows) = rows.downcast_mut::<Vec<question_answer::Model>>() else { return Ok(0) };
    let asked: std::collections::BTreeSet<(OrgCode, QuestionId)> =
        rows.iter().map(|row| (row.lmc.clone(), row.question)).collect();
    let keys = asked.into_iter().map(|(lmc, id)| [lmc.into(), id.into()]);
    let found = keyed::among(question::Entity::find(), [question::Column::Lmc, question::Column::Id], keys);
    let found: std::collections::BTreeSet<(OrgCode, QuestionId)> =
        found.all(conn).await?.into_iter().map(|row| (row.lmc, row.id)).collect();
    let before = rows.len();
    rows.retain(|row| found.contains(&(row.lmc.clone(), row.question)));
    Ok(u64::try_from(before.saturating_sub(rows.len())).unwrap_or(u64::MAX))
}

macro_rules! taken {
    ($($table:ident $owner:ident)+) => {
        /// The column that says whose a row of a table is; nothing of a table that this version does not know.
        pub fn owner_column(table: &str) -> Option<&'static str> {
            match table {
                $(stringify!($table) => Some(entity::$table::Column::$owner.as_str()),)+
                _ => None,
            }
        }

        /// Holds a row of a table to whose it is, and where the table is taken in, to its columns.
        ///
        /// # Errors
        /// What is wrong with it.
        pub fn check(table: &str, row: &[(String, Json)], held: &Held) -> Result<(), Misfit> {
            let owner = owner_column(table).ok_or(Misfit::row("this version has no such table"))?;
            check_owner(owner, row, held)?;
            if !TAKEN.contains(&table) {
                return Ok(());
            }
            match table {
                $(stringify!($table) => model::<entity::$table::Entity>(table, row, held).map(drop),)+
                _ => Ok(()),
            }
        }

        /// Writes some rows of a table.
        ///
        /// # Errors
        /// Where the database refuses them, or one of them is not what was checked.
        pub async fn put<C: ConnectionTrait>(
            at: Scoped<'_, C, PracticeScope>,
            table: &str,
            rows: &[Vec<(String, Json)>],
            (held, taken): (&Held, &mut Taken),
        ) -> Result<(), DbErr> {
            let conn = at.conn;
            match table {
                $(stringify!($table) => {
                    let mut models = Vec::with_capacity(rows.len());
                    for row in rows {
                        let read = model::<entity::$table::Entity>(table, row, held);
                        models.push(read.map_err(|why| DbErr::Type(why.to_string()))?);
                    }
                    let unasked = leave_unasked(conn, &mut models).await?;
                    taken.unasked = taken.unasked.saturating_add(unasked);
                    sum(&models, &mut taken.sums);
                    write::<entity::$table::Entity>(conn, models, taken).await
                })+
                other => Err(DbErr::Type(format!("{other} is no table of these"))),
            }
        }

        async fn has_rows(conn: &impl ConnectionTrait, table: &str, practice: &OdsCode) -> Result<bool, DbErr> {
            match table {
                $(stringify!($table) => {
                    let own = entity::$table::Column::$owner.eq(practice.to_string());
                    Ok(entity::$table::Entity::find().filter(own).one(conn).await?.is_some())
                })+
                other => Err(DbErr::Type(format!("{other} is no table of these"))),
            }
        }
    };
}
each_table!(taken! {});

/// The first table in which the practice has rows of its own.
pub async fn table_with_rows<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
) -> Result<Option<&'static str>, DbErr> {
    for table in TAKEN {
        if has_rows(at.conn, table, at.scope.practice()).await? {
            return Ok(Some(table));
        }
    }
    Ok(None)
}

/// When all is written: the digests of days, what bounds a day, and whether sums are those of their rows. Answers the sums
/// of folded days, or which table is not what it follows from.
pub async fn close<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    taken: Taken,
) -> Result<Result<BTreeMap<LocalDate, DaySum>, &'static str>, DbErr> {
    let (conn, practice) = (at.conn, at.scope.practice());
    digests::add(conn, taken.sums).await?;
    rows_of_days(conn, practice).await?;
    if !recount::of(conn, practice).await?.1.is_empty() {
        return Ok(Err("tally"));
    }
    if !appointments::recount_of(conn, practice).await?.1.is_empty() {
        return Ok(Err("slot_tally"));
    }
    let days = practice_day::Entity::find().filter(practice_day::Column::Practice.eq(practice.clone()));
    let mut folded = BTreeMap::new();
    for row in days.all(conn).await? {
        folded.insert(row.day, history::sum_of(&row)?);
    }
    Ok(Ok(folded))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{super::PRACTICE, *};
    use crate::domain::record::STAYS;

    #[test]
    fn every_table_is_taken_in_or_stays_with_a_reason() {
        let mut all: BTreeSet<&str> = PRACTICE.iter().map(|table| table.name).collect();
        all.insert("person");
        let said: Vec<&str> = TAKEN.into_iter().chain(STAYS.iter().map(|(table, _)| *table)).collect();
        assert_eq!(said.len(), all.len());
        assert_eq!(said.into_iter().collect::<BTreeSet<_>>(), all);
    }
}
