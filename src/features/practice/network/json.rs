//! The network scheme and a practice's own notes over JSON.

use axum::{Json as Answer, extract::State};
use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, RowId};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::page::book;
use crate::{
    domain::{
        access::{Permit, PracticeScope, SeeRegister},
        network::{Leaning, NetworkWindow, WindowStands},
    },
    error::AppError,
    operations::note_network::NoteNetwork,
    state::AppState,
    store::network_notes,
    web::{doors, problem::Problem},
};

/// The paths and bodies of the network scheme, for the document of the whole API.
#[derive(Debug, OpenApi)]
#[openapi(paths(show))]
pub struct Documentation;

/// Where a practice stands with the network scheme.
#[derive(Debug, Serialize, ToSchema)]
pub struct NetworkOut {
    /// ODS code.
    #[schema(example = "Z90001")]
    pub practice: String,
    /// open, ahead, closed or unknown: the window that the next field tells of.
    #[schema(example = "closed")]
    pub stands: &'static str,
    /// The window that is open, else the next, else the last.
    pub window: Option<WindowOut>,
    /// The practice's own notes, the newest first. Nobody else reads them.
    pub notes: Vec<NetworkNoteOut>,
}

/// Days between which a practice may leave.
#[derive(Debug, Serialize, ToSchema)]
pub struct WindowOut {
    /// The year of the scheme.
    #[schema(example = "2026/27")]
    pub year: String,
    /// First day, where it is known.
    #[schema(value_type = Option<String>, format = Date, example = "2026-05-01")]
    pub opens_on: Option<LocalDate>,
    /// Last day.
    #[schema(value_type = String, format = Date, example = "2026-05-31")]
    pub closes_on: LocalDate,
    /// What opened it.
    pub trigger: String,
    /// Where it was read.
    pub source: String,
}

/// A note of a practice's own.
#[derive(Debug, Serialize, ToSchema)]
pub struct NetworkNoteOut {
    /// Which.
    pub id: RowId,
    /// Where it stands.
    pub leaning: Leaning,
    /// A few words.
    #[schema(example = "Partners talk about it in January")]
    pub note: Option<String>,
    /// When it was written.
    #[schema(value_type = String, format = DateTime, example = "2026-11-20T10:12:03Z")]
    pub recorded_at: DateTime<Utc>,
}

impl NetworkOut {
    async fn of(app: &AppState, scope: &PracticeScope) -> Result<Self, AppError> {
        let (stands, window) = match book()?.on(app.clock.today()) {
            WindowStands::Open(one) => ("open", Some(one)),
            WindowStands::Ahead(one) => ("ahead", Some(one)),
            WindowStands::Closed(one) => ("closed", Some(one)),
            WindowStands::Unknown => ("unknown", None),
        };
        let notes = network_notes::all(app.db.read(scope)).await?.into_iter();
        Ok(Self {
            practice: scope.practice().to_string(),
            stands,
            window: window.map(window_out),
            notes: notes
                .map(|one| NetworkNoteOut {
                    id: one.says.id,
                    leaning: one.says.leaning,
                    note: one.says.note.map(|text| text.to_string()),
                    recorded_at: one.recorded_at,
                })
                .collect(),
        })
    }
}

fn window_out(window: &NetworkWindow) -> WindowOut {
    WindowOut {
        year: window.year.clone(),
        opens_on: window.opens_on,
        closes_on: window.closes_on,
        trigger: window.trigger.clone(),
        source: window.source.clone(),
    }
}

impl doors::Answer<NoteNetwork> for NetworkOut {
    async fn read(app: &AppState, scope: &PracticeScope, _: &RowId) -> Result<Self, AppError> {
        Self::of(app, scope).await
    }
}

/// Where a practice stands with the network scheme
#[utoipa::path(
    get, path = "/api/v1/practices/{ods}/network", tag = "actions",
    params(("ods" = String, Path, example = "Z90001")),
    responses(
        (status = 200, body = NetworkOut),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn show(
    permit: Permit<SeeRegister>,
    State(app): State<AppState>,
) -> Result<Answer<NetworkOut>, AppError> {
    Ok(Answer(NetworkOut::of(&app, permit.scope()).await?))
}
