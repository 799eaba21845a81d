//! Appointments on their way in: written in chunks as they are read, and counting from one small transaction on.
//!
//! Nothing of an import is read before that transaction. Its id follows from the files, how they were matched, the day
//! and the imports before it, so that the same files taken in again after a crash find what was staged.

use std::collections::{BTreeSet, HashSet};

use entity::ids::{ClinicianId, LocalDate, OdsCode, RowId};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{Writer, importing::is_built_on};
use crate::{
    domain::{
        access::{Authority, PracticeScope},
        appointment::{
            Chunk, Erasures, ImportSummary, RowRefusal, SameDays, Slot, SlotOutcome, SlotState, SlotsOfDays, System,
            digest_id,
        },
    },
    error::AppError,
    store::appointments::{self, Deltas, NewImport, Sequence, SlotRow},
};

/// Sums or refused lines of one statement.
const ROWS: usize = 500;
/// Refused lines that are kept; the rest is counted.
pub const MOST_REFUSALS: usize = 10_000;

/// What is being taken in.
#[derive(Debug, Clone)]
pub struct Staging {
    /// Where the files come from.
    pub system: System,
    /// Digest of the files.
    pub sha256: String,
    /// Digest of how they were matched.
    pub matching: Uuid,
    /// The London day.
    pub today: LocalDate,
    /// What clinicians had erased when it was read.
    pub erased: Erasures,
    /// What was said of days that were taken in before, where it was asked.
    pub same_days: Option<SameDays>,
}

/// What was staged so far.
#[derive(Debug)]
pub struct Staged {
    import: RowId,
    about: Staging,
    base: i32,
    sequence: Sequence,
    deltas: Deltas,
    refusals: Vec<(u64, RowRefusal)>,
    /// Slots not known before, those that changed, those that are gone, those on a second line.
    fresh: u64,
    changed: u64,
    gone: u64,
    twice: u64,
    /// Slots of the files that counted before, by whose day they counted for.
    named: SlotsOfDays,
    /// Whom the files are about.
    clinicians: BTreeSet<ClinicianId>,
    /// Where the file takes the place of what its days have: its slots, and whose days they are.
    whole: Option<Whole>,
}

/// Slots of a file that is the whole of its days, and whose days they are.
type Whole = (HashSet<Uuid>, BTreeSet<(ClinicianId, LocalDate)>);

/// What an import came to.
#[derive(Debug)]
pub struct Finished {
    /// Staged and ready to count; nothing where no sum would change.
    pub import: Option<RowId>,
    /// What was read.
    pub summary: ImportSummary,
    /// Refused lines, the first [`MOST_REFUSALS`].
    pub refusals: Vec<(u64, RowRefusal)>,
}

impl Staged {
    /// Puts what was found while staging into what was found while reading.
    fn complete(&self, mut summary: ImportSummary) -> ImportSummary {
        summary.fresh = self.fresh;
        summary.changed = self.changed;
        summary.gone = self.gone;
        if self.twice > 0 {
            let n = summary.refused.entry(RowRefusal::Twice.code().to_owned()).or_default();
            *n = n.saturating_add(self.twice);
        }
        summary
    }

    fn refuse(&mut self, refused: Vec<(u64, RowRefusal)>) {
        let room = MOST_REFUSALS.saturating_sub(self.refusals.len());
        self.refusals.extend(refused.into_iter().take(room));
    }

    fn add(&mut self, state: &SlotState, n: i64) {
        let key = (state.clinician, state.day, state.kind.code().to_owned(), state.outcome);
        let sum = self.deltas.entry(key).or_default();
        *sum = sum.saturating_add(n);
    }
}

impl Writer {
    /// Stages slots as they are read.
    ///
    /// # Errors
    /// Where the database cannot be used; then nothing counts.
    pub async fn stage(
        &self,
        authority: &impl Authority,
        scope: &PracticeScope,
        about: Staging,
        mut chunks: mpsc::Receiver<Chunk>,
        mut progress: impl FnMut(u64) + Send,
    ) -> Result<Staged, AppError> {
        let sequence = appointments::sequence(self.shared.db.read(scope)).await?;
        let base = sequence.values().max().copied().unwrap_or(0);
        let whole = about.same_days == Some(SameDays::Replace);
        let mut staged = Staged {
            import: import_id(scope.practice(), &about, base),
            whole: whole.then(Default::default),
            about,
            base,
            sequence,
            deltas: Deltas::new(),
            refusals: Vec::new(),
            fresh: 0,
            changed: 0,
            gone: 0,
            twice: 0,
            named: SlotsOfDays::new(),
            clinicians: BTreeSet::new(),
        };
        while let Some(chunk) = chunks.recv().await {
            let bytes = chunk.bytes;
            self.stage_chunk(authority, scope, &mut staged, chunk).await?;
            progress(bytes);
        }
        Ok(staged)
    }

