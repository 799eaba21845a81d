//! One letter, its files, and what came back.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Query;
use entity::ids::RowId;
use serde::Deserialize;

use super::{
    draft, letter_view,
    paper::{self, File},
    view::letter_href,
    write_view::Typed,
};
use crate::{
    domain::{
        access::{By, Permit, PracticeScope, SeeLetters, WriteLetters},
        letter::book::LetterKind,
    },
    error::{AppError, FieldError},
    operations::follow_letter::FollowLetter,
    state::AppState,
    store::{
        letters::{self, Letter},
        transfers,
    },
    web::{
        caller::Caller,
        forms::{Form, InPath, SavedQuery},
        shell,
        wordings::known_kind,
    },
};

#[derive(Debug, Deserialize)]
pub(super) struct LetterPath {
    pub(super) letter: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct FilePath {
    letter: String,
    file: String,
}

/// A letter of this practice; any other is not found.
pub(super) async fn find(
    app: &AppState,
    scope: &PracticeScope,
    id: &str,
) -> Result<(Letter, &'static LetterKind), AppError> {
    let id: RowId = id.parse().map_err(|_| AppError::NotFound)?;
    let letter = letters::one(app.db.read(scope), id).await?;
    let letter = letter.ok_or(AppError::NotFound)?;
    let kind = known_kind(&letter.row.kind)?;
    Ok((letter, kind))
}

/// One letter.
pub(super) async fn show(
    permit: Permit<SeeLetters>,
    caller: Caller,
    State(app): State<AppState>,
    InPath(path): InPath<LetterPath>,
    Query(query): Query<SavedQuery>,
) -> Result<Response, AppError> {
    let (letter, kind) = find(&app, permit.scope(), &path.letter).await?;
    let saved = query.saved.is_some();
    letter_page(&app, &caller, permit.scope(), (&letter, kind), saved, None).await
}

async fn letter_page(
    app: &AppState,
    caller: &Caller,
    scope: &PracticeScope,
    (letter, kind): (&Letter, &'static LetterKind),
    saved: bool,
    typed: Option<(&Typed, &[FieldError])>,
) -> Result<Response, AppError> {
    let at = app.db.read(scope);
    let names = letters::links::of_letter(at, letter.row.id).await?;
    let items = transfers::lasting(at, &names).await?;
    let today = app.clock.today();
    let sheet = letter_view::letter(&letter_view::View { letter, kind, items: &items, today, saved, typed });
    shell::show(app, caller, scope, sheet).await
}

/// A letter as a file.
pub(super) async fn file(
    permit: Permit<SeeLetters>,
    State(app): State<AppState>,
    InPath(path): InPath<FilePath>,
) -> Result<Response, AppError> {
    let file = File::named(&path.file).ok_or(AppError::NotFound)?;
    let (letter, kind) = find(&app, permit.scope(), &path.letter).await?;
    paper::answer(&app, &letter.paper(kind.form), &kind.code, file).await
}

/// Records that a reply came, or that the letter was recorded by mistake.
pub(super) async fn happened(
    permit: Permit<WriteLetters>,
    caller: Caller,
    State(app): State<AppState>,
    InPath(path): InPath<LetterPath>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    let typed = Typed::from(pairs);
    let (letter, kind) = find(&app, permit.scope(), &path.letter).await?;
    let (id, today) = (letter.row.id, app.clock.today());
    match draft::event(id, &typed, letter.row.sent_on, today) {
        Ok(event) => {
            FollowLetter { event }.perform(&app, &By::from(&permit)).await?;
            let to = letter_href(permit.scope().practice(), id);
            Ok(Redirect::to(to.as_str()).into_response())
        }
        Err(errors) => {
            let typed = Some((&typed, errors.as_slice()));
            letter_page(&app, &caller, permit.scope(), (&letter, kind), false, typed).await
        }
    }
}
