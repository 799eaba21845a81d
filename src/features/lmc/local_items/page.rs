//! The list of an LMC's own items, and each with its form.

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use entity::ids::ItemCode;
use serde::Deserialize;
use uuid::Uuid;

use super::view::{self, ItemsView};
use crate::{
    domain::{
        access::{EditLocalItems, LmcScope, Permit},
        catalogue::local::LocalItem,
    },
    error::AppError,
    operations::add_local_item::AddLocalItem,
    state::AppState,
    store::local_items,
    ui::{filled::Filled, href::Href, sheet::Sheet},
    web::{
        caller::Caller,
        doors::FormPage,
        forms::{InPath, SavedQuery},
        shell,
    },
};

/// The part of an address that names an item.
#[derive(Debug, Deserialize)]
pub(super) struct ItemPath {
    item: String,
}

pub(super) async fn list(
    permit: Permit<EditLocalItems>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<SavedQuery>,
) -> Result<Response, AppError> {
    let today = app.clock.today().to_string();
    let filled = Filled::fresh([("id", Uuid::now_v7().to_string()), ("valid_from", today)]);
    let sheet = drawn(&app, permit.scope(), &filled, query.saved.is_some()).await?;
    shell::show(&app, &caller, permit.scope(), sheet).await
}

async fn drawn(app: &AppState, scope: &LmcScope, filled: &Filled, saved: bool) -> Result<Sheet, AppError> {
    let items = local_items::of_lmc(app.db.read(scope)).await?;
    let today = app.clock.today();
    Ok(view::list(&ItemsView { lmc: scope.lmc(), items: &items, today, filled, saved }))
}

pub(super) async fn one(
    permit: Permit<EditLocalItems>,
    caller: Caller,
    State(app): State<AppState>,
    InPath(path): InPath<ItemPath>,
) -> Result<Response, AppError> {
    let item = known(&app, permit.scope(), &path.item).await?;
    let last = item.valid_until.map(|day| day.to_string()).unwrap_or_default();
    let filled = Filled::fresh([
        ("id", Uuid::now_v7().to_string()),
        ("after", item.version.to_string()),
        ("title", item.title.clone()),
        ("plain", item.plain.clone()),
        ("exception", item.exception.clone()),
        ("subject", item.subject.as_str().to_owned()),
        ("position", item.position.as_str().to_owned()),
        ("guard_rail", item.guard_rail.clone()),
        ("source", item.source.clone()),
        ("valid_from", item.valid_from.to_string()),
        ("valid_until", last),
    ]);
    let sheet = view::one(permit.scope().lmc(), &item, &filled);
    shell::show(&app, &caller, permit.scope(), sheet).await
}

async fn known(app: &AppState, scope: &LmcScope, code: &str) -> Result<LocalItem, AppError> {
    let items = local_items::of_lmc(app.db.read(scope)).await?;
    items.into_iter().find(|one| one.code.as_str() == code).ok_or(AppError::NotFound)
}

/// The page, when a new item cannot be taken.
#[derive(Debug)]
pub(super) struct NewItem;

impl FormPage<AddLocalItem> for NewItem {
    async fn page(app: &AppState, scope: &LmcScope, filled: &Filled) -> Result<Sheet, AppError> {
        drawn(app, scope, filled, false).await
    }

    fn after(scope: &LmcScope, _: &ItemCode) -> Href {
        view::base(scope.lmc()).query("saved", 1)
    }
}

/// The page of an item, when a change of it cannot be taken.
#[derive(Debug)]
pub(super) struct ItemPage;

impl FormPage<AddLocalItem> for ItemPage {
    async fn page(app: &AppState, scope: &LmcScope, filled: &Filled) -> Result<Sheet, AppError> {
        let item = known(app, scope, filled.text("item")).await?;
        Ok(view::one(scope.lmc(), &item, filled))
    }

    fn after(scope: &LmcScope, _: &ItemCode) -> Href {
        view::base(scope.lmc()).query("saved", 1)
    }
}
