//! The page of the network scheme, with the form of a note.

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use entity::ids::RowId;
use uuid::Uuid;

use super::view::{self, network_href};
use crate::{
    domain::{
        access::{Permit, PracticeScope, SeeRegister},
        network::NetworkBook,
    },
    error::AppError,
    operations::note_network::NoteNetwork,
    state::AppState,
    store::network_notes,
    ui::{filled::Filled, href::Href, sheet::Sheet},
    web::{caller::Caller, doors::FormPage, forms::SavedQuery, shell},
};

pub(super) fn book() -> Result<&'static NetworkBook, AppError> {
    NetworkBook::built_in().map_err(|broken| AppError::Fault(broken.join("; ")))
}

pub(super) async fn show(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<SavedQuery>,
) -> Result<Response, AppError> {
    let filled = Filled::fresh([("id", Uuid::now_v7().to_string())]);
    let sheet = drawn(&app, permit.scope(), &filled, query.saved.is_some()).await?;
    shell::show(&app, &caller, permit.scope(), sheet).await
}

/// The page with its form.
#[derive(Debug)]
pub(super) struct NetworkPage;

impl FormPage<NoteNetwork> for NetworkPage {
    async fn page(app: &AppState, scope: &PracticeScope, filled: &Filled) -> Result<Sheet, AppError> {
        drawn(app, scope, filled, false).await
    }

    fn after(scope: &PracticeScope, _: &RowId) -> Href {
        network_href(scope.practice()).query("saved", 1)
    }
}

async fn drawn(app: &AppState, scope: &PracticeScope, filled: &Filled, saved: bool) -> Result<Sheet, AppError> {
    let notes = network_notes::all(app.db.read(scope)).await?;
    Ok(view::page(&view::View {
        practice: scope.practice(),
        book: book()?,
        notes: &notes,
        today: app.clock.today(),
        filled,
        saved,
    }))
}
