//! Sheets of items of before over JSON: what a file would add, adding it, and what was added when.

use axum::{
    Json as Answer,
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, RowId, TransferId};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::{sheets, sheets_view::Held};
use crate::{
    domain::{
        access::{LogTransfers, Permit, PracticeScope, SeeTransfers},
        transfer::past::TransferImport,
    },
    error::{AppError, FieldError},
    exchange::past_items::{self, CellError},
    state::AppState,
    store::transfers::imports,
    web::{
        download,
        lists::{self, ListAsked, ListOut, Order, Pages},
        problem::Problem,
        upload,
    },
};

/// Imports that are listed.
const LISTED: u64 = 1_000;
/// Cells that an answer names; the rest is counted.
const NAMED: usize = 1_000;

/// The paths and bodies of these sheets, for the document of the whole API.
#[derive(Debug, OpenApi)]
#[openapi(paths(list, check, add))]
pub struct Documentation;

/// What a file would add, or has added.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransferSheetOut {
    /// The import as one act, where it added anything.
    pub import: Option<RowId>,
    /// Items that are not there yet, or that were just added.
    #[schema(example = 120)]
    pub items: u64,
    /// Rows that are there already: the same file again adds nothing.
    #[schema(example = 14)]
    pub there: u64,
    /// Of these, rows whose item was taken out as logged in error; it stays out.
    #[schema(example = 0)]
    pub removed: u64,
    /// Of these, rows whose item reads differently here. A file changes none: send a correction.
    pub differ: Vec<DifferOut>,
    /// Lines that say exactly the same; each is an item of its own.
    #[schema(example = json!([[4, 9]]))]
    pub alike: Vec<Vec<u64>>,
    /// Providers that are in no list, kept as they are written.
    #[schema(example = json!(["Wyrevale Infirmary"]))]
    pub own_names: Vec<String>,
    /// Minutes stood in one column that does not say whose: they are those of a GP.
    pub minutes_of_gp: bool,
    /// Letters of columns that were not read.
    #[schema(example = json!(["H"]))]
    pub not_read: Vec<String>,
    /// Rows that cannot be taken.
    #[schema(example = 1)]
    pub refused: u64,
    /// Why, cell by cell; the first thousand. None repeats what stands there.
    pub errors: Vec<CellErrorOut>,
}

/// A row whose item reads differently.
#[derive(Debug, Serialize, ToSchema)]
pub struct DifferOut {
    /// Line of the file.
    #[schema(example = 7)]
    pub line: u64,
    /// The first entry of the item.
    pub item: TransferId,
}

/// What is wrong with one cell.
#[derive(Debug, Serialize, ToSchema)]
pub struct CellErrorOut {
    /// Line of the file.
    #[schema(example = 12)]
    pub line: u64,
    /// Letter of the column, where the file has it.
    #[schema(example = "C")]
    pub column: Option<String>,
    /// What the column holds.
    #[schema(example = "outcome")]
    pub field: String,
    /// What to do.
    #[schema(example = "Write Returned, Declined, Agreed, Done: urgent or Done")]
    pub message: String,
}

/// One sheet whose items were added.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransferImportOut {
    /// Which.
    pub id: RowId,
    /// Items that it added.
    #[schema(example = 120)]
    pub items: u32,
    /// Rows that were there already.
    #[schema(example = 14)]
    pub there: u64,
    /// Rows that could not be taken.
    #[schema(example = 1)]
    pub refused: u64,
    /// The first day of an item that it added.
    #[schema(value_type = String, format = Date, example = "2024-04-02")]
    pub first_day: LocalDate,
    /// The last one.
    #[schema(value_type = String, format = Date, example = "2026-10-30")]
    pub last_day: LocalDate,
    /// When it was added.
    #[schema(value_type = String, format = DateTime, example = "2026-11-18T10:12:03Z")]
    pub recorded_at: DateTime<Utc>,
}

impl TransferImportOut {
    fn new(import: &TransferImport) -> Self {
        let says = import.says;
        Self {
            id: says.id,
            items: says.items,
            there: says.there,
            refused: says.refused,
            first_day: says.first_day,
            last_day: says.last_day,
            recorded_at: import.recorded_at,
        }
    }
}

impl TransferSheetOut {
    fn new(held: &Held) -> Self {
        let plan = &held.plan;
        Self {
            import: None,
            items: u64::try_from(plan.fresh.len()).unwrap_or(u64::MAX),
            there: plan.there,
            removed: plan.removed,
            differ: plan.differ.iter().map(|(line, item)| DifferOut { line: *line, item: *item }).collect(),
            alike: plan.alike.clone(),
            own_names: held.own_names.iter().cloned().collect(),
            minutes_of_gp: held.sheet.minutes_of_gp,
            not_read: held.sheet.not_read.clone(),
            refused: held.refused(),
            errors: held.sheet.errors.iter().take(NAMED).map(cell_error).collect(),
        }
    }
}

