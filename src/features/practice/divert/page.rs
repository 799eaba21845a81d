//! The divert itself: where it stands, starting it, ending it; and a clinician who says that they are at their limit.

use axum::{
    extract::State,
    response::{Redirect, Response},
};
use entity::ids::{DivertId, RowId};
use maud::Markup;
use serde::Deserialize;

use super::{
    book, messages, record, today,
    view::{self, Now, base},
};
use crate::{
    domain::{
        access::{By, Permit, PracticeScope, RecordContacts, RunDivert, SeeDiverts},
        divert::DivertReason,
    },
    error::AppError,
    href,
    operations::{Written, end_divert::EndDivert, start_divert::StartDivert, tell_at_limit::TellAtLimit},
    state::AppState,
    web::{
        caller::Caller,
        forms::{self, Form},
        shell,
    },
};

/// The page.
pub(super) async fn show(
    permit: Permit<SeeDiverts>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let now = now(&app, permit.scope()).await?;
    shell::show(&app, &caller, permit.scope(), view::divert(&now)).await
}

/// The part of it that changes.
pub(super) async fn fragment(permit: Permit<SeeDiverts>, State(app): State<AppState>) -> Result<Markup, AppError> {
    Ok(view::now(&now(&app, permit.scope()).await?))
}

async fn now(app: &AppState, scope: &PracticeScope) -> Result<Now, AppError> {
    let today = today::read(app, scope).await?;
    let read = app.db.read(scope);
    Ok(Now {
        guard_rail: book::guard_rail(today.on)?,
        messages: messages::of_day(read, today.on).await?,
        counts: record::counts(app, scope, today.on).await?,
        today,
    })
}

/// The form of a start: the id, and the version of the text that the page showed.
#[derive(Debug, Deserialize)]
pub(super) struct Start {
    id: String,
    #[serde(default)]
    guard_rail: String,
}

/// Starts a divert. Where one goes on already, the page shows it.
pub(super) async fn start(
    permit: Permit<RunDivert>,
    State(app): State<AppState>,
    Form(form): Form<Start>,
) -> Result<Redirect, AppError> {
    let id = forms::id(&form.id, "id")?;
    match begin(&app, &permit, DivertId(id), &form.guard_rail).await {
        Ok(_) | Err(AppError::Conflict(_)) => {}
        Err(other) => return Err(other),
    }
    Ok(Redirect::to(base(permit.scope().practice()).as_str()))
}

/// Writes a start; says whether it was new.
pub(super) async fn begin(
    app: &AppState,
    permit: &Permit<RunDivert>,
    id: DivertId,
    shown: &str,
) -> Result<Written, AppError> {
    let today = today::read(app, permit.scope()).await?;
    let ground = today.suggested().unwrap_or(DivertReason::OwnDecision);
    // A page that stood open shows an older text: that one is kept with the start.
    let rails = &book::book()?.guard_rails;
    let rail = match rails.iter().find(|rail| rail.version == shown) {
        Some(rail) => rail,
        None => book::guard_rail(today.on)?,
    };
    StartDivert { id, ground, guard_rail: rail }.perform(app, &By::from(permit)).await
}

/// The form of an end: which divert, as the page showed it.
#[derive(Debug, Deserialize)]
pub(super) struct End {
    id: String,
    divert: String,
}

/// Ends the divert that the page showed: pressing twice ends one.
pub(super) async fn end(
    permit: Permit<RunDivert>,
    State(app): State<AppState>,
    Form(form): Form<End>,
) -> Result<Redirect, AppError> {
    let ids = [forms::id(&form.id, "id"), forms::id(&form.divert, "divert")];
    let [Ok(id), Ok(divert)] = ids else {
        return Err(AppError::Invalid(ids.into_iter().filter_map(Result::err).collect()));
    };
    let ended = EndDivert { id: RowId(id), divert: DivertId(divert) };
    ended.perform(&app, &By::from(&permit)).await?;
    Ok(Redirect::to(base(permit.scope().practice()).as_str()))
}

/// The form of "Tell the practice I am at my limit".
#[derive(Debug, Deserialize)]
pub(super) struct Tell {
    id: String,
}

/// Notes that a clinician is at their limit today; once a day.
pub(super) async fn tell(
    permit: Permit<RecordContacts>,
    State(app): State<AppState>,
    Form(form): Form<Tell>,
) -> Result<Redirect, AppError> {
    let id = forms::id(&form.id, "id")?;
    let told = TellAtLimit { id: RowId(id), day: app.clock.today() };
    told.perform(&app, &By::from(&permit)).await?;
    let scope = permit.scope();
    let home = href!("/practices").seg(scope.practice()).seg("clinicians").seg(scope.clinician());
    Ok(Redirect::to(home.as_str()))
}
