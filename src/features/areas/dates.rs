//! The two days an area page is asked for: the day it shows, and the day it compares with.

use entity::ids::LocalDate;
use serde::Deserialize;

use crate::{
    error::{AppError, FieldError},
    web::forms::optional_day,
};

/// How far back changes are counted from where nobody says.
const FORTNIGHT: u64 = 14;

/// As asked, in the query.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Asked {
    /// The day to show.
    #[serde(default)]
    pub(super) on: String,
    /// The day to compare with.
    #[serde(default)]
    pub(super) since: String,
}

/// As understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dates {
    /// The day to show.
    pub(super) on: LocalDate,
    /// The day to compare with; before it.
    pub(super) since: LocalDate,
}

impl Dates {
    /// Today, and a fortnight back.
    pub(super) fn usual(today: LocalDate) -> Self {
        Self {
            on: today,
            since: today.minus_days(FORTNIGHT),
        }
    }
}

impl Asked {
    /// Understands the days.
    ///
    /// # Errors
    /// The fields at fault, each with a sentence.
    pub(super) fn read(&self, today: LocalDate) -> Result<Dates, AppError> {
        let mut errors = Vec::new();
        let mut day = |text: &str, field| match optional_day(text, field) {
            Ok(day) => day,
            Err(error) => {
                errors.push(error);
                None
            }
        };
        let on = day(&self.on, "on").unwrap_or(today);
        let since = day(&self.since, "since").unwrap_or_else(|| Dates::usual(on).since);
        if on > today {
            errors.push(FieldError::new("on", "Enter today or an earlier day"));
        } else if since >= on {
            errors.push(FieldError::new(
                "since",
                "Enter a day before the one that is shown",
            ));
        }
        if errors.is_empty() {
            Ok(Dates { on, since })
        } else {
            Err(AppError::Invalid(errors))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(on: &str, since: &str) -> Result<Dates, Vec<String>> {
        let asked = Asked {
            on: on.to_owned(),
            since: since.to_owned(),
        };
        asked
            .read("2026-11-20".parse().unwrap())
            .map_err(|error| match error {
                AppError::Invalid(fields) => {
                    fields.iter().map(|field| field.field.to_string()).collect()
                }
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
        assert_eq!(
            read("x", "y"),
            Err(vec!["on".to_owned(), "since".to_owned()])
        );
    }
}
