//! The clock: what time it is, what time was seen last, and an administrator's word that it is right.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    domain::{
        access::{Administer, Permit},
        calendar,
        standing::Standing,
    },
    error::{AppError, FieldError},
    href,
    state::{AppState, DOUBTED},
    ui::{
        form::{self, Button, Chosen, Field},
        parts,
    },
    web::{
        caller::Caller,
        forms::Form,
        routes::Routes,
        shell::{self, Place, Sheet},
    },
};

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/admin/clock", Administer, show).post("/admin/clock", Administer, confirm)
}

async fn show(State(app): State<AppState>, caller: Caller, _permit: Permit<Administer>) -> Response {
    page(&app, &caller, &[]).into_response()
}

#[derive(Debug, Deserialize)]
struct Confirmed {
    #[serde(default)]
    sure: String,
}

async fn confirm(
    permit: Permit<Administer>,
    caller: Caller,
    State(app): State<AppState>,
    Form(form): Form<Confirmed>,
) -> Result<Response, AppError> {
    if form.sure != "yes" {
        let error = FieldError::new("sure", "Look at the clock and tick the box");
        let page = page(&app, &caller, &[error]);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    app.confirm_clock(&permit).await?;
    Ok(Redirect::to("/admin/clock").into_response())
}

fn page(app: &AppState, caller: &Caller, errors: &[FieldError]) -> Markup {
    let (now, latest) = (app.clock.now(), app.clock.latest());
    let doubted = app.clock.standing() != Standing::Right;
    let seen = latest.map_or_else(|| "Nothing yet".to_owned(), calendar::london);
    let content = html! {
        (form::error_summary(errors))
        (parts::heading("Clock"))
        (parts::summary_list(&[
            ("This computer says", html! { (calendar::london(now)) }),
            ("Latest time seen", html! { (seen) }),
        ]))
        @if doubted {
            (parts::inset(&html! { p { (DOUBTED) "." } }))
            p { "It is the same whether the clock was set wrong or the service did not run for days. If the time above is wrong, set the computer’s clock right; then nothing needs to be confirmed." }
            form method="post" action=(href!("/admin/clock")) novalidate {
                (form::checkbox(&Field::new("sure", "The time above is right").errors(errors), "yes", Chosen::No))
                (form::button(Button::Primary, "Confirm the clock"))
            }
        } @else {
            p { "The clock is believed. If it is ever more than a day from the latest time seen, nothing is deleted, published or mailed until it is confirmed here." }
        }
    };
    let sheet = Sheet {
        title: if errors.is_empty() { "Clock" } else { "Error: Clock" },
        current: "Clock",
        live: None,
        content,
    };
    shell::page(app, caller, &Place::Service, sheet)
}
