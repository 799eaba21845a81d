//! A browser is told nothing any more: its person takes it back, or what it rested on has ended.

use entity::ids::{ClinicianId, OdsCode, PersonId, PushSubscriptionId};
use serde::Serialize;

use crate::{
    audit::Event,
    domain::{
        access::{By, ClinicianScope, PracticeScope},
        push::PushEnd,
    },
    error::AppError,
    state::AppState,
    store::push::{self, PushSubscriptionRow},
    writer::Tx,
};

/// A browser is told nothing any more.
#[derive(Debug, Serialize)]
struct PushEnded {
    browser: PushSubscriptionId,
    /// Whose limit, where a clinician had asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    clinician: Option<ClinicianId>,
}

impl Event for PushEnded {
    const NAME: &'static str = "push.ended";
}

/// Ends one within another act; nothing where it has ended already.
pub(super) async fn end(
    tx: &Tx,
    practice: &OdsCode,
    (browser, clinician): (PushSubscriptionId, Option<ClinicianId>),
    why: PushEnd,
) -> Result<(), AppError> {
    if push::end(tx.conn(), (practice, browser), why, tx.now()).await? {
        tx.audit(&practice.into(), &PushEnded { browser, clinician }).await?;
    }
    Ok(())
}

/// Which browser.
#[derive(Debug, Clone, Copy)]
pub struct EndPush(pub PushSubscriptionId);

impl EndPush {
    /// A clinician ends one of their own; nothing where it has ended already.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the clinician has no such browser; [`AppError::Unavailable`].
    pub async fn perform_own(self, app: &AppState, by: &By<ClinicianScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer
            .write(by, move |tx| {
                Box::pin(async move {
                    let held = push::of_clinician(tx.read(own.scope())).await?;
                    self.run(tx, own.scope().practice(), &held).await
                })
            })
            .await
    }

    /// Somebody who runs the practice ends one of their own, and no colleague's.
    ///
    /// # Errors
    /// As [`Self::perform_own`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>, person: PersonId) -> Result<(), AppError> {
        let own = by.clone();
        app.writer
            .write(by, move |tx| {
                Box::pin(async move {
                    let held = push::of_person(tx.read(own.scope()), person).await?;
                    self.run(tx, own.scope().practice(), &held).await
                })
            })
            .await
    }

    async fn run(self, tx: &Tx, practice: &OdsCode, held: &[PushSubscriptionRow]) -> Result<(), AppError> {
        let row = held.iter().find(|row| row.id == self.0).ok_or(AppError::NotFound)?;
        end(tx, practice, (row.id, row.clinician), PushEnd::TakenBack).await
    }
}

/// Ends one that nobody may be told by any more.
///
/// # Errors
/// [`AppError::Unavailable`].
pub async fn end_push(
    app: &AppState,
    by: &By<PracticeScope>,
    row: &PushSubscriptionRow,
    why: PushEnd,
) -> Result<(), AppError> {
    let (own, which) = (by.clone(), (row.id, row.clinician));
    app.writer.write(by, move |tx| Box::pin(async move { end(tx, own.scope().practice(), which, why).await })).await
}
