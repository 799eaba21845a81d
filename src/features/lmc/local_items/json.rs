//! An LMC's own items over JSON.

use axum::{extract::State, response::Response};
use entity::ids::{ItemCode, LocalDate};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use crate::{
    domain::{
        access::{EditLocalItems, LmcScope, Permit},
        catalogue::{PositionKind, SubjectKind, local::LocalItem},
    },
    error::AppError,
    operations::add_local_item::AddLocalItem,
    state::AppState,
    store::local_items,
    web::{
        doors,
        lists::{ListAsked, ListOut, Order, Pages},
        problem::Problem,
    },
};

/// The paths and bodies of local items, for the document of the whole API.
#[derive(Debug, OpenApi)]
#[openapi(paths(list))]
pub struct Documentation;

/// An item that the LMC added, as its newest version has it.
#[derive(Debug, Serialize, ToSchema)]
pub struct LocalItemOut {
    /// Its code, as practices record it.
    #[schema(example = "local-0199f3a27c117d208c1f2f6f0a6a9d61")]
    pub item: ItemCode,
    /// Counts up from 1.
    pub version: i32,
    /// Its name.
    pub title: String,
    /// What it is.
    pub plain: String,
    /// What it leaves out; empty where nothing was said.
    pub exception: String,
    /// What one record is about.
    pub subject: SubjectKind,
    /// How it stands to the contract.
    pub position: PositionKind,
    /// What stays obligatory.
    pub guard_rail: String,
    /// Where that can be read.
    pub source: String,
    /// When it was last read there.
    pub checked_on: LocalDate,
    /// First day.
    pub valid_from: LocalDate,
    /// Last day.
    pub valid_until: Option<LocalDate>,
}

impl From<LocalItem> for LocalItemOut {
    fn from(one: LocalItem) -> Self {
        let LocalItem { code, version, title, plain, exception, subject, position, .. } = one;
        let LocalItem { guard_rail, source, checked_on, valid_from, valid_until, .. } = one;
        Self {
            item: code,
            version,
            title,
            plain,
            exception,
            subject,
            position,
            guard_rail,
            source,
            checked_on,
            valid_from,
            valid_until,
        }
    }
}

impl doors::Answer<AddLocalItem> for LocalItemOut {
    async fn read(app: &AppState, scope: &LmcScope, done: &ItemCode) -> Result<Self, AppError> {
        let items = local_items::of_lmc(app.db.read(scope)).await?;
        items.into_iter().find(|one| one.code == *done).map(Self::from).ok_or(AppError::NotFound)
    }
}

/// Items that an LMC added to the menu of its practices
#[utoipa::path(get, path = "/api/v1/areas/lmc/{lmc}/local-items", tag = "actions",
    params(("lmc" = String, Path, example = "east"), ListAsked),
    responses(
        (status = 200, description = "Its items, those that ended too", body = ListOut<LocalItemOut>),
        (status = 422, description = "A limit or a cursor that cannot be taken", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Sign in first", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such LMC, or not yours", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn list(
    permit: Permit<EditLocalItems>,
    State(app): State<AppState>,
    pages: Pages,
) -> Result<Response, AppError> {
    let all = local_items::of_lmc(app.db.read(permit.scope())).await?;
    let page = pages.cut(all, Order::Up, |one| one.code.to_string())?.map(LocalItemOut::from);
    Ok(pages.json(&page, page.next.as_deref()))
}
