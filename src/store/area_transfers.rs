//! Transferred work of an LMC's practices: of those that agreed to a text that opens it, on days that are open. The
//! database sums items.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::{
    ids::{LocalDate, NotAnId, OdsCode, RowId},
    letter, letter_event, transfer, transfer_letter,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    Select,
    sea_query::{Alias, Expr, ExprTrait, Func},
};

use super::{
    sharing::{self, Sharing},
    transfers::{self, standing},
};
use crate::{
    db::Scoped,
    domain::{
        access::LmcScope,
        consent::Days,
        letter::FollowUp,
        organisation::{OrganisationKind, View},
        transfer::{GivenBack, Transfer, TransferOutcome},
    },
};

mod answers;
mod passed_on;

pub use answers::answers;
pub use passed_on::{KindLine, PassedOn, ProviderLine, passed_on};

/// Letters, with what happened to each, that are read at once.
const MOST_LETTERS: u64 = 20_000;

/// The practices of the LMC that opened transferred work, with their open days: none of before it represented them.
pub async fn opened<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    organisations: &View,
    now: DateTime<Utc>,
) -> Result<Sharing, DbErr> {
    let members = organisations.practices_in(OrganisationKind::Lmc, at.scope.lmc());
    let all: Vec<OdsCode> = members.iter().map(|practice| practice.code.clone()).collect();
    let mut opened = sharing::opening_transfers(at.conn, &all, now).await?;
    for practice in members {
        if let (Some(days), Some(since)) = (opened.get_mut(&practice.code), practice.lmc_since) {
            *days = match *days {
                Days::All => Days::From(since),
                Days::From(day) => Days::From(Ord::max(day, since)),
            };
        }
    }
    Ok(opened)
}

/// Which items are asked about; each part narrows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Narrowed {
    /// Key of a provider.
    pub provider: Option<String>,
    /// Code of a department.
    pub department: Option<String>,
    /// Code of a kind.
    pub category: Option<String>,
}

impl Narrowed {
    fn condition(&self) -> Condition {
        let mut all = Condition::all();
        for (column, wanted) in [
            (transfer::Column::Provider, &self.provider),
            (transfer::Column::Department, &self.department),
            (transfer::Column::Category, &self.category),
        ] {
            if let Some(wanted) = wanted {
                all = all.add(column.eq(wanted.clone()));
            }
        }
        all
    }
}

/// Days that are asked about: first and last.
pub type Period = (LocalDate, LocalDate);

/// The items of these practices that came in a period, on days that each of them opened.
fn seen(sharing: &Sharing, (from, to): Period, narrowed: &Narrowed) -> Select<transfer::Entity> {
    let mut by_day: BTreeMap<LocalDate, Vec<&OdsCode>> = BTreeMap::new();
    for (practice, days) in sharing {
        let first = match days {
            Days::All => from,
            Days::From(day) => Ord::max(from, *day),
        };
        by_day.entry(first).or_default().push(practice);
    }
    let mut open = Condition::any();
    for (first, practices) in by_day {
        let here = Condition::all()
            .add(transfer::Column::Practice.is_in(practices.into_iter().cloned()))
            .add(transfer::Column::CameOn.between(first, to));
        open = open.add(here);
    }
    standing().filter(open).filter(narrowed.condition())
}

/// How many items, from how many practices, stand in what is asked about.
pub async fn counted<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    sharing: &Sharing,
    period: Period,
    narrowed: &Narrowed,
) -> Result<(u32, u32), DbErr> {
    if sharing.is_empty() {
        return Ok((0, 0));
    }
    let practices = Expr::expr(Func::count_distinct(Expr::col(transfer::Column::Practice)));
    let row: Option<(i64, i64)> = seen(sharing, period, narrowed)
        .select_only()
        .column_as(transfer::Column::Id.count(), "items")
        .column_as(practices, "practices")
        .into_tuple()
        .one(at.conn)
        .await?;
    let (items, practices) = row.unwrap_or_default();
    Ok((u32::try_from(items).unwrap_or(u32::MAX), u32::try_from(practices).unwrap_or(u32::MAX)))
}

fn count(n: i64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Practice, outcome, items, minutes of clinicians and of administration: a row for each that occurs.
type MinutesRow = (OdsCode, String, i64, i64, i64);

/// What sending back gave and what doing anyway took, of each practice that logged anything in what is asked about.
pub async fn given_back<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    sharing: &Sharing,
    period: Period,
    narrowed: &Narrowed,
) -> Result<BTreeMap<OdsCode, GivenBack>, DbErr> {
    let mut sums: BTreeMap<OdsCode, GivenBack> = BTreeMap::new();
    if sharing.is_empty() {
        return Ok(sums);
    }
    let big = |sum: sea_orm::sea_query::SimpleExpr| sum.sum().cast_as(Alias::new("BIGINT"));
    let minutes = Expr::col(transfer::Column::MinutesGp)
        .add(Expr::col(transfer::Column::MinutesOtherClinician))
        .add(Expr::col(transfer::Column::MinutesNurse));
    let rows: Vec<MinutesRow> = seen(sharing, period, narrowed)
        .select_only()
        .column(transfer::Column::Practice)
        .column(transfer::Column::Outcome)
        .column_as(transfer::Column::Id.count(), "items")
        .column_as(big(minutes), "clinicians")
        .column_as(big(Expr::col(transfer::Column::MinutesAdmin)), "admin")
        .group_by(transfer::Column::Practice)
        .group_by(transfer::Column::Outcome)
        .into_tuple()
        .all(at.conn)
        .await?;
    for (practice, outcome, items, clinicians, admin) in rows {
        let outcome: TransferOutcome = outcome.parse().map_err(|error: NotAnId| DbErr::Type(error.to_string()))?;
        let minutes = |n: i64| u64::try_from(n).unwrap_or_default();
        sums.entry(practice).or_default().add_sum(outcome, count(items), minutes(clinicians), minutes(admin));
    }
    Ok(sums)
}

