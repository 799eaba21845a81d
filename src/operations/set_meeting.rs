//! An LMC says when it met: the day from which its area page counts changes.

use entity::ids::{LocalDate, RowId};
use serde::Serialize;

use super::Written;
use crate::{
    audit::Event,
    domain::access::{Authority, By, LmcScope},
    error::AppError,
    state::AppState,
    store::lmc_meetings,
};

/// In the LMC's chain.
#[derive(Debug, Serialize)]
struct MeetingSet {
    meeting: RowId,
    met_on: LocalDate,
}

impl Event for MeetingSet {
    const NAME: &'static str = "meeting.set";
}

/// A meeting.
#[derive(Debug, Clone, Copy)]
pub struct SetMeeting {
    /// Made by the client.
    pub id: RowId,
    /// The day, today or earlier.
    pub met_on: LocalDate,
}

impl SetMeeting {
    /// Writes it; the one recorded last holds.
    ///
    /// # Errors
    /// The day, where it has not come; [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<LmcScope>) -> Result<(), AppError> {
        let Self { id, met_on } = self;
        if met_on > app.clock.today() {
            return Err(AppError::field("met_on", "Enter today or an earlier day"));
        }
        let own = by.clone();
        app.writer
            .write(by, move |tx| {
                Box::pin(async move {
                    let at = tx.read(own.scope());
                    let written = lmc_meetings::add(at, id, met_on, own.id(), tx.now()).await?;
                    if Written::of(written)? == Written::New {
                        let event = MeetingSet { meeting: id, met_on };
                        tx.audit(own.scope().lmc(), &event).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}
