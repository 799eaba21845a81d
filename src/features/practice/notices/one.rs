//! One notice: its page, and the form that records what came back.

use axum::{
    extract::{Path, State},
    response::Response,
};
use axum_extra::extract::Query;
use entity::ids::NoticeId;
use serde::Deserialize;
use uuid::Uuid;

use super::{one_view, templates, view::notice_href};
use crate::{
    domain::access::{Permit, PracticeScope, SeeRegister},
    error::AppError,
    operations::follow_notice::FollowNotice,
    state::{AppState, notices::Known},
    ui::{filled::Filled, href::Href, sheet::Sheet},
    web::{caller::Caller, doors::FormPage, forms::SavedQuery, shell},
};

#[derive(Debug, Deserialize)]
pub(super) struct NoticePath {
    notice: String,
}

pub(super) async fn one(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
    Path(path): Path<NoticePath>,
    Query(query): Query<SavedQuery>,
) -> Result<Response, AppError> {
    let filled = Filled::fresh([
        ("id", Uuid::now_v7().to_string()),
        ("notice", path.notice),
        ("on", app.clock.today().to_string()),
    ]);
    let sheet = drawn(&app, permit.scope(), &filled, query.saved.is_some()).await?;
    shell::show(&app, &caller, permit.scope(), sheet).await
}

/// The page of a notice with the form of what came back.
#[derive(Debug)]
pub(super) struct OnePage;

impl FormPage<FollowNotice> for OnePage {
    async fn page(app: &AppState, scope: &PracticeScope, filled: &Filled) -> Result<Sheet, AppError> {
        drawn(app, scope, filled, false).await
    }

    fn after(scope: &PracticeScope, done: &NoticeId) -> Href {
        notice_href(scope.practice(), *done).query("saved", 1)
    }
}

async fn drawn(app: &AppState, scope: &PracticeScope, filled: &Filled, saved: bool) -> Result<Sheet, AppError> {
    let id = filled.text("notice").parse::<NoticeId>();
    let id = id.map_err(|_| AppError::NotFound)?;
    let known = Known::read(app, scope).await?;
    let notice = known.notices.iter().find(|notice| notice.id == id);
    let notice = notice.ok_or(AppError::NotFound)?;
    Ok(one_view::content(&one_view::View {
        practice: scope.practice(),
        notice,
        service: known.service(notice),
        today: known.today,
        filled,
        saved,
        from: templates::from(app, scope, notice).await?,
    }))
}
