//! An LMC keeps what came of a joint letter: every practice that told of the work reads it.

use entity::ids::{LocalDate, RowId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Asks, Operation, ScopeOf, Sent, Written};
use crate::{
    audit::Event,
    domain::{
        access::{self, Authority, By, LmcScope},
        letter::FollowUp,
        name::ExampleText,
    },
    error::{AppError, FieldError},
    state::AppState,
    store::{
        joint_letters::{self, NewJointEvent},
        transfer_desk,
    },
    writer::Tx,
};

/// Keep what came of a joint letter
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowJointLetter {
    /// Made by the client; one is made where it is left out.
    pub id: RowId,
    /// The letter.
    pub letter: RowId,
    /// What happened.
    pub event: FollowUp,
    /// The day of it; today where it is left out.
    pub happened_on: Option<LocalDate>,
    /// What was agreed, or what they said, in short: practices read it.
    pub note: Option<ExampleText>,
}

/// What came of a joint letter was kept.
#[derive(Debug, Serialize)]
struct JointLetterEvent {
    letter: RowId,
    event: FollowUp,
}

impl Event for JointLetterEvent {
    const NAME: &'static str = "joint_letter.event";
}

impl Operation for FollowJointLetter {
    type Permission = access::RunTransferDesk;
    type Facts = LocalDate;
    type Ready = NewJointEvent;
    type Done = RowId;

    const TAG: &'static str = "transfers";
    const EXAMPLE: &'static str = r#"{
        "id": "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d55", "letter": "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d54", "event": "agreed", "note": "Clinics issue fit notes from 1 December."
    }"#;

    async fn facts(app: &AppState, _: &ScopeOf<Self>) -> Result<LocalDate, AppError> {
        Ok(app.clock.today())
    }

    fn asks(_: &Sent, _: &LocalDate) -> Asks {
        vec![("event", "Choose what came")]
    }

    fn check(&self, today: &LocalDate, _: &By<LmcScope>) -> Result<NewJointEvent, Vec<FieldError>> {
        let on = self.happened_on.unwrap_or(*today);
        if on > *today {
            return Err(vec![FieldError::new("happened_on", "Choose today or an earlier day")]);
        }
        let note = self.note.as_ref().map(ToString::to_string);
        Ok(NewJointEvent { id: self.id, letter: self.letter, event: self.event, on, note })
    }

    async fn run(new: NewJointEvent, tx: &Tx, by: &By<LmcScope>) -> Result<(Written, RowId), AppError> {
        let at = tx.read(by.scope());
        let followed = joint_letters::one(at, new.letter).await?.ok_or(AppError::NotFound)?;
        if new.on < followed.letter.sent_on {
            return Err(AppError::field("happened_on", "Choose a day on or after the day it was sent"));
        }
        transfer_desk::room(at).await?;
        let written = Written::of(joint_letters::add_event(at, &new, by.id(), tx.now()).await?)?;
        if written == Written::New {
            tx.audit(by.scope().lmc(), &JointLetterEvent { letter: new.letter, event: new.event }).await?;
        }
        Ok((written, new.letter))
    }
}
