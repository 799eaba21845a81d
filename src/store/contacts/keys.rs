//! By what contacts, voids, tally marks and tallies of many practices are told apart.

use entity::ids::{ClinicianId, ContactId, LocalDate, OdsCode, RowId, VoidId};

use crate::{domain::work::TallyMark, store::tally_owners};

pub(super) type Key = (OdsCode, ContactId);
pub(super) type VoidKey = (OdsCode, VoidId, ContactId, ClinicianId);
pub(super) type TallyMarkKey = (OdsCode, RowId);
pub(super) type TallyKey = (OdsCode, ClinicianId, LocalDate, &'static str, String);

/// The tally that a mark adds to.
pub(super) fn tally_key(mark: &TallyMark) -> TallyKey {
    let (practice, kind) = (mark.practice.clone(), mark.kind.clone());
    (practice, tally_owners::of(mark.sheet), mark.day, mark.sheet.code(), kind)
}
