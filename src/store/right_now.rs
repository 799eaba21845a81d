//! The figures of the demo's front page, over all of its practices. Only the demo may ask: there everything is
//! invented. Elsewhere nothing about more than one practice leaves but through `domain::disclosure`.

use std::collections::{BTreeMap, HashMap};

use entity::{
    clinician,
    ids::{LocalDate, OdsCode},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::ExprTrait,
};

use super::{
    facts::{self, Facts, Which},
    people::ClinicianRow,
};
use crate::domain::limit::{self, Headroom, Rules};

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

/// Sums today over the whole demo.
pub async fn right_now(conn: &impl ConnectionTrait, today: LocalDate) -> Result<RightNow, DbErr> {
    let known = facts::facts(conn, Which::Everyone(today)).await?;
    let rules = super::limits::rules_of(conn, None).await?;
    Ok(sum(&known, &rules, today))
}

fn sum(days: &Facts, rules: &HashMap<OdsCode, Rules>, today: LocalDate) -> RightNow {
    let none = Rules::default();
    let mut now = RightNow::default();
    let mut room: BTreeMap<&OdsCode, bool> = BTreeMap::new();
    for ((practice, clinician, _), facts) in days {
        let rules = rules.get(practice).unwrap_or(&none);
        let day = limit::day(facts, rules, *clinician, today);
        // A book alone is no count.
        if day.source.is_none() {
            continue;
        }
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
