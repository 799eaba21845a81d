//! Deleting history and saying so: the deletion and its audit event are one transaction, and there is no other way.

use chrono::{DateTime, Utc};
use entity::ids::{ClinicianId, LocalDate, OdsCode};

use super::transaction::Tx;
use crate::{
    audit::Event,
    domain::{
        access::{Authority, ClinicianScope, EverywhereScope},
        history::{Anchor, Erased, Folded},
    },
    error::AppError,
    live::What,
    store::{
        anchors::{self, ANCHORED, ERASED, FOLDED},
        clock, digests, people,
        retention::{self, Gate},
    },
};

impl Event for Anchor {
    const NAME: &'static str = ANCHORED;
}

impl Event for Folded {
    const NAME: &'static str = FOLDED;
}

impl Event for Erased {
    const NAME: &'static str = ERASED;
}

impl Tx {
    /// Writes an anchor, unless the practice was anchored beyond its beginning in the meantime.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn anchor(&self, _: EverywhereScope, practice: &OdsCode, anchor: &Anchor) -> Result<bool, AppError> {
        retention::lock(self.conn(), practice).await?;
        if anchors::anchored_until(self.conn(), practice).await? != anchor.span.from {
            return Ok(false);
        }
        self.audit(&practice.into(), anchor).await?;
        let covered = crate::domain::calendar::london_day(anchor.span.until);
        digests::forget_before(self.conn(), practice, covered).await?;
        // A row dated on the last moment of the span would belong to it.
        let after = chrono::Duration::microseconds(1);
        let after = anchor.span.until.checked_add_signed(after);
        clock::stamped(self.conn(), after.unwrap_or(anchor.span.until)).await?;
        Ok(true)
    }

    /// Forgets the digests of days of which everything was anchored before.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn forget_digests(&self, _: EverywhereScope, practice: &OdsCode, day: LocalDate) -> Result<(), AppError> {
        Ok(digests::forget_before(self.conn(), practice, day).await?)
    }

    /// Folds one day of some clinicians of a practice: a step short enough for contacts to go in between. False where there
    /// was nothing left to fold.
    ///
    /// # Errors
    /// Where the database cannot be written; then nothing is deleted.
    pub async fn fold(
        &self,
        _: EverywhereScope,
        practice: &OdsCode,
        day: LocalDate,
        whose: &[ClinicianId],
    ) -> Result<bool, AppError> {
        retention::lock(self.conn(), practice).await?;
        let gate = Gate::open(self.conn()).await?;
        let of = (practice, whose);
        let sum = retention::fold(self.conn(), &gate, of, day, self.now()).await?;
        gate.close(self.conn()).await?;
        let Some(sum) = sum else { return Ok(false) };
        self.audit(&practice.into(), &Folded { day, sum }).await?;
        Ok(true)
    }

    /// Drops what hung on folded days: voids without a contact, and the digests of rows that are gone.
    ///
    /// # Errors
    /// Where the database cannot be written; then nothing is deleted.
    pub async fn clear_after_folding(
        &self,
        _: EverywhereScope,
        practice: &OdsCode,
        first_kept: LocalDate,
    ) -> Result<(), AppError> {
        let before = crate::domain::calendar::day_begins(first_kept);
        let gate = Gate::open(self.conn()).await?;
        retention::drop_lone_voids(self.conn(), &gate, practice, before).await?;
        // The newest anchor says until when rows are anchored, however long ago that was, and holds what is never folded:
        // where the practice sent patients. What was erased since is missing from it.
        if let Some(newest) = anchors::newest(self.conn(), practice).await? {
            let names = [ANCHORED, ERASED];
            retention::empty_events(self.conn(), &gate, &practice.into(), &names, (newest, before)).await?;
        }
        gate.close(self.conn()).await?;
        Ok(())
    }

    /// Erases what one clinician counted and revokes their devices. The practice's totals stay. The anchored digests were
    /// read before, to keep this short; they are read again where an anchor was added since. Answers how many days there
    /// were.
    ///
    /// # Errors
    /// Where the database cannot be written; then nothing is deleted.
    pub async fn erase(
        &self,
        _: &impl Authority,
        scope: &ClinicianScope,
        (until, digests): (Option<DateTime<Utc>>, Erased),
    ) -> Result<usize, AppError> {
        let practice = scope.practice();
        retention::lock(self.conn(), practice).await?;
        let digests = if anchors::anchored_until(self.conn(), practice).await? == until {
            digests
        } else {
            anchors::of_clinician(self.read(scope)).await?.1
        };
        let gate = Gate::open(self.conn()).await?;
        let days = retention::erase(self.read(scope), &gate, self.now()).await?;
        gate.close(self.conn()).await?;
        people::revoke_devices(self.conn(), scope, None, self.now()).await?;
        self.audit(&practice.into(), &digests).await?;
        self.changed(practice, What::Contacts);
        self.changed(practice, What::People);
        Ok(days)
    }
}
