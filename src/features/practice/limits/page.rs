//! The practice's limits and its rota, each dated: what was reported yesterday keeps the limit it was reported with.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::ClinicianId;
use serde::Deserialize;
use uuid::Uuid;

use super::view::{self, GROUPS, Limits, WEEKDAYS};
use crate::{
    domain::access::{By, Permit, PracticeScope, SetLimits},
    error::{AppError, FieldError},
    href,
    operations::{set_limit::SetLimit, set_rota::SetRota},
    state::AppState,
    store::{
        days,
        people::{self, ClinicianRow},
    },
    web::{
        caller::Caller,
        forms::{self, Form},
        shell,
    },
};

async fn load(app: &AppState, scope: &PracticeScope) -> Result<Limits, AppError> {
    let today = app.clock.today();
    Ok(Limits {
        practice: scope.practice().clone(),
        today,
        rules: days::rules(app.db.read(scope)).await?,
        clinicians: people::clinicians(app.db.read(scope), today).await?,
        typed: BTreeMap::new(),
        errors: Vec::new(),
    })
}

pub(super) async fn show(
    permit: Permit<SetLimits>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let limits = load(&app, permit.scope()).await?;
    shell::show(&app, &caller, permit.scope(), view::limits(&limits)).await
}

fn back(scope: &PracticeScope) -> Response {
    let limits = href!("/practices").seg(scope.practice()).seg("limits");
    Redirect::to(limits.as_str()).into_response()
}

#[derive(Debug, Deserialize)]
pub(super) struct LimitForm {
    id: String,
    #[serde(default)]
    whose: String,
    full_day: String,
    one_session: String,
    #[serde(default)]
    duty_day: String,
    effective_on: String,
    #[serde(default)]
    last_on: String,
}

/// Sets the limit of everyone, of a group, or of one clinician, from a day on, for good or for some days.
pub(super) async fn set_limit(
    permit: Permit<SetLimits>,
    caller: Caller,
    State(app): State<AppState>,
    Form(form): Form<LimitForm>,
) -> Result<Response, AppError> {
    let id = forms::id(&form.id, "id")?;
    let mut page = load(&app, permit.scope()).await?;
    match read(&page, &form, id) {
        Ok(set) => set.perform(&app, &By::from(&permit)).await?,
        Err(errors) => {
            page.errors = errors;
            page.typed = form.typed();
            return shell::show(&app, &caller, permit.scope(), view::limits(&page)).await;
        }
    }
    Ok(back(permit.scope()))
}

impl LimitForm {
    fn typed(&self) -> BTreeMap<String, String> {
        let typed = [
            ("whose", &self.whose),
            ("full_day", &self.full_day),
            ("one_session", &self.one_session),
            ("duty_day", &self.duty_day),
            ("effective_on", &self.effective_on),
            ("last_on", &self.last_on),
        ];
        let owned = typed.map(|(name, value)| (name.to_owned(), value.clone()));
        owned.into_iter().collect()
    }
}

fn read(page: &Limits, form: &LimitForm, id: Uuid) -> Result<SetLimit, Vec<FieldError>> {
    let duty_day = match form.duty_day.trim() {
        "" => Ok(None),
        text => forms::number(text, "duty_day", 1, 100).map(Some),
    };
    let from = forms::optional_day(&form.effective_on, "effective_on");
    let last_on = forms::optional_day(&form.last_on, "last_on");
    let order = match (&from, &last_on) {
        (Ok(from), Ok(Some(last))) if *last < from.unwrap_or(page.today) => {
            Err(FieldError::new("last_on", "The last day cannot be before the first"))
        }
        _ => Ok(()),
    };
    let read = (
        whose(&page.clinicians, &form.whose),
        forms::number(&form.full_day, "full_day", 1, 100),
        forms::number(&form.one_session, "one_session", 1, 100),
        duty_day,
        from,
        last_on,
        order,
    );
    match read {
        (Ok(whose), Ok(full_day), Ok(one_session), Ok(duty_day), Ok(from), Ok(last_on), Ok(())) => Ok(SetLimit {
            id,
            whose,
            effective_on: from.unwrap_or(page.today),
            last_on,
            full_day,
            one_session,
            duty_day,
        }),
        (whose, full_day, one_session, duty_day, from, last_on, order) => {
            let errors = [
                whose.err(),
                full_day.err(),
                one_session.err(),
                duty_day.err(),
                from.err(),
                last_on.err(),
                order.err(),
            ];
            Err(errors.into_iter().flatten().collect())
        }
    }
}

/// Everyone where nothing is chosen, those of a group, or one of the practice's clinicians.
fn whose(clinicians: &[ClinicianRow], text: &str) -> Result<Vec<Option<ClinicianId>>, FieldError> {
    if text.is_empty() {
        return Ok(vec![None]);
    }
    if let Some(group) = GROUPS.into_iter().find(|group| group.code() == text) {
        let members = clinicians.iter().filter(|row| row.staff_group == group.code());
        let members: Vec<_> = members.map(|row| Some(row.id)).collect();
        return if members.is_empty() {
            Err(FieldError::new("whose", "Nobody of this group works at your practice today"))
        } else {
            Ok(members)
        };
    }
    let known = clinicians.iter().find(|row| row.id.to_string() == text);
    known.map(|row| vec![Some(row.id)]).ok_or_else(|| FieldError::new("whose", "Choose one of your clinicians"))
}

/// The rota of one clinician: a choice for each weekday, from a day on.
pub(super) async fn set_rota(
    permit: Permit<SetLimits>,
    caller: Caller,
    State(app): State<AppState>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Response, AppError> {
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let id = forms::id(field("id"), "id")?;
    let mut page = load(&app, permit.scope()).await?;
    let clinician = page
        .clinicians
        .iter()
        .map(|row| row.id)
        .find(|id| id.to_string() == field("clinician"))
        .ok_or_else(|| FieldError::new("clinician", "Choose one of your clinicians"));
    let from = forms::optional_day(field("rota_from"), "rota_from");
    let halves = WEEKDAYS.map(|(weekday, _)| half_sessions(field(&format!("day-{weekday}"))));
    match (clinician, from) {
        (Ok(clinician), Ok(from)) if halves.iter().all(Result::is_ok) => {
            let halves = halves.into_iter().map(Result::unwrap_or_default).collect();
            let from = from.unwrap_or(page.today);
            let rota = SetRota { id, clinician, effective_on: from, half_sessions: halves };
            rota.perform(&app, &By::from(&permit)).await?;
            Ok(back(permit.scope()))
        }
        (clinician, from) => {
            let errors = [clinician.err(), from.err()].into_iter().flatten();
            page.errors = errors.chain(halves.into_iter().filter_map(Result::err)).collect();
            page.typed = form;
            shell::show(&app, &caller, permit.scope(), view::limits(&page)).await
        }
    }
}

/// Half sessions of a weekday; empty leaves the rota silent.
fn half_sessions(text: &str) -> Result<Option<u32>, FieldError> {
    match text {
        "" => Ok(None),
        "0" | "1" | "2" | "4" | "6" => Ok(text.parse().ok()),
        _ => Err(FieldError::new("day-1", "Choose what is worked on each day")),
    }
}
