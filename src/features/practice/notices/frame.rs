//! The frame around the pages of notices.

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
) -> Result<Markup, AppError> {
    let place = shell::practice_place(app, practice).await?;
    let sheet = Sheet { title, current: Section::Actions, live: None, content };
    Ok(shell::page(app, caller, &place, sheet))
}
