//! Items of before from a sheet: what a file would add, and the adding of what was shown.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Query;
use entity::ids::RowId;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    page::place,
    read,
    sheets_view::{self, Choose, Held, Preview},
};
use crate::{
    domain::{
        access::{Actor, By, LogTransfers, Permit, PracticeScope},
        transfer::past::{self, PastItem, PastPlan, PastRow, TransferImport},
    },
    error::{AppError, FieldError},
    exchange::past_items::{self, Carried, CellError, NotTaken, PastSheet},
    operations::{
        Operation,
        import_transfers::{self, ImportTransfers},
        log_transfer::{Facts, LogTransfer},
    },
    state::AppState,
    store::transfers::imports,
    ui::sheet::Sheet,
    web::{
        caller::Caller,
        download,
        forms::{self, Form},
        shell, upload,
    },
};

/// Files that are listed as added.
const LISTED: u64 = 20;

/// Reads a file and holds it against what is there. Nothing of it is kept.
pub(super) async fn held(
    app: &AppState,
    scope: &PracticeScope,
    bytes: Option<Vec<u8>>,
) -> Result<Result<Held, NotTaken>, AppError> {
    let Some(bytes) = bytes else { return Ok(Err(NotTaken::Empty)) };
    let facts = LogTransfer::facts(app, scope).await?;
    let read = app.setting.run(move || {
        let mut sheet = past_items::read(&bytes, &facts.book)?;
        let rows = std::mem::take(&mut sheet.rows);
        let items = items(rows, &facts, &mut sheet);
        sheet.errors.sort();
        Ok::<_, NotTaken>((sheet, items))
    });
    let (sheet, items) = match read.await? {
        Ok(read) => read,
        Err(why) => return Ok(Err(why)),
    };
    let plan = planned(app, scope, items).await?;
    let own = plan.fresh.iter().map(|item| &item.new.provider).filter(|provider| provider.key.starts_with("own:"));
    let usual = read::senders(app, scope).await?;
    let own = own.filter(|provider| !usual.contains(&provider.key));
    let own_names = own.map(|provider| provider.name.clone()).collect();
    Ok(Ok(Held { plan, sheet, own_names }))
}

fn items(rows: Vec<PastRow>, facts: &Facts, sheet: &mut PastSheet) -> Vec<PastItem> {
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let line = row.line;
        match import_transfers::item(row, facts) {
            Ok(item) => items.push(item),
            Err(errors) => {
                let told = errors.into_iter().map(|error| sheet.error(line, &error.field, error.message));
                let told: Vec<CellError> = told.collect();
                sheet.errors.extend(told);
            }
        }
    }
    items
}

async fn planned(app: &AppState, scope: &PracticeScope, items: Vec<PastItem>) -> Result<PastPlan, AppError> {
    let days = items.iter().map(|item| item.row.came_on);
    let Some(days) = days.clone().min().zip(days.max()) else { return Ok(PastPlan::default()) };
    let ids: Vec<_> = items.iter().filter_map(|item| item.row.id).collect();
    let entries = imports::entries(app.db.read(scope), days, &ids).await?;
    if u64::try_from(entries.len()).unwrap_or(u64::MAX) >= imports::MOST_ENTRIES {
        return Err(AppError::field("file", "Choose a file of fewer years"));
    }
    Ok(past::plan(scope.practice(), items, &entries))
}

/// Adds what a plan has as new.
pub(super) async fn add(
    app: &AppState,
    permit: &Permit<LogTransfers>,
    id: RowId,
    (plan, refused): (PastPlan, u64),
) -> Result<(bool, u32), AppError> {
    let items = plan.fresh.into_iter().map(|item| item.new).collect();
    let act = ImportTransfers { id, items, there: plan.there, refused };
    let (written, added) = act.perform(app, &By::from(permit)).await?;
    Ok((written == crate::operations::Written::New, added))
}

#[derive(Debug, Deserialize)]
pub(super) struct DoneQuery {
    added: Option<u32>,
}

pub(super) async fn choose(
    permit: Permit<LogTransfers>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<DoneQuery>,
) -> Result<Response, AppError> {
    chooser(&app, &caller, permit.scope(), (query.added, None)).await
}

