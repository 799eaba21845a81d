//! What happened goes into the queue of the practice's webhooks, in the transaction in which it happened.

use entity::ids::LocalDate;

use crate::{
    domain::{
        access::{By, PracticeScope},
        webhook::News,
    },
    error::AppError,
    state::AppState,
    store::{actions::NewStatus, webhooks},
    writer::Tx,
};

/// Puts it there.
pub(super) async fn tell(tx: &Tx, scope: &PracticeScope, news: &News) -> Result<(), AppError> {
    Ok(webhooks::tell(tx.read(scope), news, tx.now()).await?)
}

/// The same for a status, where it may leave the practice.
pub(super) async fn tell_status(tx: &Tx, scope: &PracticeScope, status: &NewStatus) -> Result<(), AppError> {
    match News::status_changed(&status.change, &status.position, tx.now()) {
        Some(news) => tell(tx, scope, &news).await,
        None => Ok(()),
    }
}

/// A day of a practice reached its limit.
///
/// Nobody does that: it follows from a tap, from a file, from a limit that was set. So it is found out from how the day stands,
/// and told once for the day.
#[derive(Debug)]
pub struct TellLimitReached {
    /// Which day.
    pub day: LocalDate,
    /// What is told.
    pub news: News,
}

impl TellLimitReached {
    /// Puts it into the queue.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer
            .write(by, move |tx| {
                Box::pin(async move {
                    let (at, Self { day, news }) = (tx.read(own.scope()), self);
                    Ok(webhooks::tell_of_day(at, (&news, day), tx.now()).await?)
                })
            })
            .await
    }
}
