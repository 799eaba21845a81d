//! Pages outside every section, for whoever is not signed in: the way in, and links that work no more.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{
    caller::Caller,
    shell::{self, Place, Section, Sheet},
};
use crate::{error::FieldError, state::AppState, ui::parts};

/// A page outside every section; the window's title says where a form was refused.
pub fn page(app: &AppState, caller: &Caller, title: &str, errors: &[FieldError], content: Markup) -> Markup {
    let refused = format!("Error: {title}");
    shell::page(
        app,
        caller,
        &Place::Nowhere,
        Sheet {
            title: if errors.is_empty() { title } else { &refused },
            current: Section::Elsewhere,
            live: None,
            content,
        },
    )
}

/// The answer to a link that works no more: why, and what can be typed instead.
pub fn gone(app: &AppState, caller: &Caller, why: &str, command: Option<&str>) -> Response {
    (StatusCode::GONE, gone_page(app, caller, why, command)).into_response()
}

fn gone_page(app: &AppState, caller: &Caller, why: &str, command: Option<&str>) -> Markup {
    let title = "This link does not work any more";
    let content = html! {
        (parts::heading(title))
        p { (why) }
        @if let Some(command) = command { p { code .hr-code { (command) } } }
        p { a href="/" { "Go to the start page" } }
    };
    page(app, caller, title, &[], content)
}

#[cfg(test)]
mod tests {
    use super::gone_page;
    use crate::web::tests::{app, holds, stranger};

    #[tokio::test]
    async fn a_link_that_works_no_more_leads_to_a_whole_page() {
        let (app, _folder) = app(true).await;
        holds(gone_page(&app, &stranger(), "Why", None));
    }
}
