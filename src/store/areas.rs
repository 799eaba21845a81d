//! What an LMC may read of its practices: the rows of those that share at this moment, and of the others nothing but
//! its own telephone entries that wait for an answer. A handful of statements, however many practices there are.
//!
//! Nothing about a single clinician leaves this file: days are summed here, and dropped where fewer than three were
//! counted.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::{
    access_receipt, day_sheet,
    ids::{ClinicianId, LocalDate, OdsCode, PersonId, RowId, SheetId, SubjectId},
    limit_rule, sessions_worked, subject, tally, weekly_answer,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};

use super::{actions, sharing};
use crate::{
    db::Scoped,
    domain::{
        access::{LmcScope, PracticeScope},
        action::Row,
        area::{CountedDay, Entered, Shared, first_day},
        calendar,
        contact::Source,
        limit::{Day, DayFacts, Rule, day},
        organisation::{Kind, View},
    },
};

/// The moment that is asked about.
#[derive(Debug, Clone, Copy)]
pub struct When {
    /// The day.
    pub on: LocalDate,
    /// Only what was recorded by then.
    pub known_at: DateTime<Utc>,
    /// Now: consent is read as it stands at this moment, whatever day is asked about.
    pub now: DateTime<Utc>,
}

/// What an LMC may see of its practices.
#[derive(Debug, Clone, Default)]
pub struct Area {
    /// Those that share.
    pub shared: BTreeMap<OdsCode, Shared>,
    /// Of the others, those with telephone entries of the LMC that wait for an answer.
    pub entered: BTreeMap<OdsCode, Entered>,
}

/// Which parts of an area are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    /// Registers, answers and four weeks of days.
    All,
    /// Registers and answers.
    Registers,
}

/// Reads the practices that the LMC represents today.
pub async fn area<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    organisations: &View,
    when: When,
    parts: Parts,
) -> Result<Area, DbErr> {
    let all: Vec<OdsCode> = organisations
        .practices_in(Kind::Lmc, at.scope.lmc())
        .into_iter()
        .map(|practice| practice.code.clone())
        .collect();
    let consenting = sharing::consenting(at.conn, &all, when.now).await?;
    let others: Vec<OdsCode> = all
        .into_iter()
        .filter(|practice| !consenting.contains(practice))
        .collect();
    let consenting: Vec<OdsCode> = consenting.into_iter().collect();
    Ok(Area {
        shared: shared(at.conn, &consenting, when, parts).await?,
        entered: entered(at.conn, &others).await?,
    })
}

/// The practices of the LMC that share at this moment, for streams that tell of their changes.
pub async fn sharing_with<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    organisations: &View,
    now: DateTime<Utc>,
) -> Result<BTreeSet<OdsCode>, DbErr> {
    let all: Vec<OdsCode> = organisations
        .practices_in(Kind::Lmc, at.scope.lmc())
        .into_iter()
        .map(|practice| practice.code.clone())
        .collect();
    sharing::consenting(at.conn, &all, now).await
}

/// One practice as its LMC sees it; nothing where it does not share at this moment.
pub async fn practice<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    when: When,
) -> Result<Option<Shared>, DbErr> {
    let only = [at.scope.practice().clone()];
    if sharing::consenting(at.conn, &only, when.now)
        .await?
        .is_empty()
    {
        return Ok(None);
    }
    let mut found = shared(at.conn, &only, when, Parts::All).await?;
    Ok(found.remove(at.scope.practice()))
}

/// What the LMC entered for one practice and the practice has not answered, whether it shares or not.
pub async fn entered_for<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
) -> Result<Entered, DbErr> {
    let only = [at.scope.practice().clone()];
    let mut found = entered(at.conn, &only).await?;
    Ok(found.remove(at.scope.practice()).unwrap_or_default())
}

/// Which of these practices' rows this reader has not been noted for today.
pub async fn without_receipt<C: ConnectionTrait, S: Sync>(
    at: Scoped<'_, C, S>,
    reader: PersonId,
    practices: Vec<OdsCode>,
    day: LocalDate,
) -> Result<Vec<OdsCode>, DbErr> {
    let noted: BTreeSet<OdsCode> = access_receipt::Entity::find()
        .select_only()
        .column(access_receipt::Column::Practice)
        .filter(access_receipt::Column::Practice.is_in(practices.iter().cloned()))
        .filter(access_receipt::Column::Reader.eq(reader))
        .filter(access_receipt::Column::Day.eq(day))
        .into_tuple::<OdsCode>()
        .all(at.conn)
        .await?
        .into_iter()
        .collect();
    Ok(practices
        .into_iter()
        .filter(|practice| !noted.contains(practice))
        .collect())
}