    async fn stage_chunk(
        &self,
        authority: &impl Authority,
        scope: &PracticeScope,
        staged: &mut Staged,
        chunk: Chunk,
    ) -> Result<(), AppError> {
        let ids: Vec<Uuid> = chunk.slots.iter().map(|slot| slot.slot).collect();
        staged.clinicians.extend(chunk.slots.iter().filter_map(|slot| slot.stands.as_ref()).map(|now| now.clinician));
        if let Some((slots, days)) = &mut staged.whole {
            slots.extend(&ids);
            days.extend(chunk.slots.iter().filter_map(|slot| slot.stands.as_ref()).map(|now| (now.clinician, now.day)));
        }
        // Read outside the write: whoever overtakes this import makes it fail at the end.
        let known = appointments::known(self.shared.db.read(scope), &ids, &staged.sequence).await?;
        for slot in &chunk.slots {
            if let Some(before) = known.get(&slot.slot).and_then(state) {
                staged.clinicians.insert(before.clinician);
                let n = staged.named.entry((before.clinician, before.day)).or_default();
                *n = n.saturating_add(1);
            }
        }
        let moved: Vec<(Option<SlotState>, Slot)> =
            chunk.slots.into_iter().filter_map(|slot| moved(known.get(&slot.slot), slot)).collect();
        staged.refuse(chunk.refused);
        self.stage_moved(authority, scope, staged, moved).await
    }

    async fn stage_moved(
        &self,
        authority: &impl Authority,
        scope: &PracticeScope,
        staged: &mut Staged,
        moved: Vec<(Option<SlotState>, Slot)>,
    ) -> Result<(), AppError> {
        if moved.is_empty() {
            return Ok(());
        }
        let twice = self.write_chunk(authority, scope, staged, &moved).await?;
        for (before, slot) in moved {
            if twice.contains(&slot.slot) {
                staged.twice += 1;
                staged.refuse(vec![(slot.line, RowRefusal::Twice)]);
                continue;
            }
            match (&before, &slot.stands) {
                (None, _) => staged.fresh += 1,
                (Some(_), Some(_)) => staged.changed += 1,
                (Some(_), None) => staged.gone += 1,
            }
            if let Some(before) = &before {
                staged.add(before, -1);
            }
            if let Some(now) = &slot.stands {
                staged.add(now, 1);
            }
        }
        Ok(())
    }

    /// One transaction. Answers with the slots that stand on an earlier line of the same files.
    async fn write_chunk(
        &self,
        authority: &impl Authority,
        scope: &PracticeScope,
        staged: &Staged,
        moved: &[(Option<SlotState>, Slot)],
    ) -> Result<Vec<Uuid>, AppError> {
        let (scope, import, erased) = (scope.clone(), staged.import, staged.about.erased.clone());
        let slots: Vec<(Slot, SlotState)> = moved
            .iter()
            // A slot that is gone keeps what it was, for whoever reads the row.
            .filter_map(|(before, slot)| {
                let state = slot.stands.clone().or_else(|| before.clone())?;
                Some((slot.clone(), state))
            })
            .collect();
        self.write(authority, move |tx| {
            Box::pin(async move {
                is_built_on(tx, &scope, &erased).await?;
                let rows: Vec<SlotRow> = slots
                    .into_iter()
                    .map(|(slot, state)| SlotRow {
                        practice: scope.practice().clone(),
                        slot: slot.slot,
                        import,
                        line: i64::try_from(slot.line).unwrap_or(i64::MAX),
                        clinician: state.clinician,
                        day: state.day,
                        starts_at: state.starts_at,
                        kind: state.kind.code().to_owned(),
                        outcome: slot.outcome.code().to_owned(),
                        recorded_at: tx.now(),
                    })
                    .collect();
                Ok(appointments::add_slots(tx.read(&scope), &rows).await?)
            })
        })
        .await
    }

    /// Where the file is the whole of its days, what it does not name goes.
    async fn stage_gone(
        &self,
        authority: &impl Authority,
        scope: &PracticeScope,
        staged: &mut Staged,
    ) -> Result<(), AppError> {
        let Some((slots, days)) = staged.whole.take() else {
            return Ok(());
        };
        let read = self.shared.db.read(scope);
        let only: BTreeSet<LocalDate> = days.iter().map(|(_, day)| *day).collect();
        for day in only {
            let rows = appointments::standing_slots(read, staged.about.system, day, &staged.sequence).await?;
            let gone: Vec<(Option<SlotState>, Slot)> = rows
                .iter()
                .filter(|row| days.contains(&(row.clinician, row.day)) && !slots.contains(&row.slot))
                .filter_map(|row| {
                    let outcome = SlotOutcome::Removed;
                    Some((Some(state(row)?), Slot { slot: row.slot, line: 0, stands: None, outcome }))
                })
                .collect();
            for some in gone.chunks(ROWS) {
                self.stage_moved(authority, scope, staged, some.to_vec()).await?;
            }
        }
        Ok(())
    }

