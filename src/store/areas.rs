//! What an LMC may read of its practices: the rows of those that share at this moment, and of the others nothing but
//! its own telephone entries that wait for an answer. A handful of statements, however many practices there are.
//!
//! Nothing about a single clinician is read here: [`area_days`] sums.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::{
    access_receipt,
    ids::{LocalDate, OdsCode, OrgCode, SubjectId},
    weekly_answer,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use super::{
    Caches, actions, area_days, area_notices,
    sharing::{self, Sharing},
};
use crate::{
    db::Scoped,
    domain::{
        access::{LmcScope, PracticeScope},
        action::StatusRow,
        area::{Answered, Shared, TelephoneEntries, first_day, first_week},
        calendar,
        consent::Days,
        organisation::{OrganisationKind, PracticeOn, View},
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
    pub entered: BTreeMap<OdsCode, TelephoneEntries>,
}

/// Which parts of an area are read.
#[derive(Debug, Clone, Copy)]
pub enum Parts {
    /// Registers, answers, overdue replies and four weeks of days; past ones may be a few minutes old.
    All,
    /// Registers and answers.
    Registers,
}

/// Reads the practices that the LMC represented on the day that is asked about: `then` are the organisations of that
/// day, `today` those of today.
///
/// Two things decide, and both must be so: the practice agrees *at this moment* to share with its LMC, and it was this
/// LMC that represented it *on that day*. So a practice that moves takes its later days along and leaves the earlier
/// ones where they were, and what it agreed to ends everywhere at once. Of a practice that has left nothing is read that
/// was recorded after that day, and of one that has come no day from before.
pub async fn area<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    (then, today): (&View, &View),
    when: When,
    (kept, parts): (&Caches, Parts),
) -> Result<Area, DbErr> {
    let lmc = at.scope.lmc();
    let members = then.practices_in(OrganisationKind::Lmc, lmc);
    let all: Vec<OdsCode> = members.iter().map(|one| one.code.clone()).collect();
    let mut consenting = sharing::consenting(at.conn, &all, when.now).await?;
    // A practice that opened no day before this one is on it like any other that does not share.
    consenting.retain(|_, days| days.open(when.on));
    let others: Vec<OdsCode> = all.into_iter().filter(|practice| !consenting.contains_key(practice)).collect();
    let mut found = Area {
        shared: shared(at.conn, &consenting, when, (kept, parts)).await?,
        entered: entered(at.conn, &others).await?,
    };
    for practice in members {
        let tenure = Tenure::of(practice, today, lmc);
        if let Some(shared) = found.shared.get_mut(&practice.code) {
            tenure.narrow(shared, when.on);
        }
        if let Some(entered) = found.entered.get_mut(&practice.code) {
            tenure.narrow_rows(&mut entered.rows, when);
        }
    }
    found.entered.retain(|_, entered| !entered.rows.is_empty());
    Ok(found)
}

/// How long an LMC has represented a practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tenure {
    since: Option<LocalDate>,
    gone: bool,
}

impl Tenure {
    /// Of a practice as it was on a day, by the organisations of today.
    pub fn of(practice: &PracticeOn, today: &View, lmc: &OrgCode) -> Self {
        let now = today.practice(&practice.code);
        Self { since: practice.lmc_since, gone: now.is_none_or(|now| now.lmc.as_ref() != Some(lmc)) }
    }

    /// Leaves of what was read what belongs to this LMC.
    fn narrow(self, shared: &mut Shared, on: LocalDate) {
        if self.gone {
            let end = calendar::day_begins(on.plus_days(1));
            shared.rows.retain(|row| row.recorded_at < end);
        }
        shared.days.retain(|day| self.since.is_none_or(|since| since <= day.day()));
    }

    /// Of telephone entries those that this LMC wrote, up to the day that is asked about.
    fn narrow_rows(self, rows: &mut Vec<StatusRow>, when: When) {
        let end = calendar::day_begins(when.on.plus_days(1));
        rows.retain(|row| {
            let day = calendar::london_day(row.recorded_at);
            row.recorded_at < end && self.since.is_none_or(|since| since <= day)
        });
    }
}

