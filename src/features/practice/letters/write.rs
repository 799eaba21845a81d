//! Writing a letter: the form, the exact text, the files, and recording it as sent.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Query;
use uuid::Uuid;

use super::{
    paper::{self, File},
    view::{base, letter_href},
    write_view::{self, Basis, Filled, Typed},
};
use crate::{
    domain::access::{By, Permit, WriteLetters},
    error::{AppError, FieldError},
    href,
    operations::record_letter::RecordLetter,
    state::AppState,
    web::{caller::Caller, forms::Form, shell, wordings::known_kind},
};

/// The form of a kind, filled as far as the address and the practice tell.
pub(super) async fn blank(
    permit: Permit<WriteLetters>,
    caller: Caller,
    State(app): State<AppState>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    let mut typed = Typed::from(pairs);
    if typed.get("kind").is_empty() {
        return Ok(Redirect::to(base(permit.scope().practice()).as_str()).into_response());
    }
    if typed.get("transfers").is_empty()
        && known_kind(typed.get("kind"))?.transfers.is_some_and(|about| about.needs_items)
    {
        let log = href!("/practices").seg(permit.scope().practice()).seg("transfers");
        return Ok(Redirect::to(log.as_str()).into_response());
    }
    // The wording that holds, whatever an address says.
    typed.set("level", "");
    let basis = Basis::find(&app, permit.scope(), &typed).await?;
    basis.begin(&mut typed, app.clock.today());
    typed.set("id", Uuid::now_v7().to_string());
    form(&app, &caller, &permit, &basis, &typed, &[]).await
}

async fn form(
    app: &AppState,
    caller: &Caller,
    permit: &Permit<WriteLetters>,
    basis: &Basis,
    typed: &Typed,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    let sheet = write_view::form(permit.scope().practice(), basis, typed, errors);
    shell::show(app, caller, permit.scope(), sheet).await
}

/// The next step of the form: look at it, change it, take a file, or record it as sent.
pub(super) async fn step(
    permit: Permit<WriteLetters>,
    caller: Caller,
    State(app): State<AppState>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    let typed = Typed::from(pairs);
    let basis = Basis::find(&app, permit.scope(), &typed).await?;
    let step = typed.get("step");
    let filled = match basis.fill(&typed) {
        _ if step == "change" => return form(&app, &caller, &permit, &basis, &typed, &[]).await,
        Ok(filled) => filled,
        Err(errors) => return form(&app, &caller, &permit, &basis, &typed, &errors).await,
    };
    let file = File::named(step);
    match (file, step) {
        (Some(file), _) => paper::answer(&app, &basis.paper(&filled), &basis.kind.code, file).await,
        (None, "sent") => sent(&app, &caller, &permit, &basis, &typed, &filled).await,
        (None, _) => preview(&app, &caller, &permit, (&basis, &filled), typed, &[]).await,
    }
}

async fn preview(
    app: &AppState,
    caller: &Caller,
    permit: &Permit<WriteLetters>,
    letter: (&Basis, &Filled),
    mut typed: Typed,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    typed.set_if_empty("sent_on", app.clock.today().to_string());
    let sheet = write_view::preview(permit.scope().practice(), letter, &typed, errors);
    shell::show(app, caller, permit.scope(), sheet).await
}

async fn sent(
    app: &AppState,
    caller: &Caller,
    permit: &Permit<WriteLetters>,
    basis: &Basis,
    typed: &Typed,
    filled: &Filled,
) -> Result<Response, AppError> {
    let new = match basis.sent(filled, typed, app.clock.today()) {
        Ok(new) => new,
        Err(errors) => {
            return preview(app, caller, permit, (basis, filled), typed.clone(), &errors).await;
        }
    };
    let to = letter_href(permit.scope().practice(), new.id).query("saved", 1);
    RecordLetter { letter: new }.perform(app, &By::from(permit)).await?;
    Ok(Redirect::to(to.as_str()).into_response())
}
