//! The divert itself: where it stands, starting it, ending it; and a clinician who says that they are at their limit.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::{DivertId, RowId};
use maud::Markup;
use serde::Deserialize;

use super::{
    Today, book,
    events::{DivertEnded, DivertStarted, LimitTold},
    guard_rail, messages, pages, record,
};
use crate::{
    domain::{
        access::{Authority, Permit, PracticeScope, RecordContacts, Role, RunDivert, SeeDiverts},
        calendar,
        divert::{Divert, Ground, book::GuardRail},
    },
    error::AppError,
    href,
    live::What,
    state::AppState,
    store::{
        self,
        days::{self, Written},
        divert::NewStart,
    },
    web::{
        caller::Caller,
        forms::{self, Form},
        shell::{self, Sheet},
    },
    writer::{Tx, owned_scope},
};

/// The page.
pub(super) async fn page(
    permit: Permit<SeeDiverts>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let now = now(&app, permit.scope()).await?;
    let practice = permit.scope().practice();
    let place = shell::practice_place(&app, practice).await?;
    let sheet = Sheet {
        title: "Divert",
        current: "Divert",
        live: Some(href!("/live/practices").seg(practice)),
        content: pages::divert(&now),
    };
    Ok(shell::page(&app, &caller, &place, sheet).into_response())
}

/// The part of it that changes.
pub(super) async fn fragment(
    permit: Permit<SeeDiverts>,
    State(app): State<AppState>,
) -> Result<Markup, AppError> {
    Ok(pages::now(&now(&app, permit.scope()).await?))
}

async fn now(app: &AppState, scope: &PracticeScope) -> Result<pages::Now, AppError> {
    let today = Today::read(app, scope).await?;
    let read = app.db.read(scope);
    Ok(pages::Now {
        guard_rail: guard_rail(today.on)?,
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
    let id = forms::id(&form.id, "id").map_err(|error| AppError::Invalid(vec![error]))?;
    match begin(&app, &permit, DivertId(id), &form.guard_rail).await {
        Ok(_) | Err(AppError::Conflict(_)) => {}
        Err(other) => return Err(other),
    }
    let page = href!("/practices")
        .seg(permit.scope().practice())
        .seg("divert");
    Ok(Redirect::to(page.as_str()))
}

/// Writes a start; says whether it was new.
pub(super) async fn begin(
    app: &AppState,
    permit: &Permit<RunDivert>,
    id: DivertId,
    shown: &str,
) -> Result<Written, AppError> {
    let today = Today::read(app, permit.scope()).await?;
    let ground = today.suggested().unwrap_or(Ground::OwnDecision);
    // A page that stood open shows an older text: that one is kept with the start.
    let rails = &book()?.guard_rails;
    let rail = match rails.iter().find(|rail| rail.version == shown) {
        Some(rail) => rail,
        None => guard_rail(today.on)?,
    };
    let (scope, by) = (owned_scope(permit), permit.id());
    app.writer
        .write(permit, move |tx| {
            Box::pin(async move { write_start(tx, &scope, id, ground, rail, by).await })
        })
        .await
}

async fn write_start(
    tx: &Tx,
    scope: &PracticeScope,
    id: DivertId,
    ground: Ground,
    rail: &GuardRail,
    by: uuid::Uuid,
) -> Result<Written, AppError> {
    const ON: AppError = AppError::Conflict("A divert is going on: end it before the next one");
    let read = tx.read(scope);
    if store::divert::divert(read, id).await?.is_some() {
        return Ok(Written::Repeat);
    }
    let last = store::divert::newest(read, 1).await?.pop();
    if last.as_ref().is_some_and(Divert::is_on) {
        return Err(ON);
    }
    let new = NewStart {
        id,
        seq: last.map_or(1, |last| last.seq.saturating_add(1)),
        day: calendar::london_day(tx.now()),
        ground: ground.code(),
        guard_rail: rail.version.clone(),
        guard_rail_text: rail.text(),
        role: Role::PracticeManager.code(),
        by,
    };
    if !store::divert::start(read, &new, tx.now()).await? {
        return Err(ON);
    }
    let event = DivertStarted {
        divert: id,
        ground: ground.code(),
        guard_rail: rail.version.clone(),
    };
    tx.audit(&scope.practice().into(), &event).await?;
    tx.changed(scope.practice(), What::Divert);
    Ok(Written::Fresh)
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
        return Err(AppError::Invalid(
            ids.into_iter().filter_map(Result::err).collect(),
        ));
    };
    finish(&app, &permit, RowId(id), DivertId(divert)).await?;
    let page = href!("/practices")
        .seg(permit.scope().practice())
        .seg("divert");
    Ok(Redirect::to(page.as_str()))
}

/// Writes an end; says whether it was new.
pub(super) async fn finish(
    app: &AppState,
    permit: &Permit<RunDivert>,
    id: RowId,
    divert: DivertId,
) -> Result<Written, AppError> {
    let (scope, by) = (owned_scope(permit), permit.id());
    app.writer
        .write(permit, move |tx| {
            Box::pin(async move {
                let read = tx.read(&scope);
                if store::divert::divert(read, divert).await?.is_none() {
                    return Err(AppError::NotFound);
                }
                let role = Role::PracticeManager.code();
                if !store::divert::end(read, id, divert, role, by, tx.now()).await? {
                    let known = store::divert::divert(read, divert).await?;
                    // Not ended, and not written: the id stands for the end of another divert.
                    return match known {
                        Some(known) if known.is_on() => Err(AppError::IdReused),
                        _ => Ok(Written::Repeat),
                    };
                }
                tx.audit(&scope.practice().into(), &DivertEnded { divert })
                    .await?;
                tx.changed(scope.practice(), What::Divert);
                Ok(Written::Fresh)
            })
        })
        .await
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
    let id = forms::id(&form.id, "id").map_err(|error| AppError::Invalid(vec![error]))?;
    let (scope, by, day) = (owned_scope(&permit), permit.id(), app.clock.today());
    let known = days::clinician_day(app.db.read(&scope), day).await?;
    if !known.day.headroom.is_full() {
        return Err(AppError::Conflict("You are not at your limit yet"));
    }
    let home = href!("/practices")
        .seg(scope.practice())
        .seg("clinicians")
        .seg(scope.clinician());
    app.writer
        .write(&permit, move |tx| {
            Box::pin(async move {
                let read = tx.read(&scope);
                let told = store::divert::tell(read, RowId(id), day, by, tx.now()).await?;
                told.stands()?;
                if told == Written::Repeat {
                    return Ok(());
                }
                let clinician = scope.clinician();
                tx.audit(&scope.practice().into(), &LimitTold { clinician, day })
                    .await?;
                tx.changed(scope.practice(), What::Divert);
                Ok(())
            })
        })
        .await?;
    Ok(Redirect::to(home.as_str()))
}
