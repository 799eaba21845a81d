//! The notices of a practice, and the form that records one.

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use entity::ids::NoticeId;
use maud::Markup;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    template_view, templates,
    view::{self, notice_href},
};
use crate::{
    domain::{
        access::{Permit, PracticeScope, SeeRegister},
        drawable,
        notice::Unit,
    },
    error::AppError,
    operations::serve_notice::{self, Offer, ServeNotice},
    state::{AppState, notices::Known},
    ui::{filled::Filled, href::Href, sheet::Sheet},
    web::{caller::Caller, doors::FormPage, shell},
};

pub(super) async fn list(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let known = Known::read(&app, permit.scope()).await?;
    let offered = templates::panel(&app, permit.scope()).await?;
    let sheet = view::list(permit.scope().practice(), &known, &offered);
    shell::show(&app, &caller, permit.scope(), sheet).await
}

/// The months of notice that a form begins with where the catalogue does not say: what agreements ask for most.
const USUAL_MONTHS: u16 = 3;

#[derive(Debug, Deserialize)]
pub(super) struct FreshQuery {
    #[serde(default)]
    item: String,
    #[serde(default)]
    service: String,
    #[serde(default)]
    template: String,
}

pub(super) async fn fresh(
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
    let catalogue = app.catalogue().await?;
    let about = serve_notice::named(&catalogue, &query.item, today);
    let months = about.and_then(|item| item.notice_months).unwrap_or(USUAL_MONTHS);
    let mut filled = Filled::fresh([
        ("id", Uuid::now_v7().to_string()),
        ("item", query.item),
        ("service", query.service),
        ("served_on", today.to_string()),
        ("period", months.to_string()),
        ("period_unit", Unit::Months.as_str().to_owned()),
        ("commissioner", icb.unwrap_or_default()),
    ]);
    if !query.template.is_empty() {
        templates::fill(&app, permit.scope(), &query.template, &mut filled).await?;
    }
    let sheet = NoticePage::page(&app, permit.scope(), &filled).await?;
    shell::show(&app, &caller, permit.scope(), sheet).await
}

/// The page with the form of a notice.
#[derive(Debug)]
pub(super) struct NoticePage;

impl FormPage<ServeNotice> for NoticePage {
    async fn page(app: &AppState, scope: &PracticeScope, filled: &Filled) -> Result<Sheet, AppError> {
        let (catalogue, today) = (app.menu_of(scope.practice()).await?, app.clock.today());
        let mut items = serve_notice::items(&catalogue, today);
        let code = filled.text("item");
        let named = serve_notice::named(&catalogue, code, today);
        // One that has ended may still have had a notice.
        items.extend(named.filter(|item| !item.exists_on(today)));
        let first = items.first().filter(|_| code.is_empty()).copied();
        let offer = Offer::read(app, scope).await?;
        let from = filled.text("template").parse().ok();
        let from = from.zip(filled.text("template_version").parse().ok());
        Ok(view::form(&view::FormView {
            // One that is not offered is left out when the form is sent again.
            used: from
                .and_then(|from| offer.used(from, &catalogue, today))
                .map(|version| template_view::used(version, offer.lmc_name(), today)),
            practice: scope.practice(),
            item: named.or(first).ok_or(AppError::NotFound)?,
            items: &items,
            filled,
        }))
    }

    fn after(scope: &PracticeScope, done: &NoticeId) -> Href {
        notice_href(scope.practice(), *done).query("saved", 1)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct LastDayQuery {
    #[serde(default)]
    served_on: String,
    #[serde(default)]
    period: String,
    #[serde(default)]
    period_unit: String,
}

/// The last day of what is being typed: the line beside the period.
pub(super) async fn last_day(_: Permit<SeeRegister>, Query(query): Query<LastDayQuery>) -> Markup {
    view::last_day(&query.served_on, &query.period, &query.period_unit)
}
