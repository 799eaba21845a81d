//! Before a file without slot ids is staged: what its days have by earlier ones, so that somebody can be asked. Nothing is
//! written.

use std::collections::HashMap;

use tokio::sync::mpsc;
use uuid::Uuid;

use super::{Writer, staging::state};
use crate::{
    domain::{
        access::PracticeScope,
        appointment::{Chunk, ImportSummary, Overlap, OverlapDay, Slot, SlotOutcome, System},
    },
    error::AppError,
    store::appointments::{self, SlotRow},
};

impl Writer {
    /// Compares what a file says with what stands.
    ///
    /// # Errors
    /// Where the database cannot be used.
    pub async fn compare(
        &self,
        scope: &PracticeScope,
        system: System,
        mut chunks: mpsc::Receiver<Chunk>,
    ) -> Result<Overlap, AppError> {
        let read = self.shared.db.read(scope);
        let sequence = appointments::sequence(read).await?;
        let (mut overlap, mut all, mut timed) = (Overlap::default(), 0_u64, HashMap::new());
        while let Some(chunk) = chunks.recv().await {
            let ids: Vec<Uuid> = chunk.slots.iter().map(|slot| slot.slot).collect();
            let known = appointments::known(read, &ids, &sequence).await?;
            for slot in &chunk.slots {
                note(&mut overlap, slot, known.get(&slot.slot));
                if let Some(now) = &slot.stands {
                    all += 1;
                    if let Some(at) = now.starts_at {
                        timed.entry((now.clinician, at)).and_modify(|n: &mut u64| *n += 1).or_insert(1);
                    }
                }
            }
        }
        // As many times as half of the slots, or most are of a list of no times.
        overlap.loose = u64::try_from(timed.len()).unwrap_or(u64::MAX).saturating_mul(2) < all;
        for ((clinician, day, outcome), n) in appointments::standing_days(read, system).await? {
            if let Some(found) = overlap.days.get_mut(&(clinician, day)) {
                found.before = found.before.saturating_add(n);
                if outcome == SlotOutcome::Attended.code() {
                    found.attended_before = n;
                }
            }
        }
        Ok(overlap)
    }

    /// What was read of these very files, where they count already.
    ///
    /// # Errors
    /// Where the database cannot be used.
    pub async fn counted(&self, scope: &PracticeScope, sha256: &str) -> Result<Option<ImportSummary>, AppError> {
        let imports = appointments::imports(self.shared.db.read(scope), LOOKED_AT).await?;
        let counts = imports.into_iter().find(|row| {
            row.file_sha256 == sha256
                && row.counts_since.is_some()
                && row.taken_back_by.is_none()
                && row.summary.takes_back.is_none()
        });
        Ok(counts.map(|row| row.summary))
    }
}

/// Imports among which the same files are looked for.
const LOOKED_AT: u64 = 100;

fn note(overlap: &mut Overlap, slot: &Slot, known: Option<&SlotRow>) {
    let before = known.and_then(state);
    if let Some(before) = &before {
        let day = overlap.days.entry((before.clinician, before.day)).or_default();
        day.named += 1;
        day.attended_named += u64::from(before.outcome == SlotOutcome::Attended);
    }
    if let Some(now) = &slot.stands {
        let day: &mut OverlapDay = overlap.days.entry((now.clinician, now.day)).or_default();
        day.fresh += u64::from(before.is_none());
        day.attended_in_file += u64::from(now.outcome == SlotOutcome::Attended);
    }
}
