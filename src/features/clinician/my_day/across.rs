//! A person's own total across the places that their device counts for. Each place is read with a permit of its own, which
//! only the device has: no practice's page, figure or answer contains it.

use entity::ids::{LocalDate, OdsCode};
use futures::{future::try_join_all, try_join};

use super::view::{Across, Part};
use crate::{
    domain::{
        access::ClinicianScope,
        limit::{self, Day, Share, Total},
    },
    error::AppError,
    state::AppState,
    ui::day,
    web::{caller::Caller, shell},
};

/// Reads it, for a device with more than one place. `known` is a day that was read already: what a page says twice is the
/// same number.
pub(super) async fn read(
    app: &AppState,
    caller: &Caller,
    on: LocalDate,
    known: (&ClinicianScope, &Day),
) -> Result<Option<Across>, AppError> {
    if caller.enrolments.len() < 2 {
        return Ok(None);
    }
    let mut across = all(app, caller, on).await?;
    if let Some(across) = &mut across {
        let (scope, day) = known;
        if let Some(part) = across.parts.iter_mut().find(|part| part.scope == *scope) {
            part.share.day = *day;
            across.total = total(&across.parts, on).ok_or(AppError::NotFound)?;
        }
    }
    Ok(across)
}

pub(super) async fn all(app: &AppState, caller: &Caller, on: LocalDate) -> Result<Option<Across>, AppError> {
    let own = caller.own_clinicians();
    let mut parts = try_join_all(own.iter().map(|own| part(app, own.scope(), on))).await?;
    let practices: Vec<OdsCode> = parts.iter().map(|part| part.scope.practice().clone()).collect();
    for part in &mut parts {
        let here = practices.iter().filter(|practice| *practice == part.scope.practice());
        part.name = match here.count() {
            0 | 1 => part.practice.clone(),
            _ => format!("{} as {}", part.practice, part.label),
        };
    }
    let mut locked = Vec::new();
    for enrolment in caller.enrolments.iter().filter(|enrolment| enrolment.locked) {
        let home = day::contacts(&enrolment.practice, enrolment.clinician);
        let unlock = shell::unlock_then(shell::day_of(home.as_str()));
        if let Some(unlock) = shell::own_path(&unlock) {
            locked.push((shell::practice_name(app, &enrolment.practice).await?, unlock));
        }
    }
    Ok(total(&parts, on).map(|total| Across { parts, locked, total }))
}

async fn part(app: &AppState, scope: &ClinicianScope, on: LocalDate) -> Result<Part, AppError> {
    let (known, beside) = try_join!(app.tap_lookups.own_day(scope, on), app.tap_lookups.beside(scope, on))?;
    Ok(Part {
        scope: scope.clone(),
        name: String::new(),
        label: beside.ok_or(AppError::NotFound)?.label,
        practice: shell::practice_name(app, scope.practice()).await?,
        share: Share { clinician: scope.clinician(), day: known.day, rules: known.rules },
    })
}

fn total(parts: &[Part], on: LocalDate) -> Option<Total> {
    let shares: Vec<Share> = parts.iter().map(|part| part.share.clone()).collect();
    limit::across(&shares, on)
}
