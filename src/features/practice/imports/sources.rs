//! Which source counts for whom: taps, day sheet and import of this week side by side, and the practice's choice.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Query;
use entity::ids::LocalDate;
use serde::Deserialize;
use uuid::Uuid;

use super::source_view::{self, Row, Sources};
use crate::{
    domain::{
        access::{By, ImportAppointments, Permit, PracticeScope},
        calendar,
        contact::Source,
    },
    error::{AppError, FieldError},
    href,
    operations::choose_sources::ChooseSources,
    state::AppState,
    store::{
        appointments::{self, BY_DEFAULT},
        days, people,
    },
    web::{
        caller::Caller,
        forms::{self, Form},
        shell,
    },
};

/// Whose week is shown: that of this day, or the present one.
#[derive(Debug, Deserialize)]
pub(super) struct SourcesQuery {
    day: Option<LocalDate>,
}

pub(super) async fn page(
    permit: Permit<ImportAppointments>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<SourcesQuery>,
) -> Result<Response, AppError> {
    let view = view(&app, permit.scope(), query.day).await?;
    shell::show(&app, &caller, permit.scope(), source_view::content(&view)).await
}

async fn view(app: &AppState, scope: &PracticeScope, shown: Option<LocalDate>) -> Result<Sources, AppError> {
    let (read, today) = (app.db.read(scope), app.clock.today());
    // Older days are folded into the practice's own.
    let earliest = today.minus_days(appointment_days());
    let shown = shown.filter(|day| (earliest..=today).contains(day)).unwrap_or(today);
    let monday = calendar::week_ending(shown).minus_days(4);
    let to = monday.plus_days(6).min(today);
    let days = days::practice_days(read, monday, to).await?;
    let chosen = appointments::chosen(read, today).await?;
    let rows = people::clinicians(read, today).await?.into_iter().map(|clinician| {
        let mut sums = [None; 3];
        let mut both = (0_u32, 0_u32, 0_u32);
        for ((_, _), facts) in days.facts.iter().filter(|((whose, _), _)| *whose == clinician.id) {
            for (sum, n) in sums.iter_mut().zip([facts.taps, facts.sheet, facts.import]) {
                *sum = n.map(|n: u32| sum.unwrap_or(0) + n).or(*sum);
            }
            if let (Some(own), Some(import)) = (facts.taps.or(facts.sheet), facts.import) {
                both = (both.0 + 1, both.1 + own, both.2 + import);
            }
        }
        let own = days.each().filter(|(whose, ..)| *whose == clinician.id);
        let counted = own.map(|(.., day)| day.counted).sum();
        let source = chosen.get(&clinician.id);
        Row {
            id: clinician.id,
            label: clinician.label,
            sums,
            both,
            counted,
            chosen: source.map_or(BY_DEFAULT, |source| source.code()).to_owned(),
        }
    });
    Ok(Sources {
        practice: scope.practice().clone(),
        id: Uuid::now_v7(),
        from: monday,
        to,
        before: Some(monday.minus_days(7)).filter(|day| *day >= earliest),
        after: Some(monday.plus_days(7)).filter(|day| *day <= today),
        today,
        effective_on: today.to_string(),
        rows: rows.collect(),
        errors: Vec::new(),
    })
}

/// `POST /practices/{ods}/sources`: writes the choices that differ from what holds.
pub(super) async fn choose(
    permit: Permit<ImportAppointments>,
    caller: Caller,
    State(app): State<AppState>,
    Form(fields): Form<BTreeMap<String, String>>,
) -> Result<Response, AppError> {
    let mut view = view(&app, permit.scope(), None).await?;
    let Some(act) = read(&mut view, &fields) else {
        return shell::show(&app, &caller, permit.scope(), source_view::content(&view)).await;
    };
    act.perform(&app, &By::from(&permit)).await?;
    let page = href!("/practices").seg(permit.scope().practice()).seg("sources");
    Ok(Redirect::to(page.as_str()).into_response())
}

/// Reads the form into the page, so that nothing typed is lost, and gives the choices that differ where all can be taken.
fn read(view: &mut Sources, fields: &BTreeMap<String, String>) -> Option<ChooseSources> {
    let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    match forms::id(text("id"), "id") {
        Ok(id) => view.id = id,
        Err(error) => view.errors.push(error),
    }
    text("effective_on").clone_into(&mut view.effective_on);
    let first = view.today.minus_days(appointment_days());
    let effective_on = match forms::optional_day(&view.effective_on, "effective_on") {
        Ok(Some(day)) if day >= first && day <= view.today.plus_days(366) => Some(day),
        _ => {
            let why = "Enter a day within the last 13 weeks or the next year";
            view.errors.push(FieldError::new("effective_on", why));
            None
        }
    };
    let mut choices = Vec::new();
    for row in &mut view.rows {
        let name = format!("source-{}", row.id);
        let Some(typed) = fields.get(&name) else {
            continue;
        };
        let source = typed.parse::<Source>().ok();
        if source.is_none() && typed != BY_DEFAULT {
            let why = "Choose taps, day sheet or appointments";
            view.errors.push(FieldError::new(name, why));
        }
        if *typed != row.chosen {
            choices.push((row.id, source));
        }
        row.chosen.clone_from(typed);
    }
    let effective_on = effective_on.filter(|_| view.errors.is_empty())?;
    Some(ChooseSources { id: view.id, effective_on, choices })
}

fn appointment_days() -> u64 {
    crate::domain::appointment::KEPT_DAYS
}
