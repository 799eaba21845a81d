//! Whether this node's clock is believed, and an administrator's word that it is right.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::AppState;
use crate::{audit::Event, domain::access::Authority, domain::standing::ClockState, error::AppError, store::clock};

/// Why nothing is deleted or published.
pub const DOUBTED: &str = "The clock of this computer is more than a day from the latest time this service has seen. Until an \
     administrator has looked at it and confirmed it, nothing is deleted, published or mailed. Counting goes on";

/// An administrator confirmed what time it is.
#[derive(Debug, Serialize)]
struct ClockConfirmed {
    seen: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
}

impl Event for ClockConfirmed {
    const NAME: &'static str = "clock.confirmed";
}

impl AppState {
    /// Refuses what deletes or publishes while the clock is doubted. Asks the database: another node may have seen more.
    ///
    /// # Errors
    /// [`AppError::Conflict`] with what to do.
    pub async fn believed(&self) -> Result<(), AppError> {
        self.learn_clock().await?;
        match self.clock.standing() {
            ClockState::Right => Ok(()),
            ClockState::Ahead | ClockState::Behind => Err(AppError::Conflict(DOUBTED)),
        }
    }

    /// Learns the latest time that any node has seen. False where none has.
    ///
    /// # Errors
    /// Where the database cannot be used.
    pub async fn learn_clock(&self) -> Result<bool, AppError> {
        let seen = clock::seen(self.db.unscoped()).await?;
        if let Some(seen) = seen {
            self.clock.learn(seen.latest, seen.stamped);
        }
        Ok(seen.is_some())
    }

    /// Takes the clock of this node for right, whatever was seen before. Answers the time.
    ///
    /// # Errors
    /// Where the database cannot be used.
    pub async fn confirm_clock(&self, authority: &impl Authority) -> Result<DateTime<Utc>, AppError> {
        let (seen, now) = (self.clock.latest(), self.clock.now());
        self.writer
            .write(authority, move |tx| {
                Box::pin(async move {
                    clock::confirm(tx.conn(), now).await?;
                    Ok(tx.audit_service(&ClockConfirmed { seen, now }).await?)
                })
            })
            .await?;
        self.clock.confirmed();
        Ok(now)
    }
}
