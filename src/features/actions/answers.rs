//! The practice's answer to what its LMC entered by telephone.

use entity::ids::StatusId;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    audit::Event,
    domain::{
        access::{Authority, Permit, RecordStatus},
        action::Answer,
    },
    error::AppError,
    live::What,
    state::AppState,
    store::{actions, days::Written},
    writer::owned_scope,
};

/// The practice answered what its LMC had entered.
#[derive(Debug, Serialize)]
struct StatusAnswered {
    status: StatusId,
    answer: &'static str,
}

impl Event for StatusAnswered {
    const NAME: &'static str = "status.answered";
}

/// Confirms or removes what the LMC entered; the first answer stands.
///
/// # Errors
/// [`AppError::NotFound`] where the practice has no such row, [`AppError::Conflict`] where it answered otherwise before.
pub(super) async fn answer(
    app: &AppState,
    permit: &Permit<RecordStatus>,
    status: StatusId,
    answer: Answer,
) -> Result<(), AppError> {
    let scope = owned_scope(permit);
    let by: Uuid = permit.id();
    app.writer
        .write(permit, move |tx| {
            Box::pin(async move {
                let at = tx.read(&scope);
                match actions::answer(at, status, answer, by, tx.now()).await? {
                    None => Err(AppError::NotFound),
                    Some(Written::IdReused) => Err(AppError::Conflict(
                        "this entry was answered otherwise before: record a change instead",
                    )),
                    Some(Written::Repeat | Written::Full) => Ok(()),
                    Some(Written::Fresh) => {
                        let event = StatusAnswered {
                            status,
                            answer: answer.code(),
                        };
                        tx.audit(&scope.practice().into(), &event).await?;
                        tx.changed(scope.practice(), What::Register);
                        Ok(())
                    }
                }
            })
        })
        .await
}
