//! The action register: what a practice does, item by item and subject by subject, with its history.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Query;
use entity::ids::{LocalDate, OdsCode, StatusId, SubjectId};
use maud::Markup;
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    domain::{
        access::{Permit, RecordStatus, SeeRegister},
        action::Answer,
        catalogue::{Catalogue, Item},
        organisation::View,
    },
    error::{AppError, FieldError},
    href,
    state::AppState,
    ui::href::Href,
    web::{
        caller::Caller,
        forms::{self, Form},
        routes::Routes,
        shell::{self, Sheet},
    },
};

pub use json::Documentation;
use record::{About, Draft, Recorded};
use view::{Register, Standing};

pub mod api;
mod item_page;
mod json;
mod record;
mod register_page;
mod spreadsheet;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/practices/{ods}/actions", SeeRegister, register)
        .post("/practices/{ods}/actions/answers", RecordStatus, answer)
        .get("/practices/{ods}/actions/{item}", SeeRegister, item)
        .post("/practices/{ods}/actions/{item}", RecordStatus, change)
        .get(
            "/practices/{ods}/actions/{item}/position",
            SeeRegister,
            position,
        );
    spreadsheet::routes(json::routes(routes))
}

/// The register of a practice.
fn register_href(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice).seg("actions")
}

/// The page of an item, or of one subject of it.
fn item_href(practice: &OdsCode, item: &Item, subject: Option<SubjectId>) -> Href {
    let href = register_href(practice).seg(&item.code);
    match subject {
        Some(id) => href.query("subject", id),
        None => href,
    }
}

/// An item of the catalogue, superseded or not, in the words of a day; a code that is none names nothing.
fn known_item<'a>(
    catalogue: &'a Catalogue,
    code: &str,
    day: LocalDate,
) -> Result<&'a Item, AppError> {
    code.parse()
        .ok()
        .and_then(|code| catalogue.item_on(&code, day))
        .ok_or(AppError::NotFound)
}

async fn page(
    app: &AppState,
    caller: &Caller,
    practice: &OdsCode,
    title: &str,
    content: Markup,
) -> Result<Markup, AppError> {
    let place = shell::practice_place(app, practice).await?;
    let sheet = Sheet {
        title,
        current: "Actions",
        live: None,
        content,
    };
    Ok(shell::page(app, caller, &place, sheet))
}

#[derive(Debug, Deserialize)]
struct OnQuery {
    #[serde(default)]
    on: String,
}

async fn register(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<OnQuery>,
) -> Result<Response, AppError> {
    let today = app.clock.today();
    let (status, on, error) = match forms::as_of(&query.on, today) {
        Ok(on) => (StatusCode::OK, on, None),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, today, Some(error)),
    };
    let register = Standing::read(&app, permit.scope()).await?;
    let practice = permit.scope().practice();
    let then = app.organisations_on(on).await?;
    let view = register_page::View {
        practice,
        belonged: &belonged(&then, practice),
        ground: register.on(on),
        today,
        typed: &query.on,
        error,
    };
    let content = register_page::content(&view);
    let page = page(&app, &caller, view.practice, view.title(), content).await?;
    Ok((status, page).into_response())
}

/// The names of the LMC and the ICB of a practice on the day of these organisations.
fn belonged(organisations: &View, practice: &OdsCode) -> Vec<String> {
    let Some(known) = organisations.practice(practice) else {
        return Vec::new();
    };
    let of = known.lmc.iter().chain(&known.icb);
    of.map(|code| {
        let area = organisations.organisation(code);
        area.map_or_else(|| code.to_string(), |area| area.name.to_string())
    })
    .collect()
}

#[derive(Debug, Deserialize)]
struct ItemPath {
    item: String,
}

#[derive(Debug, Deserialize)]
struct ItemQuery {
    subject: Option<String>,
    saved: Option<String>,
}

async fn item(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
    Path(path): Path<ItemPath>,
    Query(query): Query<ItemQuery>,
) -> Result<Response, AppError> {
    let catalogue = app.catalogue().await?;
    let item = known_item(&catalogue, &path.item, app.clock.today())?;
    let register = Register::of_item(&app, permit.scope(), &item.code).await?;
    let subject = subject_of(&register, item, query.subject.as_deref())?;
    let typed = ChangeForm::fresh(app.clock.today());
    let mut view = item_view(
        &app,
        permit.scope().practice(),
        &register,
        item,
        subject,
        typed,
    );
    view.saved = query.saved.is_some();
    let content = item_page::content(&view);
    let page = page(&app, &caller, view.practice, &view.title(), content).await?;
    Ok(page.into_response())
}

fn item_view<'a>(
    app: &AppState,
    practice: &'a OdsCode,
    register: &'a Register,
    item: &'a Item,
    subject: Option<(SubjectId, &'a str)>,
    typed: ChangeForm,
) -> item_page::View<'a> {
    item_page::View {
        practice,
        item,
        subject,
        ground: register.on(app.clock.today()),
        history: register.history(&item.code, subject.map(|(id, _)| id)),
        outcomes: register.came_of(&item.code, subject.map(|(id, _)| id)),
        typed,
        errors: Vec::new(),
        saved: false,
    }
}

/// The subject that an address names; one of another practice or item is not found.
fn subject_of<'a>(
    register: &'a Register,
    item: &Item,
    id: Option<&str>,
) -> Result<Option<(SubjectId, &'a str)>, AppError> {
    let Some(id) = id.filter(|id| !id.is_empty()) else {
        return Ok(None);
    };
    let id: SubjectId = id.parse().map_err(|_| AppError::NotFound)?;
    let name = register.subject(&item.code, id).ok_or(AppError::NotFound)?;
    Ok(Some((id, name)))
}