    /// Ends the staging: sums and refused lines, then the row that says that everything is there. Nothing counts yet;
    /// where no sum changes, nothing is written.
    ///
    /// # Errors
    /// Where the database cannot be used.
    pub async fn finish(
        &self,
        authority: &impl Authority,
        scope: &PracticeScope,
        mut staged: Staged,
        summary: ImportSummary,
    ) -> Result<Finished, AppError> {
        staged.refusals.sort_unstable();
        let is_whole = staged.whole.is_some();
        if !summary.is_all_refused() {
            self.stage_gone(authority, scope, &mut staged).await?;
        }
        let mut summary = staged.complete(summary);
        summary.same_days = staged.about.same_days.map(|choice| choice.code().to_owned());
        // An extract says what was deleted; a report only leaves it out.
        let is_part = staged.about.same_days == Some(SameDays::Add);
        if staged.about.system == System::Report && !summary.is_all_refused() && !is_whole && !is_part {
            let before = appointments::standing(self.shared.db.read(scope), staged.about.system).await?;
            summary.vanish(&before, &staged.named, &staged.clinicians);
        }
        let mut finished = Finished { import: None, summary, refusals: staged.refusals };
        if finished.summary.changes() == 0 {
            return Ok(finished);
        }
        let new = NewImport {
            id: staged.import,
            system: staged.about.system,
            file_sha256: staged.about.sha256,
            base: staged.base,
            summary: finished.summary.clone(),
            recorded_by: authority.id(),
        };
        let sums = (staged.deltas, staged.about.erased);
        self.write_import(authority, scope, new, sums, &finished.refusals).await?;
        finished.import = Some(staged.import);
        Ok(finished)
    }

    /// Sums and refused lines of a staged import, and then the row that says that everything is there: where nothing was erased
    /// since it was read.
    pub(super) async fn write_import(
        &self,
        authority: &impl Authority,
        scope: &PracticeScope,
        mut new: NewImport,
        (deltas, erased): (Deltas, Erasures),
        refusals: &[(u64, RowRefusal)],
    ) -> Result<(), AppError> {
        let import = new.id;
        new.summary.built_on = Some(erased.digest());
        let deltas: Vec<_> = deltas.into_iter().filter(|(_, n)| *n != 0).collect();
        for some in deltas.chunks(ROWS) {
            let (scope, some, erased) = (scope.clone(), some.to_vec(), erased.clone());
            self.write(authority, move |tx| {
                Box::pin(async move {
                    is_built_on(tx, &scope, &erased).await?;
                    Ok(appointments::add_tallies(tx.read(&scope), import, &some).await?)
                })
            })
            .await?;
        }
        for some in refusals.chunks(ROWS) {
            let (scope, some) = (scope.clone(), some.to_vec());
            self.write(authority, move |tx| {
                Box::pin(async move { Ok(appointments::add_refusals(tx.read(&scope), import, &some).await?) })
            })
            .await?;
        }
        let scope = scope.clone();
        self.write(authority, move |tx| {
            Box::pin(async move {
                is_built_on(tx, &scope, &erased).await?;
                Ok(appointments::add_import(tx.read(&scope), &new, tx.now()).await?)
            })
        })
        .await
    }
}

/// How a slot stood where it stands otherwise now; nothing where nothing changes.
fn moved(known: Option<&SlotRow>, slot: Slot) -> Option<(Option<SlotState>, Slot)> {
    let before = known.and_then(state);
    if before == slot.stands {
        return None;
    }
    Some((before, slot))
}

/// The state of a stored slot, where it is summed.
pub(super) fn state(row: &SlotRow) -> Option<SlotState> {
    let outcome: SlotOutcome = row.outcome.parse().ok()?;
    outcome.is_summed().then(|| SlotState {
        clinician: row.clinician,
        day: row.day,
        starts_at: row.starts_at,
        kind: row.kind.parse().unwrap_or_default(),
        outcome,
    })
}

fn import_id(practice: &OdsCode, about: &Staging, base: i32) -> RowId {
    RowId(digest_id(&[
        practice.as_str().as_bytes(),
        about.system.code().as_bytes(),
        about.sha256.as_bytes(),
        about.matching.as_bytes(),
        about.today.to_string().as_bytes(),
        about.same_days.map_or("", SameDays::code).as_bytes(),
        about.erased.digest().as_bytes(),
        &base.to_be_bytes(),
    ]))
}
