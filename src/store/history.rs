//! The past: a clinician's own days and contacts, and practices' days without their clinicians.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::{DateTime, Utc};
use entity::{
    contact, contact_void, day_sheet,
    ids::{ContactId, LocalDate, OdsCode},
    practice_day,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{
    facts::{self, Which},
    limits,
};
use crate::{
    db::Scoped,
    domain::{
        access::{ClinicianScope, EverywhereScope, PracticeScope},
        history::{DaySum, OwnDay},
        limit,
    },
};

/// A clinician's own days from the first to the last one, each against the limit that held.
pub async fn own_days<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    first: LocalDate,
    last: LocalDate,
) -> Result<Vec<OwnDay>, DbErr> {
    let (practice, clinician) = (at.scope.practice(), at.scope.clinician());
    let which = Which::Clinician(practice, clinician, first, last);
    let facts = facts::facts(at.conn, which).await?;
    let rules = limits::rules(at.conn, practice).await?;
    let mut days: Vec<OwnDay> = facts
        .into_iter()
        .map(|((.., on), known)| OwnDay { on, day: limit::day(&known, &rules, clinician, on) })
        .collect();
    days.sort_by_key(|day| day.on);
    Ok(days)
}

/// One line of a clinician's own data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A contact.
    Contact {
        /// The day it counts for.
        day: LocalDate,
        /// When it took place.
        occurred_at: DateTime<Utc>,
        /// How.
        kind: String,
        /// Complex.
        complex: bool,
        /// How it came in.
        entered: String,
        /// Taken back.
        voided: bool,
    },
    /// A number from the appointment book.
    Sheet {
        /// The day.
        day: LocalDate,
        /// When it was entered.
        recorded_at: DateTime<Utc>,
        /// Contacts.
        n: i32,
        /// By whom: the manager or the clinician.
        entered_by: String,
    },
}

impl Entry {
    fn order(&self) -> (LocalDate, DateTime<Utc>) {
        match self {
            Self::Contact { day, occurred_at, .. } => (*day, *occurred_at),
            Self::Sheet { day, recorded_at, .. } => (*day, *recorded_at),
        }
    }
}

/// Everything a clinician counted from the first to the last day, oldest first. At most thirteen weeks are kept, so
/// this is a few thousand lines.
pub async fn entries<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    first: LocalDate,
    last: LocalDate,
) -> Result<Vec<Entry>, DbErr> {
    let (practice, clinician) = (at.scope.practice(), at.scope.clinician());
    let voided: HashSet<ContactId> = contact_void::Entity::find()
        .select_only()
        .column(contact_void::Column::Contact)
        .filter(contact_void::Column::Practice.eq(practice.clone()))
        .filter(contact_void::Column::Clinician.eq(clinician))
        .into_tuple::<ContactId>()
        .all(at.conn)
        .await?
        .into_iter()
        .collect();
    let contacts = contact::Entity::find()
        .filter(contact::Column::Practice.eq(practice.clone()))
        .filter(contact::Column::Clinician.eq(clinician))
        .filter(contact::Column::Day.between(first, last))
        .all(at.conn)
        .await?;
    let sheets = day_sheet::Entity::find()
        .filter(day_sheet::Column::Practice.eq(practice.clone()))
        .filter(day_sheet::Column::Clinician.eq(clinician))
        .filter(day_sheet::Column::Day.between(first, last))
        .order_by_asc(day_sheet::Column::Id)
        .all(at.conn)
        .await?;
    let mut entries: Vec<Entry> = contacts
        .into_iter()
        .map(|row| Entry::Contact {
            day: row.day,
            occurred_at: row.occurred_at,
            kind: row.kind,
            complex: row.complex,
            entered: row.entered,
            voided: voided.contains(&row.id),
        })
        .chain(sheets.into_iter().map(|row| Entry::Sheet {
            day: row.day,
            recorded_at: row.recorded_at,
            n: row.n,
            entered_by: row.entered_by,
        }))
        .collect();
    entries.sort_by_key(Entry::order);
    Ok(entries)
}

