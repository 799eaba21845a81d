//! The frame around the pages of letters.

use axum::response::{IntoResponse, Response};
use entity::ids::OdsCode;
use maud::Markup;

use crate::{
    error::AppError,
    state::AppState,
    web::{
        caller::Caller,
        shell::{self, Section, Sheet},
    },
};

pub(super) async fn framed(
    app: &AppState,
    caller: &Caller,
    practice: &OdsCode,
    title: &str,
    content: Markup,
) -> Result<Response, AppError> {
    let place = shell::practice_place(app, practice).await?;
    let sheet = Sheet { title, current: Section::Letters, live: None, content };
    Ok(shell::page(app, caller, &place, sheet).into_response())
}