async fn shared(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    when: When,
    parts: Parts,
) -> Result<BTreeMap<OdsCode, Shared>, DbErr> {
    if practices.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut rows = actions::of(conn, practices).await?;
    let mut subjects = subjects(conn, practices).await?;
    let known = calendar::week_ending(calendar::london_day(when.known_at));
    let latest = latest_weeks(conn, practices, known).await?;
    let answered = sharing::answered(conn, practices, calendar::week_ending(when.on)).await?;
    let mut days = match parts {
        Parts::All => days(conn, practices, first_day(when.on), when.on).await?,
        Parts::Registers => BTreeMap::new(),
    };
    Ok(practices
        .iter()
        .map(|practice| {
            let shared = Shared {
                rows: rows.remove(practice).unwrap_or_default(),
                subjects: subjects.remove(practice).unwrap_or_default(),
                latest_week: latest.get(practice).copied(),
                answered: answered.contains(practice),
                days: days.remove(practice).unwrap_or_default(),
            };
            (practice.clone(), shared)
        })
        .collect())
}

async fn entered(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
) -> Result<BTreeMap<OdsCode, Entered>, DbErr> {
    if practices.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: BTreeMap<OdsCode, Vec<Row>> = actions::unanswered(conn, practices).await?;
    if rows.is_empty() {
        return Ok(BTreeMap::new());
    }
    let with: Vec<OdsCode> = rows.keys().cloned().collect();
    let mut names = subjects(conn, &with).await?;
    Ok(rows
        .into_iter()
        .map(|(practice, rows)| {
            let mut subjects = names.remove(&practice).unwrap_or_default();
            // Names that only the practice's own rows use are not the LMC's to see.
            subjects.retain(|id, _| rows.iter().any(|row| row.subject == Some(*id)));
            (practice, Entered { rows, subjects })
        })
        .collect())
}

async fn subjects(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
) -> Result<BTreeMap<OdsCode, BTreeMap<SubjectId, String>>, DbErr> {
    let rows: Vec<(OdsCode, SubjectId, String)> = subject::Entity::find()
        .select_only()
        .columns([
            subject::Column::Practice,
            subject::Column::Id,
            subject::Column::Name,
        ])
        .filter(subject::Column::Practice.is_in(practices.iter().cloned()))
        .into_tuple()
        .all(conn)
        .await?;
    let mut names: BTreeMap<OdsCode, BTreeMap<SubjectId, String>> = BTreeMap::new();
    for (practice, id, name) in rows {
        names.entry(practice).or_default().insert(id, name);
    }
    Ok(names)
}

