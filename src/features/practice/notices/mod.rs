//! Notices on services: what was served, its last day, what came back; and the diary of what lies ahead.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use axum_extra::extract::Query;
use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, NoticeId, OdsCode};
use maud::Markup;
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    domain::{
        access::{Permit, PracticeScope, SeeRegister},
        catalogue::Catalogue,
        diary::{self, Entry},
        drawable,
        letter::Awaited,
        notice::{Notice, Unit},
        register::{Ground, Line},
    },
    error::AppError,
    href,
    operations::{
        follow_notice::FollowNotice,
        serve_notice::{self, Offer, ServeNotice},
    },
    state::AppState,
    store::{actions, letters, notices},
    ui::{filled::Filled, href::Href},
    web::{
        caller::Caller,
        doors::{FormPage, Page},
        routes::Routes,
        shell::{self, Sheet},
    },
};

pub use json::Documentation;

pub mod api;
mod calendar;
mod diary_page;
mod json;
mod one;
mod pages;
mod template_pages;
mod templates;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/practices/{ods}/notices", SeeRegister, list)
        .get("/practices/{ods}/notices/new", SeeRegister, fresh)
        .get("/practices/{ods}/notices/last-day", SeeRegister, last_day)
        .form::<ServeNotice, NoticePage>("/practices/{ods}/notices")
        .get("/practices/{ods}/notices/templates/{template}", SeeRegister, templates::one)
        .get("/practices/{ods}/notices/{notice}", SeeRegister, one::one)
        .form::<FollowNotice, one::OnePage>("/practices/{ods}/notices/{notice}");
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
    let sheet = Sheet { title, current: "Actions", live: None, content };
    Ok(shell::page(app, caller, &place, sheet))
}

async fn list(permit: Permit<SeeRegister>, caller: Caller, State(app): State<AppState>) -> Result<Response, AppError> {
    let known = Known::read(&app, permit.scope()).await?;
    let practice = permit.scope().practice();
    let offered = templates::panel(&app, permit.scope()).await?;
    let content = pages::list(practice, &known, &offered);
    Ok(page(&app, &caller, practice, "Notices", content).await?.into_response())
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
    let mut filled = Filled::fresh([
        ("id", Uuid::now_v7().to_string()),
        ("item", query.item),
        ("service", query.service),
        ("served_on", today.to_string()),
        ("period", "3".to_owned()),
        ("period_unit", Unit::Months.as_str().to_owned()),
        ("commissioner", icb.unwrap_or_default()),
    ]);
    if !query.template.is_empty() {
        templates::fill(&app, permit.scope(), &query.template, &mut filled).await?;
    }
    let page = NoticePage::page(&app, permit.scope(), &filled).await?;
    Ok(page.answer(&app, &caller, &filled))
}

/// The page with the form of a notice.
#[derive(Debug)]
struct NoticePage;

impl FormPage<ServeNotice> for NoticePage {
    async fn page(app: &AppState, scope: &PracticeScope, filled: &Filled) -> Result<Page, AppError> {
        let (catalogue, today) = (app.catalogue().await?, app.clock.today());
        let items = serve_notice::items(&catalogue, today);
        let code = filled.text("item");
        let named = items.iter().find(|item| item.code.as_str() == code);
        let first = items.first().filter(|_| code.is_empty());
        let offer = Offer::read(app, scope).await?;
        let from = filled.text("template").parse().ok();
        let from = from.zip(filled.text("template_version").parse().ok());
        let view = pages::FormView {
            // One that is not offered is left out when the form is sent again.
            used: from.and_then(|from| offer.used(from, &catalogue, today)).map(|version| (version, offer.lmc_name())),
            today,
            practice: scope.practice(),
            item: named.or(first).ok_or(AppError::NotFound)?,
            items: &items,
            filled,
        };
        Ok(Page {
            place: shell::practice_place(app, scope.practice()).await?,
            title: "Record a notice".to_owned(),
            current: "Actions",
            content: pages::form(&view),
        })
    }

    fn after(scope: &PracticeScope, done: &NoticeId) -> Href {
        notice_href(scope.practice(), *done).query("saved", 1)
    }
}

#[derive(Debug, Deserialize)]
struct LastDayQuery {
    #[serde(default)]
    served_on: String,
    #[serde(default)]
    period: String,
    #[serde(default)]
    period_unit: String,
}

/// The last day of what is being typed: the line beside the period.
async fn last_day(_: Permit<SeeRegister>, Query(query): Query<LastDayQuery>) -> Markup {
    pages::last_day(&query.served_on, &query.period, &query.period_unit)
}
