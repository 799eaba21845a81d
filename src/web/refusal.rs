//! Pages of refusals, in the frame of whoever is signed in.

use axum::{
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use maud::html;

use super::{
    caller::{self, Caller},
    shell::{self, Place},
};
use crate::{
    domain::access::{Actor, Grant},
    state::AppState,
    ui::{
        layout::{self, Page},
        sheet::Sheet,
    },
};

/// What a refusal says: what happened and the way back, nothing about the cause.
pub fn said(title: &str, detail: Option<&str>, errors: &[String]) -> Sheet {
    Sheet::outside(title).content(html! {
        @if let Some(detail) = detail { p { (detail) "." } }
        @if !errors.is_empty() { ul { @for error in errors { li { (error) } } } }
        p { a href="/" { "Go to the start page" } }
    })
}

/// The page of a refusal, in the frame of whoever is signed in.
pub fn page(app: &AppState, caller: Option<&Caller>, place: &Place, sheet: Sheet) -> Response {
    if let Some(caller) = caller {
        return shell::page(app, caller, place, sheet);
    }
    let page = Page { title: &sheet.title(), demo: app.demo, content: sheet.main(), ..Page::default() };
    layout::page(&page).into_response()
}

/// Who asks by these cookies, and where they belong: of a person with several roles, to the one that the path names, else
/// to the first. It follows from what they hold alone, so the frame tells nothing about what is at the path.
pub async fn known(app: &AppState, cookies: &HeaderMap, path: &str) -> (Option<Caller>, Place) {
    let Ok(caller) = caller::identify_quietly(app, cookies).await else {
        return (None, Place::Nowhere);
    };
    let caller = match shell::target_of(path) {
        Some(target) => caller.clone().at_place_of(&target).unwrap_or(caller),
        None => caller,
    };
    match &caller.actor {
        Actor::Stranger => (None, Place::Nowhere),
        actor => {
            let place = own_place(app, actor, path).await;
            (Some(caller), place.unwrap_or(Place::Nowhere))
        }
    }
}

async fn own_place(app: &AppState, actor: &Actor, path: &str) -> Option<Place> {
    let organisations = app.organisations().await.ok()?;
    match actor {
        Actor::Device { practice, clinician, .. } => Some(Place::Clinician {
            practice: practice.clone(),
            clinician: *clinician,
            title: organisations.name_of(&practice.into()),
        }),
        Actor::Person { grants, .. } => {
            let named = |grant: &&Grant| {
                let code = grant.organisation.to_string();
                path.split('/').any(|part| part == code)
            };
            let grant = grants.iter().find(named).or_else(|| grants.first())?;
            let code = &grant.organisation;
            Place::of_grant(grant, organisations.name_of(code))
        }
        Actor::Display { .. } | Actor::Program { .. } | Actor::TapAddress { .. } | Actor::Stranger => None,
    }
}
