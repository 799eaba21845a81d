//! A day in full: each contact with what can be said of it, both rulers, and the work beside the contacts. Behind the
//! screen with the one button, never in its way.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Query;
use chrono::{DateTime, NaiveTime, Utc};
use entity::ids::{ClinicianId, ContactId, LocalDate, OdsCode, VoidId};
use serde::Deserialize;

use super::view::{self, Detail, SeveralForm};
use crate::{
    domain::{
        access::{Actor, By, ClinicianScope, Permit, RecordContacts, SeeOwnDay},
        calendar,
        contact::{self, ContactKind, Recorder, VoidReason},
        work::{MOST_AT_ONCE, Work},
    },
    error::{AppError, FieldError},
    operations::{
        add_contacts::AddContacts, change_contact::ChangeContact, count_work::CountWork, void_contact::VoidContact,
    },
    state::AppState,
    store::{appointments, days, people},
    ui,
    web::{
        caller::Caller,
        day,
        forms::{self, Form, InPath},
        shell,
    },
};

/// A day that this actor may look at and write to.
fn day_in_reach(app: &AppState, actor: &Actor, text: &str) -> Result<LocalDate, AppError> {
    let today = app.clock.today();
    let day: LocalDate = text.parse().map_err(|_| AppError::NotFound)?;
    if day > today || day < today.minus_days(Recorder::from(actor).days_back()) {
        return Err(AppError::NotFound);
    }
    Ok(day)
}

async fn load(app: &AppState, actor: &Actor, scope: &ClinicianScope, on: LocalDate) -> Result<Detail, AppError> {
    let read = app.db.read(scope);
    let today = app.clock.today();
    Ok(Detail {
        label: people::clinician(read).await?.ok_or(AppError::NotFound)?.label,
        day: days::clinician_day(read, on).await?.day,
        contacts: days::everything(read, on).await?,
        work: days::work(read, on).await?,
        did_not_attend: appointments::did_not_attend(read, on).await?,
        scope: scope.clone(),
        on,
        today,
        earliest: today.minus_days(Recorder::from(actor).days_back()),
        chosen: None,
        typed: None,
        errors: Vec::new(),
    })
}

#[derive(Debug, Deserialize)]
pub(super) struct Chosen {
    contact: Option<String>,
}

pub(super) async fn show(
    permit: Permit<SeeOwnDay>,
    caller: Caller,
    State(app): State<AppState>,
    InPath((_, _, date)): InPath<(OdsCode, ClinicianId, String)>,
    Query(chosen): Query<Chosen>,
) -> Result<Response, AppError> {
    let on = day_in_reach(&app, permit.actor(), &date)?;
    let mut detail = load(&app, permit.actor(), permit.scope(), on).await?;
    detail.chosen = chosen.contact.and_then(|text| text.parse().ok());
    render(&app, &caller, &detail).await
}

async fn render(app: &AppState, caller: &Caller, detail: &Detail) -> Result<Response, AppError> {
    let place = shell::clinician_place(app, &detail.scope, &detail.label).await?;
    Ok(shell::page(app, caller, &place, view::detail(detail)))
}

fn back(scope: &ClinicianScope, on: LocalDate) -> Response {
    Redirect::to(ui::day::in_full(scope, on).as_str()).into_response()
}

/// Several contacts at once, or some of an earlier time: a care-home round, a group, an afternoon without a phone.
pub(super) async fn several(
    permit: Permit<RecordContacts>,
    caller: Caller,
    State(app): State<AppState>,
    InPath((_, _, date)): InPath<(OdsCode, ClinicianId, String)>,
    Form(form): Form<SeveralForm>,
) -> Result<Response, AppError> {
    let on = day_in_reach(&app, permit.actor(), &date)?;
    let id = forms::id(&form.id, "id")?;
    match (
        forms::number(&form.n, "n", 1, contact::MOST_AT_ONCE),
        form.kind.parse::<ContactKind>(),
        time_of(&form.time, on, app.clock.now()),
    ) {
        (Ok(n), Ok(kind), Ok(time)) => {
            let several = AddContacts { id, n, kind, complex: form.complex == "yes", on, time };
            match several.perform(&app, &By::from(&permit)).await {
                Err(AppError::Invalid(errors)) => {
                    let mut detail = load(&app, permit.actor(), permit.scope(), on).await?;
                    detail.errors = errors;
                    render(&app, &caller, &detail).await
                }
                done => done.map(|()| back(permit.scope(), on)),
            }
        }
        (n, kind, time) => {
            let mut detail = load(&app, permit.actor(), permit.scope(), on).await?;
            let kind = kind.map_err(|_| FieldError::new("kind", "Choose a kind of contact"));
            let errors = [n.err(), kind.err(), time.err()];
            detail.errors = errors.into_iter().flatten().collect();
            detail.typed = Some(form);
            render(&app, &caller, &detail).await
        }
    }
}

