//! Days and times as clinical systems and spreadsheets write them; all of them are London's.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::London;
use entity::ids::LocalDate;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads a day: `2026-11-20`, `20/11/2026`, `20 Nov 2026`, `20-Nov-26`, `20NOV2026`, with or without a weekday before it.
pub fn day(text: &str) -> Option<LocalDate> {
    let text = text.trim();
    if text.len() == 9 && text.is_ascii() && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return parts(text.get(..2)?, text.get(2..5)?, text.get(5..)?);
    }
    let mut words =
        text.split([' ', '-', '/', '.', ',']).filter(|word| !word.is_empty()).skip_while(|word| is_weekday(word));
    let (first, second, third) = (words.next()?, words.next()?, words.next()?);
    if words.next().is_some() {
        return None;
    }
    if first.len() == 4 { parts(third, second, first) } else { parts(first, second, third) }
}

fn is_weekday(word: &str) -> bool {
    let begins = word.get(..3).map(str::to_ascii_lowercase);
    begins.is_some_and(|begins| ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].contains(&begins.as_str()))
}

fn parts(day: &str, month: &str, year: &str) -> Option<LocalDate> {
    let month = if let Some(month) = number(month, 2) {
        month
    } else {
        let begins = month.get(..3)?.to_ascii_lowercase();
        let at = MONTHS.iter().position(|name| *name == begins)?;
        u32::try_from(at).ok()?.checked_add(1)?
    };
    let year = match year.len() {
        2 => number(year, 2)?.checked_add(2000)?,
        4 => number(year, 4)?,
        _ => return None,
    };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, number(day, 2)?).map(LocalDate)
}

fn number(text: &str, most: usize) -> Option<u32> {
    let digits = !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// Reads a time: `09:30`, `09:30:00`, `9.30 am`, `0930`.
fn time(text: &str) -> Option<NaiveTime> {
    let text = text.trim().to_ascii_lowercase();
    let (digits, afternoon) = if let Some(rest) = text.strip_suffix("pm") {
        (rest.trim(), Some(true))
    } else if let Some(rest) = text.strip_suffix("am") {
        (rest.trim(), Some(false))
    } else {
        (text.as_str(), None)
    };
    let (hour, minute, second) = if digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        (number(digits.get(..2)?, 2)?, number(digits.get(2..)?, 2)?, 0)
    } else {
        let mut words = digits.split([':', '.']);
        let (hour, minute) = (number(words.next()?, 2)?, number(words.next()?, 2)?);
        let second = words.next().map_or(Some(0), |second| number(second, 2))?;
        (hour, minute, second)
    };
    let hour = match afternoon {
        Some(true) if hour < 12 => hour.checked_add(12)?,
        Some(false) if hour == 12 => 0,
        _ => hour,
    };
    NaiveTime::from_hms_opt(hour, minute, second)
}

/// What the columns of day and time say together.
///
/// # Errors
/// `Err(true)` where the day cannot be read, `Err(false)` where the time cannot.
pub fn moment(day_text: &str, time_text: Option<&str>) -> Result<(LocalDate, Option<DateTime<Utc>>), bool> {
    let text = day_text.trim();
    let (on, own_time) = match text.split_once(':') {
        None => (text, None),
        // A time stands behind the day, after a blank or an ISO `T`.
        Some((before, _)) => {
            let at = before.rfind([' ', 'T']).ok_or(true)?;
            let (on, rest) = text.split_at(at);
            (on, rest.get(1..))
        }
    };
    let on = day(on).ok_or(true)?;
    let said = time_text.filter(|text| !text.trim().is_empty());
    let time = match said.or(own_time) {
        None => return Ok((on, None)),
        Some(text) => time(text).ok_or(false)?,
    };
    Ok((on, Some(london(on, time))))
}

/// The instant of a London time. Of the hour that is there twice the first; in the hour that is not there, an hour on.
fn london(on: LocalDate, time: NaiveTime) -> DateTime<Utc> {
    let local = on.0.and_time(time);
    London
        .from_local_datetime(&local)
        .earliest()
        .or_else(|| {
            let later = local.checked_add_signed(Duration::hours(1))?;
            London.from_local_datetime(&later).earliest()
        })
        .map_or_else(|| Utc.from_utc_datetime(&local), |at| at.with_timezone(&Utc))
}
