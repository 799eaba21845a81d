//! A practice records what happened to a notice; the register follows.

use std::sync::Arc;

use entity::ids::{LocalDate, NoticeId, RowId, StatusId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Asks, Operation, ScopeOf, Sent, Written, register_row::new_status, tell_webhooks};
use crate::{
    audit,
    domain::{
        access::{self, Authority, By, PracticeScope},
        action::StatusChange,
        catalogue::Catalogue,
        contact::derived_id,
        name::NoticeNote,
        notice::{Event, NewHappened, Notice},
    },
    error::{AppError, FieldError},
    live::What,
    state::AppState,
    store::{actions, notices},
    writer::Tx,
};

/// Record what happened to a notice; the register follows
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowNotice {
    /// Made by the client, a UUID of version 7: sending the same twice records it once. One is made where it is left out.
    pub id: RowId,
    /// The notice.
    pub notice: NoticeId,
    /// What happened.
    pub event: Event,
    /// When, today or earlier.
    pub on: LocalDate,
    /// A short note, and nothing about a patient.
    pub note: Option<NoticeNote>,
}

/// What it is checked against.
#[derive(Debug)]
pub struct Facts {
    notices: Vec<Notice>,
    catalogue: Arc<Catalogue>,
    today: LocalDate,
}

/// What happened, checked but for what was recorded meanwhile.
#[derive(Debug)]
pub struct Ready {
    notice: NoticeId,
    new: NewHappened,
    catalogue: Arc<Catalogue>,
}

/// Something happened to a notice.
#[derive(Debug, Serialize)]
struct NoticeChanged {
    notice: NoticeId,
    event: Event,
    on: LocalDate,
    status: Option<StatusId>,
}

impl audit::Event for NoticeChanged {
    const NAME: &'static str = "notice.changed";
}

impl Operation for FollowNotice {
    type Permission = access::RecordStatus;
    type Facts = Facts;
    type Ready = Ready;
    type Done = NoticeId;

    const TAG: &'static str = "notices";
    const EXAMPLE: &'static str = r#"{
        "id": "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d22", "notice": "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d21",
        "event": "acknowledged", "on": "2026-11-20", "note": "By letter"
    }"#;

    async fn facts(app: &AppState, scope: &ScopeOf<Self>) -> Result<Facts, AppError> {
        Ok(Facts {
            notices: notices::all(app.db.read(scope)).await?,
            catalogue: app.menu_of(scope.practice()).await?,
            today: app.clock.today(),
        })
    }

    fn asks(_: &Sent, _: &Facts) -> Asks {
        vec![
            ("id", "Open the page again and send the form once more"),
            ("notice", "Name the notice"),
            ("event", "Choose what happened"),
            ("on", "Enter the day"),
        ]
    }

    fn check(&self, facts: &Facts, _: &By<PracticeScope>) -> Result<Ready, Vec<FieldError>> {
        let refuse = |field, sentence: &'static str| Err(vec![FieldError::new(field, sentence)]);
        let mut notices = facts.notices.iter();
        let Some(notice) = notices.find(|notice| notice.id == self.notice) else {
            return refuse("notice", "The practice has no such notice");
        };
        if self.on > facts.today {
            return refuse("on", "Enter today or an earlier day");
        }
        if self.on < notice.served_on {
            return refuse("on", "The notice was served after that day");
        }
        Ok(Ready {
            notice: self.notice,
            new: NewHappened {
                id: self.id,
                event: self.event,
                on: self.on,
                note: self.note.as_ref().map(ToString::to_string),
            },
            catalogue: Arc::clone(&facts.catalogue),
        })
    }

    async fn run(
        Ready { notice: id, new, catalogue }: Ready,
        tx: &Tx,
        by: &By<PracticeScope>,
    ) -> Result<(Written, NoticeId), AppError> {
        let at = tx.read(by.scope());
        notices::hold(at, id).await?;
        let notice = notices::one(at, id).await?.ok_or(AppError::NotFound)?;
        let known = notice.events.iter().any(|known| known.id == new.id);
        if !known && !new.event.may_follow(notice.state()) {
            let says = format!("This cannot follow “{}”", notice.state().title());
            return Err(AppError::field("event", says));
        }
        let written = Written::of(notices::add_event(at, id, &new, by.id(), tx.now()).await?)?;
        if written == Written::Repeat {
            return Ok((written, id));
        }
        let status = match notice.changes_register(new.event, new.on) {
            None => None,
            Some((becomes, from)) => {
                let status = StatusId(derived_id(new.id.0, "notice"));
                let change = StatusChange {
                    subject: Some(notice.subject),
                    ..StatusChange::of(status, &notice.item, becomes, from)
                };
                // In the words of the day from which the register says it, whichever day it happened on.
                let row = new_status(&catalogue, change, by.id()).ok_or(AppError::NotFound)?;
                Written::of(actions::add_status(at, &row, tx.now()).await?)?;
                tell_webhooks::tell_status(tx, by.scope(), &row).await?;
                Some(status)
            }
        };
        let event = NoticeChanged { notice: id, event: new.event, on: new.on, status };
        tx.audit(&by.scope().practice().into(), &event).await?;
        tx.changed(by.scope().practice(), What::Register);
        Ok((written, id))
    }
}
