//! Days and weeks as practices live them: in London.

use chrono::{DateTime, Datelike, Duration, NaiveTime, TimeZone, Timelike, Utc, Weekday};
use chrono_tz::Europe::London;
use entity::ids::LocalDate;

/// The London calendar day of an instant.
pub fn london_day(at: DateTime<Utc>) -> LocalDate {
    LocalDate(at.with_timezone(&London).date_naive())
}

/// The London wall-clock time of an instant, `11:38`.
pub fn london_time(at: DateTime<Utc>) -> String {
    at.with_timezone(&London).format("%H:%M").to_string()
}

/// The minute of the London day on which an instant lies, from 0 to 1,439.
pub fn london_minute(at: DateTime<Utc>) -> u32 {
    let local = at.with_timezone(&London);
    local.hour().saturating_mul(60).saturating_add(local.minute())
}

/// Day and time in London, to the second, as files have it: `2026-11-20T11:38:05+00:00`.
pub fn london_stamp(at: DateTime<Utc>) -> String {
    at.with_timezone(&London).to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
}

/// Day and time in London, in words.
pub fn london(at: DateTime<Utc>) -> String {
    format!("{}, {}", london_day(at).long(), london_time(at))
}

/// A time as people write it: `14:30`, `14.30`, `1430`, `2.30pm`, `2 p.m.`; nothing for what is no time.
pub fn time_written(text: &str) -> Option<NaiveTime> {
    let plain: String = text.to_lowercase().chars().filter(|sign| !sign.is_whitespace()).collect();
    let plain = plain.replace("a.m.", "am").replace("p.m.", "pm");
    let half = ["am", "pm"].into_iter().find(|half| plain.ends_with(half));
    let digits = half.map_or(plain.as_str(), |half| plain.trim_end_matches(half));
    let (hour, minute) = match digits.split_once([':', '.']) {
        Some((hour, minute)) if minute.len() == 2 => (hour, minute),
        Some(_) => return None,
        None if digits.len() > 2 => digits.split_at_checked(digits.len().saturating_sub(2))?,
        // "2pm"; a bare "14" might be a number of anything.
        None => (digits, half.map(|_| "00")?),
    };
    let read = |part: &str| {
        let plain = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| part.parse::<u32>().ok()).flatten()
    };
    let (hour, minute) = (read(hour)?, read(minute)?);
    let hour = match half {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some("pm") => (hour % 12).saturating_add(12),
        Some(_) => hour % 12,
        None => hour,
    };
    NaiveTime::from_hms_opt(hour, minute, 0)
}

/// A wall-clock time such as `14:06` on the London day of `now`; nothing for what is no time.
pub fn today_at(text: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let time = time_written(text)?;
    let local = now.with_timezone(&London).date_naive().and_time(time);
    let at = London.from_local_datetime(&local).earliest()?;
    Some(at.with_timezone(&Utc))
}

/// The instant at which a London clock shows a time on a day. An hour that the clocks skip is the first instant after it;
/// one that they repeat is the first of the two.
pub fn at_time(day: LocalDate, time: NaiveTime) -> DateTime<Utc> {
    let local = day.0.and_time(time);
    let shown = London.from_local_datetime(&local).earliest();
    // Skipped: summer time has begun, and before it London's clocks show universal time.
    shown.map_or_else(|| Utc.from_utc_datetime(&local), |local| local.with_timezone(&Utc))
}

/// The instant at which the same London clock time comes round on another day.
pub fn same_time_on(at: DateTime<Utc>, day: LocalDate) -> DateTime<Utc> {
    at_time(day, at.with_timezone(&London).time())
}

/// The instant at which a London day begins.
pub fn day_begins(day: LocalDate) -> DateTime<Utc> {
    at_time(day, NaiveTime::MIN)
}

/// The Friday that ends the working week of `day`; Saturday and Sunday belong to the week before.
pub fn week_ending(day: LocalDate) -> LocalDate {
    match day.0.weekday() {
        Weekday::Sat => day.minus_days(1),
        Weekday::Sun => day.minus_days(2),
        weekday => day.plus_days(u64::from(4_u32.saturating_sub(weekday.num_days_from_monday()))),
    }
}

