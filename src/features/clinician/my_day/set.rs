//! *Set to N*, with what is worked today: catches up what was not tapped.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{page, set_view, view::DayView};
use crate::{
    domain::{
        access::{By, Permit, RecordContacts, SeeOwnDay},
        contact,
        limit::Worked,
    },
    error::{AppError, FieldError},
    operations::set_count::SetCount,
    state::AppState,
    ui::day,
    web::{
        caller::Caller,
        forms::{self, Form},
        shell,
    },
};

pub(super) async fn show(
    permit: Permit<SeeOwnDay>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let view = page::load(&app, permit.scope(), &caller).await?;
    let now = if view.day.taps_count { view.day.counted } else { view.day.taps };
    render(&app, &caller, &view, &now.to_string(), &[]).await
}

async fn render(
    app: &AppState,
    caller: &Caller,
    view: &DayView,
    typed: &str,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    let place = shell::clinician_place(app, &view.scope, &view.label).await?;
    Ok(shell::page(app, caller, &place, set_view::set_to(view, typed, errors)))
}

#[derive(Debug, Deserialize)]
pub(super) struct SetForm {
    id: String,
    n: String,
    #[serde(default)]
    half_sessions: String,
    #[serde(default)]
    duty: String,
}

/// Writes the contacts that are missing, or voids the last ones that are too many.
pub(super) async fn set_to(
    permit: Permit<RecordContacts>,
    caller: Caller,
    State(app): State<AppState>,
    Form(form): Form<SetForm>,
) -> Result<Response, AppError> {
    let scope = permit.scope().clone();
    let id = forms::id(&form.id, "id")?;
    let view = page::load(&app, &scope, &caller).await?;
    let n = match forms::number(&form.n, "n", 0, contact::MOST_A_DAY) {
        Ok(n) => n,
        Err(error) => return render(&app, &caller, &view, &form.n, &[error]).await,
    };
    let worked = Worked {
        half_sessions: match form.half_sessions.as_str() {
            "" => view.day.worked.half_sessions,
            text => forms::number(text, "half_sessions", 1, 6)?,
        },
        duty: form.duty == "yes",
    };
    // What is already so is not said again.
    let worked = Some(worked).filter(|worked| *worked != view.day.worked);
    let set = SetCount { id, day: app.clock.today(), n, worked };
    set.perform(&app, &By::from(&permit)).await?;
    Ok(Redirect::to(day::home(&scope).as_str()).into_response())
}
