//! The figures of the demo's front page, over all of its practices. Only the demo may ask: there everything is
//! invented. Elsewhere nothing about more than one practice leaves but through `domain::disclosure`.

use std::collections::{BTreeMap, HashMap};

use entity::{
    clinician,
    ids::{LocalDate, OdsCode},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::ExprTrait};

use super::{
    facts::{self, Facts, Which},
    people::ClinicianRow,
};
use crate::domain::limit::{self, Headroom, PracticeDay, Rules};

/// The demo as it stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RightNow {
    /// All of its practices' days together.
    pub sum: PracticeDay,
    /// Practices with a count in which nobody has room left.
    pub full_practices: u64,
}

/// Sums today over the whole demo.
pub async fn right_now(conn: &impl ConnectionTrait, today: LocalDate) -> Result<RightNow, DbErr> {
    let known = facts::facts(conn, Which::Everyone(today)).await?;
    let rules = super::limits::rules_of(conn, None).await?;
    Ok(sum(&known, &rules, today))
}

fn sum(days: &Facts, rules: &HashMap<OdsCode, Rules>, today: LocalDate) -> RightNow {
    let none = Rules::default();
    let mut sums: BTreeMap<&OdsCode, PracticeDay> = BTreeMap::new();
    for ((practice, clinician, _), facts) in days {
        let rules = rules.get(practice).unwrap_or(&none);
        let day = limit::day(facts, rules, *clinician, today);
        let sum = sums.entry(practice).or_default();
        *sum = sum.with(&day);
    }
    let is_full = |sum: &&PracticeDay| sum.headroom().is_some_and(Headroom::is_full);
    let full = sums.values().filter(is_full).count();
    RightNow {
        full_practices: u64::try_from(full).unwrap_or(u64::MAX),
        sum: sums.into_values().fold(PracticeDay::default(), PracticeDay::plus),
    }
}

/// The first clinician of a practice, by label: as whom the demo signs in.
pub async fn first_clinician(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    today: LocalDate,
) -> Result<Option<ClinicianRow>, DbErr> {
    let rows = clinician::Entity::find()
        .filter(clinician::Column::Practice.eq(practice.clone()))
        .filter(clinician::Column::LeftOn.is_null().or(clinician::Column::LeftOn.gt(today)))
        .all(conn)
        .await?;
    Ok(rows.into_iter().min_by(|one, other| (&one.label, one.id).cmp(&(&other.label, other.id))))
}
