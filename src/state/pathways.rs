//! The pathways of a practice's register, as its pages and what is logged against them know them.

use super::AppState;
use crate::{
    domain::{
        access::PracticeScope,
        register::RegisterAt,
        transfer::{
            Transfer,
            answers::{self, Pathway},
            book::TransferBook,
        },
    },
    error::AppError,
    store::transfers,
};

impl AppState {
    /// As they stand today.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn pathways(&self, scope: &PracticeScope) -> Result<Vec<Pathway>, AppError> {
        let register = self.caches.registers.of_practice(self.db.read(scope)).await?;
        let catalogue = self.catalogue().await?;
        Ok(Pathway::all(&RegisterAt {
            catalogue: &catalogue,
            rows: &register.rows,
            subjects: &register.subjects,
            on: self.clock.today(),
            known_at: self.clock.known(),
        }))
    }

    /// What was logged that may stand beside these pathways: since the first pause of them, or in the last weeks.
    ///
    /// # Errors
    /// As [`Self::pathways`].
    pub async fn answers(
        &self,
        scope: &PracticeScope,
        book: &TransferBook,
        pathways: &[Pathway],
    ) -> Result<Vec<Transfer>, AppError> {
        let today = self.clock.today();
        let pauses = pathways.iter().filter_map(|pathway| pathway.paused_since);
        let from = pauses.chain([answers::first_day(today)]).min().unwrap_or(today);
        Ok(transfers::of_kinds(self.db.read(scope), &book.answer_categories(), (from, today)).await?)
    }
}
