//! Slots on their way in, and the row that makes them count.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use entity::{
    ids::{ClinicianId, LocalDate, RowId},
    slot, slot_import, slot_import_done, slot_refusal, slot_tally,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, OnConflict, SimpleExpr},
};
use uuid::Uuid;

use super::{SlotRow, held_erasures};
use crate::{
    db::Scoped,
    domain::{
        access::PracticeScope,
        appointment::{Erasures, ImportSummary, RowRefusal, SlotOutcome, SlotsOfDays, System},
    },
};

/// What an import adds to the sums: by clinician, day, kind and outcome.
pub type Deltas = BTreeMap<DeltaKey, i64>;
/// Clinician, day, kind and outcome.
pub type DeltaKey = (ClinicianId, LocalDate, String, SlotOutcome);
/// One of the sums.
pub type Delta = (DeltaKey, i64);
/// The imports that count, each with its place.
pub type Sequence = HashMap<RowId, i32>;

/// An import, staged or counting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    /// Its id.
    pub id: RowId,
    /// Where the files come from.
    pub system: String,
    /// Digest of the files.
    pub file_sha256: String,
    /// The import on which it builds.
    pub base: i32,
    /// What was read.
    pub summary: ImportSummary,
    /// When it was staged.
    pub recorded_at: DateTime<Utc>,
    /// When it was made to count, if it was.
    pub counts_since: Option<DateTime<Utc>>,
    /// The import that took it back and counts.
    pub taken_back_by: Option<RowId>,
}

/// The imports that count, each with its place in the sequence.
pub async fn sequence<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Sequence, DbErr> {
    let rows = slot_import_done::Entity::find()
        .filter(slot_import_done::Column::Practice.eq(at.scope.practice().clone()))
        .all(at.conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.import, row.seq)).collect())
}

/// How some slots stand by the imports that count.
pub async fn known<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    slots: &[Uuid],
    sequence: &Sequence,
) -> Result<HashMap<Uuid, SlotRow>, DbErr> {
    let mut found: HashMap<Uuid, (i32, SlotRow)> = HashMap::new();
    if sequence.is_empty() || slots.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = slot::Entity::find()
        .filter(slot::Column::Practice.eq(at.scope.practice().clone()))
        .filter(slot::Column::Slot.is_in(slots.iter().copied()))
        .all(at.conn)
        .await?;
    for row in rows {
        let Some(seq) = sequence.get(&row.import) else {
            continue;
        };
        let newer = found.get(&row.slot).is_none_or(|(known, _)| known < seq);
        if newer {
            found.insert(row.slot, (*seq, row));
        }
    }
    Ok(found.into_iter().map(|(id, (_, row))| (id, row)).collect())
}

/// What was read of an import.
pub(super) fn summary(found: &slot_import::Model) -> ImportSummary {
    serde_json::from_str(&found.summary).unwrap_or_default()
}

/// Slots that are summed by the imports of one system that count, by whose day they are.
pub async fn standing<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    system: System,
) -> Result<SlotsOfDays, DbErr> {
    use slot_tally::Column;
    let practice = at.scope.practice();
    let done = slot_import_done::Entity::find()
        .select_only()
        .column(slot_import_done::Column::Import)
        .filter(slot_import_done::Column::Practice.eq(practice.clone()))
        .into_query();
    let of_system = slot_import::Entity::find()
        .select_only()
        .column(slot_import::Column::Id)
        .filter(slot_import::Column::Practice.eq(practice.clone()))
        .filter(slot_import::Column::System.eq(system.code()))
        .into_query();
    let sum: SimpleExpr = Expr::col(Column::N).sum().cast_as("bigint");
    let rows: Vec<(ClinicianId, LocalDate, i64)> = slot_tally::Entity::find()
        .select_only()
        .columns([Column::Clinician, Column::Day])
        .column_as(sum, "n")
        .filter(Column::Practice.eq(practice.clone()))
        .filter(Column::Import.in_subquery(done))
        .filter(Column::Import.in_subquery(of_system))
        .group_by(Column::Clinician)
        .group_by(Column::Day)
        .into_tuple()
        .all(at.conn)
        .await?;
    Ok(rows.into_iter().filter_map(|(who, day, n)| Some(((who, day), u64::try_from(n).ok()?))).collect())
}

