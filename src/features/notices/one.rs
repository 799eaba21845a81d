//! One notice: its page, and the form that records what came back.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Query;
use entity::ids::NoticeId;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Known,
    happened::{self, HappenedDraft},
    notice_href, page, pages, templates,
};
use crate::{
    domain::access::{Permit, PracticeScope, RecordStatus, SeeRegister},
    error::{AppError, FieldError},
    state::AppState,
    web::{caller::Caller, forms::Form},
};

#[derive(Debug, Deserialize)]
pub(super) struct OnePath {
    notice: String,
}

impl OnePath {
    fn id(&self) -> Result<NoticeId, AppError> {
        self.notice.parse().map_err(|_| AppError::NotFound)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct SavedQuery {
    saved: Option<String>,
}

pub(super) async fn one(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
    Path(path): Path<OnePath>,
    Query(query): Query<SavedQuery>,
) -> Result<Response, AppError> {
    let typed = HappenedForm {
        id: Uuid::now_v7().to_string(),
        on: app.clock.today().to_string(),
        ..HappenedForm::default()
    };
    let shown = Shown {
        id: path.id()?,
        saved: query.saved.is_some(),
        typed,
        errors: Vec::new(),
    };
    show(&app, &caller, permit.scope(), shown).await
}

/// A notice's page as it is to be shown.
struct Shown {
    id: NoticeId,
    saved: bool,
    typed: HappenedForm,
    errors: Vec<FieldError>,
}

async fn show(
    app: &AppState,
    caller: &Caller,
    scope: &PracticeScope,
    shown: Shown,
) -> Result<Response, AppError> {
    let known = Known::read(app, scope).await?;
    let notice = known.notices.iter().find(|notice| notice.id == shown.id);
    let notice = notice.ok_or(AppError::NotFound)?;
    let service = known.service(notice);
    let view = pages::NoticeView {
        practice: scope.practice(),
        notice,
        service,
        today: known.today,
        typed: &shown.typed,
        errors: &shown.errors,
        saved: shown.saved,
        from: templates::from(app, scope, notice).await?,
    };
    let error = if shown.errors.is_empty() {
        ""
    } else {
        "Error: "
    };
    let title = format!("{error}Notice on {service}");
    let page = page(app, caller, scope.practice(), &title, pages::notice(&view)).await?;
    let status = if shown.errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    Ok((status, page).into_response())
}

/// The form of what happened, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct HappenedForm {
    pub(super) id: String,
    pub(super) event: String,
    pub(super) on: String,
    pub(super) note: String,
}

pub(super) async fn happened(
    permit: Permit<RecordStatus>,
    caller: Caller,
    State(app): State<AppState>,
    Path(path): Path<OnePath>,
    Form(typed): Form<HappenedForm>,
) -> Result<Response, AppError> {
    let id = path.id()?;
    match write_happened(&app, &permit, id, &typed).await {
        Ok(()) => {
            let page = notice_href(permit.scope().practice(), id).query("saved", 1);
            Ok(Redirect::to(page.as_str()).into_response())
        }
        Err(AppError::Invalid(errors)) => {
            let shown = Shown {
                id,
                saved: false,
                typed,
                errors,
            };
            show(&app, &caller, permit.scope(), shown).await
        }
        Err(error) => Err(error),
    }
}

async fn write_happened(
    app: &AppState,
    permit: &Permit<RecordStatus>,
    id: NoticeId,
    typed: &HappenedForm,
) -> Result<(), AppError> {
    let draft = HappenedDraft {
        id: typed.id.clone(),
        event: typed.event.clone(),
        on: typed.on.clone(),
        note: typed.note.clone(),
    };
    happened::read_and_record(app, permit, id, &draft).await?;
    Ok(())
}
