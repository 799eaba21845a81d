//! Files on their way in. They are written to files without a name, read twice and gone when this ends, however it ends.

use axum::{
    extract::{FromRequest, Multipart, Request, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use tokio::{io::AsyncWriteExt, sync::Semaphore, task::spawn_blocking};

use super::{home, match_pages, matching, pages, show, view};
use crate::{
    domain::{
        access::{ImportAppointments, Permit},
        appointment::digest_id,
    },
    error::AppError,
    exchange::appointments::{self, Asked, Scan, Source, Unreadable},
    state::AppState,
    store::appointments::matching as remembered,
    web::caller::Caller,
    writer::staging::{Finished, Staging},
};

/// Files of one extract.
const MOST_FILES: usize = 4;
/// Extracts that are read at a time: each takes a core and some disk.
static TURNS: Semaphore = Semaphore::const_new(2);

/// `POST /practices/{ods}/imports`: reads the files, and leads on to matching them, or to the result.
pub(super) async fn take(
    permit: Permit<ImportAppointments>,
    caller: Caller,
    State(app): State<AppState>,
    request: Request,
) -> Result<Response, AppError> {
    let _turn = TURNS
        .try_acquire()
        .map_err(|_| AppError::Unavailable { retry_after: 30 })?;
    let sources = received(&app, request).await?;
    let (sources, asked, scan) = match scanned(&app, &permit, sources).await? {
        Ok(read) => read,
        Err(why) => {
            let view = view(&app, permit.scope(), Some(why.to_string())).await?;
            let page = show(
                &app,
                &caller,
                permit.scope(),
                "Error: Imports",
                pages::home(&view),
            )
            .await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    if !scan.missing.is_empty() || scan.has_unknown_holders() {
        let form = matching::of_scan(&app, permit.scope(), &scan, &asked).await?;
        let content = match_pages::form(&form);
        return show(&app, &caller, permit.scope(), "Match the file", content).await;
    }
    let done = staged(&app, &permit, sources, scan, asked).await?;
    let practice = permit.scope().practice();
    if let Some(id) = done.import {
        return Ok(Redirect::to(home(practice).seg(id).as_str()).into_response());
    }
    let content = pages::no_change(practice, &done);
    show(&app, &caller, permit.scope(), "No change", content).await
}

fn cut_off<E>(_: E) -> AppError {
    AppError::Malformed("the files were cut off or are not a form".into())
}

fn disk(error: &std::io::Error) -> AppError {
    if error.kind() == std::io::ErrorKind::StorageFull {
        AppError::NoSpace
    } else {
        AppError::Fault(error.to_string())
    }
}

/// Writes what comes to files without a name.
async fn received(app: &AppState, request: Request) -> Result<Vec<Source>, AppError> {
    let mut form = Multipart::from_request(request, app)
        .await
        .map_err(cut_off)?;
    let mut sources = Vec::new();
    while let Some(mut field) = form.next_field().await.map_err(cut_off)? {
        let name = field.file_name().unwrap_or_default().to_owned();
        if field.name() != Some("file") || name.is_empty() {
            continue;
        }
        if sources.len() == MOST_FILES {
            return Err(AppError::Malformed("send at most four files".into()));
        }
        let file = tempfile::tempfile_in(&app.settings.data)
            .or_else(|_| tempfile::tempfile())
            .map_err(|error| disk(&error))?;
        let mut out = tokio::fs::File::from_std(file);
        while let Some(bytes) = field.chunk().await.map_err(cut_off)? {
            out.write_all(&bytes).await.map_err(|error| disk(&error))?;
        }
        out.flush().await.map_err(|error| disk(&error))?;
        sources.push(Source {
            name,
            file: out.into_std().await,
        });
    }
    Ok(sources)
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

/// The second reading: everything is staged, nothing counts.
async fn staged(
    app: &AppState,
    permit: &Permit<ImportAppointments>,
    sources: Vec<Source>,
    scan: Scan,
    asked: Asked,
) -> Result<Finished, AppError> {
    let fault = |error: &dyn std::fmt::Display| AppError::Fault(error.to_string());
    let matched = serde_json::to_vec(&asked.matching).map_err(|error| fault(&error))?;
    let about = Staging {
        system: scan.system,
        sha256: scan.sha256.clone(),
        matching: digest_id(&[&matched]),
        today: asked.today,
    };
    let (chunks, reading) = appointments::in_chunks(sources, scan, asked);
    let staged = app
        .writer
        .stage(permit, permit.scope(), about, chunks, |_| {})
        .await?;
    let summary = reading
        .await
        .map_err(|error| fault(&error))?
        .map_err(|error| fault(&error))?;
    app.writer
        .finish(permit, permit.scope(), staged, summary)
        .await
}
