//! The practice's limits and its rota, each dated: what was reported yesterday keeps the limit it was reported with.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Query;
use entity::ids::ClinicianId;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    shown_view::Limits,
    view::{self, GROUPS},
};
use crate::{
    domain::access::{By, Permit, PracticeScope, SetLimits},
    error::{AppError, FieldError},
    href,
    operations::set_limit::SetLimit,
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

pub(super) async fn load(app: &AppState, scope: &PracticeScope) -> Result<Limits, AppError> {
    let today = app.clock.today();
    Ok(Limits {
        practice: scope.practice().clone(),
        today,
        rules: days::rules(app.db.read(scope)).await?,
        clinicians: people::clinicians(app.db.read(scope), today).await?,
        typed: BTreeMap::new(),
        errors: Vec::new(),
        saved: None,
    })
}

pub(super) async fn show(
    permit: Permit<SetLimits>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<Saved>,
) -> Result<Response, AppError> {
    let mut limits = load(&app, permit.scope()).await?;
    limits.saved = match query.saved.as_str() {
        "rota" => Some("The rota is saved."),
        "limit" => Some("The limit is saved."),
        _ => None,
    };
    shell::show(&app, &caller, permit.scope(), view::limits(&limits)).await
}

/// What was saved, in the address that a form leads to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Saved {
    saved: String,
}

pub(super) fn back(scope: &PracticeScope, saved: &str) -> Response {
    let limits = href!("/practices").seg(scope.practice()).seg("limits").query("saved", saved);
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
    Ok(back(permit.scope(), "limit"))
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
