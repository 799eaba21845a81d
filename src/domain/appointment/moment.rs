//! Days and times as clinical systems and spreadsheets write them; all of them are London's.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::London;
use entity::ids::LocalDate;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// Days of spreadsheets, counted from 30 December 1899, that are taken for days: those of 1990 to 2099.
const SERIALS: std::ops::Range<u32> = 32_874..73_051;

/// Reads a day: `2026-11-20`, `20/11/2026`, `20 Nov 2026`, `20-Nov-26`, `20NOV2026`, `20261120`, `November 20, 2026`, or the
/// number that a spreadsheet keeps of it, with or without a weekday before it.
pub fn day(text: &str) -> Option<LocalDate> {
    let text = text.trim();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits && text.len() == 8 {
        return parts(text.get(6..)?, text.get(4..6)?, text.get(..4)?);
    }
    if digits && text.len() == 5 {
        return serial(text.parse().ok()?);
    }
    if text.len() == 9 && text.is_ascii() && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return parts(text.get(..2)?, text.get(2..5)?, text.get(5..)?);
    }
    let [first, second, third] = words(text)?;
    if first.len() == 4 && number(first, 4).is_some() {
        parts(third, second, first)
    } else if number(first, 2).is_none() && month(first).is_some() {
        parts(second, first, third)
    } else {
        parts(first, second, third)
    }
}

/// The three words of a day.
pub(super) fn words(text: &str) -> Option<[&str; 3]> {
    let apart = |c: char| c.is_whitespace() || matches!(c, '-' | '/' | '.' | ',' | '\u{2010}'..='\u{2013}');
    let mut words = text.split(apart).filter(|word| !word.is_empty()).skip_while(|word| is_weekday(word));
    let found = [words.next()?, words.next()?, words.next()?];
    words.next().is_none().then_some(found)
}

fn is_weekday(word: &str) -> bool {
    let begins = word.get(..3).map(str::to_ascii_lowercase);
    begins.is_some_and(|begins| ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].contains(&begins.as_str()))
}

fn month(text: &str) -> Option<u32> {
    let begins = text.get(..3)?.to_ascii_lowercase();
    let at = MONTHS.iter().position(|name| *name == begins)?;
    u32::try_from(at).ok()?.checked_add(1)
}

fn parts(day: &str, month_text: &str, year: &str) -> Option<LocalDate> {
    let month = number(month_text, 2).or_else(|| month(month_text))?;
    let year = match year.len() {
        2 => number(year, 2)?.checked_add(2000)?,
        4 => number(year, 4)?,
        _ => return None,
    };
    let day = ["st", "nd", "rd", "th"].into_iter().find_map(|end| day.strip_suffix(end)).unwrap_or(day);
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, number(day, 2)?).map(LocalDate)
}

