//! The log of transferred work as a spreadsheet reads it.

use super::plain_csv;
use crate::domain::transfer::{Transfer, book::TransferBook, department};

/// One line an item, the newest first.
pub fn write(book: &TransferBook, items: &[Transfer]) -> Vec<u8> {
    let columns = [
        "id",
        "came_on",
        "provider",
        "provider_name",
        "department",
        "category",
        "kind",
        "reason",
        "route",
        "asked",
        "outcome",
        "minutes_gp",
        "minutes_other_clinician",
        "minutes_nurse",
        "minutes_admin",
        "reference",
        "duty",
        "recorded_at",
    ];
    plain_csv::write(columns, items.iter().map(|item| line(book, item)))
}

fn line(book: &TransferBook, item: &Transfer) -> [String; 18] {
    let says = &item.says;
    let kind = book.category(&says.category).map(|kind| kind.label.clone());
    [
        says.id.to_string(),
        says.came_on.to_string(),
        says.provider.key.clone(),
        says.provider.name.clone(),
        department::name(says.department.as_deref()).unwrap_or_default().to_owned(),
        says.category.clone(),
        kind.unwrap_or_default(),
        says.reason.clone().unwrap_or_default(),
        says.route.clone(),
        says.asked.as_ref().map(ToString::to_string).unwrap_or_default(),
        says.outcome.to_string(),
        says.minutes.gp.to_string(),
        says.minutes.other_clinician.to_string(),
        says.minutes.nurse.to_string(),
        says.minutes.admin.to_string(),
        says.reference.as_ref().map(ToString::to_string).unwrap_or_default(),
        says.duty.clone().unwrap_or_default(),
        item.recorded_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
    ]
}
