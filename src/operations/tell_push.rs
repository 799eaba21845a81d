//! Somebody came to the limit: it goes into the queue of every browser that asked to be told.

use chrono::{DateTime, Utc};
use entity::ids::{ClinicianId, LocalDate, OdsCode, PushMessageId, PushSubscriptionId};

use crate::{
    domain::{
        access::{By, PracticeScope},
        push::{PushKind, id_of},
    },
    error::AppError,
    state::AppState,
    store::push::{self, PushMessageRow, PushState},
};

/// A message to a browser, which tells this of a day.
pub(super) fn message(
    (practice, subscription): (&OdsCode, PushSubscriptionId),
    id: PushMessageId,
    (kind, day): (PushKind, LocalDate),
    (state, now): (PushState, DateTime<Utc>),
) -> PushMessageRow {
    PushMessageRow {
        practice: practice.clone(),
        id,
        subscription,
        kind: kind.code().to_owned(),
        day,
        state: state.code().to_owned(),
        queued_at: now,
        attempts: 0,
        next_at: now,
        answered: None,
        settled_at: (state != PushState::Waiting).then_some(now),
    }
}

/// Who is at the limit of a day.
#[derive(Debug)]
pub struct TellPush {
    /// Which day.
    pub day: LocalDate,
    /// Who.
    pub full: Vec<ClinicianId>,
}

impl TellPush {
    /// Puts it there, for each browser and clinician once.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer
            .write(by, move |tx| {
                Box::pin(async move {
                    let (at, Self { day, full }) = (tx.read(own.scope()), self);
                    for row in push::living(at).await? {
                        let Some(hearer) = push::hearer(&row) else { continue };
                        let (of, kind) = ((&row.practice, row.id), hearer.hears());
                        for clinician in full.iter().copied().filter(|clinician| hearer.hears_of(*clinician)) {
                            let id = id_of(row.id, kind, day, Some(clinician));
                            let told = message(of, id, (kind, day), (PushState::Waiting, tx.now()));
                            push::queue(tx.conn(), told).await?;
                        }
                    }
                    Ok(())
                })
            })
            .await
    }
}
