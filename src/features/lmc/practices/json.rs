//! The practices of an LMC's area over JSON and as a sheet; each reading is noted for the practice, as on the page.

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use entity::ids::{LocalDate, OdsCode};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::{asked_view::Asked, page, sheet_view::words, view};
use crate::{
    domain::{
        access::{Permit, SeeLmcArea},
        readers::OutsidePage,
    },
    error::AppError,
    state::AppState,
    web::{
        forms::OnQuery,
        lists::{ListAsked, ListOut, Order, Pages},
        problem::Problem,
        receipts,
    },
};

/// The path, for the document of the whole API.
#[derive(Debug, OpenApi)]
#[openapi(paths(list))]
pub struct Documentation;

/// A practice of the area, as far as it shares.
#[derive(Debug, Serialize, ToSchema)]
pub struct AreaPracticeOut {
    /// ODS code.
    #[schema(value_type = String, example = "Z90001")]
    pub practice: OdsCode,
    /// Its name.
    #[schema(example = "Invented Surgery 1")]
    pub name: String,
    /// Whether it shares its record with the LMC.
    #[schema(example = true)]
    pub shares: bool,
    /// The Friday of the last week it answered for or recorded something in; null where it does not share, or did not yet.
    #[schema(value_type = Option<String>, format = Date, example = "2026-11-13")]
    pub last_week: Option<LocalDate>,
    /// What is paused, ends or was taken up again, in words; of a practice that does not share, what the LMC entered itself.
    #[schema(example = json!(["Voluntary services: Ring pessaries: Paused since 16 Nov 2026"]))]
    pub says: Vec<String>,
}

/// Columns of the sheet.
const COLUMNS: [&str; 5] = ["practice", "name", "shares", "last_week", "says"];

impl AreaPracticeOut {
    fn sharing(row: &view::Sharing<'_>, last_week: Option<LocalDate>) -> Self {
        Self {
            practice: row.practice.code.clone(),
            name: row.practice.name.to_string(),
            shares: true,
            last_week,
            says: row.said.iter().map(words).collect(),
        }
    }

    fn other(row: &view::Other<'_>) -> Self {
        Self {
            practice: row.practice.code.clone(),
            name: row.practice.name.to_string(),
            shares: false,
            last_week: None,
            says: row.said.iter().map(words).collect(),
        }
    }
}

/// The practices of an LMC's area, by name; of those that share, what the LMC sees
#[utoipa::path(get, path = "/api/v1/areas/lmc/{lmc}/practices", tag = "areas",
    params(
        ("lmc" = String, Path, example = "east"),
        ("on" = Option<String>, Query, description = "The day to show; today where it is left out", example = "2026-11-20"),
        ListAsked,
    ),
    responses(
        (status = 200, description = "Practices", content((ListOut<AreaPracticeOut> = "application/json"), (String = "text/csv"))),
        (status = 404, description = "No such LMC, or not the reader's", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A day, a limit or a cursor that cannot be taken", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn list(
    State(app): State<AppState>,
    permit: Permit<SeeLmcArea>,
    Query(asked): Query<OnQuery>,
    pages: Pages,
) -> Result<Response, AppError> {
    let lmc = permit.scope().lmc();
    let asked = Asked { on: asked.on, ..Asked::default() };
    let read = page::read(&app, &permit, &asked).await?;
    let catalogue = app.menu_of_lmc(Some(permit.scope().lmc())).await?;
    let members = read.members(lmc);
    let (sharing, others) = page::rows(&catalogue, &members, &read.found, read.when);
    let of_sharing = sharing.iter().map(|row| {
        let last_week = row.shared.last_week(read.when.on, read.when.now);
        AreaPracticeOut::sharing(row, last_week)
    });
    let all: Vec<AreaPracticeOut> = of_sharing.chain(others.iter().map(AreaPracticeOut::other)).collect();
    let page = pages.cut(all, Order::Up, |row| format!("{}\u{1}{}", row.name, row.practice))?;
    // Of those that stand on this page the reader has seen something.
    let seen = page.items.iter().filter(|row| row.shares).map(|row| row.practice.clone()).collect();
    receipts::note(&app, &permit, (lmc, OutsidePage::Practices), seen);
    pages.answer(&page, page.next.as_deref(), ("practices", &COLUMNS, &page.items))
}
