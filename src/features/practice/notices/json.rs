//! Notices and the diary over JSON.

use axum::{Json as Answer, extract::State};
use entity::ids::NoticeId;
use utoipa::OpenApi;

use super::{
    Known,
    api::{DiaryOut, EntryOut, NoticeOut, NoticesOut},
};
use crate::{
    domain::access::{Permit, PracticeScope, SeeRegister},
    error::AppError,
    operations::{follow_notice::FollowNotice, serve_notice::ServeNotice},
    state::AppState,
    web::{doors, problem::Problem, routes::Routes},
};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/api/v1/practices/{ods}/notices", SeeRegister, list)
        .api::<ServeNotice, NoticeOut>("/api/v1/practices/{ods}/notices")
        .api::<FollowNotice, NoticeOut>("/api/v1/practices/{ods}/notices/{notice}/events")
        .get("/api/v1/practices/{ods}/diary", SeeRegister, diary)
}

/// The paths and bodies of notices, for the document of the whole API.
#[derive(Debug, OpenApi)]
#[openapi(paths(list, diary))]
pub struct Documentation;

/// A practice's notices
#[utoipa::path(get, path = "/api/v1/practices/{ods}/notices", tag = "notices",
    params(("ods" = String, Path, example = "Z90001")),
    responses(
        (status = 200, description = "Every notice with what happened since", body = NoticesOut),
        (status = 401, description = "Sign in first", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such practice, or not yours", body = Problem, content_type = "application/problem+json"),
    ))]
async fn list(permit: Permit<SeeRegister>, State(app): State<AppState>) -> Result<Answer<NoticesOut>, AppError> {
    let known = Known::read(&app, permit.scope()).await?;
    let out = |notice| NoticeOut::new(notice, known.service(notice));
    Ok(Answer(NoticesOut {
        practice: permit.scope().practice().to_string(),
        notices: known.notices.iter().map(out).collect(),
    }))
}

impl doors::Answer<ServeNotice> for NoticeOut {
    async fn read(app: &AppState, scope: &PracticeScope, id: &NoticeId) -> Result<Self, AppError> {
        stored(app, scope, *id).await
    }
}

impl doors::Answer<FollowNotice> for NoticeOut {
    async fn read(app: &AppState, scope: &PracticeScope, id: &NoticeId) -> Result<Self, AppError> {
        stored(app, scope, *id).await
    }
}

async fn stored(app: &AppState, scope: &PracticeScope, id: NoticeId) -> Result<NoticeOut, AppError> {
    let known = Known::read(app, scope).await?;
    let notice = known.notices.iter().find(|notice| notice.id == id);
    let notice = notice.ok_or(AppError::NotFound)?;
    Ok(NoticeOut::new(notice, known.service(notice)))
}

/// What lies ahead of a practice, by date
#[utoipa::path(get, path = "/api/v1/practices/{ods}/diary", tag = "notices",
    params(("ods" = String, Path, example = "Z90001")),
    responses(
        (status = 200, description = "Last days, plans, replies that are due", body = DiaryOut),
        (status = 401, description = "Sign in first", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such practice, or not yours", body = Problem, content_type = "application/problem+json"),
    ))]
async fn diary(permit: Permit<SeeRegister>, State(app): State<AppState>) -> Result<Answer<DiaryOut>, AppError> {
    let known = Known::read(&app, permit.scope()).await?;
    Ok(Answer(DiaryOut {
        practice: permit.scope().practice().to_string(),
        entries: known.diary().into_iter().map(EntryOut::new).collect(),
    }))
}
