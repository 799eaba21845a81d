//! Imports over JSON: send files, match them, look at what was found, let it count.

use std::collections::BTreeSet;

use axum::{
    Json as Answer,
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use entity::ids::{ClinicianId, OdsCode, RowId};

use super::{
    answers::{SameDayOut, ToMatchOut, UploadOut},
    matching::unnamed,
    page::{LISTED, MOST_LINES, newest},
    shapes::{ImportOut, MatchingIn, MatchingOut, MatchingsOut, ProgressOut, RefusedOut, RefusedRow, ReportOut},
    upload::{self, Sender, Took},
};
use crate::{
    domain::{
        access::{By, ImportAppointments, Permit, PracticeScope},
        appointment::{Column, Matching, SlotOutcome, System, TypeMeaning, is_patient_column},
    },
    error::{AppError, FieldError},
    operations::{
        Written, activate_import::ActivateImport, match_appointments::MatchAppointments, stage_import::Finished,
        take_back_import::TakeBackImport,
    },
    state::AppState,
    store::{appointments, people},
    web::{
        forms::{InPath, Json},
        lists::{self, ListAsked, ListOut, Order, Pages},
        problem::Problem,
        programs, written,
    },
};

/// The last imports of the practice, the newest first.
#[utoipa::path(get, path = "/api/v1/practices/{ods}/imports", tag = "imports",
    params(("ods" = String, Path, example = "Z90001"), ListAsked),
    responses(
        (status = 200, description = "The last imports", body = ListOut<ImportOut>),
        (status = 422, description = "A limit or a cursor that cannot be taken", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such practice, or not yours", body = Problem),
    ))]
pub(super) async fn list(
    permit: Permit<ImportAppointments>,
    State(app): State<AppState>,
    pages: Pages,
) -> Result<Response, AppError> {
    let read = app.db.read(permit.scope());
    let newest = newest(read).await?;
    let rows = appointments::imports(read, LISTED).await?;
    let page = pages.cut(rows, Order::Down, |row| format!("{} {}", lists::instant(row.recorded_at), row.id))?;
    let page = page.map(|row| ImportOut::new(&row, newest));
    Ok(pages.json(&page, page.next.as_deref()))
}

/// Send the files of one extract or report. They are read once and deleted; columns about patients are dropped before a row
/// is read. Nothing counts before it is let. Sent again, nothing changes.
#[utoipa::path(post, path = "/api/v1/practices/{ods}/imports", tag = "imports",
    params(
        ("ods" = String, Path, example = "Z90001"),
        ("same_days" = Option<String>, Query, description = "What the file is to days that were taken in before: `add` or `replace`", example = "replace"),
    ),
    request_body(description = "One file as `text/csv`, as an Excel workbook or as a zip of either; or up to four files as the parts `file` \
        of a `multipart/form-data`: EMIS's extract needs `Appointment_Slot`, `Appointment_Session` and `Appointment_SessionUser` together", content(
        (String = "text/csv", example = "Date,Start,With whom,Slot Type,State\r\n18/11/2026,09:00,Dr A,Surgery,Attended\r\n"),
        (String = "multipart/form-data"),
    )),
    responses(
        (status = 201, description = "Staged: look at the report, then confirm it", body = UploadOut),
        (status = 200, description = "Staged before, or no change, or something is to be matched or chosen first", body = UploadOut),
        (status = 400, description = "Cut off, or neither a form nor CSV", body = Problem),
        (status = 404, description = "No such practice, or not yours", body = Problem),
        (status = 422, description = "The files cannot be taken as a whole, or every row is refused: each by its line and column", body = Problem),
        (status = 503, description = "Other files are being taken in: try again", body = Problem),
    ))]
