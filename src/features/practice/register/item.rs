//! The page of one item, or of one named subject of it, and what the contract says beside its form.

use axum::{
    extract::{Path, State},
    response::Response,
};
use axum_extra::extract::Query;
use entity::ids::SubjectId;
use maud::Markup;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    item_view::{self, Evidence},
    read::{Register, known_item},
    view::item_href,
};
use crate::{
    domain::{
        access::{Permit, PracticeScope, SeeRegister},
        catalogue::Item,
    },
    error::AppError,
    href,
    operations::record_status::{Done, RecordStatus},
    state::AppState,
    ui::{filled::Filled, href::Href, sheet::Sheet},
    web::{caller::Caller, doors::FormPage, forms, shell},
};

#[derive(Debug, Deserialize)]
pub(super) struct ItemPath {
    item: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct ItemQuery {
    subject: Option<String>,
    saved: Option<String>,
}

pub(super) async fn show(
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
    let sheet = drawn(&app, permit.scope(), &filled, query.saved.is_some()).await?;
    shell::show(&app, &caller, permit.scope(), sheet).await
}

/// The page of an item with its form.
#[derive(Debug)]
pub(super) struct ItemPage;

impl FormPage<RecordStatus> for ItemPage {
    async fn page(app: &AppState, scope: &PracticeScope, filled: &Filled) -> Result<Sheet, AppError> {
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

async fn drawn(app: &AppState, scope: &PracticeScope, filled: &Filled, saved: bool) -> Result<Sheet, AppError> {
    let catalogue = app.menu_of(scope.practice()).await?;
    let item = known_item(&catalogue, filled.text("item"), app.clock.today())?;
    let register = Register::of_item(app, scope, &item.code).await?;
    let subject = subject_of(&register, item, filled.text("subject"))?;
    let about = subject.map(|(id, _)| id);
    let beside = beside(app, scope, about).await?;
    Ok(item_view::content(&item_view::View {
        practice: scope.practice(),
        beside: beside.as_ref(),
        item,
        subject,
        ground: register.on(app.clock.today()),
        history: register.history(&item.code, about),
        outcomes: register.came_of(&item.code, about),
        filled,
        saved,
    }))
}

/// What stands in the log about a pathway; nothing for any other subject.
async fn beside(
    app: &AppState,
    scope: &PracticeScope,
    subject: Option<SubjectId>,
) -> Result<Option<Evidence>, AppError> {
    let pathways = app.pathways(scope).await?;
    let Some(pathway) = pathways.into_iter().find(|pathway| Some(pathway.id) == subject) else { return Ok(None) };
    let book = app.transfer_book(scope).await?;
    if !book.has_answers_about(&pathway.item) {
        return Ok(None);
    }
    let items = app.answers(scope, &book, std::slice::from_ref(&pathway)).await?;
    Ok(Some(Evidence { pathway, book, items, today: app.clock.today() }))
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
pub(super) struct PositionQuery {
    #[serde(default)]
    effective_on: String,
}

/// What the contract says on the day that is being typed: the panel beside the form.
pub(super) async fn position(
    permit: Permit<SeeRegister>,
    State(app): State<AppState>,
    Path(path): Path<ItemPath>,
    Query(query): Query<PositionQuery>,
) -> Result<Markup, AppError> {
    let typed = forms::optional_day(&query.effective_on, "effective_on");
    let day = typed.ok().flatten().unwrap_or_else(|| app.clock.today());
    let catalogue = app.menu_of(permit.scope().practice()).await?;
    let item = known_item(&catalogue, &path.item, day)?;
    Ok(item_view::position(item, day))
}