#[derive(Debug, Deserialize)]
struct PositionQuery {
    #[serde(default)]
    effective_on: String,
}

/// What the contract says on the day that is being typed: the panel beside the form.
async fn position(
    _: Permit<SeeRegister>,
    State(app): State<AppState>,
    Path(path): Path<ItemPath>,
    Query(query): Query<PositionQuery>,
) -> Result<Markup, AppError> {
    let typed = forms::optional_day(&query.effective_on, "effective_on");
    let day = typed.ok().flatten().unwrap_or_else(|| app.clock.today());
    let catalogue = app.catalogue().await?;
    let item = known_item(&catalogue, &path.item, day)?;
    Ok(item_page::position(item, day))
}

/// The form of a change, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ChangeForm {
    id: String,
    subject: String,
    subject_name: String,
    status: String,
    effective_on: String,
    about: Option<String>,
    notice_served_on: String,
    decided_on: String,
    staff_told_on: String,
    exclusively_secondary: Option<String>,
}

impl ChangeForm {
    fn fresh(today: LocalDate) -> Self {
        Self {
            id: Uuid::now_v7().to_string(),
            effective_on: today.to_string(),
            ..Self::default()
        }
    }

    fn draft(&self) -> Draft {
        Draft {
            id: self.id.clone(),
            status: self.status.clone(),
            effective_on: self.effective_on.clone(),
            about: self.about.is_some(),
            notice_served_on: self.notice_served_on.clone(),
            decided_on: self.decided_on.clone(),
            staff_told_on: self.staff_told_on.clone(),
            exclusively_secondary: self.exclusively_secondary.is_some(),
        }
    }

    fn about(&self, item: &Item) -> Result<About, FieldError> {
        match self.subject.parse() {
            Ok(id) => Ok(About::Known(id)),
            Err(_) if item.takes_subject() => {
                record::subject_name(&self.subject_name).map(About::Named)
            }
            Err(_) => Ok(About::Practice),
        }
    }
}

async fn change(
    permit: Permit<RecordStatus>,
    caller: Caller,
    State(app): State<AppState>,
    Path(path): Path<ItemPath>,
    Form(form): Form<ChangeForm>,
) -> Result<Response, AppError> {
    let catalogue = app.catalogue().await?;
    let item = known_item(&catalogue, &path.item, app.clock.today())?;
    let practice = permit.scope().practice();
    match recorded(&app, &permit, item, &form).await {
        Ok(done) => Ok(Redirect::to(after(practice, item, &done).as_str()).into_response()),
        Err(AppError::Invalid(errors)) => again(&app, &caller, &permit, item, form, errors).await,
        Err(error) => Err(error),
    }
}

async fn recorded(
    app: &AppState,
    permit: &Permit<RecordStatus>,
    item: &Item,
    form: &ChangeForm,
) -> Result<Recorded, AppError> {
    match (form.about(item), form.draft().read()) {
        (Ok(about), Ok(change)) => record::record(app, permit, item, about, change).await,
        (about, change) => {
            let errors = about.err().into_iter();
            let errors = errors.chain(change.err().unwrap_or_default());
            Err(AppError::Invalid(errors.collect()))
        }
    }
}

/// Whoever recorded something for the first time is asked whether the LMC may see it, beside what it would see.
fn after(practice: &OdsCode, item: &Item, done: &Recorded) -> Href {
    if done.first {
        let sharing = href!("/practices").seg(practice).seg("sharing");
        sharing.query("first", 1)
    } else {
        item_href(practice, item, done.subject).query("saved", 1)
    }
}

/// The form once more, with what was typed and what is wrong with it.
async fn again(
    app: &AppState,
    caller: &Caller,
    permit: &Permit<RecordStatus>,
    item: &Item,
    form: ChangeForm,
    errors: Vec<FieldError>,
) -> Result<Response, AppError> {
    let register = Register::of_item(app, permit.scope(), &item.code).await?;
    let subject = subject_of(&register, item, Some(&form.subject))?;
    let practice = permit.scope().practice();
    let mut view = item_view(app, practice, &register, item, subject, form);
    view.errors = errors.into_iter().map(at_its_field).collect();
    let title = format!("Error: {}", view.title());
    let page = page(
        app,
        caller,
        view.practice,
        &title,
        item_page::content(&view),
    )
    .await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// The rules name what is at fault; on the form a subject is a name, and the item stands fast, so its day is at fault.
fn at_its_field(error: FieldError) -> FieldError {
    match error.field.as_ref() {
        "subject" => FieldError::new("subject_name", error.message),
        "item" | "id" => FieldError::new("effective_on", error.message),
        _ => error,
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerForm {
    status: String,
    answer: String,
    #[serde(default)]
    next: String,
}

/// The practice confirms or removes what its LMC noted by telephone.
async fn answer(
    permit: Permit<RecordStatus>,
    State(app): State<AppState>,
    Form(form): Form<AnswerForm>,
) -> Result<Redirect, AppError> {
    let status: StatusId = form.status.parse().map_err(|_| AppError::NotFound)?;
    let answer = match form.answer.as_str() {
        "confirmed" => Answer::Confirmed,
        "removed" => Answer::Removed,
        _ => return Err(AppError::field("answer", "Confirm the entry or remove it")),
    };
    record::answer(&app, &permit, status, answer).await?;
    let next = shell::own_path(&form.next);
    let next = next.unwrap_or_else(|| register_href(permit.scope().practice()));
    Ok(Redirect::to(next.as_str()))
}

#[cfg(test)]
mod tests;