fn cell_error(error: &CellError) -> CellErrorOut {
    CellErrorOut {
        line: error.line,
        column: error.letter.clone(),
        field: error.column.field().to_owned(),
        message: error.reason.clone().into_owned(),
    }
}

async fn held(app: &AppState, scope: &PracticeScope, request: Request) -> Result<Held, AppError> {
    let kinds = ["text/csv", download::XLSX];
    let bytes = upload::of_form_or_body(request, (&kinds, past_items::MOST_BYTES)).await?;
    let held = sheets::held(app, scope, bytes).await?;
    let held = held.map_err(|why| AppError::field("file", why.to_string()))?;
    if held.plan.fresh.is_empty() && held.plan.there == 0 && !held.sheet.errors.is_empty() {
        return Err(all_refused(&held));
    }
    Ok(held)
}

/// A file of which nothing can be taken is refused, each cell with its line and the reason.
fn all_refused(held: &Held) -> AppError {
    let rows = held.refused();
    let mut errors =
        vec![FieldError::new("file", format!("Every row was refused, {rows} of {rows}; nothing was added"))];
    errors.extend(held.sheet.errors.iter().take(NAMED).map(|error| {
        let field = format!("line {}, column {}", error.line, error.column.field());
        FieldError::new(field, error.reason.clone())
    }));
    AppError::Invalid(errors)
}

/// See what a sheet of items of before would add; nothing is kept
///
/// A CSV file or a workbook of items as a practice kept them, or as this service wrote them. Columns may stand in any order.
#[utoipa::path(post, path = "/api/v1/practices/{ods}/transfers/imports/check", tag = "transfers",
    params(("ods" = String, Path, example = "Z90001")),
    request_body(description = "The file as the body, or as the part `file` of a `multipart/form-data`", content(
        (String = "text/csv", example = "Date,Provider,Kind,Outcome\r\n18/11/2026,RJ1,Clinic letter,Returned\r\n"),
        (String = "multipart/form-data"),
    )),
    responses(
        (status = 200, description = "What it would add", body = TransferSheetOut),
        (status = 400, description = "Cut off, or neither a form nor a file", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such practice, or not yours", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The file cannot be taken as a whole, or every row is refused: each by its line and column", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn check(
    permit: Permit<LogTransfers>,
    State(app): State<AppState>,
    request: Request,
) -> Result<Answer<TransferSheetOut>, AppError> {
    Ok(Answer(TransferSheetOut::new(&held(&app, permit.scope(), request).await?)))
}

/// Add the items of a sheet that are not there yet, all or none
///
/// Rows that cannot be taken are left out and told. The same file again adds nothing.
#[utoipa::path(post, path = "/api/v1/practices/{ods}/transfers/imports", tag = "transfers",
    params(("ods" = String, Path, example = "Z90001")),
    request_body(description = "The file as the body, or as the part `file` of a `multipart/form-data`", content(
        (String = "text/csv", example = "Date,Provider,Kind,Outcome\r\n18/11/2026,RJ1,Clinic letter,Returned\r\n"),
        (String = "multipart/form-data"),
    )),
    responses(
        (status = 201, description = "Items were added", body = TransferSheetOut),
        (status = 200, description = "All items are there already", body = TransferSheetOut),
        (status = 400, description = "Cut off, or neither a form nor a file", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such practice, or not yours", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The file cannot be taken as a whole, or every row is refused: each by its line and column", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn add(
    permit: Permit<LogTransfers>,
    State(app): State<AppState>,
    request: Request,
) -> Result<(StatusCode, Answer<TransferSheetOut>), AppError> {
    let held = held(&app, permit.scope(), request).await?;
    let mut out = TransferSheetOut::new(&held);
    let (id, refused) = (RowId(Uuid::now_v7()), held.refused());
    let (new, added) = sheets::add(&app, &permit, id, (held.plan, refused)).await?;
    out.items = added.into();
    out.import = new.then_some(id);
    Ok((if new { StatusCode::CREATED } else { StatusCode::OK }, Answer(out)))
}

/// Sheets whose items were added, each as one act
#[utoipa::path(get, path = "/api/v1/practices/{ods}/transfers/imports", tag = "transfers",
    params(("ods" = String, Path, example = "Z90001"), ListAsked),
    responses(
        (status = 200, body = ListOut<TransferImportOut>),
        (status = 422, description = "A limit or a cursor that cannot be taken", body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn list(
    permit: Permit<SeeTransfers>,
    State(app): State<AppState>,
    pages: Pages,
) -> Result<Response, AppError> {
    let imports = imports::last(app.db.read(permit.scope()), LISTED).await?;
    let key = |import: &TransferImport| format!("{} {}", lists::instant(import.recorded_at), import.says.id);
    let page = pages.cut(imports, Order::Down, key)?.map(|import| TransferImportOut::new(&import));
    Ok(pages.json(&page, page.next.as_deref()))
}