/// The Monday that begins the working week of `day`.
pub fn monday(day: LocalDate) -> LocalDate {
    week_ending(day).minus_days(4)
}

/// Cut to microseconds, as PostgreSQL keeps them, so that what is read back equals what was written.
pub fn to_microseconds(at: DateTime<Utc>) -> DateTime<Utc> {
    let nanos = i64::from(at.timestamp_subsec_nanos() % 1_000);
    at.checked_sub_signed(Duration::nanoseconds(nanos)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_time_is_found_on_days_when_the_clocks_change() {
        let at = |day: &str, hour, minute| {
            let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
            at_time(day.parse().unwrap(), time).to_rfc3339()
        };
        assert_eq!(at("2026-03-29", 0, 30), "2026-03-29T00:30:00+00:00");
        // Half past one does not happen: the clock shows half past two.
        assert_eq!(at("2026-03-29", 1, 30), "2026-03-29T01:30:00+00:00");
        assert_eq!(at("2026-03-29", 2, 30), "2026-03-29T01:30:00+00:00");
        assert_eq!(at("2026-10-25", 1, 30), "2026-10-25T00:30:00+00:00");
        assert_eq!(at("2026-10-25", 2, 30), "2026-10-25T02:30:00+00:00");
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_contact_after_midnight_in_summer_belongs_to_the_london_day() {
        assert_eq!(london_day(at("2026-06-30T23:30:00Z")).to_string(), "2026-07-01");
        assert_eq!(london_day(at("2026-12-31T23:30:00Z")).to_string(), "2026-12-31");
    }

    #[test]
    fn days_begin_at_london_midnight_on_both_sides_of_the_clock_changes() {
        for (day, begins) in [
            ("2026-03-29", "2026-03-29T00:00:00Z"),
            ("2026-03-30", "2026-03-29T23:00:00Z"),
            ("2026-10-25", "2026-10-24T23:00:00Z"),
            ("2026-10-26", "2026-10-26T00:00:00Z"),
        ] {
            assert_eq!(day_begins(day.parse().unwrap()), at(begins), "{day}");
        }
    }

    #[test]
    fn a_time_is_of_the_london_day_it_is_typed_on() {
        let summer = at("2026-06-30T23:30:00Z");
        assert_eq!(today_at("00:10", summer), Some(at("2026-06-30T23:10:00Z")));
        assert_eq!(today_at("24:10", summer), None);
        assert_eq!(today_at("soon", summer), None);
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, time) in [
            ("14:30", "14:30"),
            ("14.30", "14:30"),
            ("1430", "14:30"),
            ("2.30pm", "14:30"),
            ("2:30 PM", "14:30"),
            ("0230", "02:30"),
            ("230pm", "14:30"),
            ("9:05", "09:05"),
            ("905", "09:05"),
            ("2pm", "14:00"),
            ("2 p.m.", "14:00"),
            ("12am", "00:00"),
            ("12.15 pm", "12:15"),
            ("0:00", "00:00"),
            (" 23:59 ", "23:59"),
        ] {
            let read = time_written(text).map(|time| time.format("%H:%M").to_string());
            assert_eq!(read.as_deref(), Some(time), "{text}");
        }
        for text in [
            "",
            "14",
            "soon",
            "24:00",
            "14:60",
            "1:5",
            "13pm",
            "0am",
            "14:30:10",
            "-1:30",
            "+1:30",
            "12345",
            "pm",
            ":30",
            "é30",
            "１４:３０",
        ] {
            assert_eq!(time_written(text), None, "{text}");
        }
    }

    #[test]
    fn the_week_ends_on_friday() {
        for (day, friday) in [
            ("2026-11-16", "2026-11-20"),
            ("2026-11-20", "2026-11-20"),
            ("2026-11-21", "2026-11-20"),
            ("2026-11-22", "2026-11-20"),
            ("2026-11-23", "2026-11-27"),
        ] {
            assert_eq!(week_ending(day.parse().unwrap()).to_string(), friday, "{day}");
        }
    }
}
