//! England's working days: weekdays less bank holidays, which are dated data.

use std::{collections::BTreeMap, sync::LazyLock};

use chrono::Datelike;
use entity::ids::LocalDate;
use serde::Deserialize;

static ENGLAND: LazyLock<Result<WorkingDays, String>> =
    LazyLock::new(|| WorkingDays::parse(include_str!("../assets/working_days/england-and-wales.json")));

/// Which days are worked, for the years whose bank holidays are published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingDays {
    holidays: BTreeMap<LocalDate, String>,
    last_year: i32,
}

/// A day, and whether the bank holidays up to it are all published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReckonedDay {
    /// The day.
    pub day: LocalDate,
    /// Past the last published year a bank holiday may still come between; before it the day is certain.
    pub certain: bool,
}

#[derive(Deserialize)]
struct File {
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    title: String,
    date: LocalDate,
}

impl WorkingDays {
    /// England and Wales, as gov.uk publishes them.
    ///
    /// # Errors
    /// Where the file in the binary cannot be read, which its test excludes.
    pub fn england() -> Result<&'static Self, &'static str> {
        ENGLAND.as_ref().map_err(String::as_str)
    }

    /// Reads a list of bank holidays in gov.uk's shape, of one division.
    ///
    /// # Errors
    /// What the file lacks.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let holidays: BTreeMap<LocalDate, String> =
            file.events.into_iter().map(|event| (event.date, event.title)).collect();
        let last = holidays.keys().next_back();
        let last_year = last.ok_or("no bank holidays in it")?.0.year();
        Ok(Self { holidays, last_year })
    }

    /// The bank holiday of a day, if it is one.
    pub fn holiday(&self, day: LocalDate) -> Option<&str> {
        self.holidays.get(&day).map(String::as_str)
    }

    /// Monday to Friday and no bank holiday.
    pub fn is_working(&self, day: LocalDate) -> bool {
        day.is_weekday() && self.holiday(day).is_none()
    }

    /// The last working day before `day`.
    pub fn before(&self, day: LocalDate) -> LocalDate {
        let mut on = day.minus_days(1);
        while !self.is_working(on) {
            on = on.minus_days(1);
        }
        on
    }

    /// The `n`th working day after `day`; the day itself is not counted. For 0 the day itself.
    pub fn after(&self, day: LocalDate, n: u16) -> ReckonedDay {
        let mut on = day;
        for _ in 0..n {
            on = on.plus_days(1);
            while !self.is_working(on) {
                on = on.plus_days(1);
            }
        }
        ReckonedDay { day: on, certain: on.0.year() <= self.last_year }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> LocalDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_published_list_is_read() {
        let england = WorkingDays::england().unwrap();
        assert_eq!(england.holiday(day("2026-12-28")), Some("Boxing Day"), "a substitute day");
        assert_eq!(england.holiday(day("2026-12-26")), None, "a Saturday");
        assert!(england.is_working(day("2026-12-24")));
        assert!(!england.is_working(day("2026-12-25")));
        assert!(!england.is_working(day("2026-11-22")), "a Sunday");
        assert_eq!(england.last_year, 2028);
    }

    #[test]
    fn working_days_step_over_easter_and_say_where_the_list_ends() {
        let england = WorkingDays::england().unwrap();
        // Good Friday 26 March 2027, Easter Monday 29 March.
        let after = england.after(day("2027-03-25"), 1);
        assert_eq!((after.day, after.certain), (day("2027-03-30"), true));
        let after = england.after(day("2028-12-29"), 1);
        assert_eq!((after.day, after.certain), (day("2029-01-01"), false));
        assert_eq!(england.after(day("2026-11-22"), 0).day, day("2026-11-22"));
    }

    #[test]
    fn a_file_without_days_is_refused() {
        assert!(WorkingDays::parse("{}").unwrap_err().contains("events"));
        assert_eq!(WorkingDays::parse("{\"events\": []}").unwrap_err(), "no bank holidays in it");
    }
}
