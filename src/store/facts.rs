//! What is known of days before a source is chosen: the one reader of taps, sheets, imports and sessions, for one day, a
//! practice, an area or everyone.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::{
    day_sheet, day_worked,
    ids::{ClinicianId, LocalDate, OdsCode},
    slot_tally, tally,
};
use futures::try_join;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select, TryGetableMany,
    Value,
    sea_query::{CaseStatement, CommonTableExpression, Expr, ExprTrait, SelectStatement, SimpleExpr, UnionType},
};
use uuid::Uuid;

use super::{
    appointments::{self, ImportedCount},
    keyed,
};
use crate::domain::{
    contact::Source,
    limit::{DayFacts, Worked},
};

/// One clinician's day.
pub(super) type Key = (OdsCode, ClinicianId, LocalDate);
/// What is known, by clinician's day.
pub(super) type Facts = HashMap<Key, DayFacts>;

/// What one statement names: it lists practices in each of its four parts and more, days once with three values each, and
/// SQLite takes 32,766 values in all.
const MOST_PRACTICES: usize = 2_000;
const MOST_DAYS: usize = 4_096;

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
    /// Those of a table's rows that are asked for, by its columns of practice, clinician and day. Single days are named at
    /// the head of the statement: see [`Self::head`].
    pub(super) fn narrow<S, C>(self, rows: S, [practice, clinician, day]: [C; 3]) -> S
    where
        S: QueryFilter<QueryStatement = SelectStatement>,
        C: ColumnTrait,
    {
        match self {
            Self::Clinician(of, whose, first, last) => {
                rows.filter(practice.eq(of.clone())).filter(clinician.eq(whose)).filter(day.between(first, last))
            }
            Self::Practices(of, first, last) => {
                rows.filter(practice.is_in(of.iter().cloned())).filter(day.between(first, last))
            }
            Self::Days(_) => keyed::among_named(rows, [practice, clinician, day]),
            Self::Everyone(on) => rows.filter(day.eq(on)),
        }
    }

    /// What stands at the head of a statement that [`Self::narrow`]s.
    fn head(self) -> Option<CommonTableExpression> {
        let Self::Days(keys) = self else {
            return None;
        };
        keyed::named(listed(keys))
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

/// Keys as values of a statement.
pub(super) fn listed(keys: &[Key]) -> impl Iterator<Item = [Value; 3]> {
    keys.iter().map(|(practice, clinician, day)| [practice.clone().into(), (*clinician).into(), (*day).into()])
}

/// Reads what is known: four tables in one statement, and what the practices chose.
pub(super) async fn facts(conn: &impl ConnectionTrait, which: Which<'_>) -> Result<Facts, DbErr> {
    let (practices, days) = match which {
        Which::Practices(of, ..) => (of.len(), 0),
        Which::Days(keys) => (0, keys.len()),
        Which::Clinician(..) | Which::Everyone(_) => (0, 0),
    };
    if practices <= MOST_PRACTICES && days <= MOST_DAYS {
        return read(conn, which).await;
    }
    let mut facts = Facts::new();
    match which {
        Which::Practices(of, first, last) => {
            for some in of.chunks(MOST_PRACTICES) {
                facts.extend(read(conn, Which::Practices(some, first, last)).await?);
            }
        }
        Which::Days(keys) => {
            for some in keys.chunks(MOST_DAYS) {
                facts.extend(read(conn, Which::Days(some)).await?);
            }
        }
        Which::Clinician(..) | Which::Everyone(_) => {}
    }
    Ok(facts)
}

async fn read(conn: &impl ConnectionTrait, which: Which<'_>) -> Result<Facts, DbErr> {
    if matches!(which, Which::Days([])) {
        return Ok(Facts::new());
    }
    let statement = statement(which);
    let (told, choices) = try_join!(conn.query_all(&statement), appointments::choices(conn, which))?;
    let told = told.iter().map(Told::try_get_many_by_index);
    let mut told = told.collect::<Result<Vec<Told>, _>>()?;
    // Of several sheets the newest holds, decided here: that is cheaper than in SQL.
    told.sort_unstable_by_key(|(.., at, id)| (*at, *id));
    let mut facts = Facts::new();
    for (what, practice, clinician, day, n, more, ..) in told {
        let known = facts.entry((practice, clinician, day)).or_default();
        let n = u32::try_from(n).unwrap_or(0);
        match what.as_str() {
            TAPS => {
                known.taps = Some(n);
                known.complex = u32::try_from(more).unwrap_or(0);
            }
            SHEET => known.sheet = Some(n),
            WORKED => {
                known.worked = Some(Worked { half_sessions: n, duty: more > 0 });
            }
            outcome => {
                let mut said =
                    ImportedCount { attended: known.import, booked: known.booked, ..ImportedCount::default() };
                said.add(outcome, n);
                (known.import, known.booked) = (said.attended, said.booked);
            }
        }
    }
    for ((practice, clinician, day), known) in &mut facts {
        known.chosen = choices.on(practice, *clinician, *day);
    }
    Ok(facts)
}

/// A row of [`statement`]: what it tells (one of the three words below, or the outcome of slots that were imported), of
/// which day, how many, a second number that goes with the word, and what tells which of several is newest.
type Told = (String, OdsCode, ClinicianId, LocalDate, i64, i64, Option<DateTime<Utc>>, Option<Uuid>);
/// Contacts tapped, and how many of them were complex.
const TAPS: &str = "taps";
/// A number from the book.
const SHEET: &str = "sheet";
/// Half sessions, and 1 for a duty day.
const WORKED: &str = "worked";

/// One statement, because each is a turn of two threads, and a tap asks for all of it.
pub(super) fn statement(which: Which<'_>) -> SelectStatement {
    let mut all = taps(which);
    let parts = [sheets(which), worked(which), imported(which)];
    all.unions(parts.map(|part| (UnionType::All, part)));
    if let Some(head) = which.head() {
        all.with_cte(head);
    }
    all
}

fn taps(which: Which<'_>) -> SelectStatement {
    use tally::Column;
    let is_complex = Expr::col(Column::Kind).like("%-complex");
    let complex = CaseStatement::new().case(is_complex, Expr::col(Column::N)).finally(0);
    let rows = tally::Entity::find()
        .filter(Column::Source.eq(Source::Taps.code()))
        .group_by(Column::Practice)
        .group_by(Column::Clinician)
        .group_by(Column::Day);
    let day = [Column::Practice, Column::Clinician, Column::Day];
    let n = [sum(Expr::col(Column::N)), sum(Expr::expr(complex))];
    told(which, rows, Expr::val(TAPS), day, n, None)
}

fn sheets(which: Which<'_>) -> SelectStatement {
    use day_sheet::Column;
    let day = [Column::Practice, Column::Clinician, Column::Day];
    let n = [Column::N.into_expr(), Expr::val(0)];
    let newest = Some([Column::RecordedAt, Column::Id]);
    told(which, day_sheet::Entity::find(), Expr::val(SHEET), day, n, newest)
}

fn worked(which: Which<'_>) -> SelectStatement {
    use day_worked::Column;
    let day = [Column::Practice, Column::Clinician, Column::Day];
    let duty = CaseStatement::new().case(Column::Duty.into_expr(), 1).finally(0);
    let n = [Column::HalfSessions.into_expr(), duty.into()];
    let newest = Some([Column::RecordedAt, Column::Id]);
    told(which, day_worked::Entity::find(), Expr::val(WORKED), day, n, newest)
}

fn imported(which: Which<'_>) -> SelectStatement {
    use slot_tally::Column;
    let rows = appointments::slots_that_count(which)
        .group_by(Column::Practice)
        .group_by(Column::Clinician)
        .group_by(Column::Day)
        .group_by(Column::Outcome);
    let day = [Column::Practice, Column::Clinician, Column::Day];
    let n = [sum(Expr::col(Column::N)), Expr::val(0)];
    told(which, rows, Column::Outcome.into_expr(), day, n, None)
}

fn sum(of: SimpleExpr) -> SimpleExpr {
    of.sum().cast_as("bigint")
}

/// The columns of [`Told`] from those of a table.
fn told<E: EntityTrait>(
    which: Which<'_>,
    rows: Select<E>,
    what: SimpleExpr,
    day: [E::Column; 3],
    [n, more]: [SimpleExpr; 2],
    newest: Option<[E::Column; 2]>,
) -> SelectStatement {
    let (at, id) = match newest {
        Some([at, id]) => (at.into_expr(), id.into_expr()),
        None => (Expr::val(None::<DateTime<Utc>>), Expr::val(None::<Uuid>)),
    };
    let rows = rows
        .select_only()
        .expr_as(what, "what")
        .columns(day)
        .expr_as(n, "n")
        .expr_as(more, "more")
        .expr_as(at, "at")
        .expr_as(id, "newest");
    which.narrow(rows, day).into_query()
}