/// Stages slots. Answers with those that stand in this import on another line already; of a run that was cut short the
/// lines are the same, and nothing is wrong.
pub async fn add_slots<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    rows: &[SlotRow],
) -> Result<Vec<Uuid>, DbErr> {
    let Some(first) = rows.first() else {
        return Ok(Vec::new());
    };
    let added = slot::Entity::insert_many(rows.iter().cloned().map(slot::ActiveModel::from))
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(at.conn)
        .await?;
    if usize::try_from(added).unwrap_or(0) == rows.len() {
        return Ok(Vec::new());
    }
    let stored: HashMap<Uuid, i64> = slot::Entity::find()
        .select_only()
        .columns([slot::Column::Slot, slot::Column::Line])
        .filter(slot::Column::Practice.eq(at.scope.practice().clone()))
        .filter(slot::Column::Import.eq(first.import))
        .filter(slot::Column::Slot.is_in(rows.iter().map(|row| row.slot)))
        .into_tuple::<(Uuid, i64)>()
        .all(at.conn)
        .await?
        .into_iter()
        .collect();
    Ok(rows.iter().filter(|row| stored.get(&row.slot) != Some(&row.line)).map(|row| row.slot).collect())
}

/// Notes lines that were refused, and why.
pub async fn add_refusals<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    import: RowId,
    refused: &[(u64, RowRefusal)],
) -> Result<(), DbErr> {
    if refused.is_empty() {
        return Ok(());
    }
    let rows = refused.iter().map(|(line, refusal)| slot_refusal::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        import: Set(import),
        line: Set(i64::try_from(*line).unwrap_or(i64::MAX)),
        reason: Set(refusal.code().to_owned()),
    });
    slot_refusal::Entity::insert_many(rows)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(at.conn)
        .await?;
    Ok(())
}

/// Stages what an import adds to the sums.
pub async fn add_tallies<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    import: RowId,
    deltas: &[Delta],
) -> Result<(), DbErr> {
    if deltas.is_empty() {
        return Ok(());
    }
    let rows = deltas.iter().map(|((clinician, day, kind, outcome), n)| slot_tally::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        import: Set(import),
        clinician: Set(*clinician),
        day: Set(*day),
        kind: Set(kind.clone()),
        outcome: Set(outcome.code().to_owned()),
        n: Set(*n),
    });
    slot_tally::Entity::insert_many(rows)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(at.conn)
        .await?;
    Ok(())
}

/// An import whose rows are all staged.
#[derive(Debug, Clone)]
pub struct NewImport {
    /// Its id.
    pub id: RowId,
    /// Where the files come from.
    pub system: System,
    /// Digest of the files.
    pub file_sha256: String,
    /// The import on which it builds.
    pub base: i32,
    /// What was read.
    pub summary: ImportSummary,
    /// Person, or nobody for a command.
    pub recorded_by: Uuid,
}

/// Writes that everything of an import is staged.
pub async fn add_import<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    new: &NewImport,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let summary = serde_json::to_string(&new.summary).map_err(|error| DbErr::Custom(error.to_string()))?;
    slot_import::Entity::insert(slot_import::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        id: Set(new.id),
        system: Set(new.system.code().to_owned()),
        file_sha256: Set(new.file_sha256.clone()),
        base: Set(new.base),
        summary: Set(summary),
        recorded_at: Set(now),
        recorded_by: Set(new.recorded_by),
    })
    .on_conflict(OnConflict::new().do_nothing().to_owned())
    .exec_without_returning(at.conn)
    .await?;
    Ok(())
}

/// What became of the wish to make an import count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// It counts now.
    Activated,
    /// It did before.
    Before,
    /// Another import came in between: the sums were built on something else.
    Overtaken,
}

/// Makes a staged import count, in the caller's transaction.
pub async fn activate<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    import: &ImportRow,
    recorded_by: Uuid,
    now: DateTime<Utc>,
) -> Result<Tried, DbErr> {
    let sequence = sequence(at).await?;
    if sequence.contains_key(&import.id) {
        return Ok(Tried::Before);
    }
    if sequence.values().max().copied().unwrap_or(0) != import.base {
        return Ok(Tried::Overtaken);
    }
    let erased = held_erasures(at).await?;
    let is_built_on = match import.summary.built_on {
        Some(digest) => digest == erased.digest(),
        None => erased == Erasures::default(),
    };
    if !is_built_on {
        return Ok(Tried::Overtaken);
    }
    let added = slot_import_done::Entity::insert(slot_import_done::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        seq: Set(import.base.saturating_add(1)),
        import: Set(import.id),
        recorded_at: Set(now),
        recorded_by: Set(recorded_by),
    })
    .on_conflict(OnConflict::new().do_nothing().to_owned())
    .exec_without_returning(at.conn)
    .await?;
    Ok(if added > 0 { Tried::Activated } else { Tried::Overtaken })
}

/// The refused lines of an import.
pub async fn refusals<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    import: RowId,
    most: u64,
) -> Result<Vec<(u64, RowRefusal)>, DbErr> {
    let rows = slot_refusal::Entity::find()
        .filter(slot_refusal::Column::Practice.eq(at.scope.practice().clone()))
        .filter(slot_refusal::Column::Import.eq(import))
        .order_by_asc(slot_refusal::Column::Line)
        .limit(most)
        .all(at.conn)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let line = u64::try_from(row.line).ok()?;
            Some((line, row.reason.parse().ok()?))
        })
        .collect())
}
