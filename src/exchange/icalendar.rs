//! Days for calendar programs (RFC 5545). Titles say nothing: a calendar may be shared, or shown on a wall.

use chrono::{DateTime, Duration, Utc};
use entity::ids::LocalDate;
use icalendar::{Alarm, Calendar, Component, Event, EventLike};

/// What every entry is called.
pub const TITLE: &str = "Headroom reminder";

/// One day of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The same for the same thing as long as it lies on the same day: a program that reads again makes no second one.
    pub uid: String,
    /// The day.
    pub on: LocalDate,
    /// Where to read what it is about.
    pub url: String,
    /// How many days before a program may remind.
    pub before: &'static [u64],
}

/// A calendar of whole days.
pub fn calendar(days: &[Day], made_at: DateTime<Utc>) -> String {
    let mut calendar = Calendar::new();
    calendar.name(TITLE);
    for day in days {
        let mut event = Event::new();
        event
            .uid(&day.uid)
            .timestamp(made_at)
            .summary(TITLE)
            // Without an end it is that one day.
            .starts(day.on.0)
            .add_property("TRANSP", "TRANSPARENT")
            .add_property("URL", &day.url);
        for before in day.before {
            let before = Duration::days(i64::try_from(*before).unwrap_or(0));
            event.alarm(Alarm::display(TITLE, -before));
        }
        calendar.push(event.done());
    }
    calendar.done().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_whole_day_with_a_neutral_title() {
        let day = Day {
            uid: "a@headroom".to_owned(),
            on: "2027-02-22".parse().unwrap(),
            url: "http://localhost:8025/practices/Z90001/diary".to_owned(),
            before: &[28, 7],
        };
        let text = calendar(&[day], "2026-11-22T10:00:00Z".parse().unwrap());
        for line in [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "UID:a@headroom",
            "DTSTAMP:20261122T100000Z",
            "DTSTART;VALUE=DATE:20270222",
            "SUMMARY:Headroom reminder",
            "TRIGGER:-PT2419200S",
            "TRIGGER:-PT604800S",
            "END:VCALENDAR",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in {text}");
        }
        assert!(text.lines().all(|line| line.len() <= 75), "{text}");
    }
}
