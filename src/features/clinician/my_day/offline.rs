//! The day without a connection: the frame that the service worker keeps, and the service worker itself. Both are the
//! same for everybody.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use maud::Markup;

use super::view;
use crate::{
    state::AppState,
    ui::{assets, offline, sections::Section},
};

pub(super) async fn frame(State(app): State<AppState>) -> Markup {
    drawn(app.demo)
}

fn drawn(demo: bool) -> Markup {
    offline::page(demo, ("No connection", Section::MyDay), view::frame(&offline::unknown()))
}

/// Asked for anew each time: it names the files of this version, and a browser replaces it when a byte of it differs.
pub(super) async fn worker(State(app): State<AppState>) -> Response {
    let frame = drawn(app.demo).into_string();
    let kept = [(header::CACHE_CONTROL, "no-cache"), (header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (kept, assets::service_worker(&frame)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_names_nobody_and_leads_nowhere() {
        let page = drawn(false).into_string();
        for word in ["/practices/", "DEMO", "Dr ", "hx-get", "method=\"get\""] {
            assert!(!page.contains(word), "{word}");
        }
    }

    #[test]
    fn the_frame_is_the_same_each_time() {
        assert_eq!(drawn(true).into_string(), drawn(true).into_string());
    }

    #[test]
    fn the_frame_has_every_place_of_the_page() {
        let page = drawn(true).into_string();
        for place in [
            "hr-nav",
            "data-tap",
            "data-undo",
            "data-last",
            "data-why",
            "data-tell",
            "data-waiting",
            "Set to…",
            "data-notice",
            "Sign out this device",
            "DEMO",
        ] {
            assert!(page.contains(place), "{place}");
        }
    }
}