/// The last week each practice answered; the unique index alone answers it.
async fn latest_weeks(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    until: LocalDate,
) -> Result<BTreeMap<OdsCode, LocalDate>, DbErr> {
    let rows: Vec<(OdsCode, LocalDate)> = weekly_answer::Entity::find()
        .select_only()
        .column(weekly_answer::Column::Practice)
        .column_as(weekly_answer::Column::WeekEnding.max(), "week_ending")
        .filter(weekly_answer::Column::Practice.is_in(practices.iter().cloned()))
        .filter(weekly_answer::Column::WeekEnding.lte(until))
        .group_by(weekly_answer::Column::Practice)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

type Facts = HashMap<(OdsCode, LocalDate), HashMap<ClinicianId, DayFacts>>;

/// Each practice's days with at least three counted clinicians.
async fn days(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    first: LocalDate,
    last: LocalDate,
) -> Result<BTreeMap<OdsCode, Vec<CountedDay>>, DbErr> {
    let rules = rules(conn, practices).await?;
    let mut facts = Facts::new();
    taps(conn, practices, first, last, &mut facts).await?;
    sheets(conn, practices, first, last, &mut facts).await?;
    sessions(conn, practices, first, last, &mut facts).await?;
    let mut days: BTreeMap<OdsCode, Vec<CountedDay>> = BTreeMap::new();
    for ((practice, on), clinicians) in facts {
        let rules = rules.get(&practice).map_or(&[][..], Vec::as_slice);
        let counted: Vec<Day> = clinicians
            .iter()
            .map(|(clinician, facts)| day(facts, rules, *clinician, on))
            .collect();
        if let Some(sum) = CountedDay::of(on, &counted) {
            days.entry(practice).or_default().push(sum);
        }
    }
    Ok(days)
}

async fn taps(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    first: LocalDate,
    last: LocalDate,
    facts: &mut Facts,
) -> Result<(), DbErr> {
    let sum: SimpleExpr = Expr::col(tally::Column::N).sum().cast_as("bigint");
    let rows: Vec<(OdsCode, LocalDate, ClinicianId, i64)> = tally::Entity::find()
        .select_only()
        .columns([
            tally::Column::Practice,
            tally::Column::Day,
            tally::Column::Clinician,
        ])
        .column_as(sum, "n")
        .filter(tally::Column::Practice.is_in(practices.iter().cloned()))
        .filter(tally::Column::Day.between(first, last))
        .filter(tally::Column::Source.eq(Source::Taps.code()))
        .group_by(tally::Column::Practice)
        .group_by(tally::Column::Day)
        .group_by(tally::Column::Clinician)
        .into_tuple()
        .all(conn)
        .await?;
    for (practice, day, clinician, n) in rows {
        let known = facts.entry((practice, day)).or_default();
        known.entry(clinician).or_default().taps = Some(u32::try_from(n).unwrap_or(0));
    }
    Ok(())
}

/// The newest entry of a clinician and day holds; newest is decided here, which is cheaper than in SQL.
async fn sheets(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    first: LocalDate,
    last: LocalDate,
    facts: &mut Facts,
) -> Result<(), DbErr> {
    type Found = (OdsCode, LocalDate, ClinicianId, i32, DateTime<Utc>, SheetId);
    let mut rows: Vec<Found> = day_sheet::Entity::find()
        .select_only()
        .columns([
            day_sheet::Column::Practice,
            day_sheet::Column::Day,
            day_sheet::Column::Clinician,
            day_sheet::Column::N,
            day_sheet::Column::RecordedAt,
            day_sheet::Column::Id,
        ])
        .filter(day_sheet::Column::Practice.is_in(practices.iter().cloned()))
        .filter(day_sheet::Column::Day.between(first, last))
        .into_tuple()
        .all(conn)
        .await?;
    rows.sort_unstable_by_key(|row| (row.4, row.5));
    for (practice, day, clinician, n, ..) in rows {
        let known = facts.entry((practice, day)).or_default();
        known.entry(clinician).or_default().sheet = u32::try_from(n).ok();
    }
    Ok(())
}

async fn sessions(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    first: LocalDate,
    last: LocalDate,
    facts: &mut Facts,
) -> Result<(), DbErr> {
    use sessions_worked::Column;
    type Found = (OdsCode, LocalDate, ClinicianId, i32, DateTime<Utc>, RowId);
    let mut rows: Vec<Found> = sessions_worked::Entity::find()
        .select_only()
        .columns([
            Column::Practice,
            Column::Day,
            Column::Clinician,
            Column::Sessions,
            Column::RecordedAt,
            Column::Id,
        ])
        .filter(Column::Practice.is_in(practices.iter().cloned()))
        .filter(Column::Day.between(first, last))
        .into_tuple()
        .all(conn)
        .await?;
    rows.sort_unstable_by_key(|row| (row.4, row.5));
    for (practice, day, clinician, sessions, ..) in rows {
        let known = facts.entry((practice, day)).or_default();
        known.entry(clinician).or_default().sessions = u32::try_from(sessions).ok();
    }
    Ok(())
}

async fn rules(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
) -> Result<BTreeMap<OdsCode, Vec<Rule>>, DbErr> {
    let rows = limit_rule::Entity::find()
        .filter(limit_rule::Column::Practice.is_in(practices.iter().cloned()))
        .all(conn)
        .await?;
    let number = |stored: i32| u32::try_from(stored).unwrap_or(0);
    let mut rules: BTreeMap<OdsCode, Vec<Rule>> = BTreeMap::new();
    for row in rows {
        rules.entry(row.practice).or_default().push(Rule {
            clinician: row.clinician,
            effective_on: row.effective_on,
            recorded_at: row.recorded_at,
            full_day: number(row.full_day),
            one_session: number(row.one_session),
            nearing_percent: number(row.nearing_percent),
        });
    }
    Ok(rules)
}
