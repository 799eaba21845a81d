//! What a transaction tells of itself: its events, with the digest of each row it wrote.

use std::sync::PoisonError;

use sea_orm::DbErr;
use serde::Serialize;

use super::transaction::Tx;
use crate::{
    audit::{self, Event, Told},
    error::AppError,
    store::{
        anchors::{ANCHORED, ERASED},
        digests, rows,
    },
};

/// Rows were written of which no other event tells.
#[derive(Debug, Serialize)]
struct RowsWritten {}

impl Event for RowsWritten {
    const NAME: &'static str = "rows.written";
}

/// What events say of the rows they wrote.
pub(super) const DIGESTS: &str = "row_digests";

impl Tx {
    /// Does the work, then writes its events and the digests of its rows.
    pub(super) async fn recorded<T>(
        &self,
        work: impl Future<Output = Result<T, AppError>> + Send,
    ) -> Result<T, AppError> {
        rows::begin(&self.conn).await?;
        let done = work.await?;
        self.record().await?;
        Ok(done)
    }

    async fn record(&self) -> Result<(), DbErr> {
        let under = self.under.lock().unwrap_or_else(PoisonError::into_inner).take();
        let written = rows::take(&self.conn, under.as_ref()).await?;
        if !written.days.is_empty() {
            digests::add_noted(&self.conn, &written.days).await?;
        }
        let mut events = {
            let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *events)
        };
        for (chain, digests) in written.chains {
            // Retention empties some events one day: what they say of rows would be lost with them.
            let tells = |event: &&mut Told| event.organisation == chain && ![ANCHORED, ERASED].contains(&event.name);
            if let Some(event) = events.iter_mut().rev().find(tells) {
                event.with(DIGESTS, &digests)?;
            } else {
                let mut event = Told::new(&chain, &RowsWritten {})?;
                event.with(DIGESTS, &digests)?;
                events.push(event);
            }
        }
        for mut event in events {
            if self.doubted {
                event.with("clock", &"doubted")?;
            }
            audit::append(&self.conn, &self.stamp, event).await?;
        }
        Ok(())
    }
}
