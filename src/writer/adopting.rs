//! The digests of rows from before there were any, taken once.

use std::sync::PoisonError;

use entity::ids::{NotAnId, OrgCode};
use sea_orm::DbErr;
use serde::Serialize;

use super::{Writer, recording::DIGESTS, transaction::Tx};
use crate::{
    audit::{Event, Told},
    domain::{access::Authority, grant},
    error::AppError,
    store::{digests, rows},
};

/// They were taken.
#[derive(Debug, Serialize)]
struct RowsAdopted {}

impl Event for RowsAdopted {
    const NAME: &'static str = rows::ADOPTED;
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
