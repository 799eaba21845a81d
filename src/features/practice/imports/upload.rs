//! Files on their way in. They are written to files without a name, read twice and gone when this ends, however it ends.

use axum::{
    RequestExt,
    body::Bytes,
    extract::{Request, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use futures::{Stream, TryStreamExt};
use tokio::{io::AsyncWriteExt, task::spawn_blocking};

use super::{answers::ToMatchOut, match_view, matching, overlap_view, page::home_of, view};
use crate::{
    domain::{
        access::{By, ImportAppointments, Permit},
        appointment::{Overlap, SameDays},
    },
    error::AppError,
    exchange::appointments::{self, Asked, OnTop, Reading, Scan, Source, Unreadable},
    operations::stage_import::{Finished, StageImport, StagedFiles},
    state::{AppState, Arrival, Progress},
    store::appointments::{erasures, matching as remembered},
    web::{caller::Caller, shell, upload},
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
    /// Their days were taken in before, and somebody has to say what they are to them. Nothing was kept.
    Asks(Overlap),
    /// They were read to the end; with the words in them that nobody explained.
    Done(Box<Finished>, Option<ToMatchOut>),
}

/// Who sends files, and what is asked of whom: a person explains words before anything is staged, a program afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sender {
    Person,
    Program,
}

/// Reads the files of a request: the core of the page and of the API.
pub(super) async fn take_in(
    app: &AppState,
    permit: &Permit<ImportAppointments>,
    sender: Sender,
    request: Request,
) -> Result<Took, AppError> {
    let arrival = app.imports.arrive(permit.scope().practice())?;
    let Received { sources, same_days } = arrival.unless_gone(received(app, request, &arrival)).await??;
    // Its turn comes when its files are here: one that hangs keeps nobody waiting.
    let turn = app.imports.begin(arrival).await?;
    let reading = match scanned(app, permit, sources).await? {
        Ok(reading) => reading,
        Err(why) => return Ok(Took::Unreadable(why)),
    };
    let Reading { scan, .. } = &reading;
    let words = scan.has_words_to_explain();
    if !scan.missing.is_empty() || scan.has_unknown_holders() || (words && sender == Sender::Person) {
        return Ok(Took::ToMatch(Box::new(reading.scan), reading.asked));
    }
    let of = scan.bytes;
    let to_explain = words.then(|| ToMatchOut::new(scan));
    let act = StageImport { reading, same_days };
    let progress = |read| turn.at(Progress { read, of });
    Ok(match act.perform(app, &By::from(permit), progress).await? {
        StagedFiles::Asks(overlap) => Took::Asks(overlap),
        StagedFiles::Finished(done) => Took::Done(done, to_explain),
    })
}

/// `POST /practices/{ods}/imports`: reads the files, and leads on to matching them, or to the result.
pub(super) async fn take(
    permit: Permit<ImportAppointments>,
    caller: Caller,
    State(app): State<AppState>,
    request: Request,
) -> Result<Response, AppError> {
    let scope = permit.scope();
    let sheet = match take_in(&app, &permit, Sender::Person, request).await? {
        Took::Unreadable(why) => view::home(&home_of(&app, scope, Some(why.to_string())).await?),
        Took::ToMatch(scan, asked) => match_view::form(&matching::of_scan(&app, scope, &scan, &asked).await?),
        Took::Asks(overlap) => overlap_view::question(scope.practice(), &overlap),
        Took::Done(done, _) => {
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
    AppError::Malformed("the files were cut off, are larger than 768 MB together, or are not a form".into())
}

fn disk(error: &std::io::Error) -> AppError {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => AppError::NoSpace,
        _ => AppError::Fault(error.to_string()),
    }
}

/// What came with a request.
struct Received {
    sources: Vec<Source>,
    same_days: Option<SameDays>,
}

/// Kinds of a body that is one file.
const FILES: [&str; 4] = [
    "text/csv",
    "application/zip",
    "application/x-zip-compressed",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
];

fn same_days(text: &str) -> Result<Option<SameDays>, AppError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| AppError::field("same_days", "Send add or replace, or leave it out"))
}

/// Writes what comes to files without a name: a form with files, or one file as it is.
async fn received(app: &AppState, request: Request, arrival: &Arrival) -> Result<Received, AppError> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let mut query = request.uri().query().unwrap_or_default().split('&');
    let mut choice = same_days(query.find_map(|pair| pair.strip_prefix("same_days=")).unwrap_or_default())?;
    if kind.split(';').next().is_some_and(|kind| FILES.contains(&kind.trim())) {
        let body = request.into_limited_body().into_data_stream().map_err(cut_off);
        let sources = vec![kept(app, arrival, "file.csv".to_owned(), body).await?];
        return Ok(Received { sources, same_days: choice });
    }
    let mut form = upload::form(request).await?;
    let mut sources = Vec::new();
    while let Some(mut field) = form.next_field().await.map_err(cut_off)? {
        if field.name() == Some("same_days") {
            let some = field.chunk().await.map_err(cut_off)?.unwrap_or_default();
            choice =
                same_days(&String::from_utf8_lossy(some.get(..some.len().min(20)).unwrap_or_default()))?.or(choice);
            continue;
        }
        let name = field.file_name().unwrap_or_default().to_owned();
        if field.name() != Some("file") || name.is_empty() {
            continue;
        }
        if sources.len() == MOST_FILES {
            return Err(AppError::Malformed("send at most four files".into()));
        }
        sources.push(kept(app, arrival, name, field.map_err(cut_off)).await?);
    }
    Ok(Received { sources, same_days: choice })
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

/// The first reading, away from requests.
async fn scanned(
    app: &AppState,
    permit: &Permit<ImportAppointments>,
    sources: Vec<Source>,
) -> Result<Result<Reading, Unreadable>, AppError> {
    let broken = |error: tokio::task::JoinError| AppError::Fault(error.to_string());
    let folder = app.settings.data.clone();
    let told = spawn_blocking(move || {
        let sources = appointments::unpacked(sources, &folder)?;
        Ok((appointments::system_of(&sources)?, sources))
    });
    let (system, sources) = match told.await.map_err(broken)? {
        Ok(told) => told,
        Err(why) => return Ok(Err(why)),
    };
    let known = remembered(app.db.read(permit.scope()), system).await?;
    let asked = Asked {
        practice: permit.scope().practice().clone(),
        system: None,
        matching: known.map(|row| row.matching).unwrap_or_default(),
        today: app.clock.today(),
        on_top: OnTop::default(),
        erased: erasures(app.db.read(permit.scope())).await?,
    };
    let read = spawn_blocking(move || {
        let scan = appointments::scan(&sources, &asked)?;
        Ok(Reading { sources, scan, asked })
    });
    read.await.map_err(broken)
}
