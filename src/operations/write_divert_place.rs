//! A practice writes down where patients can be sent, changes it or takes it off the list.

use entity::ids::RowId;
use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::{Authority, By, PracticeScope},
    error::AppError,
    live::What,
    state::AppState,
    store::divert::texts::{self, Place},
    writer::Tx,
};

/// A place of the directory was written down, changed or taken off the list.
#[derive(Debug, Serialize)]
struct PlaceWritten {
    place: String,
    listed: bool,
}

impl Event for PlaceWritten {
    const NAME: &'static str = "divert-place.written";
}

/// A place as it stands from now on.
#[derive(Debug, Clone)]
pub struct WriteDivertPlace {
    /// Made by the client.
    pub id: RowId,
    /// The place.
    pub place: Place,
}

impl WriteDivertPlace {
    /// Writes it; nothing where the id was there before.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<PracticeScope>) -> Result<(), AppError> {
        let Self { id, place } = self;
        if texts::add_place(tx.read(by.scope()), id, &place, by.id(), tx.now()).await? {
            let event = PlaceWritten { place: place.place, listed: place.listed };
            let practice = by.scope().practice();
            tx.audit(&practice.into(), &event).await?;
            tx.changed(practice, What::Divert);
        }
        Ok(())
    }
}
