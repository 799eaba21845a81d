//! The figures of the demo's front page, over all of its practices. Only the demo may ask: there everything is
//! invented. Elsewhere nothing about more than one practice leaves but through `domain::disclosure`.

use std::collections::{BTreeMap, HashMap};

use entity::{
    clinician, day_sheet,
    ids::{ClinicianId, LocalDate, OdsCode},
    tally,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    sea_query::ExprTrait,
};

use super::people::ClinicianRow;
use crate::domain::{
    contact::Source,
    limit::{self, DayFacts, Headroom, Rules},
};

/// The demo as it stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RightNow {
    /// Contacts left today, over all clinicians with a count.
    pub left: u64,
    /// The sum of their limits.
    pub limit: u64,
    /// Clinicians with a count today.
    pub clinicians: u64,
    /// Of them, at the limit or past it.
    pub full: u64,
    /// Practices with a count in which nobody has room left.
    pub full_practices: u64,
}

#[derive(FromQueryResult)]
struct Counted {
    practice: OdsCode,
    clinician: ClinicianId,
    n: i64,
}

/// Sums today over the whole demo.
pub async fn right_now(conn: &impl ConnectionTrait, today: LocalDate) -> Result<RightNow, DbErr> {
    let mut days: BTreeMap<(OdsCode, ClinicianId), DayFacts> = BTreeMap::new();
    let taps = tally::Entity::find()
        .filter(tally::Column::Day.eq(today))
        .filter(tally::Column::Source.eq(Source::Taps.code()))
        .into_model::<Counted>()
        .all(conn)
        .await?;
    for row in taps {
        let known = days.entry((row.practice, row.clinician)).or_default();
        let n = u32::try_from(row.n).unwrap_or(0);
        known.taps = Some(known.taps.unwrap_or(0).saturating_add(n));
    }
    let sheets = day_sheet::Entity::find()
        .filter(day_sheet::Column::Day.eq(today))
        .order_by_asc(day_sheet::Column::RecordedAt)
        .order_by_asc(day_sheet::Column::Id)
        .all(conn)
        .await?;
    for row in sheets {
        days.entry((row.practice, row.clinician)).or_default().sheet = u32::try_from(row.n).ok();
    }
    let rules = super::limits::rules_of(conn, None).await?;
    Ok(sum(&days, &rules, today))
}

fn sum(
    days: &BTreeMap<(OdsCode, ClinicianId), DayFacts>,
    rules: &HashMap<OdsCode, Rules>,
    today: LocalDate,
) -> RightNow {
    let none = Rules::default();
    let mut now = RightNow::default();
    let mut room: BTreeMap<&OdsCode, bool> = BTreeMap::new();
    for ((practice, clinician), facts) in days {
        let rules = rules.get(practice).unwrap_or(&none);
        let day = limit::day(facts, rules, *clinician, today);
        let full = matches!(day.headroom, Headroom::AtLimit | Headroom::Over { .. });
        now.left += u64::from(day.headroom.left());
        now.limit += u64::from(day.limit.contacts);
        now.clinicians += 1;
        now.full += u64::from(full);
        *room.entry(practice).or_default() |= !full;
    }
    let without = room.values().filter(|has_room| !**has_room).count();
    now.full_practices = u64::try_from(without).unwrap_or(u64::MAX);
    now
}

/// The first clinician of a practice, by label: as whom the demo signs in.
pub async fn first_clinician(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    today: LocalDate,
) -> Result<Option<ClinicianRow>, DbErr> {
    let rows = clinician::Entity::find()
        .filter(clinician::Column::Practice.eq(practice.clone()))
        .filter(
            clinician::Column::LeftOn
                .is_null()
                .or(clinician::Column::LeftOn.gt(today)),
        )
        .all(conn)
        .await?;
    Ok(rows
        .into_iter()
        .min_by(|one, other| (&one.label, one.id).cmp(&(&other.label, other.id))))
}
