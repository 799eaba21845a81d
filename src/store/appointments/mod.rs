//! Imported appointments: staged in chunks, summed as differences, counted from one activating row on.

mod choices;
mod erasures;
mod forget;
mod listing;
mod matching;
mod published;
mod staging;
mod standing;
mod sums;

pub(super) use choices::choices;
pub use choices::{BY_DEFAULT, NewChoice, SourceRow, add_choice, chosen};
pub use erasures::{erasures, held_erasures};
pub(super) use forget::drop_slots;
pub use listing::{import, imports};
pub use matching::{MatchingRow, add_matching, matching, matching_of};
pub(super) use published::attended;
pub use published::{Figures, NewFigures, PublishedRow, add_figures, add_published, knows_file, published};
pub use staging::{
    Delta, DeltaKey, Deltas, ImportRow, NewImport, Sequence, Tried, activate, add_import, add_refusals, add_slots,
    add_tallies, known, refusals, sequence, standing,
};
pub use standing::{StandingDay, slots_of, standing_days, standing_slots};
pub(in crate::store) use sums::recount_of;
pub use sums::{ImportedCount, SumMismatch, did_not_attend, recount, still_booked};
pub(super) use sums::{practices_importing, slots_that_count};

/// A staged slot, as imports handle it.
pub use entity::slot::Model as SlotRow;
