//! Access receipts: a practice sees which outside reader looked at its rows on which day, and on what kind of page.

use entity::ids::{OdsCode, OrgCode, PersonId};

use crate::{
    domain::{
        access::{Actor, By, Permission, Permit, Role},
        readers::OutsidePage,
    },
    operations::note_reader::NoteReader,
    state::AppState,
    store::sharing::Reader,
};

/// Notes that an officer of an LMC read these practices' rows: once a reader, practice, day and kind of page. The page
/// does not wait for it.
pub fn note<P: Permission>(
    app: &AppState,
    permit: &Permit<P>,
    (lmc, page): (&OrgCode, OutsidePage),
    read: Vec<OdsCode>,
) {
    let person = match permit.actor() {
        Actor::Person { id, .. } => *id,
        // A program leaves its receipts under the id of its key.
        Actor::Program { key, .. } => PersonId(key.0),
        Actor::Device { .. } | Actor::Display { .. } | Actor::TapAddress { .. } | Actor::Stranger => return,
    };
    let reader = Reader { person, role: Role::LmcOfficer.code(), organisation: lmc.clone(), page };
    let (app, by) = (app.clone(), By::from(permit));
    let noted = NoteReader { reader, read, day: app.clock.today() };
    tokio::spawn(async move {
        if let Err(error) = noted.perform(&app, &by).await {
            tracing::error!(%error, "could not note that rows of practices were read");
        }
    });
}
