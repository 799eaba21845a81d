//! Rows of counting as the text that is digested: for the nightly anchor, and for the day's own digest until then.
//!
//! These texts are kept in digests for years: none may change. A column that is added goes into a text of its own.

use entity::{contact, contact_void, day_sheet, day_worked, over_limit_reason, tick};

pub(super) fn contact(row: &contact::Model) -> String {
    format!(
        "contact {} {} {} {} {} {} {} {} {} {} {}",
        row.practice,
        row.id,
        row.clinician,
        row.day,
        row.occurred_at.to_rfc3339(),
        row.recorded_at.to_rfc3339(),
        row.kind,
        row.complex,
        row.entered,
        row.recorded_by,
        row.clock_off
    )
}

pub(super) fn void(row: &contact_void::Model) -> String {
    format!(
        "void {} {} {} {} {} {}",
        row.practice,
        row.id,
        row.contact,
        row.clinician,
        row.recorded_at.to_rfc3339(),
        row.recorded_by
    )
}

/// Why, where somebody said so.
pub(super) fn void_reason(row: &contact_void::Model) -> Option<String> {
    let reason = row.reason.as_ref()?;
    Some(format!("void-reason {} {} {reason}", row.practice, row.id))
}

pub(super) fn sheet(row: &day_sheet::Model) -> String {
    format!(
        "sheet {} {} {} {} {} {} {} {}",
        row.practice,
        row.id,
        row.clinician,
        row.day,
        row.n,
        row.entered_by,
        row.recorded_at.to_rfc3339(),
        row.recorded_by
    )
}

pub(super) fn tick(row: &tick::Model) -> String {
    format!(
        "tick {} {} {} {} {} {} {} {} {}",
        row.practice,
        row.id,
        row.clinician,
        row.day,
        row.source,
        row.kind,
        row.n,
        row.recorded_at.to_rfc3339(),
        row.recorded_by
    )
}

pub(super) fn worked(row: &day_worked::Model) -> String {
    format!(
        "worked {} {} {} {} {} {} {} {}",
        row.practice,
        row.id,
        row.clinician,
        row.day,
        row.half_sessions,
        row.duty,
        row.recorded_at.to_rfc3339(),
        row.recorded_by
    )
}

pub(super) fn reason(row: &over_limit_reason::Model) -> String {
    format!(
        "reason {} {} {} {} {} {} {}",
        row.practice,
        row.id,
        row.clinician,
        row.day,
        row.reason,
        row.recorded_at.to_rfc3339(),
        row.recorded_by
    )
}
