//! A clinician says why they go on past the limit.

use entity::ids::{LocalDate, RowId};
use uuid::Uuid;

use crate::{
    domain::{
        access::{Authority, By, ClinicianScope},
        contact,
    },
    error::AppError,
    live::What,
    state::AppState,
    store::days,
};

/// Why a clinician goes on past the limit: a class, never a text (`domain.md` of the field: urgent, protected group,
/// clinical judgement, could not divert).
pub const REASONS: [(&str, &str); 4] = [
    ("urgent", "Urgent need"),
    ("protected-group", "Protected group"),
    ("clinical-judgement", "Clinical judgement"),
    ("could-not-divert", "Could not divert"),
];

/// One of [`REASONS`], for one day.
#[derive(Debug, Clone, Copy)]
pub struct GiveReason {
    /// Made by the client. One form offers four answers: each is an entry of its own.
    pub id: Uuid,
    /// The day.
    pub day: LocalDate,
    /// Code.
    pub reason: &'static str,
}

impl GiveReason {
    /// Writes it.
    ///
    /// # Errors
    /// [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<ClinicianScope>) -> Result<(), AppError> {
        let (own, Self { id, day, reason }) = (by.clone(), self);
        let id = RowId(contact::derived_id(id, reason));
        app.writer
            .write(by, move |tx| {
                Box::pin(async move {
                    let at = tx.read(own.scope());
                    let said = days::add_reason(at, id, day, reason, own.id(), tx.now()).await?;
                    said.or_conflict()?;
                    // A refresh that set out before this may arrive after its answer; the next one puts the page right.
                    tx.changed(own.scope().practice(), What::Contacts);
                    Ok(())
                })
            })
            .await
    }
}