pub(super) fn number(text: &str, most: usize) -> Option<u32> {
    let digits = !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn serial(days: u32) -> Option<LocalDate> {
    SERIALS.contains(&days).then(|| LocalDate::new(1899, 12, 30)).flatten().map(|first| first.plus_days(days.into()))
}

/// A part of a day as spreadsheets keep times: `0.375` is nine in the morning. To the nearest second.
fn part_of_day(text: &str) -> Option<NaiveTime> {
    let (whole, decimals) = text.split_once(['.', ','])?;
    let digits = !decimals.is_empty() && decimals.len() <= 18 && decimals.bytes().all(|byte| byte.is_ascii_digit());
    // Two decimals are minutes but for the quarters of a day.
    let fraction = decimals.len() != 2 || decimals == "25" || decimals == "75";
    if !matches!(whole, "" | "0") || !digits || !fraction {
        return None;
    }
    let scale = 10_u128.checked_pow(u32::try_from(decimals.len()).ok()?)?;
    let part: u128 = decimals.parse().ok()?;
    let seconds = part.checked_mul(86_400)?.checked_add(scale / 2)?.checked_div(scale)?;
    NaiveTime::from_num_seconds_from_midnight_opt(u32::try_from(seconds).ok()?.min(86_399), 0)
}

/// Reads a time: `09:30`, `09:30:00`, `9.30 am`, `9.30 a.m.`, `0930`, `9am`, `0.395833`, and the start of `09:30 - 09:45`.
fn time(text: &str) -> Option<NaiveTime> {
    let text = text.trim().to_ascii_lowercase();
    if let Some(time) = part_of_day(&text) {
        return Some(time);
    }
    // Spreadsheets put the first of their days before a time.
    let text = match text.split_once(':') {
        Some((before, _)) => text.get(before.rfind([' ', 't']).map_or(0, |at| at.saturating_add(1))..)?,
        None => text.as_str(),
    };
    let start = text.split([' ', '-', '\u{2013}']).next().unwrap_or_default();
    let text = if start.contains([':', '.']) && text.contains(['-', '\u{2013}']) { start } else { text };
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '.' || c.is_whitespace());
    let after: String = text.get(digits.len()..)?.chars().filter(char::is_ascii_alphabetic).collect();
    let afternoon = match after.as_str() {
        "" | "h" | "hrs" | "hours" | "gmt" | "bst" => None,
        "am" => Some(false),
        "pm" => Some(true),
        _ => return None,
    };
    let only_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    let (hour, minute, second) = if only_digits && matches!(digits.len(), 3 | 4) {
        let at = digits.len().checked_sub(2)?;
        (number(digits.get(..at)?, 2)?, number(digits.get(at..)?, 2)?, 0)
    } else if only_digits && afternoon.is_some() {
        (number(digits, 2)?, 0, 0)
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
    let said = time_text.map(str::trim).filter(|text| !text.is_empty());
    if let Some(at) = zoned(text) {
        let on = LocalDate(at.with_timezone(&London).date_naive());
        return match said {
            None => Ok((on, Some(at))),
            Some(text) => Ok((on, Some(london(on, time(text).ok_or(false)?)))),
        };
    }
    let (on, own_time) = apart(text).ok_or(true)?;
    let time = match said.or(own_time) {
        None => return Ok((on, None)),
        Some(text) => time(text).ok_or(false)?,
    };
    Ok((on, Some(london(on, time))))
}

/// A day, and the text of the time that stands behind it in the same cell.
fn apart(text: &str) -> Option<(LocalDate, Option<&str>)> {
    if let Some(on) = day(text) {
        return Some((on, None));
    }
    // The number of a spreadsheet, with its part of the day.
    if let Some((days, part)) = text.split_once('.')
        && days.len() == 5
        && part.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Some((day(days)?, text.get(days.len()..)));
    }
    let mut ends = text.char_indices().filter(|(at, c)| c.is_whitespace() || (*c == 'T' && *at >= 8));
    ends.find_map(|(at, c)| Some((day(text.get(..at)?)?, text.get(at.checked_add(c.len_utf8())?..))))
}

/// An instant as ISO 8601 writes it with a zone: `2026-11-20T09:30:00Z`, `2026-11-20 09:30+01:00`.
fn zoned(text: &str) -> Option<DateTime<Utc>> {
    let (on, rest) = (text.get(..10)?, text.get(11..)?);
    if !on.is_ascii() || on.as_bytes().get(4) != Some(&b'-') {
        return None;
    }
    let (clock, minutes) = if let Some(clock) = rest.strip_suffix(['Z', 'z']) {
        (clock, 0)
    } else {
        let at = rest.rfind(['+', '-'])?;
        let (clock, zone) = rest.split_at(at);
        let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
        let (hours, minutes) = (number(digits.get(..2)?, 2)?, number(digits.get(2..).unwrap_or("0"), 2).unwrap_or(0));
        let ahead = i64::from(hours.checked_mul(60)?.checked_add(minutes)?);
        (clock, if zone.starts_with('-') { ahead.saturating_neg() } else { ahead })
    };
    let clock = clock.split_once(['.', ',']).map_or(clock, |(whole, _)| whole);
    let local = day(on)?.0.and_time(time(clock)?);
    local.checked_sub_signed(Duration::minutes(minutes)).map(|at| at.and_utc())
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

/// Whether an instant is London's midnight, which in a book stands for no time at all: home visits of a whole day, days that a
/// spreadsheet made an instant of.
pub(super) fn is_midnight(at: DateTime<Utc>) -> bool {
    at.with_timezone(&London).time() == NaiveTime::MIN
}
