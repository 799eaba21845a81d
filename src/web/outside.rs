//! The answer to links that work no more.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::html;

use super::{caller::Caller, shell};
use crate::{state::AppState, ui::sheet::Sheet};

/// The answer to a link that works no more: why, and what can be typed instead.
pub fn gone(app: &AppState, caller: &Caller, why: &str, command: Option<&str>) -> Response {
    (StatusCode::GONE, shell::outside(app, caller, gone_sheet(why, command))).into_response()
}

fn gone_sheet(why: &str, command: Option<&str>) -> Sheet {
    Sheet::outside("This link does not work any more").content(html! {
        p { (why) }
        @if let Some(command) = command { p { code .hr-code { (command) } } }
        p { a href="/" { "Go to the start page" } }
    })
}

#[cfg(test)]
mod tests {
    use super::gone_sheet;
    use crate::ui::sheet::tests::holds;

    #[test]
    fn a_link_that_works_no_more_leads_to_a_whole_page() {
        holds(&gone_sheet("Why", None));
    }
}