/// Items of each day on which any came, the oldest first.
pub async fn by_day<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    sharing: &Sharing,
    period: Period,
    narrowed: &Narrowed,
) -> Result<Vec<(LocalDate, u32)>, DbErr> {
    if sharing.is_empty() {
        return Ok(Vec::new());
    }
    let days: Vec<(LocalDate, i64)> = seen(sharing, period, narrowed)
        .select_only()
        .column(transfer::Column::CameOn)
        .column_as(transfer::Column::Id.count(), "items")
        .group_by(transfer::Column::CameOn)
        .order_by_asc(transfer::Column::CameOn)
        .into_tuple()
        .all(at.conn)
        .await?;
    Ok(days.into_iter().map(|(day, items)| (day, count(items))).collect())
}

/// The newest items, with the practice that logged each.
pub async fn newest<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    sharing: &Sharing,
    period: Period,
    (narrowed, most): (&Narrowed, u64),
) -> Result<Vec<(OdsCode, Transfer)>, DbErr> {
    if sharing.is_empty() {
        return Ok(Vec::new());
    }
    let rows = seen(sharing, period, narrowed)
        .order_by_desc(transfer::Column::CameOn)
        .order_by_desc(transfer::Column::Id)
        .limit(most)
        .all(at.conn)
        .await?;
    rows.into_iter().map(|row| Ok((row.practice.clone(), transfers::of_row(row)?))).collect()
}

/// A letter that practices wrote to a provider: when it went out, and when an answer came.
pub type WrittenAndAnswered = (LocalDate, Option<LocalDate>);

/// Practice and id of a letter, the day it went out, what happened and on which day; one row for each that happened.
type LetterRow = (OdsCode, RowId, LocalDate, Option<String>, Option<LocalDate>);

/// The letters about what is asked about, each once, without those that were recorded by mistake.
pub async fn letters<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    sharing: &Sharing,
    period: Period,
    narrowed: &Narrowed,
) -> Result<Vec<WrittenAndAnswered>, DbErr> {
    if sharing.is_empty() {
        return Ok(Vec::new());
    }
    // A letter is about the lasting name of an item, and only the first step counts: the others repeat it.
    let about = transfer::Entity::belongs_to(transfer_letter::Entity)
        .from(transfer::Column::Practice)
        .to(transfer_letter::Column::Practice)
        .on_condition(|items, links| {
            let of = |column| Expr::col((items.clone(), column));
            let lasting = Func::coalesce([of(transfer::Column::First), of(transfer::Column::Id)]);
            Condition::all()
                .add(Expr::col((links.clone(), transfer_letter::Column::Transfer)).eq(lasting))
                .add(Expr::col((links, transfer_letter::Column::Step)).eq(1))
        })
        .into();
    let sent = transfer_letter::Entity::belongs_to(letter::Entity)
        .from((transfer_letter::Column::Practice, transfer_letter::Column::Letter))
        .to((letter::Column::Practice, letter::Column::Id))
        .into();
    let happened = letter::Entity::belongs_to(letter_event::Entity)
        .from((letter::Column::Practice, letter::Column::Id))
        .to((letter_event::Column::Practice, letter_event::Column::Letter))
        .into();
    let rows: Vec<LetterRow> = seen(sharing, period, narrowed)
        .join(JoinType::InnerJoin, about)
        .join(JoinType::InnerJoin, sent)
        .join(JoinType::LeftJoin, happened)
        .select_only()
        .column(letter::Column::Practice)
        .column(letter::Column::Id)
        .column(letter::Column::SentOn)
        .column(letter_event::Column::Event)
        .column(letter_event::Column::HappenedOn)
        .distinct()
        .limit(MOST_LETTERS)
        .into_tuple()
        .all(at.conn)
        .await?;
    let mut found: BTreeMap<(OdsCode, RowId), (LocalDate, Option<LocalDate>)> = BTreeMap::new();
    let mut in_error = BTreeSet::new();
    for (practice, id, sent_on, event, on) in rows {
        let key = (practice, id);
        let (_, answered) = found.entry(key.clone()).or_insert((sent_on, None));
        match event.and_then(|event| event.parse::<FollowUp>().ok()) {
            Some(FollowUp::InError) => drop(in_error.insert(key)),
            Some(event) if event.is_reply() => *answered = Ord::min(*answered, on).or(on),
            _ => {}
        }
    }
    Ok(found.into_iter().filter(|(key, _)| !in_error.contains(key)).map(|(_, letter)| letter).collect())
}