/// A practice's folded days. Whoever shows the practice's past adds those who are still kept.
pub async fn folded_days<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    first: LocalDate,
    last: LocalDate,
) -> Result<BTreeMap<LocalDate, DaySum>, DbErr> {
    let only = [at.scope.practice().clone()];
    let found = folded(at.conn, &only, first, last).await?;
    Ok(found.into_iter().map(|((_, day), sum)| (day, sum)).collect())
}

/// Practices with a folded day on which somebody was past their limit.
pub async fn practices_over<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    first: LocalDate,
    last: LocalDate,
) -> Result<BTreeSet<OdsCode>, DbErr> {
    let practices = practice_day::Entity::find()
        .select_only()
        .column(practice_day::Column::Practice)
        .distinct()
        .filter(practice_day::Column::Day.between(first, last))
        .filter(practice_day::Column::Over.gt(0))
        .into_tuple::<OdsCode>()
        .all(at.conn)
        .await?;
    Ok(practices.into_iter().collect())
}

/// The folded days of some practices.
pub(super) async fn folded(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    first: LocalDate,
    last: LocalDate,
) -> Result<BTreeMap<(OdsCode, LocalDate), DaySum>, DbErr> {
    let rows = practice_day::Entity::find()
        .filter(practice_day::Column::Practice.is_in(practices.iter().cloned()))
        .filter(practice_day::Column::Day.between(first, last))
        .all(conn)
        .await?;
    rows.into_iter().map(|row| Ok(((row.practice.clone(), row.day), sum_of(&row)?))).collect()
}

/// The sums of some practices' folded days without what a day was made of: an LMC's page takes thousands of them.
pub(super) async fn folded_sums(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    first: LocalDate,
    last: LocalDate,
) -> Result<BTreeMap<(OdsCode, LocalDate), DaySum>, DbErr> {
    use practice_day::Column;
    type Columns = (OdsCode, LocalDate, i32, i32, i32, i32, i32, i32);
    let rows = practice_day::Entity::find()
        .select_only()
        .columns([
            Column::Practice,
            Column::Day,
            Column::Clinicians,
            Column::Contacts,
            Column::Limits,
            Column::Room,
            Column::AtLimit,
            Column::Over,
        ])
        .filter(Column::Practice.is_in(practices.iter().cloned()))
        .filter(Column::Day.between(first, last));
    let number = |stored: i32| u32::try_from(stored).unwrap_or(0);
    let sum = |row: Columns| {
        let (practice, day, clinicians, contacts, limits, room, at_limit, over) = row;
        let sum = DaySum {
            clinicians: number(clinicians),
            contacts: number(contacts),
            limits: number(limits),
            room: number(room),
            at_limit: number(at_limit),
            over: number(over),
            ..DaySum::default()
        };
        ((practice, day), sum)
    };
    let rows = rows.into_tuple::<Columns>().all(conn).await?;
    Ok(rows.into_iter().map(sum).collect())
}

/// Reads what is stored.
pub(super) fn sum_of(row: &practice_day::Model) -> Result<DaySum, DbErr> {
    let number = |stored: i32| u32::try_from(stored).unwrap_or(0);
    Ok(DaySum {
        clinicians: number(row.clinicians),
        contacts: number(row.contacts),
        limits: number(row.limits),
        room: number(row.room),
        at_limit: number(row.at_limit),
        over: number(row.over),
        complex: number(row.complex),
        kinds: serde_json::from_str(&row.kinds).map_err(|error| DbErr::Type(error.to_string()))?,
    })
}

/// The row of a folded day.
pub(super) fn row_of(
    practice: &OdsCode,
    day: LocalDate,
    sum: &DaySum,
    now: DateTime<Utc>,
) -> Result<practice_day::ActiveModel, DbErr> {
    let number = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
    let kinds = serde_json::to_string(&sum.kinds).map_err(|error| DbErr::Type(error.to_string()))?;
    Ok(practice_day::ActiveModel {
        practice: Set(practice.clone()),
        day: Set(day),
        clinicians: Set(number(sum.clinicians)),
        contacts: Set(number(sum.contacts)),
        limits: Set(number(sum.limits)),
        room: Set(number(sum.room)),
        at_limit: Set(number(sum.at_limit)),
        over: Set(number(sum.over)),
        complex: Set(number(sum.complex)),
        kinds: Set(kinds),
        folded_at: Set(now),
    })
}
