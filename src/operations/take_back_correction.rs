//! Whoever runs the service takes a correction back that no release has said yet.

use entity::ids::RowId;
use serde::Serialize;
use uuid::Uuid;

use super::record_correction::newest;
use crate::{
    audit::Event,
    domain::access::{By, EverywhereScope},
    error::AppError,
    state::AppState,
    store::corrections::{self, Stands},
    writer::Tx,
};

/// A correction was taken back before a release said it.
#[derive(Debug, Serialize)]
struct CorrectionTakenBack {
    id: RowId,
}

impl Event for CorrectionTakenBack {
    const NAME: &'static str = "release-correction.taken-back";
}

/// Which correction.
#[derive(Debug, Clone, Copy)]
pub struct TakeBackCorrection(pub RowId);

impl TakeBackCorrection {
    /// Takes it back.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Conflict`] where it is published, or was taken back;
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<EverywhereScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, own.scope()).await })).await
    }

    async fn run(self, tx: &Tx, everywhere: &EverywhereScope) -> Result<(), AppError> {
        let Self(id) = self;
        corrections::hold(tx.conn()).await?;
        let all = corrections::all(tx.read(everywhere)).await?;
        let found = all.iter().find(|one| one.id == id);
        match found.ok_or(AppError::NotFound)?.stands {
            Stands::Waits => {}
            Stands::Published(_) => {
                return Err(AppError::Conflict(
                    "A release says this already, and a release never changes: record another correction",
                ));
            }
            Stands::TakenBack => {
                return Err(AppError::Conflict("It was taken back before"));
            }
        }
        let (new, row) = (RowId(Uuid::now_v7()), (String::new(), Some(id)));
        let after = newest(tx, everywhere).await?;
        corrections::add(tx.conn(), new, row, after, tx.now()).await?;
        Ok(tx.audit_service(&CorrectionTakenBack { id }).await?)
    }
}