pub(super) async fn send(
    permit: Permit<ImportAppointments>,
    State(app): State<AppState>,
    request: Request,
) -> Result<(StatusCode, Answer<UploadOut>), AppError> {
    let before = appointments::imports(app.db.read(permit.scope()), LISTED).await?;
    let (mut status, mut out) = (StatusCode::OK, UploadOut::default());
    let took = upload::take_in(&app, &permit, Sender::Program, request).await?;
    programs::note_files(&app, permit.actor());
    match took {
        Took::Unreadable(why) => return Err(AppError::field("file", why.to_string())),
        Took::ToMatch(scan, _) => {
            out.result = "to-match";
            out.to_match = Some(ToMatchOut::new(&scan));
        }
        Took::Asks(overlap) => {
            out.result = "to-choose";
            out.same_days = overlap.by_day().into_iter().map(SameDayOut::new).collect();
        }
        Took::Done(done, _) if done.summary.is_all_refused() => return Err(all_refused(&done)),
        Took::Done(done, to_explain) => {
            out.to_match = to_explain;
            out.result = done.import.map_or("no-change", |_| "staged");
            out.import = done.import.map(|id| id.0);
            out.report = Some(ReportOut::new(&done.summary));
            let known = |id| before.iter().any(|row| row.id == id);
            if done.import.is_some_and(|id| !known(id)) {
                status = StatusCode::CREATED;
            }
        }
    }
    Ok((status, Answer(out)))
}

/// Lines of a file of which every row is refused that an answer names; the rest is counted.
const NAMED_LINES: usize = 1_000;

/// A file of which nothing can be taken is refused, each line with its column and the reason.
fn all_refused(done: &Finished) -> AppError {
    let lines = done.refusals.iter().take(NAMED_LINES).map(|(line, refusal)| {
        let field = match refusal.column() {
            Some(column) => format!("line {line}, column {}", column.code()),
            None => format!("line {line}"),
        };
        FieldError::new(field, refusal.reason())
    });
    let rows = done.summary.rows;
    let told = done.refusals.len().min(NAMED_LINES);
    let mut errors = vec![FieldError::new(
        "file",
        format!("Every row was refused, {rows} of {rows}; nothing was written. The first {told} follow by line"),
    )];
    errors.extend(lines);
    AppError::Invalid(errors)
}

/// What is remembered of how files are matched.
#[utoipa::path(get, path = "/api/v1/practices/{ods}/imports/matching", tag = "imports",
    params(("ods" = String, Path, example = "Z90001")),
    responses(
        (status = 200, description = "What is remembered", body = MatchingsOut),
        (status = 404, description = "No such practice, or not yours", body = Problem),
    ))]
pub(super) async fn matchings(
    permit: Permit<ImportAppointments>,
    State(app): State<AppState>,
) -> Result<Answer<MatchingsOut>, AppError> {
    Ok(Answer(remembered(&app, permit.scope()).await?))
}

async fn remembered(app: &AppState, scope: &PracticeScope) -> Result<MatchingsOut, AppError> {
    let mut systems = Vec::new();
    for system in System::ALL {
        if let Some(row) = appointments::matching(app.db.read(scope), system).await? {
            systems.push(MatchingOut::new(system.code(), &row));
        }
    }
    Ok(MatchingsOut { systems })
}

/// Say which column is which, whose sessions they are and what slot types mean. What is left out stays as it is. Then send
/// the files again.
#[utoipa::path(put, path = "/api/v1/practices/{ods}/imports/matching", tag = "imports",
    params(("ods" = String, Path, example = "Z90001")),
    request_body = MatchingIn,
    responses(
        (status = 201, description = "Remembered", body = MatchingsOut),
        (status = 200, description = "Remembered before with this id", body = MatchingsOut),
        (status = 404, description = "No such practice, or not yours", body = Problem),
        (status = 409, description = "The id was used for another change", body = Problem),
        (status = 422, description = "A field cannot be taken", body = Problem),
    ))]
pub(super) async fn remember(
    permit: Permit<ImportAppointments>,
    State(app): State<AppState>,
    Json(body): Json<MatchingIn>,
) -> Result<(StatusCode, Answer<MatchingsOut>), AppError> {
    let system: System = body.system.parse().map_err(|_| AppError::field("system", "Send emis, tpp or report"))?;
    let status = written::status(write(&app, &permit, system, &body).await?);
    let now = remembered(&app, permit.scope()).await?;
    Ok((status, Answer(now)))
}

