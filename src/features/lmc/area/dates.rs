//! What an area page is asked for: the day it shows, the day it compares with, and what its table shows.

use entity::ids::LocalDate;

use super::shown_view::{Asked, Dates};
use crate::{
    error::{AppError, FieldError},
    web::forms::optional_day,
};

/// How far back changes are counted from where nobody says and no meeting is known.
const FORTNIGHT: u64 = 14;

impl Dates {
    /// A day, and back to the last meeting before it; a fortnight where none is known. `meetings` begin with the one that
    /// was recorded last, so that a correction holds.
    pub(super) fn usual(on: LocalDate, meetings: &[LocalDate]) -> Self {
        let meeting = meetings.iter().copied().find(|met_on| *met_on < on);
        Self {
            on,
            since: meeting.unwrap_or_else(|| on.minus_days(FORTNIGHT)),
            meeting,
            later: meetings.first().copied().filter(|met_on| *met_on >= on),
        }
    }
}

impl Asked {
    /// Understands the days.
    ///
    /// # Errors
    /// The fields at fault, each with a sentence.
    pub(super) fn read(&self, today: LocalDate, meetings: &[LocalDate]) -> Result<Dates, AppError> {
        let mut errors = Vec::new();
        let mut day = |text: &str, field| match optional_day(text, field) {
            Ok(day) => day,
            Err(error) => {
                errors.push(error);
                None
            }
        };
        let on = day(&self.on, "on").unwrap_or(today);
        let usual = Dates::usual(on, meetings);
        let since = day(&self.since, "since").unwrap_or(usual.since);
        if on > today {
            errors.push(FieldError::new("on", "Enter today or an earlier day"));
        } else if since >= on {
            errors.push(FieldError::new("since", "Enter a day before the one that is shown"));
        }
        if errors.is_empty() { Ok(Dates { since, ..usual }) } else { Err(AppError::Invalid(errors)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(on: &str, since: &str) -> Result<Dates, Vec<String>> {
        read_after(on, since, &[])
    }

    fn read_after(on: &str, since: &str, meetings: &[&str]) -> Result<Dates, Vec<String>> {
        let asked = Asked { on: on.to_owned(), since: since.to_owned(), ..Asked::default() };
        let meetings: Vec<LocalDate> = meetings.iter().map(|day| day.parse().unwrap()).collect();
        asked.read("2026-11-20".parse().unwrap(), &meetings).map_err(|error| match error {
            AppError::Invalid(fields) => fields.iter().map(|field| field.field.to_string()).collect(),
            other => vec![other.to_string()],
        })
    }

    #[test]
    fn days_are_today_and_a_fortnight_back_unless_said() {
        let dates = read("", "").unwrap();
        assert_eq!(dates.on.to_string(), "2026-11-20");
        assert_eq!(dates.since.to_string(), "2026-11-06");
        let past = read("2026-10-02", "").unwrap();
        assert_eq!(past.since.to_string(), "2026-09-18");
        assert_eq!(read("2026-11-21", ""), Err(vec!["on".to_owned()]));
        assert_eq!(read("", "2026-11-20"), Err(vec!["since".to_owned()]));
        assert_eq!(read("x", "y"), Err(vec!["on".to_owned(), "since".to_owned()]));
    }

    #[test]
    fn changes_count_from_the_last_meeting_before_the_day() {
        let since = |on, since, meetings: &[&str]| {
            let dates = read_after(on, since, meetings).unwrap();
            (dates.since.to_string(), dates.meeting.map(|day| day.to_string()))
        };
        let met = |day: &str| (day.to_owned(), Some(day.to_owned()));
        assert_eq!(since("", "", &["2026-11-11"]), met("2026-11-11"));
        // The one recorded last is a correction of those before it.
        let corrected = ["2026-11-11", "2026-11-18", "2026-10-14"];
        assert_eq!(since("", "", &corrected), met("2026-11-11"));
        // A meeting on the day itself is not over, and a past day knew no later one.
        assert_eq!(since("", "", &["2026-11-20", "2026-10-14"]), met("2026-10-14"));
        assert_eq!(since("2026-11-11", "", &corrected), met("2026-10-14"));
        assert_eq!(
            since("", "2026-11-02", &corrected),
            ("2026-11-02".to_owned(), Some("2026-11-11".to_owned())),
            "who asks for another day gets it"
        );
        assert_eq!(since("2026-10-02", "", &corrected), ("2026-09-18".to_owned(), None));
    }
}
