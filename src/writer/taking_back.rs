//! Taking an import back: one more import that says of each of its slots what was said before it. Nothing is deleted, and what
//! later files said stays.

use entity::ids::RowId;
use uuid::Uuid;

use super::{Writer, importing::is_built_on, staging::state};
use crate::{
    domain::{
        access::{Authority, PracticeScope},
        appointment::{ImportSummary, SlotOutcome, SlotState, System, digest_id},
    },
    error::AppError,
    store::appointments::{self, Deltas, NewImport, Sequence, SlotRow},
};

/// Slots of one transaction.
const ROWS: u64 = 500;

impl Writer {
    /// Stages the import that takes another back, and says which it is. The same again finds it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where no import of that id counts, [`AppError::Conflict`] where it takes back one itself.
    pub async fn stage_taking_back(
        &self,
        authority: &impl Authority,
        scope: &PracticeScope,
        import: RowId,
    ) -> Result<RowId, AppError> {
        let read = self.shared.db.read(scope);
        let erased = appointments::erasures(read).await?;
        let taken = appointments::import(read, import).await?.filter(|row| row.counts_since.is_some());
        let taken = taken.ok_or(AppError::NotFound)?;
        if taken.summary.takes_back.is_some() {
            return Err(AppError::Conflict("This took another import back. Choose the file again to count it"));
        }
        let sequence = appointments::sequence(read).await?;
        if let Some(done) = taken.taken_back_by {
            return Ok(done);
        }
        let base = sequence.values().max().copied().unwrap_or(0);
        let id = RowId(digest_id(&[
            b"take-back",
            scope.practice().as_str().as_bytes(),
            import.0.as_bytes(),
            &base.to_be_bytes(),
            erased.digest().as_bytes(),
        ]));
        let mut undone = Undone { id, sequence, summary: ImportSummary::default(), deltas: Deltas::new() };
        undone.summary.takes_back = Some(import.0);
        let mut after = Uuid::nil();
        loop {
            let slots = appointments::slots_of(read, import, after, ROWS).await?;
            let Some(last) = slots.last().copied() else {
                break;
            };
            after = last;
            let rows = self.said_before(scope, &mut undone, import, &slots).await?;
            let (own, erased) = (scope.clone(), erased.clone());
            self.write(authority, move |tx| {
                Box::pin(async move {
                    is_built_on(tx, &own, &erased).await?;
                    let rows: Vec<SlotRow> =
                        rows.into_iter().map(|row| SlotRow { recorded_at: tx.now(), ..row }).collect();
                    Ok(appointments::add_slots(tx.read(&own), &rows).await?)
                })
            })
            .await?;
        }
        let system: System = taken.system.parse().map_err(|_| AppError::NotFound)?;
        let Undone { summary, deltas, .. } = undone;
        let new = NewImport { id, system, file_sha256: taken.file_sha256, base, summary, recorded_by: authority.id() };
        self.write_import(authority, scope, new, (deltas, erased), &[]).await?;
        Ok(id)
    }

    /// The rows that say of slots whose newest word is the import's what was said before it.
    async fn said_before(
        &self,
        scope: &PracticeScope,
        undone: &mut Undone,
        import: RowId,
        slots: &[Uuid],
    ) -> Result<Vec<SlotRow>, AppError> {
        let read = self.shared.db.read(scope);
        let now = appointments::known(read, slots, &undone.sequence).await?;
        let mut without = undone.sequence.clone();
        let place = without.remove(&import).unwrap_or(0);
        without.retain(|_, seq| *seq < place);
        let mut earlier = appointments::known(read, slots, &without).await?;
        let mut back = Vec::new();
        for row in now.into_values().filter(|row| row.import == import) {
            let before = earlier.remove(&row.slot);
            let (stood, stands) = (before.as_ref().and_then(state), state(&row));
            if stood == stands {
                continue;
            }
            undone.note(stands.as_ref(), stood.as_ref());
            back.push(match before {
                Some(before) => SlotRow { import: undone.id, ..before },
                None => SlotRow { import: undone.id, outcome: SlotOutcome::Removed.code().to_owned(), ..row },
            });
        }
        Ok(back)
    }
}

/// What taking back comes to.
struct Undone {
    id: RowId,
    sequence: Sequence,
    summary: ImportSummary,
    deltas: Deltas,
}

impl Undone {
    /// One slot, as it stands and as it stood.
    fn note(&mut self, stands: Option<&SlotState>, stood: Option<&SlotState>) {
        for (state, n) in [(stands, -1), (stood, 1)] {
            if let Some(state) = state {
                let key = (state.clinician, state.day, state.kind.code().to_owned(), state.outcome);
                let sum = self.deltas.entry(key).or_default();
                *sum = sum.saturating_add(n);
            }
        }
        let change = match (stands, stood) {
            (Some(_), None) => &mut self.summary.gone,
            (None, Some(_)) => &mut self.summary.fresh,
            _ => &mut self.summary.changed,
        };
        *change = change.saturating_add(1);
    }
}
