//! Whose a tally is, as it is stored: a clinician's, or the practice's as a whole.

use entity::ids::ClinicianId;
use uuid::Uuid;

use crate::domain::work::TallySheet;

/// Stands in the place of a clinician where a row belongs to the practice as a whole. No clinician has this id.
pub const WHOLE_PRACTICE: ClinicianId = ClinicianId(Uuid::nil());

/// Whose the marks of a sheet are.
pub(super) fn of(sheet: TallySheet) -> ClinicianId {
    match sheet {
        TallySheet::Work(clinician) => clinician,
        TallySheet::Divert => WHOLE_PRACTICE,
    }
}
