//! What is known of days before a source is chosen: the one reader of taps, sheets, imports and sessions, for one day, a
//! practice, an area or everyone.

use std::collections::{BTreeSet, HashMap};

use entity::{
    day_sheet, day_worked,
    ids::{ClinicianId, LocalDate, OdsCode},
    tally,
};
use futures::try_join;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{CaseStatement, Expr, ExprTrait, SelectStatement, SimpleExpr},
};

use super::{appointments, keyed};
use crate::domain::{
    contact::Source,
    limit::{DayFacts, Worked},
};

/// One clinician's day.
pub(super) type Key = (OdsCode, ClinicianId, LocalDate);
/// What is known, by clinician's day.
pub(super) type Facts = HashMap<Key, DayFacts>;

/// Whose days are read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Which<'a> {
    /// One clinician, from the first to the last day.
    Clinician(&'a OdsCode, ClinicianId, LocalDate, LocalDate),
    /// Everyone of some practices, from the first to the last day.
    Practices(&'a [OdsCode], LocalDate, LocalDate),
    /// Single days of single clinicians.
    Days(&'a [Key]),
    /// Everyone, on one day.
    Everyone(LocalDate),
}

impl Which<'_> {
    /// Those of a table's rows that are asked for, by its columns of practice, clinician and day.
    pub(super) fn narrow<S, C>(self, rows: S, [practice, clinician, day]: [C; 3]) -> S
    where
        S: QueryFilter<QueryStatement = SelectStatement>,
        C: ColumnTrait,
    {
        match self {
            Self::Clinician(of, whose, first, last) => rows
                .filter(practice.eq(of.clone()))
                .filter(clinician.eq(whose))
                .filter(day.between(first, last)),
            Self::Practices(of, first, last) => rows
                .filter(practice.is_in(of.iter().cloned()))
                .filter(day.between(first, last)),
            Self::Days(keys) => {
                let keys = keys
                    .iter()
                    .map(|(of, whose, on)| [of.clone().into(), (*whose).into(), (*on).into()]);
                keyed::among(rows, [practice, clinician, day], keys)
            }
            Self::Everyone(on) => rows.filter(day.eq(on)),
        }
    }

    /// The practices they belong to; nothing for everyone.
    pub(super) fn practices(self) -> Option<Vec<OdsCode>> {
        match self {
            Self::Clinician(of, ..) => Some(vec![of.clone()]),
            Self::Practices(of, ..) => Some(of.to_vec()),
            Self::Days(keys) => {
                let distinct: BTreeSet<&OdsCode> = keys.iter().map(|(of, ..)| of).collect();
                Some(distinct.into_iter().cloned().collect())
            }
            Self::Everyone(_) => None,
        }
    }
}

/// Reads what is known: four tables and what the practices chose, asked for side by side where the connection can.
pub(super) async fn facts(conn: &impl ConnectionTrait, which: Which<'_>) -> Result<Facts, DbErr> {
    let (taps, sheets, worked, imported, choices) = try_join!(
        taps(conn, which),
        sheets(conn, which),
        worked(conn, which),
        appointments::imported(conn, which),
        appointments::choices(conn, which),
    )?;
    let mut facts = Facts::new();
    for (practice, clinician, day, n, complex) in taps {
        let known = facts.entry((practice, clinician, day)).or_default();
        known.taps = Some(u32::try_from(n).unwrap_or(0));
        known.complex = u32::try_from(complex).unwrap_or(0);
    }
    for row in sheets {
        let known = facts
            .entry((row.practice, row.clinician, row.day))
            .or_default();
        known.sheet = u32::try_from(row.n).ok();
    }
    for row in worked {
        let known = facts
            .entry((row.practice, row.clinician, row.day))
            .or_default();
        known.worked = u32::try_from(row.half_sessions)
            .ok()
            .map(|half_sessions| Worked {
                half_sessions,
                duty: row.duty,
            });
    }
    for (key, said) in imported {
        let known = facts.entry(key).or_default();
        (known.import, known.booked) = (said.attended, said.booked);
    }
    for ((practice, clinician, day), known) in &mut facts {
        known.chosen = choices.on(practice, *clinician, *day);
    }
    Ok(facts)
}

/// Contacts tapped, and how many of them were complex.
type Tapped = (OdsCode, ClinicianId, LocalDate, i64, i64);

async fn taps(conn: &impl ConnectionTrait, which: Which<'_>) -> Result<Vec<Tapped>, DbErr> {
    use tally::Column;
    let is_complex = Expr::col(Column::Kind).like("%-complex");
    let complex = CaseStatement::new()
        .case(is_complex, Expr::col(Column::N))
        .finally(0);
    let sum: SimpleExpr = Expr::col(Column::N).sum().cast_as("bigint");
    let complex: SimpleExpr = Expr::expr(complex).sum().cast_as("bigint");
    let rows = tally::Entity::find()
        .select_only()
        .columns([Column::Practice, Column::Clinician, Column::Day])
        .column_as(sum, "n")
        .column_as(complex, "complex")
        .filter(Column::Source.eq(Source::Taps.code()))
        .group_by(Column::Practice)
        .group_by(Column::Clinician)
        .group_by(Column::Day);
    let rows = which.narrow(rows, [Column::Practice, Column::Clinician, Column::Day]);
    rows.into_tuple().all(conn).await
}

/// Oldest first: the newest entry of a clinician and day holds. Newest is decided here, which is cheaper than in SQL.
async fn sheets(
    conn: &impl ConnectionTrait,
    which: Which<'_>,
) -> Result<Vec<day_sheet::Model>, DbErr> {
    use day_sheet::Column;
    let columns = [Column::Practice, Column::Clinician, Column::Day];
    let rows = which.narrow(day_sheet::Entity::find(), columns);
    let mut rows = rows.all(conn).await?;
    rows.sort_unstable_by_key(|row| (row.recorded_at, row.id));
    Ok(rows)
}

/// Oldest first, like the sheets.
async fn worked(
    conn: &impl ConnectionTrait,
    which: Which<'_>,
) -> Result<Vec<day_worked::Model>, DbErr> {
    use day_worked::Column;
    let columns = [Column::Practice, Column::Clinician, Column::Day];
    let rows = which.narrow(day_worked::Entity::find(), columns);
    let mut rows = rows.all(conn).await?;
    rows.sort_unstable_by_key(|row| (row.recorded_at, row.id));
    Ok(rows)
}
