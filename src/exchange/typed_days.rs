//! Days that stand as text in sheets that people keep, as after Google Sheets, `LibreOffice` or a hand.

use entity::ids::LocalDate;

use crate::domain::appointment::{DayOrder, Order, moment};

/// What to say of each day of a column that is written as in America.
pub(super) const MONTH_FIRST: &str =
    "The dates of this sheet are written month first, as in America. Type them as day/month/year, such as 20/11/2026";

/// A day with a year that may be meant, with or without a time behind it. The day comes before the month, and a plain number
/// is none: which spreadsheet would have counted it?
pub(super) fn read(text: &str) -> Option<LocalDate> {
    let mut parts = text.split('.');
    let number =
        parts.by_ref().take(2).all(|part| part.bytes().all(|byte| byte.is_ascii_digit())) && parts.next().is_none();
    let (first, last) = (LocalDate::new(1990, 1, 1), LocalDate::new(2100, 1, 1));
    let (day, _) = moment(text, None).ok().filter(|_| !number)?;
    (first <= Some(day) && Some(day) <= last).then_some(day)
}

/// A day that a spreadsheet shows as the number it keeps: days since 30 December 1899, and a part of one for the time.
pub(super) fn of_number(number: f64) -> Option<LocalDate> {
    let days = number.is_finite().then(|| format!("{:05}", number.trunc()))?;
    let (day, _) = moment(&days, None).ok().filter(|_| days.len() == 5)?;
    Some(day)
}

/// Whether the days are, or may be, in the order of America: judged over all of them, for a single one cannot tell.
pub(super) fn are_month_first<'a>(texts: impl Iterator<Item = &'a str>) -> bool {
    let mut order = DayOrder::default();
    texts.for_each(|text| order.note(text));
    order.judged() != Order::DayFirst
}