/// The practices of the LMC that share at this moment, and which of their days are open.
pub async fn sharing_with<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    organisations: &View,
    now: DateTime<Utc>,
) -> Result<Sharing, DbErr> {
    let all: Vec<OdsCode> = organisations
        .practices_in(OrganisationKind::Lmc, at.scope.lmc())
        .into_iter()
        .map(|practice| practice.code.clone())
        .collect();
    sharing::consenting(at.conn, &all, now).await
}

/// One practice as its LMC sees it, with the day itself; nothing where it does not share at this moment, or not that day.
/// The caller has seen that the LMC represented it on that day.
pub async fn practice<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    kept: &Caches,
    when: When,
    tenure: Tenure,
) -> Result<Option<Shared>, DbErr> {
    let only = [at.scope.practice().clone()];
    let sharing = sharing::consenting(at.conn, &only, when.now).await?;
    match sharing.get(at.scope.practice()) {
        Some(days) if days.open(when.on) => seen(at, kept, when, (tenure, *days)).await.map(Some),
        _ => Ok(None),
    }
}

/// One practice as its LMC sees it if it shares these days, for the practice itself to look at.
pub async fn seen<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    kept: &Caches,
    when: When,
    (tenure, open): (Tenure, Days),
) -> Result<Shared, DbErr> {
    let only = Sharing::from([(at.scope.practice().clone(), open)]);
    let mut found = shared(at.conn, &only, when, (kept, Parts::Registers)).await?;
    let only = [at.scope.practice().clone()];
    let mut days = area_days::read(at.conn, &only, when.on, when.on).await?;
    let mut shared = found.remove(at.scope.practice()).unwrap_or_default();
    shared.days = days.remove(at.scope.practice()).unwrap_or_default();
    tenure.narrow(&mut shared, when.on);
    Ok(shared)
}

/// What the LMC entered for one practice and the practice has not answered, whether it shares or not.
pub async fn entered_for<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    when: When,
    tenure: Tenure,
) -> Result<TelephoneEntries, DbErr> {
    let only = [at.scope.practice().clone()];
    let mut found = entered(at.conn, &only).await?;
    let mut entered = found.remove(at.scope.practice()).unwrap_or_default();
    tenure.narrow_rows(&mut entered.rows, when);
    Ok(entered)
}

/// Which of these practices' rows this reader has not been noted for on this kind of page today.
pub async fn without_receipt<C: ConnectionTrait, S: Sync>(
    at: Scoped<'_, C, S>,
    reader: &sharing::Reader,
    practices: Vec<OdsCode>,
    day: LocalDate,
) -> Result<Vec<OdsCode>, DbErr> {
    let noted: BTreeSet<OdsCode> = access_receipt::Entity::find()
        .select_only()
        .column(access_receipt::Column::Practice)
        .filter(access_receipt::Column::Practice.is_in(practices.iter().cloned()))
        .filter(access_receipt::Column::Reader.eq(reader.person))
        .filter(access_receipt::Column::Day.eq(day))
        .filter(access_receipt::Column::Page.eq(reader.page.code()))
        .into_tuple::<OdsCode>()
        .all(at.conn)
        .await?
        .into_iter()
        .collect();
    Ok(practices.into_iter().filter(|practice| !noted.contains(practice)).collect())
}

