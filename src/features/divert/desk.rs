//! The reception desk: where the day stands, what to say, where to send, and one press for each patient sent.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use maud::Markup;

use super::{
    Today,
    desk_pages::{self, Desk},
    record, settings,
};
use crate::{
    domain::{
        access::{Actor, Permit, PracticeScope, SeeDesk},
    },
    error::AppError,
    href,
    state::AppState,
    web::{
        caller::Caller,
        shell::{self, Place, Sheet},
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
    let sheet = Sheet {
        title: "Reception desk",
        current: "Divert",
        live: Some(href!("/live/practices").seg(scope.practice()).seg("display")),
        content: desk_pages::page(&desk),
    };
    Ok(shell::page(&app, &caller, &place, sheet).into_response())
}

/// The part that changes with the day.
pub(super) async fn fragment(
    permit: Permit<SeeDesk>,
    State(app): State<AppState>,
) -> Result<Markup, AppError> {
    Ok(desk_pages::now(&Today::read(&app, permit.scope()).await?))
}

async fn read(app: &AppState, scope: &PracticeScope) -> Result<Desk, AppError> {
    let today = Today::read(app, scope).await?;
    let read = app.db.read(scope);
    let mut places = settings::places(read).await?;
    places.retain(|place| place.listed);
    Ok(Desk {
        script: settings::script(read, today.on).await?,
        groups: settings::groups(read, today.on).await?,
        counts: record::counts(app, scope, today.on).await?,
        places,
        today,
    })
}
