//! The rota of everybody in one form: what was changed is written, from a day on.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use entity::ids::{ClinicianId, LocalDate};

use super::{
    page::{back, load},
    rota_view::{self, ABOVE, HALVES, WEEKDAYS, was_field, week_text},
    shown_view::Limits,
    view,
};
use crate::{
    domain::access::{By, Permit, SetLimits},
    error::{AppError, FieldError},
    operations::set_rota::{SetRota, Week},
    state::AppState,
    web::{
        caller::Caller,
        forms::{self, Form},
        shell,
    },
};

/// What was sent.
type Sent = BTreeMap<String, String>;

/// The first day, and whose weeks say otherwise from then on.
type Wanted = (LocalDate, Vec<(ClinicianId, Week)>);

/// `POST /practices/{ods}/rota`.
pub(super) async fn set(
    permit: Permit<SetLimits>,
    caller: Caller,
    State(app): State<AppState>,
    Form(form): Form<Sent>,
) -> Result<Response, AppError> {
    let id = forms::id(text(&form, "id"), "id")?;
    let mut page = load(&app, permit.scope()).await?;
    match read(&page, &form) {
        Ok((from, weeks)) => {
            let rota = SetRota { id, effective_on: from, weeks };
            rota.perform(&app, &By::from(&permit)).await?;
            Ok(back(permit.scope(), "rota"))
        }
        Err(errors) => {
            page.errors = errors;
            page.typed = form;
            shell::show(&app, &caller, permit.scope(), view::limits(&page)).await
        }
    }
}

fn text<'a>(form: &'a Sent, name: &str) -> &'a str {
    form.get(name).map(String::as_str).unwrap_or_default()
}

/// The first day, and what each clinician's week is to say otherwise.
fn read(page: &Limits, form: &Sent) -> Result<Wanted, Vec<FieldError>> {
    let from = forms::optional_day(text(form, "rota_from"), "rota_from");
    let mut errors = Vec::new();
    let (mut weeks, mut above): (Vec<(ClinicianId, Week)>, Option<Week>) = (Vec::new(), None);
    for row in &page.clinicians {
        match week(form, row.id, above) {
            Ok((whole, changed)) => {
                above = Some(whole);
                if changed.iter().any(Option::is_some) {
                    weeks.push((row.id, changed));
                }
            }
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() && weeks.is_empty() && from.is_ok() {
        errors.push(FieldError::new("rota_from", "Nothing is changed: choose what somebody works"));
    }
    match from {
        Ok(from) if errors.is_empty() => Ok((from.unwrap_or(page.today), weeks)),
        from => Err(from.err().into_iter().chain(errors).collect()),
    }
}

/// A clinician's week as it is to be, and what of it is to be written.
fn week(form: &Sent, clinician: ClinicianId, above: Option<Week>) -> Result<(Week, Week), FieldError> {
    let was: Vec<&str> = text(form, &was_field(clinician)).split(',').collect();
    let (mut whole, mut changed): (Week, Week) = ([None; 7], [None; 7]);
    let fill = text(form, &rota_view::fill_field(clinician));
    for (at, (weekday, _)) in WEEKDAYS.into_iter().enumerate() {
        let name = rota_view::cell_field(clinician, weekday);
        let was = was.get(at).copied().unwrap_or_default();
        let mut said = half_sessions(text(form, &name), &name)?;
        // A week that is filled leaves alone what was chosen day by day.
        if week_text(said) == was {
            let filled = match fill {
                "" => None,
                ABOVE => above.and_then(|above| above.get(at).copied().flatten()),
                all => half_sessions(all, &rota_view::fill_field(clinician))?.filter(|_| weekday <= 5),
            };
            said = filled.or(said);
        }
        if let (Some(whole), Some(changed)) = (whole.get_mut(at), changed.get_mut(at)) {
            *whole = said;
            *changed = said.filter(|_| week_text(said) != was);
        }
    }
    Ok((whole, changed))
}

/// Half sessions of a weekday; empty leaves it as it is.
fn half_sessions(text: &str, field: &str) -> Result<Option<u32>, FieldError> {
    match text {
        "" => Ok(None),
        known if HALVES.iter().any(|(halves, ..)| *halves == known) => Ok(known.parse().ok()),
        _ => Err(FieldError::new(field.to_owned(), "Choose what is worked on each day")),
    }
}