/// Remembers what is said, unless that was done under this id before.
async fn write(
    app: &AppState,
    permit: &Permit<ImportAppointments>,
    system: System,
    body: &MatchingIn,
) -> Result<Written, AppError> {
    let (scope, id) = (permit.scope(), RowId(written::id(body.id)?));
    let read = app.db.read(scope);
    if let Some((of, stored)) = appointments::matching_of(read, id).await? {
        // Said before where it adds nothing to what was written then; since then more may have been said.
        let same = of == system && with(stored.clone(), scope, system, body) == stored;
        return if same { Ok(Written::Repeat) } else { Err(AppError::IdReused) };
    }
    let known = appointments::matching(read, system).await?;
    let known = known.map(|row| row.matching).unwrap_or_default();
    let matching = with(known, scope, system, body);
    check(app, scope, system, body, &matching).await?;
    let act = MatchAppointments { id, system, matching };
    act.perform(app, &By::from(permit)).await?;
    Ok(Written::New)
}

/// What was known, with what is said on top; names become fingerprints here.
fn with(mut known: Matching, scope: &PracticeScope, system: System, body: &MatchingIn) -> Matching {
    let practice = scope.practice();
    if system == System::Report && !body.columns.is_empty() {
        let columns = body.columns.iter();
        known.columns = columns.map(|(column, name)| (column.clone(), Matching::column_id(practice, name))).collect();
    }
    for (name, whom) in &body.holders {
        let holder = Matching::holder_id(practice, system, name);
        known.holders.insert(holder, *whom);
    }
    for (name, kind) in &body.types {
        let slot_type = Matching::type_id(practice, system, name);
        known.types.insert(slot_type, kind.clone());
    }
    for (word, outcome) in &body.statuses {
        known.statuses.insert(Matching::status_id(practice, system, word), outcome.clone());
    }
    known
}

async fn check(
    app: &AppState,
    scope: &PracticeScope,
    system: System,
    body: &MatchingIn,
    matching: &Matching,
) -> Result<(), AppError> {
    let mut errors = Vec::new();
    // Without any the usual names hold, and a file that has others asks.
    if system == System::Report && !matching.columns.is_empty() {
        let has = |column: Column| matching.columns.contains_key(column.code());
        errors.extend(unnamed(has).into_iter().map(|column| {
            let message = format!("Name the column for: {}", column.title().to_lowercase());
            FieldError::new(format!("columns.{}", column.code()), message)
        }));
    }
    let known = |code: &String| Column::OF_REPORTS.iter().any(|column| column.code() == code);
    if !body.columns.keys().all(known) {
        errors.push(FieldError::new("columns", "Send known meanings only"));
    }
    if body.columns.values().any(|name| is_patient_column(name)) {
        let message = "A column about patients is dropped and cannot be used";
        errors.push(FieldError::new("columns", message));
    }
    let here: BTreeSet<ClinicianId> =
        people::clinicians(app.db.read(scope), app.clock.today()).await?.into_iter().map(|row| row.id).collect();
    let mut named = body.holders.values().flatten();
    if !named.all(|whom| here.contains(whom)) {
        let message = "Send ids of your clinicians, or null";
        errors.push(FieldError::new("holders", message));
    }
    let mut kinds = body.types.values().flatten();
    if kinds.any(|kind| kind.parse::<TypeMeaning>().is_err()) {
        let message = "Send kinds of contact, vaccination, or null";
        errors.push(FieldError::new("types", message));
    }
    let mut outcomes = body.statuses.values().flatten();
    if outcomes.any(|code| !SlotOutcome::TAUGHT.iter().any(|outcome| outcome.code() == code.as_str())) {
        let message = "Send attended, did-not-attend, booked, cancelled or free, or null";
        errors.push(FieldError::new("statuses", message));
    }
    if errors.is_empty() { Ok(()) } else { Err(AppError::Invalid(errors)) }
}

/// How far the files are that the practice is sending to this server.
#[utoipa::path(get, path = "/api/v1/practices/{ods}/imports/progress", tag = "imports",
    params(("ods" = String, Path, example = "Z90001")),
    responses(
        (status = 200, description = "How far", body = ProgressOut),
        (status = 404, description = "No such practice, or not yours", body = Problem),
    ))]
pub(super) async fn progress(permit: Permit<ImportAppointments>, State(app): State<AppState>) -> Answer<ProgressOut> {
    let progress = app.imports.of(permit.scope().practice());
    Answer(ProgressOut {
        running: progress.is_some(),
        read: progress.unwrap_or_default().read,
        of: progress.unwrap_or_default().of,
    })
}