/// The time of the day that was typed, which has passed by now.
fn time_of(text: &str, on: LocalDate, now: DateTime<Utc>) -> Result<Option<NaiveTime>, FieldError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let Some(time) = calendar::time_written(text) else {
        return Err(FieldError::new("time", "Enter a time, such as 14:30"));
    };
    if calendar::at_time(on, time) > now {
        return Err(FieldError::new("time", "Enter a time that is not in the future"));
    }
    Ok(Some(time))
}

#[derive(Debug, Deserialize)]
pub(super) struct ChangeForm {
    /// `change` or `void`.
    what: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    complex: String,
    #[serde(default)]
    day: String,
    #[serde(default)]
    reason: String,
}

/// Changes or moves one contact, or takes it out of the count with a reason.
pub(super) async fn change_one(
    permit: Permit<RecordContacts>,
    State(app): State<AppState>,
    InPath((_, _, date, contact)): InPath<(OdsCode, ClinicianId, String, ContactId)>,
    Form(form): Form<ChangeForm>,
) -> Result<Response, AppError> {
    let scope = permit.scope();
    let on = day_in_reach(&app, permit.actor(), &date)?;
    if days::contact(app.db.read(scope), contact).await?.is_none() {
        return Err(AppError::NotFound);
    }
    if form.what == "void" {
        let reason: VoidReason =
            form.reason.parse().map_err(|_| AppError::field("reason", "Choose why it does not count"))?;
        let void = VoidContact { id: VoidId(contact::derived_id(contact.0, "void")), contact, reason: Some(reason) };
        void.perform(&app, &By::from(&permit)).await?;
        return Ok(back(scope, on));
    }
    let kind = day::kind_of(&form.kind)?;
    let day = day_in_reach(&app, permit.actor(), &form.day)
        .map_err(|_| AppError::field("day", "Choose today or one of the days before it that the page offers"))?;
    // One that was replaced or taken back meanwhile stays so: the page shows the day as it stands.
    if let Some(old) = days::counting(app.db.read(scope), contact).await? {
        let complex = form.complex == "yes";
        let becomes = ChangeContact { kind, complex, day };
        becomes.perform(&app, &By::from(&permit), &old).await?;
    }
    Ok(back(scope, day))
}

#[derive(Debug, Deserialize)]
pub(super) struct WorkForm {
    id: String,
    kind: String,
    n: String,
}

/// Tally marks for work beside the contacts; a minus takes back.
pub(super) async fn work(
    permit: Permit<RecordContacts>,
    State(app): State<AppState>,
    InPath((_, _, date)): InPath<(OdsCode, ClinicianId, String)>,
    Form(form): Form<WorkForm>,
) -> Result<Response, AppError> {
    let on = day_in_reach(&app, permit.actor(), &date)?;
    let id = forms::id(&form.id, "id")?;
    let kind: Work = form.kind.parse().map_err(|_| AppError::field("kind", "Choose one of the kinds of work"))?;
    let n = form
        .n
        .parse::<i32>()
        .ok()
        .filter(|n| *n != 0 && n.unsigned_abs() <= MOST_AT_ONCE)
        .ok_or_else(|| AppError::field("n", "Enter how many, up to 200"))?;
    // One form offers several buttons: each is an entry of its own.
    let id = contact::derived_id(id, &format!("{} {n}", kind.code()));
    let day = on;
    let work = CountWork { id, day, kind, n };
    work.perform(&app, &By::from(&permit)).await?;
    Ok(back(permit.scope(), on))
}
