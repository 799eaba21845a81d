//! The reading of a practice's day that the desk, the wall, the record and the page share.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::ids::{ClinicianId, LocalDate};

use super::view::{Row, Today};
use crate::{
    domain::{access::PracticeScope, divert, staff::StaffGroup},
    error::AppError,
    state::AppState,
    store::{
        self,
        days::{self, ClinicianOnDay, DayOfPractice},
    },
    web::shell,
};

/// Today.
pub(super) async fn read(app: &AppState, scope: &PracticeScope) -> Result<Today, AppError> {
    of_day(app, scope, app.clock.today()).await
}

/// Any day, with the divert that goes on now.
pub(super) async fn of_day(app: &AppState, scope: &PracticeScope, on: LocalDate) -> Result<Today, AppError> {
    let read = app.db.read(scope);
    let DayOfPractice { clinicians, sum } = days::practice_day(read, on).await?;
    let told = store::divert::told_by(read, on).await?;
    let rules = store::divert::rules(read).await?;
    Ok(Today {
        practice: scope.practice().clone(),
        name: shell::practice_name(app, scope.practice()).await?,
        on,
        at: app.clock.now(),
        sum,
        rows: clinicians.into_iter().map(|one| row(one, &told)).collect(),
        rule: divert::rule_on(&rules, on),
        divert: store::divert::current(read).await?,
    })
}

fn row(one: ClinicianOnDay, told: &HashMap<ClinicianId, DateTime<Utc>>) -> Row {
    let group = one.row.staff_group.parse::<StaffGroup>();
    Row {
        id: one.row.id,
        label: one.row.label,
        group: group.map_or("", StaffGroup::title),
        day: one.day,
        working: one.is_expected,
        standing: one.standing,
        told: told.get(&one.row.id).copied(),
    }
}
