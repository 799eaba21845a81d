//! What a transaction tells of itself: its events, with the digest of each row it wrote.

use std::sync::PoisonError;

use entity::ids::{NotAnId, OrgCode};
use sea_orm::DbErr;
use serde::Serialize;

use super::{Tx, Writer};
use crate::{
    audit::{self, Event, Told},
    domain::{access::Authority, grant},
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

/// The digests of rows of before there were any were taken.
#[derive(Debug, Serialize)]
struct RowsAdopted {}

impl Event for RowsAdopted {
    const NAME: &'static str = rows::ADOPTED;
}

/// What events say of the rows they wrote.
const DIGESTS: &str = "row_digests";

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
        let written = rows::take(&self.conn).await?;
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

impl Writer {
    /// Takes the digests of rows of before there were any, a chain in a transaction; the service's own comes last and says
    /// that it was done. Done again it finds nothing.
    ///
    /// # Errors
    /// Where the database cannot be used.
    pub async fn adopt(&self, authority: &impl Authority) -> Result<(), AppError> {
        let service: OrgCode = grant::SERVICE.parse().map_err(|error: NotAnId| DbErr::Custom(error.to_string()))?;
        if rows::is_adopted(self.shared.db.unscoped()).await? {
            return Ok(());
        }
        let chains = rows::chains_before(self.shared.db.unscoped()).await?;
        let chains = chains.into_iter().filter(|chain| *chain != service);
        for chain in chains.map(Some).chain([None]) {
            let last = chain.is_none();
            let chain = chain.unwrap_or_else(|| service.clone());
            self.write(authority, move |tx| {
                Box::pin(async move {
                    if last {
                        digests::adopt(tx.conn()).await?;
                    }
                    let digests = rows::take_before(tx.conn(), &chain).await?;
                    tx.tell_adopted(&chain, &digests)?;
                    Ok(())
                })
            })
            .await?;
        }
        Ok(())
    }
}

impl Tx {
    fn tell_adopted(&self, chain: &OrgCode, digests: &rows::Digests) -> Result<(), DbErr> {
        let mut event = Told::new(chain, &RowsAdopted {})?;
        event.with(DIGESTS, digests)?;
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.push(event);
        Ok(())
    }
}