async fn shared(
    conn: &impl ConnectionTrait,
    sharing: &Sharing,
    when: When,
    (kept, parts): (&Caches, Parts),
) -> Result<BTreeMap<OdsCode, Shared>, DbErr> {
    if sharing.is_empty() {
        return Ok(BTreeMap::new());
    }
    let practices: Vec<OdsCode> = sharing.keys().cloned().collect();
    let practices = practices.as_slice();
    let registers = kept.registers.of(conn, practices).await?;
    let mut answers = answers(conn, practices, when).await?;
    let mut days = match parts {
        Parts::All => {
            let past = &kept.past_days;
            let first = first_day(when.on);
            past.days(conn, practices, first, when.on, when.now).await?
        }
        Parts::Registers => BTreeMap::new(),
    };
    let mut unanswered = match parts {
        Parts::All => area_notices::unanswered(conn, practices, when.on).await?,
        Parts::Registers => BTreeMap::new(),
    };
    Ok(sharing
        .iter()
        .map(|(practice, open)| {
            let register = registers.get(practice).cloned().unwrap_or_default();
            let mut days = days.remove(practice).unwrap_or_default();
            days.retain(|day| open.open(day.day()));
            let mut answers = answers.remove(practice).unwrap_or_default();
            answers.retain(|answer| open.open(answer.week()));
            let shared = Shared {
                open: *open,
                rows: register.rows.clone(),
                subjects: names(&register),
                answers,
                days,
                unanswered: unanswered.remove(practice).unwrap_or_default(),
            };
            (practice.clone(), shared)
        })
        .collect())
}

async fn entered(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
) -> Result<BTreeMap<OdsCode, TelephoneEntries>, DbErr> {
    if practices.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: BTreeMap<OdsCode, Vec<StatusRow>> = actions::unanswered(conn, practices).await?;
    // Of these practices' registers nothing is read but what the LMC typed itself.
    let about: Vec<(OdsCode, SubjectId)> = rows
        .iter()
        .flat_map(|(practice, rows)| rows.iter().map(move |row| (practice, row.change.subject)))
        .filter_map(|(practice, subject)| Some((practice.clone(), subject?)))
        .collect();
    let mut typed: BTreeMap<OdsCode, BTreeMap<SubjectId, String>> = BTreeMap::new();
    for ((practice, id), name) in actions::as_typed(conn, &about).await? {
        typed.entry(practice).or_default().insert(id, name);
    }
    Ok(rows
        .into_iter()
        .map(|(practice, rows)| {
            let subjects = typed.remove(&practice).unwrap_or_default();
            (practice, TelephoneEntries { rows, subjects })
        })
        .collect())
}

fn names(register: &actions::Register) -> BTreeMap<SubjectId, String> {
    let names = register.subjects.iter();
    names.map(|(id, (_, name))| (*id, name.clone())).collect()
}

/// The answers of the weeks of a trend as they were given, and of those before the first and the last: of these the
/// unique index alone answers it.
async fn answers(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    when: When,
) -> Result<BTreeMap<OdsCode, Vec<Answered>>, DbErr> {
    let first = first_week(when.on);
    let before: Vec<(OdsCode, LocalDate, LocalDate)> = weekly_answer::Entity::find()
        .select_only()
        .column(weekly_answer::Column::Practice)
        .column_as(weekly_answer::Column::WeekEnding.min(), "first_week")
        .column_as(weekly_answer::Column::WeekEnding.max(), "last_week")
        .filter(weekly_answer::Column::Practice.is_in(practices.iter().cloned()))
        .filter(weekly_answer::Column::WeekEnding.lt(first))
        .group_by(weekly_answer::Column::Practice)
        .into_tuple()
        .all(conn)
        .await?;
    let recent: Vec<(OdsCode, LocalDate, DateTime<Utc>)> = weekly_answer::Entity::find()
        .select_only()
        .columns([
            weekly_answer::Column::Practice,
            weekly_answer::Column::WeekEnding,
            weekly_answer::Column::RecordedAt,
        ])
        .filter(weekly_answer::Column::Practice.is_in(practices.iter().cloned()))
        .filter(weekly_answer::Column::WeekEnding.between(first, calendar::week_ending(when.on)))
        .filter(weekly_answer::Column::RecordedAt.lte(when.known_at))
        .into_tuple()
        .all(conn)
        .await?;
    let mut found: BTreeMap<OdsCode, Vec<Answered>> = BTreeMap::new();
    for (practice, first, last) in before {
        let weeks = [first, last].map(Answered::long_ago);
        found.entry(practice).or_default().extend(weeks);
    }
    for (practice, week, recorded_at) in recent {
        let answer = Answered::new(week, recorded_at);
        found.entry(practice).or_default().push(answer);
    }
    Ok(found)
}
