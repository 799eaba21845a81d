//! Notices on services: what was served, its last day, what came back; and the diary of what lies ahead.

use std::sync::Arc;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Query;
use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, NoticeId, OdsCode};
use maud::Markup;
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    domain::{
        access::{Permit, PracticeScope, RecordStatus, SeeRegister},
        catalogue::{Catalogue, Item},
        diary::{self, Entry},
        drawable,
        letter::Awaited,
        notice::Notice,
        register::{Ground, Line},
    },
    error::{AppError, FieldError},
    href,
    state::AppState,
    store::{actions, letters, notices},
    ui::href::Href,
    web::{
        caller::Caller,
        forms::Form,
        routes::Routes,
        shell::{self, Sheet},
    },
};

pub use json::Documentation;
use record::Draft;

pub mod api;
mod calendar;
mod diary_page;
mod happened;
mod json;
mod one;
mod pages;
mod record;
mod template_pages;
mod templates;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/practices/{ods}/notices", SeeRegister, list)
        .get("/practices/{ods}/notices/new", SeeRegister, fresh)
        .get("/practices/{ods}/notices/last-day", SeeRegister, last_day)
        .post("/practices/{ods}/notices", RecordStatus, add)
        .get(
            "/practices/{ods}/notices/templates/{template}",
            SeeRegister,
            templates::one,
        )
        .get("/practices/{ods}/notices/{notice}", SeeRegister, one::one)
        .post(
            "/practices/{ods}/notices/{notice}",
            RecordStatus,
            one::happened,
        );
    calendar::routes(json::routes(routes))
}

fn notices_href(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice).seg("notices")
}

fn notice_href(practice: &OdsCode, id: NoticeId) -> Href {
    notices_href(practice).seg(id)
}

/// What lies ahead of a practice today, by date.
///
/// # Errors
/// Where the database cannot be read.
pub async fn diary(app: &AppState, scope: &PracticeScope) -> Result<Vec<Entry>, AppError> {
    Ok(Known::read(app, scope).await?.diary())
}

/// A practice's notices and register as read at one moment.
#[derive(Debug)]
struct Known {
    register: Arc<actions::Register>,
    notices: Vec<Notice>,
    letters: Vec<Awaited>,
    today: LocalDate,
    read_at: DateTime<Utc>,
    catalogue: Arc<Catalogue>,
}

impl Known {
    async fn read(app: &AppState, scope: &PracticeScope) -> Result<Self, AppError> {
        let read = app.db.read(scope);
        Ok(Self {
            register: app.kept.registers.of_practice(read).await?,
            notices: notices::all(read).await?,
            letters: letters::awaited(read).await?,
            today: app.clock.today(),
            read_at: app.clock.known(),
            catalogue: app.catalogue().await?,
        })
    }

    fn lines(&self) -> Vec<Line> {
        let ground = Ground {
            catalogue: &self.catalogue,
            rows: &self.register.rows,
            subjects: &self.register.subjects,
            on: self.today,
            known_at: self.read_at,
        };
        ground.own()
    }

    fn diary(&self) -> Vec<Entry> {
        diary::entries(&self.lines(), &self.notices, &self.letters)
    }

    fn service(&self, notice: &Notice) -> &str {
        let known = self.register.subjects.get(&notice.subject);
        known.map_or("", |(_, name)| name.as_str())
    }
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

async fn list(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let known = Known::read(&app, permit.scope()).await?;
    let practice = permit.scope().practice();
    let offered = templates::panel(&app, permit.scope()).await?;
    let content = pages::list(practice, &known, &offered);
    Ok(page(&app, &caller, practice, "Notices", content)
        .await?
        .into_response())
}

#[derive(Debug, Deserialize)]
struct FreshQuery {
    #[serde(default)]
    item: String,
    #[serde(default)]
    service: String,
    #[serde(default)]
    template: String,
}

/// The items on which notice can be served today.
fn items(catalogue: &Catalogue, today: LocalDate) -> Vec<&Item> {
    let all = catalogue.items_on(today);
    all.filter(|item| item.takes_notice()).collect()
}

fn item_of<'a>(items: &[&'a Item], code: &str) -> Result<&'a Item, AppError> {
    let named = items.iter().find(|item| item.code.as_str() == code);
    let first = items.first().filter(|_| code.is_empty());
    named.or(first).copied().ok_or(AppError::NotFound)
}

