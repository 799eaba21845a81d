//! A practice starts to divert. One divert at a time.

use entity::ids::DivertId;
use serde::Serialize;

use super::{Written, tell_webhooks};
use crate::{
    audit::Event,
    domain::{
        access::{Authority, By, PracticeScope, Role},
        calendar,
        divert::{Divert, DivertReason, book::GuardRail},
        webhook::News,
    },
    error::AppError,
    live::What,
    state::AppState,
    store::divert::{self, NewStart},
    writer::Tx,
};

const ON: AppError = AppError::Conflict("A divert is going on: end it before the next one");

/// A divert was started.
#[derive(Debug, Serialize)]
struct DivertStarted {
    divert: DivertId,
    ground: &'static str,
    guard_rail: String,
}

impl Event for DivertStarted {
    const NAME: &'static str = "divert.started";
}

/// A start, and what was shown at it.
#[derive(Debug, Clone, Copy)]
pub struct StartDivert {
    /// Made by the client, once per divert.
    pub id: DivertId,
    /// What the start goes by.
    pub ground: DivertReason,
    /// The text about what stays obligatory that the person was shown; it is kept with the start.
    pub guard_rail: &'static GuardRail,
}

impl StartDivert {
    /// Writes the start.
    ///
    /// # Errors
    /// [`AppError::Conflict`] while another divert goes on; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<Written, AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<PracticeScope>) -> Result<Written, AppError> {
        let (at, practice) = (tx.read(by.scope()), by.scope().practice());
        if divert::divert(at, self.id).await?.is_some() {
            return Ok(Written::Repeat);
        }
        let last = divert::newest(at, 1).await?.pop();
        if last.as_ref().is_some_and(Divert::is_on) {
            return Err(ON);
        }
        let new = NewStart {
            id: self.id,
            seq: last.map_or(1, |last| last.seq.saturating_add(1)),
            day: calendar::london_day(tx.now()),
            ground: self.ground.code(),
            guard_rail: self.guard_rail.version.clone(),
            guard_rail_text: self.guard_rail.text(),
            role: Role::PracticeManager.code(),
            by: by.id(),
        };
        if !divert::start(at, &new, tx.now()).await? {
            return Err(ON);
        }
        let event = DivertStarted { divert: self.id, ground: new.ground, guard_rail: new.guard_rail };
        tx.audit(&practice.into(), &event).await?;
        tell_webhooks::tell(tx, by.scope(), &News::divert_started(self.id, tx.now())).await?;
        tx.changed(practice, What::Divert);
        Ok(Written::New)
    }
}
