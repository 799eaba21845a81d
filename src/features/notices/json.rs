//! Notices and the diary over JSON.

use axum::{
    Json as Answer,
    extract::{Path, State},
    http::StatusCode,
};
use entity::ids::NoticeId;
use serde::Deserialize;
use utoipa::OpenApi;

use super::{
    Known,
    api::{DiaryOut, EntryOut, HappenedIn, NoticeIn, NoticeOut, NoticesOut},
    happened::read_and_record,
    item_of, items, record,
};
use crate::{
    domain::access::{Permit, PracticeScope, RecordStatus, SeeRegister},
    error::AppError,
    state::AppState,
    web::{forms::Json, problem::Problem, routes::Routes, written},
};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/api/v1/practices/{ods}/notices", SeeRegister, list)
        .post("/api/v1/practices/{ods}/notices", RecordStatus, add)
        .post(
            "/api/v1/practices/{ods}/notices/{notice}/events",
            RecordStatus,
            happened,
        )
        .get("/api/v1/practices/{ods}/diary", SeeRegister, diary)
}

/// The paths and bodies of notices, for the document of the whole API.
#[derive(Debug, OpenApi)]
#[openapi(paths(list, add, happened, diary))]
pub struct Documentation;

/// A practice's notices
#[utoipa::path(get, path = "/api/v1/practices/{ods}/notices", tag = "notices",
    params(("ods" = String, Path, example = "Z90001")),
    responses(
        (status = 200, description = "Every notice with what happened since", body = NoticesOut),
        (status = 401, description = "Sign in first", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such practice, or not yours", body = Problem, content_type = "application/problem+json"),
    ))]
async fn list(
    permit: Permit<SeeRegister>,
    State(app): State<AppState>,
) -> Result<Answer<NoticesOut>, AppError> {
    let known = Known::read(&app, permit.scope()).await?;
    let out = |notice| NoticeOut::new(notice, known.service(notice));
    Ok(Answer(NoticesOut {
        practice: permit.scope().practice().to_string(),
        notices: known.notices.iter().map(out).collect(),
    }))
}

/// Record a notice that was served; the register says so too
#[utoipa::path(post, path = "/api/v1/practices/{ods}/notices", tag = "notices",
    params(("ods" = String, Path, example = "Z90001")),
    request_body = NoticeIn,
    responses(
        (status = 201, description = "Recorded", body = NoticeOut),
        (status = 200, description = "Recorded before", body = NoticeOut),
        (status = 404, description = "No such practice, or not yours", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The id was used for another notice", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A field cannot be taken", body = Problem, content_type = "application/problem+json"),
    ))]
async fn add(
    permit: Permit<RecordStatus>,
    State(app): State<AppState>,
    Json(body): Json<NoticeIn>,
) -> Result<(StatusCode, Answer<NoticeOut>), AppError> {
    let from = body.origin();
    let (item, draft) = body.parts();
    let (catalogue, today) = (app.catalogue().await?, app.clock.today());
    let item = item_of(&items(&catalogue, today), &item)?;
    let new = draft.read(item, today).map_err(AppError::Invalid)?;
    let from = (from.0.as_str(), from.1.as_str());
    let (id, done) = record::from_template(&app, &permit, item, (new, from)).await?;
    Ok((
        written::status(done)?,
        stored(&app, permit.scope(), id).await?,
    ))
}

async fn stored(
    app: &AppState,
    scope: &PracticeScope,
    id: NoticeId,
) -> Result<Answer<NoticeOut>, AppError> {
    let known = Known::read(app, scope).await?;
    let notice = known.notices.iter().find(|notice| notice.id == id);
    let notice = notice.ok_or(AppError::NotFound)?;
    Ok(Answer(NoticeOut::new(notice, known.service(notice))))
}

#[derive(Debug, Deserialize)]
struct NoticePath {
    notice: String,
}

/// Record what happened to a notice; the register follows
#[utoipa::path(post, path = "/api/v1/practices/{ods}/notices/{notice}/events", tag = "notices",
    params(("ods" = String, Path, example = "Z90001"), ("notice" = Uuid, Path)),
    request_body = HappenedIn,
    responses(
        (status = 201, description = "Recorded; the notice as it stands", body = NoticeOut),
        (status = 200, description = "Recorded before", body = NoticeOut),
        (status = 404, description = "No such notice, or not yours", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The id was used for something else", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A field cannot be taken, or it cannot follow what is recorded", body = Problem, content_type = "application/problem+json"),
    ))]
async fn happened(
    permit: Permit<RecordStatus>,
    State(app): State<AppState>,
    Path(path): Path<NoticePath>,
    Json(body): Json<HappenedIn>,
) -> Result<(StatusCode, Answer<NoticeOut>), AppError> {
    let id = path.notice.parse().map_err(|_| AppError::NotFound)?;
    let done = read_and_record(&app, &permit, id, &body.draft()).await?;
    Ok((
        written::status(done)?,
        stored(&app, permit.scope(), id).await?,
    ))
}

/// What lies ahead of a practice, by date
#[utoipa::path(get, path = "/api/v1/practices/{ods}/diary", tag = "notices",
    params(("ods" = String, Path, example = "Z90001")),
    responses(
        (status = 200, description = "Last days, plans, replies that are due", body = DiaryOut),
        (status = 401, description = "Sign in first", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such practice, or not yours", body = Problem, content_type = "application/problem+json"),
    ))]
async fn diary(
    permit: Permit<SeeRegister>,
    State(app): State<AppState>,
) -> Result<Answer<DiaryOut>, AppError> {
    let known = Known::read(&app, permit.scope()).await?;
    Ok(Answer(DiaryOut {
        practice: permit.scope().practice().to_string(),
        entries: known.diary().into_iter().map(EntryOut::new).collect(),
    }))
}
