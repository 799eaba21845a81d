//! A clinician counts one contact. It joins whatever else is counted at the moment, and is never refused for its number.

use entity::ids::{ContactId, LocalDate};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Asks, Operation, ScopeOf, Sent, Written, only};
use crate::{
    clock::Clock,
    domain::{
        access::{self, By, ClinicianScope},
        contact::{self, ContactKind, CountOp, NewContact, Recorder, Tap},
        instant::Instant,
    },
    error::{AppError, FieldError},
    state::AppState,
    store::days,
    writer::Tx,
};

/// Record one contact
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CountContact {
    /// Made by the client, once per contact; a UUID of version 7 also dates it. One is made where it is left out.
    pub id: ContactId,
    /// How it took place; in person where nothing is said.
    pub kind: Option<ContactKind>,
    /// A long-term condition, mental health or the like.
    #[serde(default)]
    pub complex: bool,
    /// When it took place; up to 7 days back for a clinician's device, 31 for a manager.
    pub occurred_at: Option<Instant>,
}

impl Operation for CountContact {
    type Permission = access::RecordContacts;
    /// What time it is depends on what the sender's own clock says.
    type Facts = Clock;
    type Ready = NewContact;
    /// The day it counts for.
    type Done = LocalDate;

    const TAG: &'static str = "contacts";
    const EXAMPLE: &'static str = r#"{
        "id": "019a9f6e-7c00-7000-8000-000000000001", "kind": "telephone", "complex": false,
        "occurred_at": "2026-11-20T11:38:00Z"
    }"#;

    async fn facts(app: &AppState, _: &ScopeOf<Self>) -> Result<Clock, AppError> {
        Ok(app.clock.clone())
    }

    fn asks(_: &Sent, _: &Clock) -> Asks {
        vec![("id", "Open the page again and send the form once more")]
    }

    fn check(&self, clock: &Clock, by: &By<ClinicianScope>) -> Result<NewContact, Vec<FieldError>> {
        let tap = Tap {
            id: self.id.0,
            kind: self.kind.unwrap_or_default(),
            complex: self.complex,
            occurred_at: self.occurred_at.map(|at| at.0),
        };
        let (practice, clinician) = (by.scope().practice(), by.scope().clinician());
        let now = clock.now_beside(tap.told());
        contact::accept(practice, clinician, &tap, Recorder::from(by), now).map_err(|refused| {
            let (field, sentence) = refused.explain();
            vec![FieldError::new(field, sentence)]
        })
    }

    async fn run(contact: NewContact, tx: &Tx, _: &By<ClinicianScope>) -> Result<(Written, LocalDate), AppError> {
        let day = contact.day;
        let outcomes = tx.count(&[&CountOp::Contact(contact)]).await?;
        Ok((only(&outcomes)?, day))
    }

    /// Joins a group.
    async fn submit(
        contact: NewContact,
        app: &AppState,
        by: &By<ClinicianScope>,
    ) -> Result<(Written, LocalDate), AppError> {
        let (id, day) = (contact.id, contact.day);
        let outcomes = app.writer.count(by, vec![CountOp::Contact(contact)]).await?;
        let written = only(&outcomes)?;
        if written == Written::New {
            return Ok((written, day));
        }
        // A repeat may have been recorded for another day before.
        let stored = days::contact(app.db.read(by.scope()), id).await?;
        Ok((written, stored.map_or(day, |stored| stored.day)))
    }
}