async fn fresh(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<FreshQuery>,
) -> Result<Response, AppError> {
    let today = app.clock.today();
    let organisations = app.organisations().await?;
    let practice = permit.scope().practice();
    let icb = organisations
        .practice(practice)
        .and_then(|known| organisations.organisation(known.icb.as_ref()?))
        .map(|icb| drawable::as_typed(&icb.name));
    let mut typed = NoticeForm {
        id: Uuid::now_v7().to_string(),
        item: query.item,
        service: query.service,
        served_on: today.to_string(),
        period_n: "3".to_owned(),
        period_unit: "months".to_owned(),
        commissioner: icb.unwrap_or_default(),
        ..NoticeForm::default()
    };
    if !query.template.is_empty() {
        templates::fill(&app, permit.scope(), &query.template, &mut typed).await?;
    }
    form(&app, &caller, permit.scope(), &typed, Vec::new()).await
}

async fn form(
    app: &AppState,
    caller: &Caller,
    scope: &PracticeScope,
    typed: &NoticeForm,
    errors: Vec<FieldError>,
) -> Result<Response, AppError> {
    let catalogue = app.catalogue().await?;
    let today = app.clock.today();
    let items = items(&catalogue, today);
    let (title, status) = if errors.is_empty() {
        ("Record a notice", StatusCode::OK)
    } else {
        ("Error: Record a notice", StatusCode::UNPROCESSABLE_ENTITY)
    };
    let offer = templates::Offer::read(app, scope).await?;
    let view = pages::FormView {
        // One that is not offered is left out when the form is sent again.
        used: offer
            .used(typed.origin(), &catalogue, today)
            .map(|version| (version, offer.lmc_name())),
        today,
        practice: scope.practice(),
        item: item_of(&items, &typed.item)?,
        items: &items,
        typed,
        errors: &errors,
    };
    let content = pages::form(&view);
    let page = page(app, caller, scope.practice(), title, content).await?;
    Ok((status, page).into_response())
}

/// The form of a notice, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct NoticeForm {
    id: String,
    item: String,
    service: String,
    served_on: String,
    period_n: String,
    period_unit: String,
    commissioner: String,
    contract: String,
    funded: String,
    patients: String,
    reply_due_on: String,
    decided_on: String,
    staff_told_on: String,
    template: String,
    template_version: String,
}

impl NoticeForm {
    /// The template it was begun from, and its version.
    fn origin(&self) -> (&str, &str) {
        (&self.template, &self.template_version)
    }

    fn draft(&self) -> Draft {
        let typed = self.clone();
        Draft {
            id: typed.id,
            service: typed.service,
            served_on: typed.served_on,
            period_n: typed.period_n,
            period_unit: typed.period_unit,
            commissioner: typed.commissioner,
            contract: typed.contract,
            funded: typed.funded,
            patients: typed.patients,
            reply_due_on: typed.reply_due_on,
            decided_on: typed.decided_on,
            staff_told_on: typed.staff_told_on,
        }
    }
}

async fn add(
    permit: Permit<RecordStatus>,
    caller: Caller,
    State(app): State<AppState>,
    Form(typed): Form<NoticeForm>,
) -> Result<Response, AppError> {
    let (catalogue, today) = (app.catalogue().await?, app.clock.today());
    let item = item_of(&items(&catalogue, today), &typed.item)?;
    let read = typed.draft().read(item, today);
    let done = match read {
        Ok(new) => record::from_template(&app, &permit, item, (new, typed.origin())).await,
        Err(errors) => Err(AppError::Invalid(errors)),
    };
    match done {
        Ok((id, _)) => {
            let page = notice_href(permit.scope().practice(), id).query("saved", 1);
            Ok(Redirect::to(page.as_str()).into_response())
        }
        Err(AppError::Invalid(errors)) => form(&app, &caller, permit.scope(), &typed, errors).await,
        Err(error) => Err(error),
    }
}

#[derive(Debug, Deserialize)]
struct LastDayQuery {
    #[serde(default)]
    served_on: String,
    #[serde(default)]
    period_n: String,
    #[serde(default)]
    period_unit: String,
}

/// The last day of what is being typed: the line beside the period.
async fn last_day(_: Permit<SeeRegister>, Query(query): Query<LastDayQuery>) -> Markup {
    pages::last_day(&query.served_on, &query.period_n, &query.period_unit)
}
