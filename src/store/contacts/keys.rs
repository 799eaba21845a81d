//! By what contacts, voids, tally marks and tallies of many practices are told apart.

use entity::ids::{ClinicianId, ContactId, LocalDate, OdsCode, RowId, VoidId};

pub(super) type Key = (OdsCode, ContactId);
pub(super) type VoidKey = (OdsCode, VoidId, ContactId, ClinicianId);
pub(super) type TallyMarkKey = (OdsCode, RowId);
pub(super) type TallyKey = (OdsCode, ClinicianId, LocalDate, &'static str, String);