async fn show(app: &AppState, caller: &Caller, scope: &PracticeScope, sheet: Sheet) -> Result<Response, AppError> {
    Ok(shell::page(app, caller, &place(app, caller, scope).await?, sheet))
}

async fn chooser(
    app: &AppState,
    caller: &Caller,
    scope: &PracticeScope,
    (added, error): (Option<u32>, Option<FieldError>),
) -> Result<Response, AppError> {
    // Only who manages the practice reads what was added when.
    let may_list = matches!(caller.actor, Actor::Person { .. });
    let before: Vec<TransferImport> =
        if may_list { imports::last(app.db.read(scope), LISTED).await? } else { Vec::new() };
    let view = Choose { practice: scope.practice(), added, before: &before, may_list };
    show(app, caller, scope, sheets_view::choose(&view, error)).await
}

/// `POST /practices/{ods}/transfers/import`: shows what a file would add. Nothing is written, and nothing of it is kept.
pub(super) async fn preview(
    permit: Permit<LogTransfers>,
    caller: Caller,
    State(app): State<AppState>,
    request: Request,
) -> Result<Response, AppError> {
    let scope = permit.scope();
    let refused = |why: String| FieldError::new("file", why);
    let held = match held(&app, scope, upload::of_form(request, past_items::MOST_BYTES).await?).await? {
        Ok(held) => held,
        Err(why) => return chooser(&app, &caller, scope, (None, Some(refused(why.to_string())))).await,
    };
    let rows = held.plan.fresh.iter().map(|item| item.row.clone()).collect();
    let carried = Carried { rows, there: held.plan.there, refused: held.refused() };
    let Some(carried) = past_items::pack(&carried) else {
        let why = "This file holds more text than can be taken at once. Split it, one year in each file";
        return chooser(&app, &caller, scope, (None, Some(refused(why.to_owned())))).await;
    };
    let book = app.transfer_book(scope).await?;
    let view = Preview { practice: scope.practice(), book: &book, held: &held, carried: &carried, id: Uuid::now_v7() };
    show(&app, &caller, scope, sheets_view::preview(&view)).await
}

/// The form under a preview.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirmed {
    /// Made with the preview.
    id: String,
    /// The rows, as they were packed.
    rows: String,
}

/// `POST /practices/{ods}/transfers/import/rows`: adds what was shown, all of it or nothing.
pub(super) async fn confirm(
    permit: Permit<LogTransfers>,
    caller: Caller,
    State(app): State<AppState>,
    Form(form): Form<Confirmed>,
) -> Result<Response, AppError> {
    let scope = permit.scope();
    let id = RowId(forms::id(&form.id, "id")?);
    let facts = LogTransfer::facts(&app, scope).await?;
    let read = app.setting.run(move || {
        let Carried { rows, refused, .. } = past_items::unpack(&form.rows)?;
        let items: Result<Vec<_>, _> = rows.into_iter().map(|row| import_transfers::item(row, &facts)).collect();
        Some((items, refused))
    });
    let malformed = || AppError::Malformed("the items were cut off: choose the file again".into());
    let (items, refused) = read.await?.ok_or_else(malformed)?;
    let Ok(items) = items else {
        // What was fine when it was shown and is not any more.
        let why = "Something has changed since this was shown, and nothing was added. Choose the file again";
        let page = chooser(&app, &caller, scope, (None, Some(FieldError::new("file", why)))).await?;
        return Ok((StatusCode::CONFLICT, page).into_response());
    };
    let plan = planned(&app, scope, items).await?;
    let (_, added) = add(&app, &permit, id, (plan, refused)).await?;
    let page = sheets_view::base(scope.practice()).query("added", added);
    Ok(Redirect::to(page.as_str()).into_response())
}

/// The empty sheet as a workbook.
pub(super) async fn template_xlsx(
    permit: Permit<LogTransfers>,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let book = app.transfer_book(permit.scope()).await?;
    let file = download::made(&app, move || past_items::template_workbook(&book)).await?;
    Ok(download::file(download::XLSX, "transferred-work-to-fill-in.xlsx", file))
}

/// The same as a text file.
pub(super) async fn template_csv(_: Permit<LogTransfers>) -> Response {
    download::file(download::CSV, "transferred-work-to-fill-in.csv", past_items::template_csv())
}
