//! The day without a connection: the frame that the service worker keeps, and the service worker itself.

use axum::{
    extract::State,
    http::{Method, header},
    response::{IntoResponse, Response},
};
use maud::Markup;

use super::pages::Pin;
use crate::{
    domain::access::Actor,
    error::AppError,
    state::AppState,
    store::enrolment,
    ui::{assets, offline},
    web::{caller::Caller, routes::Routes},
};

/// The routes. Both are the same for everybody.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .public(Method::GET, "/offline", frame)
        .public(Method::GET, "/service-worker.js", worker)
}

async fn frame(State(app): State<AppState>) -> Markup {
    offline::page(app.demo)
}

/// Asked for anew each time: it names the files of this version, and a browser replaces it when a byte of it differs.
async fn worker(State(app): State<AppState>) -> Response {
    let frame = offline::page(app.demo).into_string();
    let kept = [
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
    ];
    (kept, assets::service_worker(&frame)).into_response()
}

/// Whether whoever asks is a device with a PIN.
pub(super) async fn pin(app: &AppState, caller: &Caller) -> Result<Pin, AppError> {
    let Actor::Device { id, practice, .. } = &caller.actor else {
        return Ok(Pin::None);
    };
    let device = enrolment::device(app.db.identify(), practice, *id).await?;
    Ok(match device.and_then(|device| device.pin_hash) {
        Some(_) => Pin::Asked,
        None => Pin::None,
    })
}
