//! The administrator's page of organisations: looked up, and taken in from files.

use axum::{
    extract::{Request, State},
    response::Response,
};
use axum_extra::extract::Query;
use entity::ids::LocalDate;
use serde::Deserialize;

use super::organisations_view::{self as view, Found, Looked, Organisations, Taken, Typed};
use crate::{
    domain::{
        access::{Administer, By, Permit, Role},
        organisation::{Caution, ChangedFact, OrganisationKind, OrganisationOn, View},
    },
    error::{AppError, FieldError},
    operations::import_organisations::{self as import, Done, File, WrongFile, import_organisations},
    state::AppState,
    store::{self, people},
    web::{
        caller::Caller,
        shell::{self, Place},
        upload,
    },
};

/// Imports shown.
const IMPORTS: u64 = 20;
/// Organisations found that are shown.
const FOUND: usize = 20;
/// Files of one import.
const MOST_FILES: usize = 8;
/// All of them together: those of England are some ten megabytes.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// Reasons that are shown why files are not taken.
const MOST_REASONS: usize = 20;

/// What is looked for among organisations.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Find {
    #[serde(default)]
    find: String,
}

/// How many organisations there are, the codes of those looked for, and what was taken in last.
pub(super) async fn look(
    State(app): State<AppState>,
    caller: Caller,
    _permit: Permit<Administer>,
    Query(query): Query<Find>,
) -> Result<Response, AppError> {
    page(&app, &caller, &query.find, None, &Typed::default(), &[]).await
}

/// Takes in files, all or none, and says what they changed.
pub(super) async fn take_in(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<Administer>,
    request: Request,
) -> Result<Response, AppError> {
    let (files, typed) = match received(request).await {
        Err(AppError::Invalid(errors)) => return page(&app, &caller, "", None, &Typed::default(), &errors).await,
        received => received?,
    };
    match taken(&app, &permit, files, &typed).await {
        Ok(taken) => page(&app, &caller, "", Some(&taken), &Typed::default(), &[]).await,
        Err(AppError::Invalid(errors)) => page(&app, &caller, "", None, &typed, &errors).await,
        Err(error) => Err(error),
    }
}

async fn page(
    app: &AppState,
    caller: &Caller,
    text: &str,
    taken: Option<&[Taken]>,
    typed: &Typed,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    let tree = app.organisations().await?;
    let mut found = Vec::new();
    let all = tree.find(text, None, FOUND.saturating_add(1));
    for organisation in all.iter().take(FOUND) {
        found.push(told(app, &tree, organisation).await?);
    }
    let view = Organisations {
        looked: Looked { text, found: &found, has_more: all.len() > FOUND },
        counts: &OrganisationKind::ALL.map(|kind| (kind, tree.of_kind(kind).count())),
        imports: &store::admin::imports(app.db.unscoped(), IMPORTS).await?,
        taken,
        typed,
        errors,
        is_clock_doubted: app.clock.is_doubted(),
    };
    Ok(shell::page(app, caller, &Place::Service, view::page(&view)))
}

async fn told<'a>(app: &AppState, tree: &View, organisation: &'a OrganisationOn) -> Result<Found<'a>, AppError> {
    let practice = organisation.code.as_str().parse().ok().and_then(|code| tree.practice(&code));
    let lmc = practice.and_then(|practice| practice.lmc.clone());
    let within = lmc.into_iter().chain(organisation.icb.clone()).map(|code| tree.name_of(&code)).collect();
    let holders = people::holders(app.db.unscoped(), &organisation.code).await?;
    let role = |role: String| role.parse::<Role>().map_or("Unknown role", Role::title);
    let people = holders.into_iter().map(|(name, code)| (name, role(code))).collect();
    Ok(Found { organisation, within, people })
}

fn cut_off<E>(_: E) -> AppError {
    AppError::Malformed("the files were cut off, or this is not a form".into())
}

/// The files of a form, and what was typed beside them.
async fn received(request: Request) -> Result<(Vec<(String, Vec<u8>)>, Typed), AppError> {
    let mut form = upload::form(request).await?;
    let (mut files, mut typed, mut room) = (Vec::new(), Typed::default(), MOST_BYTES);
    while let Some(mut field) = form.next_field().await.map_err(cut_off)? {
        let (part, name) = (field.name().unwrap_or_default().to_owned(), field.file_name().map(str::to_owned));
        let mut bytes = Vec::new();
        while let Some(some) = field.chunk().await.map_err(cut_off)? {
            room = room
                .checked_sub(some.len())
                .ok_or_else(|| AppError::field("file", "Choose files of at most 64 MB together"))?;
            bytes.extend_from_slice(&some);
        }
        let text = || String::from_utf8_lossy(bytes.get(..bytes.len().min(40)).unwrap_or_default()).into_owned();
        match (part.as_str(), name) {
            ("file", Some(name)) if !name.is_empty() => files.push((name, bytes)),
            ("effective", _) => typed.effective = text(),
            ("force", _) => typed.is_forced = text() == "yes",
            _ => {}
        }
    }
    Ok((files, typed))
}

async fn taken(
    app: &AppState,
    permit: &Permit<Administer>,
    files: Vec<(String, Vec<u8>)>,
    typed: &Typed,
) -> Result<Vec<Taken>, AppError> {
    if files.is_empty() || files.len() > MOST_FILES {
        let why = if files.is_empty() { "Choose the files" } else { "Choose at most eight files" };
        return Err(AppError::field("file", why));
    }
    let effective = day(&typed.effective, app.clock.today())?;
    let reading = tokio::task::spawn_blocking(move || import::read(&files, effective));
    let read = reading.await.map_err(|error| AppError::Fault(error.to_string()))?;
    let files: Vec<File> = read.map_err(|wrong| AppError::Invalid(reasons(&wrong)))?;
    let caution = if typed.is_forced { Caution::Forced } else { Caution::Refuse };
    let done = import_organisations(app, &By::from(permit), files, caution).await?;
    let done = done.map_err(|(name, refusal)| AppError::field("file", format!("{name}: {refusal}")))?;
    Ok(of_files(&done))
}

fn day(text: &str, today: LocalDate) -> Result<Option<LocalDate>, AppError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let day: Option<LocalDate> = text.trim().parse().ok();
    match day.filter(|day| !import::is_slip(*day, today)) {
        None => Err(AppError::field("effective", "Write a day since 1948 and at most a year ahead")),
        day => Ok(day),
    }
}

fn reasons(wrong: &[WrongFile]) -> Vec<FieldError> {
    let no_day = "the file has no date. Write the day that it speaks of below";
    wrong
        .iter()
        .take(MOST_REASONS)
        .map(|WrongFile { name, why }| FieldError::new("file", format!("{name}: {}", why.as_deref().unwrap_or(no_day))))
        .collect()
}

fn of_files(done: &Done) -> Vec<Taken> {
    let files = done.files.iter().zip(&done.plans);
    files
        .map(|(file, plan)| {
            let counted = ChangedFact::GROUPS
                .map(|(sort, is)| (plan.changes.iter().filter(|change| is(&change.what)).count(), sort));
            Taken {
                name: file.name.clone(),
                of: file.effective_on,
                changes: counted.into_iter().filter(|(n, _)| *n > 0).collect(),
                skipped: file.extract.skipped.len(),
            }
        })
        .collect()
}
