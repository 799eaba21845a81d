//! Days as people in England write them.

use chrono::NaiveDate;
use entity::ids::LocalDate;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A day: `18/11/2026`, `18.11.26`, `18-Nov-2026`, `18 November 2026`, `2026-11-18`, each with a weekday before or midnight
/// behind it. The day comes before the month.
pub(super) fn read(text: &str) -> Option<LocalDate> {
    let text = text.to_lowercase();
    // `2026-11-18T00:00:00`
    let text = text.split_once('t').map(|(day, _)| day).filter(|day| day.len() == 10).unwrap_or(&text);
    let words = text.split_whitespace().filter(|word| !is_time(word));
    let parts = words.flat_map(|word| word.split(['/', '-', '.', ',']));
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty() && !is_weekday(part)).collect();
    match parts.as_slice() {
        [year, month, day] if year.len() == 4 => of(year, month, day),
        [day, month, year] => of(year, month, day),
        _ => None,
    }
}

fn of(year: &str, month: &str, day: &str) -> Option<LocalDate> {
    let year = match year.len() {
        4 => number(year)?,
        2 => number(year)?.checked_add(2000)?,
        _ => return None,
    };
    let named = MONTHS.iter().zip(1..).find(|(name, _)| month.starts_with(*name)).map(|(_, at)| at);
    let month = named.or_else(|| (month.len() <= 2).then(|| number(month)).flatten())?;
    let day = day.trim_end_matches(|sign: char| sign.is_ascii_alphabetic());
    let day = (day.len() <= 2).then(|| number(day)).flatten()?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day).map(LocalDate)
}

fn number(text: &str) -> Option<u32> {
    text.bytes().all(|digit| digit.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn is_time(part: &str) -> bool {
    part.contains(':') || part == "am" || part == "pm"
}

fn is_weekday(part: &str) -> bool {
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().any(|name| part.starts_with(name))
}
