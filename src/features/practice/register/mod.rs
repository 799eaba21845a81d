//! The action register: what a practice does, item by item and subject by subject, with its history.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Query;
use entity::ids::{ItemCode, LocalDate, OdsCode, StatusId, SubjectId};
use maud::Markup;
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    domain::{
        access::{By, Permit, PracticeScope, RecordStatus, SeeRegister},
        action::Answer,
        catalogue::{Catalogue, Item},
        organisation::View,
    },
    error::AppError,
    href,
    operations::{
        answer_entry::AnswerEntry,
        record_status::{self as operations, Done},
    },
    state::AppState,
    ui::{filled::Filled, href::Href},
    web::{
        caller::Caller,
        doors::{FormPage, Page},
        forms::{self, Form},
        routes::Routes,
        shell::{self, Sheet},
    },
};

pub use json::Documentation;
use view::{Register, Standing};

pub mod api;
mod item_page;
mod json;
mod register_page;
mod spreadsheet;
mod view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/practices/{ods}/actions", SeeRegister, register)
        .post("/practices/{ods}/actions/answers", RecordStatus, answer)
        .get("/practices/{ods}/actions/{item}", SeeRegister, item)
        .form::<operations::RecordStatus, ItemPage>("/practices/{ods}/actions/{item}")
        .get("/practices/{ods}/actions/{item}/position", SeeRegister, position);
    spreadsheet::routes(json::routes(routes))
}

/// The register of a practice.
fn register_href(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice).seg("actions")
}

/// The page of an item, or of one subject of it.
fn item_href(practice: &OdsCode, item: &ItemCode, subject: Option<SubjectId>) -> Href {
    let href = register_href(practice).seg(item);
    match subject {
        Some(id) => href.query("subject", id),
        None => href,
    }
}

/// An item of the catalogue, superseded or not, in the words of a day; a code that is none names nothing.
fn known_item<'a>(catalogue: &'a Catalogue, code: &str, day: LocalDate) -> Result<&'a Item, AppError> {
    code.parse().ok().and_then(|code| catalogue.item_on(&code, day)).ok_or(AppError::NotFound)
}

async fn page(
    app: &AppState,
    caller: &Caller,
    practice: &OdsCode,
    title: &str,
    content: Markup,
) -> Result<Markup, AppError> {
    let place = shell::practice_place(app, practice).await?;
    let sheet = Sheet { title, current: "Actions", live: None, content };
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
    let filled = Filled::fresh([
        ("item", path.item),
        ("subject", query.subject.unwrap_or_default()),
        ("id", Uuid::now_v7().to_string()),
        ("effective_on", app.clock.today().to_string()),
    ]);
    let page = drawn(&app, permit.scope(), &filled, query.saved.is_some()).await?;
    Ok(page.answer(&app, &caller, &filled))
}

/// The page of an item with its form.
#[derive(Debug)]
struct ItemPage;

impl FormPage<operations::RecordStatus> for ItemPage {
    async fn page(app: &AppState, scope: &PracticeScope, filled: &Filled) -> Result<Page, AppError> {
        drawn(app, scope, filled, false).await
    }

    /// Whoever recorded something for the first time is asked whether the LMC may see it, beside what it would see.
    fn after(scope: &PracticeScope, done: &Done) -> Href {
        let practice = scope.practice();
        if done.first {
            let sharing = href!("/practices").seg(practice).seg("sharing");
            sharing.query("first", 1)
        } else {
            item_href(practice, &done.item, done.subject).query("saved", 1)
        }
    }
}

async fn drawn(app: &AppState, scope: &PracticeScope, filled: &Filled, saved: bool) -> Result<Page, AppError> {
    let catalogue = app.catalogue().await?;
    let item = known_item(&catalogue, filled.text("item"), app.clock.today())?;
    let register = Register::of_item(app, scope, &item.code).await?;
    let subject = subject_of(&register, item, filled.text("subject"))?;
    let about = subject.map(|(id, _)| id);
    let view = item_page::View {
        practice: scope.practice(),
        item,
        subject,
        ground: register.on(app.clock.today()),
        history: register.history(&item.code, about),
        outcomes: register.came_of(&item.code, about),
        filled,
        saved,
    };
    Ok(Page {
        place: shell::practice_place(app, scope.practice()).await?,
        title: view.title(),
        current: "Actions",
        content: item_page::content(&view),
    })
}

/// The subject that an address names; one of another practice or item is not found.
fn subject_of<'a>(register: &'a Register, item: &Item, id: &str) -> Result<Option<(SubjectId, &'a str)>, AppError> {
    if id.is_empty() {
        return Ok(None);
    }
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
    AnswerEntry { status, answer }.perform(&app, &By::from(&permit)).await?;
    let next = shell::own_path(&form.next);
    let next = next.unwrap_or_else(|| register_href(permit.scope().practice()));
    Ok(Redirect::to(next.as_str()))
}

#[cfg(test)]
mod tests;
