//! Which source counts for a clinician: the practice's choice, dated; and all three side by side.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use entity::{
    ids::{ClinicianId, LocalDate, OdsCode, RowId},
    source_choice,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::OnConflict};
use uuid::Uuid;

use crate::{
    db::Scoped,
    domain::{access::PracticeScope, contact::Source},
    store::facts::Which,
};

/// The code that takes a choice back: taps, else the sheet, else the import.
pub const BY_DEFAULT: &str = "default";

/// A choice as it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRow {
    /// For whom.
    pub clinician: ClinicianId,
    /// The code of a source, or [`BY_DEFAULT`].
    pub source: String,
    /// First day.
    pub effective_on: LocalDate,
    /// When it was made.
    pub recorded_at: DateTime<Utc>,
}

/// The choices of some practices, by clinician, sorted so that the last one that has begun holds.
pub(in crate::store) struct Choices(HashMap<(OdsCode, ClinicianId), Vec<SourceRow>>);

impl Choices {
    /// The source that was chosen for a day; nothing where the default order holds.
    pub(in crate::store) fn on(&self, practice: &OdsCode, clinician: ClinicianId, day: LocalDate) -> Option<Source> {
        if self.0.is_empty() {
            return None;
        }
        on(self.0.get(&(practice.clone(), clinician))?, day)
    }
}

/// The choices of the practices whose days are read.
pub(in crate::store) async fn choices(conn: &impl ConnectionTrait, which: Which<'_>) -> Result<Choices, DbErr> {
    of(conn, which.practices().as_deref()).await
}

async fn of(conn: &impl ConnectionTrait, practices: Option<&[OdsCode]>) -> Result<Choices, DbErr> {
    let mut query = source_choice::Entity::find();
    if let Some(practices) = practices {
        query = query.filter(source_choice::Column::Practice.is_in(practices.iter().cloned()));
    }
    let mut rows = query.all(conn).await?;
    rows.sort_by_key(|row| (row.effective_on, row.recorded_at, row.id));
    let mut found: HashMap<_, Vec<SourceRow>> = HashMap::new();
    for row in rows {
        found.entry((row.practice, row.clinician)).or_default().push(SourceRow {
            clinician: row.clinician,
            source: row.source,
            effective_on: row.effective_on,
            recorded_at: row.recorded_at,
        });
    }
    Ok(Choices(found))
}

fn on(choices: &[SourceRow], day: LocalDate) -> Option<Source> {
    let last = choices.iter().rfind(|choice| choice.effective_on <= day)?;
    last.source.parse().ok()
}

/// The source chosen for each clinician of a practice on a day.
pub async fn chosen<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    day: LocalDate,
) -> Result<BTreeMap<ClinicianId, Source>, DbErr> {
    let choices = of(at.conn, Some(std::slice::from_ref(at.scope.practice()))).await?;
    Ok(choices.0.into_iter().filter_map(|((_, clinician), rows)| Some((clinician, on(&rows, day)?))).collect())
}

/// A choice with an id made by the client.
#[derive(Debug, Clone)]
pub struct NewChoice {
    /// Made by the client.
    pub id: RowId,
    /// For whom.
    pub clinician: ClinicianId,
    /// Nothing takes a choice back.
    pub source: Option<Source>,
    /// First day.
    pub effective_on: LocalDate,
    /// Person.
    pub recorded_by: Uuid,
}

/// Writes a choice. Says whether its id was new.
pub async fn add_choice<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    new: &NewChoice,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let added = source_choice::Entity::insert(source_choice::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        id: Set(new.id),
        clinician: Set(new.clinician),
        source: Set(new.source.map_or(BY_DEFAULT, Source::code).to_owned()),
        effective_on: Set(new.effective_on),
        recorded_at: Set(now),
        recorded_by: Set(new.recorded_by),
    })
    .on_conflict(OnConflict::new().do_nothing().to_owned())
    .exec_without_returning(at.conn)
    .await?;
    Ok(added > 0)
}
