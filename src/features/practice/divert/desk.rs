//! The reception desk: where the day stands, what to say, where to send, and one press for each patient sent.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::RowId;
use maud::Markup;
use serde::Deserialize;

use super::{
    desk_view::{self, Desk},
    kept, record, today,
};
use crate::{
    domain::{
        access::{Actor, By, CountDiverts, Permit, PracticeScope, SeeDesk},
        divert::Destination,
    },
    error::AppError,
    href,
    operations::count_divert::CountDivert,
    state::AppState,
    web::{
        caller::Caller,
        forms::{self, Form},
        shell::{self, Place},
    },
};

/// The page.
pub(super) async fn page(
    permit: Permit<SeeDesk>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let scope = permit.scope();
    let desk = read(&app, scope).await?;
    let place = match &caller.actor {
        Actor::Person { .. } => shell::practice_place(&app, scope.practice()).await?,
        _ => Place::Nowhere,
    };
    Ok(shell::page(&app, &caller, &place, desk_view::page(&desk)))
}

/// The part that changes with the day.
pub(super) async fn fragment(permit: Permit<SeeDesk>, State(app): State<AppState>) -> Result<Markup, AppError> {
    Ok(desk_view::now(&today::read(&app, permit.scope()).await?))
}

/// Where patients were sent, as it stands now: another desk may have counted.
pub(super) async fn sent(permit: Permit<SeeDesk>, State(app): State<AppState>) -> Result<Markup, AppError> {
    Ok(desk_view::sent(&read(&app, permit.scope()).await?))
}

async fn read(app: &AppState, scope: &PracticeScope) -> Result<Desk, AppError> {
    let today = today::read(app, scope).await?;
    let read = app.db.read(scope);
    let mut places = kept::places(read).await?;
    places.retain(|place| place.listed);
    Ok(Desk {
        script: kept::script(read, today.on).await?,
        groups: kept::groups(read, today.on).await?,
        counts: record::counts(app, scope, today.on).await?,
        places,
        today,
    })
}

/// The form of one press: one more, or one taken back.
#[derive(Debug, Deserialize)]
pub(super) struct Press {
    id: String,
    kind: String,
    n: i32,
}

/// Counts one patient sent, or takes one back.
pub(super) async fn count(
    permit: Permit<CountDiverts>,
    State(app): State<AppState>,
    headers: HeaderMap,
    Form(form): Form<Press>,
) -> Result<Response, AppError> {
    let id = forms::id(&form.id, "id")?;
    let to = Destination::of(&form.kind).ok_or_else(|| AppError::field("kind", "Choose one of the destinations"))?;
    let pressed = CountDivert { id: RowId(id), day: app.clock.today(), to, n: form.n };
    pressed.perform(&app, &By::from(&permit)).await?;
    let scope = permit.scope();
    if forms::wants_fragment(&headers) {
        let desk = read(&app, scope).await?;
        return Ok(desk_view::sent(&desk).into_response());
    }
    let page = href!("/practices").seg(scope.practice()).seg("desk");
    Ok(Redirect::to(page.as_str()).into_response())
}
