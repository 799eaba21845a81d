//! What an LMC compares before and after a day: only practices that share at this moment, and of their counts only sums
//! of three or more clinicians.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{
    divert_start,
    ids::{LocalDate, OdsCode},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use super::{appointments, area_days, areas};
use crate::{
    db::Scoped,
    domain::{access::LmcScope, area::CountedDay, organisation::View},
};

/// What was counted in one practice.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Its days with three or more counted clinicians.
    pub days: Vec<CountedDay>,
    /// The days on which it began to divert.
    pub diverts: Vec<LocalDate>,
    /// Attended appointments as published, by the first day of the month.
    pub published: BTreeMap<LocalDate, u64>,
}

/// What was counted in the practices that share, from one day to another. Published figures are of whole months.
pub async fn counts<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    organisations: &View,
    (first, last): (LocalDate, LocalDate),
    now: DateTime<Utc>,
) -> Result<BTreeMap<OdsCode, Known>, DbErr> {
    let open = areas::sharing_with(at, organisations, now).await?;
    let sharing: Vec<OdsCode> = open.keys().cloned().collect();
    if sharing.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut days = area_days::read(at.conn, &sharing, first, last).await?;
    let mut diverts = diverts(at.conn, &sharing, first, last).await?;
    let mut published = appointments::attended(at.conn, &sharing, first.minus_days(31), last).await?;
    Ok(open
        .into_iter()
        .map(|(practice, open)| {
            let mut days = days.remove(&practice).unwrap_or_default();
            days.retain(|day| open.open(day.day()));
            let mut diverts = diverts.remove(&practice).unwrap_or_default();
            diverts.retain(|day| open.open(*day));
            let known = Known { days, diverts, published: published.remove(&practice).unwrap_or_default() };
            (practice, known)
        })
        .collect())
}

async fn diverts(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    first: LocalDate,
    last: LocalDate,
) -> Result<BTreeMap<OdsCode, Vec<LocalDate>>, DbErr> {
    let rows: Vec<(OdsCode, LocalDate)> = divert_start::Entity::find()
        .select_only()
        .columns([divert_start::Column::Practice, divert_start::Column::Day])
        .filter(divert_start::Column::Practice.is_in(practices.iter().cloned()))
        .filter(divert_start::Column::Day.between(first, last))
        .into_tuple()
        .all(conn)
        .await?;
    let mut days: BTreeMap<OdsCode, Vec<LocalDate>> = BTreeMap::new();
    for (practice, day) in rows {
        days.entry(practice).or_default().push(day);
    }
    Ok(days)
}
