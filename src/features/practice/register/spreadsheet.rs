//! The register as a workbook, the form that takes it back, and the recording of what it would change.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Query;
use entity::ids::{LocalDate, OdsCode};
use serde::Deserialize;

use super::{
    confirm::{self, Confirmed},
    ground::Ground,
    read::Register,
    spreadsheet_view,
    view::spreadsheet_href,
};
use crate::{
    domain::{
        access::{Permit, PracticeScope, RecordStatus, SeeRegister},
        action,
    },
    error::{AppError, FieldError},
    exchange::spreadsheet::{self, Back, Book, Entry, Line, Refused},
    href,
    operations::record_changes::Outcome,
    state::AppState,
    web::{caller::Caller, download, forms::Form, problem::Problem, shell, upload},
};

#[derive(Debug, Deserialize)]
pub(super) struct Done {
    recorded: Option<u16>,
}

pub(super) async fn choose(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<Done>,
) -> Result<Response, AppError> {
    let sheet = spreadsheet_view::choose(permit.scope().practice(), query.recorded, None);
    shell::show(&app, &caller, permit.scope(), sheet).await
}

pub(super) async fn file(permit: Permit<SeeRegister>, State(app): State<AppState>) -> Result<Response, AppError> {
    workbook(&app, permit.scope()).await
}

/// The register as a spreadsheet
///
/// The same file as on the page: to be filled in and taken back there, where every change is shown before it is
/// recorded.
#[utoipa::path(get, path = "/api/v1/practices/{ods}/register.xlsx", tag = "actions",
    params(("ods" = String, Path, example = "Z90001")),
    responses(
        (status = 200, description = "The register of today as an XLSX workbook", content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>),
        (status = 401, description = "Sign in first", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such practice, or not yours", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn file_api(permit: Permit<SeeRegister>, State(app): State<AppState>) -> Result<Response, AppError> {
    workbook(&app, permit.scope()).await
}

async fn workbook(app: &AppState, scope: &PracticeScope) -> Result<Response, AppError> {
    let register = Register::read(app, scope).await?;
    let practice = scope.practice().clone();
    let name = shell::practice_name(app, &practice).await?;
    let today = app.clock.today();
    let saved = format!("register-{practice}-{today}.xlsx");
    let write = move || {
        let book = Book {
            practice: &practice,
            name: &name,
            edition: register.catalogue.edition_on(today),
            on: today,
            menu: register.catalogue.items_on(today).collect(),
            lines: lines(&register, today),
        };
        spreadsheet::write(&book)
    };
    Ok(download::file(download::XLSX, &saved, download::made(app, write).await?))
}

/// One row for each item of the menu, and one for each subject about which something is recorded. An item that is
/// recorded per subject and has none yet keeps a row to begin with.
fn lines(register: &Register, today: LocalDate) -> Vec<Line<'_>> {
    let ground = register.on(today);
    let own = ground.own();
    let standings = action::standings(register.rows(), today, register.read_at, action::Trust::Confirmed);
    let mut lines = Vec::new();
    for item in register.catalogue.items_on(today) {
        let before = lines.len();
        for line in own.iter().filter(|line| line.item == item.code) {
            let subject = line.subject.as_ref().and_then(|(id, _)| {
                let name = register.subject(&item.code, *id)?;
                Some((*id, name))
            });
            let key = (item.code.clone(), subject.map(|(id, _)| id));
            lines.push(Line { item, subject, entry: standings.get(&key).and_then(entry) });
        }
        if lines.len() == before {
            lines.push(Line { item, subject: None, entry: None });
        }
    }
    lines
}

fn entry(standing: &action::SubjectStatus<'_>) -> Option<Entry> {
    let row = standing.row()?;
    Some(Entry {
        id: row.change.id,
        status: standing.status()?,
        from: row.change.effective_on,
        about: row.change.about,
        notice_served_on: row.change.notice_served_on,
        noted: row.change.noted,
    })
}

/// `POST /practices/{ods}/spreadsheet`: shows what the file would change. Nothing is written, and nothing of it is kept.
pub(super) async fn take_back(
    permit: Permit<RecordStatus>,
    caller: Caller,
    State(app): State<AppState>,
    request: Request,
) -> Result<Response, AppError> {
    let practice = permit.scope().practice();
    let read = match upload::of_form(request, spreadsheet::MOST_BYTES).await? {
        Some(bytes) => back(&app, practice.clone(), bytes).await?.map_err(|refused| refused.to_string()),
        None => Err("Choose the spreadsheet that you filled in".to_owned()),
    };
    match read {
        Ok(back) => {
            let register = Register::read(&app, permit.scope()).await?;
            let plan = Ground::new(&permit, &register, app.clock.today()).plan(back);
            let sheet = spreadsheet_view::preview(practice, &plan, &confirm::carry(&plan)?, false);
            shell::show(&app, &caller, permit.scope(), sheet).await
        }
        Err(why) => {
            let sheet = spreadsheet_view::choose(practice, None, Some(FieldError::new("file", why)));
            shell::show(&app, &caller, permit.scope(), sheet).await
        }
    }
}

/// Reads the workbook away from requests.
async fn back(app: &AppState, practice: OdsCode, bytes: Vec<u8>) -> Result<Result<Back, Refused>, AppError> {
    let read = move || spreadsheet::read(&bytes, &practice);
    app.setting.run(read).await
}

/// `POST /practices/{ods}/spreadsheet/changes`: records what was shown, all of it or nothing.
pub(super) async fn confirm(
    permit: Permit<RecordStatus>,
    caller: Caller,
    State(app): State<AppState>,
    Form(form): Form<Confirmed>,
) -> Result<Response, AppError> {
    let practice = permit.scope().practice();
    let rows = confirm::carried(&form.rows)?;
    match confirm::record(&app, &permit, &rows, form.seen).await? {
        Outcome::Recorded { first: true, .. } => {
            let sharing = href!("/practices").seg(practice).seg("sharing");
            Ok(Redirect::to(sharing.query("first", 1).as_str()).into_response())
        }
        Outcome::Recorded { changes, .. } => {
            let page = spreadsheet_href(practice).query("recorded", changes);
            Ok(Redirect::to(page.as_str()).into_response())
        }
        Outcome::Stale => {
            let register = Register::read(&app, permit.scope()).await?;
            let back = Back { rows: rows.into_iter().map(|carried| carried.row).collect(), ..Back::default() };
            let plan = Ground::new(&permit, &register, app.clock.today()).plan(back);
            let sheet = spreadsheet_view::preview(practice, &plan, &confirm::carry(&plan)?, true);
            let page = shell::show(&app, &caller, permit.scope(), sheet).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
    }
}
