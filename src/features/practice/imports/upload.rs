//! Files on their way in. They are written to files without a name, read twice and gone when this ends, however it ends.

use axum::{
    body::Bytes,
    extract::{FromRequest, Multipart, Request, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use futures::{Stream, TryStreamExt};
use tokio::{io::AsyncWriteExt, task::spawn_blocking};

use super::{match_view, matching, page::home_of, view};
use crate::{
    domain::access::{By, ImportAppointments, Permit},
    error::AppError,
    exchange::appointments::{self, Asked, Scan, Source, Unreadable},
    operations::stage_import::{Finished, StageImport},
    state::{AppState, Arrival, Progress},
    store::appointments::matching as remembered,
    web::{caller::Caller, shell},
};

/// Files of one extract.
const MOST_FILES: usize = 4;

/// What became of files.
#[derive(Debug)]
pub(super) enum Took {
    /// They cannot be taken as a whole.
    Unreadable(Unreadable),
    /// Somebody has to say first what they mean. Nothing was kept.
    ToMatch(Box<Scan>, Asked),
    /// They were read to the end.
    Done(Finished),
}

/// Reads the files of a request: the core of the page and of the API.
pub(super) async fn take_in(
    app: &AppState,
    permit: &Permit<ImportAppointments>,
    request: Request,
) -> Result<Took, AppError> {
    let arrival = app.imports.arrive(permit.scope().practice())?;
    let sources = arrival.unless_gone(received(app, request, &arrival)).await??;
    // Its turn comes when its files are here: one that hangs keeps nobody waiting.
    let turn = app.imports.begin(arrival).await?;
    let (sources, asked, scan) = match scanned(app, permit, sources).await? {
        Ok(read) => read,
        Err(why) => return Ok(Took::Unreadable(why)),
    };
    if !scan.missing.is_empty() || scan.has_unknown_holders() {
        return Ok(Took::ToMatch(Box::new(scan), asked));
    }
    let of = scan.bytes;
    let act = StageImport { sources, scan, asked };
    let progress = |read| turn.at(Progress { read, of });
    let done = act.perform(app, &By::from(permit), progress).await?;
    Ok(Took::Done(done))
}

/// `POST /practices/{ods}/imports`: reads the files, and leads on to matching them, or to the result.
pub(super) async fn take(
    permit: Permit<ImportAppointments>,
    caller: Caller,
    State(app): State<AppState>,
    request: Request,
) -> Result<Response, AppError> {
    let scope = permit.scope();
    let sheet = match take_in(&app, &permit, request).await? {
        Took::Unreadable(why) => view::home(&home_of(&app, scope, Some(why.to_string())).await?),
        Took::ToMatch(scan, asked) => match_view::form(&matching::of_scan(&app, scope, &scan, &asked).await?),
        Took::Done(done) => {
            if let Some(id) = done.import {
                let page = view::base(scope.practice()).seg(id);
                return Ok(Redirect::to(page.as_str()).into_response());
            }
            if done.summary.is_all_refused() {
                view::all_refused(scope.practice(), &done)
            } else {
                view::no_change(scope.practice(), &done)
            }
        }
    };
    shell::show(&app, &caller, scope, sheet).await
}

fn cut_off<E>(_: E) -> AppError {
    AppError::Malformed("the files were cut off or are not a form".into())
}

fn disk(error: &std::io::Error) -> AppError {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => AppError::NoSpace,
        _ => AppError::Fault(error.to_string()),
    }
}

/// Writes what comes to files without a name: a form with files, or one file as it is.
async fn received(app: &AppState, request: Request, arrival: &Arrival) -> Result<Vec<Source>, AppError> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.split(';').next().is_some_and(|kind| kind.trim() == "text/csv") {
        let body = request.into_body().into_data_stream().map_err(cut_off);
        return Ok(vec![kept(app, arrival, "file.csv".to_owned(), body).await?]);
    }
    let mut form = Multipart::from_request(request, app).await.map_err(cut_off)?;
    let mut sources = Vec::new();
    while let Some(field) = form.next_field().await.map_err(cut_off)? {
        let name = field.file_name().unwrap_or_default().to_owned();
        if field.name() != Some("file") || name.is_empty() {
            continue;
        }
        if sources.len() == MOST_FILES {
            return Err(AppError::Malformed("send at most four files".into()));
        }
        sources.push(kept(app, arrival, name, field.map_err(cut_off)).await?);
    }
    Ok(sources)
}

async fn kept(
    app: &AppState,
    arrival: &Arrival,
    name: String,
    mut bytes: impl Stream<Item = Result<Bytes, AppError>> + Unpin,
) -> Result<Source, AppError> {
    let file =
        tempfile::tempfile_in(&app.settings.data).or_else(|_| tempfile::tempfile()).map_err(|error| disk(&error))?;
    let mut out = tokio::fs::File::from_std(file);
    while let Some(some) = bytes.try_next().await? {
        arrival.brought(some.len());
        out.write_all(&some).await.map_err(|error| disk(&error))?;
    }
    out.flush().await.map_err(|error| disk(&error))?;
    let file = out.into_std().await;
    Ok(Source { name, file })
}

type Scanned = Result<(Vec<Source>, Asked, Scan), Unreadable>;

/// The first reading, away from requests.
async fn scanned(
    app: &AppState,
    permit: &Permit<ImportAppointments>,
    sources: Vec<Source>,
) -> Result<Scanned, AppError> {
    let broken = |error: tokio::task::JoinError| AppError::Fault(error.to_string());
    let told = spawn_blocking(move || (appointments::system_of(&sources), sources));
    let (system, sources) = told.await.map_err(broken)?;
    let system = match system {
        Ok(system) => system,
        Err(why) => return Ok(Err(why)),
    };
    let known = remembered(app.db.read(permit.scope()), system).await?;
    let asked = Asked {
        practice: permit.scope().practice().clone(),
        system: None,
        matching: known.map(|row| row.matching).unwrap_or_default(),
        today: app.clock.today(),
    };
    let read = spawn_blocking(move || {
        let scan = appointments::scan(&sources, &asked)?;
        Ok((sources, asked, scan))
    });
    read.await.map_err(broken)
}