/// One import, before and after it counts.
#[utoipa::path(get, path = "/api/v1/practices/{ods}/imports/{import}", tag = "imports",
    params(("ods" = String, Path, example = "Z90001"), ("import" = Uuid, Path)),
    responses(
        (status = 200, description = "What was found", body = ImportOut),
        (status = 404, description = "No such import, or not yours", body = Problem),
    ))]
pub(super) async fn one(
    permit: Permit<ImportAppointments>,
    State(app): State<AppState>,
    InPath((_, id)): InPath<(OdsCode, RowId)>,
) -> Result<Answer<ImportOut>, AppError> {
    Ok(Answer(read(&app, permit.scope(), id).await?))
}

async fn read(app: &AppState, scope: &PracticeScope, id: RowId) -> Result<ImportOut, AppError> {
    let read = app.db.read(scope);
    let row = appointments::import(read, id).await?;
    let row = row.ok_or(AppError::NotFound)?;
    Ok(ImportOut::new(&row, newest(read).await?))
}

/// Every refused row of an import: its line, its column, the reason.
#[utoipa::path(get, path = "/api/v1/practices/{ods}/imports/{import}/refused", tag = "imports",
    params(("ods" = String, Path, example = "Z90001"), ("import" = Uuid, Path)),
    responses(
        (status = 200, description = "The refused rows", body = RefusedOut),
        (status = 404, description = "No such import, or not yours", body = Problem),
    ))]
pub(super) async fn refused(
    permit: Permit<ImportAppointments>,
    State(app): State<AppState>,
    InPath((_, id)): InPath<(OdsCode, RowId)>,
) -> Result<Answer<RefusedOut>, AppError> {
    let read = app.db.read(permit.scope());
    let import = appointments::import(read, id).await?;
    let import = import.ok_or(AppError::NotFound)?;
    let rows = appointments::refusals(read, id, MOST_LINES).await?;
    Ok(Answer(RefusedOut { refused: import.summary.all_refused(), rows: rows.iter().map(RefusedRow::new).collect() }))
}

/// Let an import count.
#[utoipa::path(post, path = "/api/v1/practices/{ods}/imports/{import}/activate", tag = "imports",
    params(("ods" = String, Path, example = "Z90001"), ("import" = Uuid, Path)),
    responses(
        (status = 201, description = "It counts now", body = ImportOut),
        (status = 200, description = "It counted before", body = ImportOut),
        (status = 404, description = "No such import, or not yours", body = Problem),
        (status = 409, description = "Another import was taken in since: send the files again", body = Problem),
    ))]
pub(super) async fn activate(
    permit: Permit<ImportAppointments>,
    State(app): State<AppState>,
    InPath((_, id)): InPath<(OdsCode, RowId)>,
) -> Result<(StatusCode, Answer<ImportOut>), AppError> {
    let act = ActivateImport { import: id };
    let status = written::status(act.perform(&app, &By::from(&permit)).await?);
    Ok((status, Answer(read(&app, permit.scope(), id).await?)))
}

/// Take an import back: its slots stand again as they did before it. What later files said of them stays.
#[utoipa::path(post, path = "/api/v1/practices/{ods}/imports/{import}/take-back", tag = "imports",
    params(("ods" = String, Path, example = "Z90001"), ("import" = Uuid, Path)),
    responses(
        (status = 201, description = "It is taken back", body = ImportOut),
        (status = 200, description = "It was taken back before", body = ImportOut),
        (status = 404, description = "No such import, or not yours, or it does not count", body = Problem),
        (status = 409, description = "It took another one back itself, or another import was taken in meanwhile", body = Problem),
    ))]
pub(super) async fn take_back(
    permit: Permit<ImportAppointments>,
    State(app): State<AppState>,
    InPath((_, id)): InPath<(OdsCode, RowId)>,
) -> Result<(StatusCode, Answer<ImportOut>), AppError> {
    let act = TakeBackImport { import: id };
    let status = written::status(act.perform(&app, &By::from(&permit)).await?);
    Ok((status, Answer(read(&app, permit.scope(), id).await?)))
}

/// This feature's part of the OpenAPI document.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(paths(list, send, matchings, remember, progress, one, refused, activate, take_back))]
pub struct Documentation;
