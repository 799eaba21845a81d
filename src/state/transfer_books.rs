//! The book of transferred work as it holds in an area: the national one, with what the LMC there says.

use entity::ids::OrgCode;

use super::AppState;
use crate::{
    domain::{
        access::{LmcScope, PracticeScope},
        transfer::{book::TransferBook, desk::TransferRoute},
    },
    error::AppError,
    store::transfer_desk,
};

impl AppState {
    /// Of a practice, as its LMC says today.
    ///
    /// # Errors
    /// Where the file in the binary or the database cannot be read.
    pub async fn transfer_book(&self, scope: &PracticeScope) -> Result<TransferBook, AppError> {
        let national = national()?;
        Ok(match self.lmc_of(scope.practice()).await? {
            Some(lmc) => national.with(&transfer_desk::duties_for(self.db.read(scope), &lmc).await?),
            None => national.clone(),
        })
    }

    /// Of an LMC's own area.
    ///
    /// # Errors
    /// As [`Self::transfer_book`].
    pub async fn transfer_book_of_lmc(&self, scope: &LmcScope) -> Result<TransferBook, AppError> {
        Ok(national()?.with(&transfer_desk::duties(self.db.read(scope)).await?))
    }

    /// Whom a practice's LMC says to write to, the oldest first.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn transfer_routes(&self, scope: &PracticeScope) -> Result<Vec<TransferRoute>, AppError> {
        Ok(match self.lmc_of(scope.practice()).await? {
            Some(lmc) => transfer_desk::routes_for(self.db.read(scope), &lmc).await?,
            None => Vec::new(),
        })
    }

    /// The LMC of a practice, for what it says of transferred work.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn lmc_named(&self, scope: &PracticeScope) -> Result<Option<(OrgCode, String)>, AppError> {
        let organisations = self.organisations().await?;
        let lmc = organisations.practice(scope.practice()).and_then(|practice| practice.lmc.clone());
        Ok(lmc.map(|lmc| (lmc.clone(), organisations.name_of(&lmc))))
    }
}

fn national() -> Result<&'static TransferBook, AppError> {
    TransferBook::built_in().map_err(|broken| AppError::Fault(broken.join("; ")))
}
