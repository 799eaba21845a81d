//! A clinician's own weeks, months and hours of the day.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Timelike, Utc};
use chrono_tz::Europe::London;
use entity::ids::LocalDate;

use crate::domain::{calendar, limit::Day};

/// One day of a clinician against its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnDay {
    /// The day.
    pub on: LocalDate,
    /// Where it stood.
    pub day: Day,
}

/// Some days of a clinician, those with a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DaysSummary {
    /// Days with a count.
    pub days: u32,
    /// Contacts.
    pub contacts: u32,
    /// Days at the limit exactly.
    pub at_limit: u32,
    /// Days past it.
    pub over: u32,
    /// Complex contacts.
    pub complex: u32,
    /// Contacts on the second ruler, in tenths.
    pub weighted_tenths: u32,
    /// The smallest limit used.
    pub least_limit: u32,
    /// The greatest limit used.
    pub greatest_limit: u32,
}

impl DaysSummary {
    fn add(&mut self, day: &Day) {
        self.least_limit = if self.days == 0 { day.limit.contacts } else { self.least_limit.min(day.limit.contacts) };
        self.greatest_limit = self.greatest_limit.max(day.limit.contacts);
        let is = |yes: bool| u32::from(yes);
        for (sum, more) in [
            (&mut self.days, 1),
            (&mut self.contacts, day.counted),
            (&mut self.at_limit, is(day.headroom.is_full() && !day.headroom.is_over())),
            (&mut self.over, is(day.headroom.is_over())),
            (&mut self.complex, day.complex()),
            (&mut self.weighted_tenths, day.weighted_tenths),
        ] {
            *sum = sum.saturating_add(more);
        }
    }

    /// Contacts of a day worked, in tenths; nothing where none was.
    pub fn average_tenths(&self) -> Option<u32> {
        divided(self.contacts.saturating_mul(10), self.days)
    }

    /// The same on the second ruler.
    pub fn weighted_average_tenths(&self) -> Option<u32> {
        divided(self.weighted_tenths, self.days)
    }
}

/// Half rounds up.
fn divided(sum: u32, by: u32) -> Option<u32> {
    sum.saturating_mul(2).saturating_add(by).checked_div(by.saturating_mul(2))
}

/// All days with a count.
pub fn summary<'a>(days: impl IntoIterator<Item = &'a OwnDay>) -> DaysSummary {
    let mut sum = DaysSummary::default();
    for own in days {
        if own.day.source.is_some() {
            sum.add(&own.day);
        }
    }
    sum
}

/// The weeks that end from `first` to `last`, each by its Friday, the latest first; weeks without a count too.
pub fn by_week(days: &[OwnDay], first: LocalDate, last: LocalDate) -> Vec<(LocalDate, DaysSummary)> {
    let mut weeks = Vec::new();
    let mut friday = calendar::week_ending(last);
    let until = calendar::week_ending(first);
    while friday >= until {
        let own = days.iter().filter(|own| calendar::week_ending(own.on) == friday);
        weeks.push((friday, summary(own)));
        friday = friday.minus_days(7);
    }
    weeks
}

/// The months with a count, each by its first day, the latest first.
pub fn by_month(days: &[OwnDay]) -> Vec<(LocalDate, DaysSummary)> {
    let mut months: BTreeMap<LocalDate, Vec<OwnDay>> = BTreeMap::new();
    for own in days.iter().filter(|own| own.day.source.is_some()) {
        let begins = own.on.minus_days(u64::from(own.on.0.day0()));
        months.entry(begins).or_default().push(*own);
    }
    months.into_iter().rev().map(|(month, days)| (month, summary(&days))).collect()
}

/// How many of these fall into each hour of a London day.
pub fn by_hour(times: impl IntoIterator<Item = DateTime<Utc>>) -> [u32; 24] {
    let mut hours = [0_u32; 24];
    for at in times {
        let hour = usize::try_from(at.with_timezone(&London).hour()).unwrap_or(0);
        if let Some(n) = hours.get_mut(hour) {
            *n = n.saturating_add(1);
        }
    }
    hours
}

#[cfg(test)]
mod tests {
    use entity::ids::ClinicianId;
    use uuid::Uuid;

    use super::*;
    use crate::domain::limit::{self, DayFacts};

    fn own(on: &str, taps: u32, complex: u32) -> OwnDay {
        let on = on.parse().unwrap();
        let facts = DayFacts { taps: Some(taps), complex, ..DayFacts::default() };
        let day = limit::day(&facts, &limit::Rules::default(), ClinicianId(Uuid::nil()), on);
        OwnDay { on, day }
    }

    #[test]
    fn weeks_and_months_sum_days_with_a_count() {
        let idle = OwnDay {
            day: limit::day(
                &DayFacts::default(),
                &limit::Rules::default(),
                ClinicianId(Uuid::nil()),
                "2026-11-19".parse().unwrap(),
            ),
            on: "2026-11-19".parse().unwrap(),
        };
        let days = [
            own("2026-10-31", 10, 0),
            own("2026-11-16", 25, 2),
            own("2026-11-17", 28, 0),
            idle,
            own("2026-11-20", 20, 4),
        ];
        let weeks = by_week(&days, "2026-10-31".parse().unwrap(), "2026-11-20".parse().unwrap());
        assert_eq!(weeks.len(), 4);
        let (friday, week) = weeks[0];
        assert_eq!(friday.to_string(), "2026-11-20");
        assert_eq!((week.days, week.contacts, week.at_limit, week.over, week.complex), (3, 73, 1, 1, 6));
        // 73 of three days is 24.33; complex ones weigh 1.5 more, 82 in all.
        assert_eq!(week.average_tenths(), Some(243));
        assert_eq!(week.weighted_average_tenths(), Some(273));
        assert_eq!((weeks[1].1.days, weeks[1].1.average_tenths()), (0, None));
        let months = by_month(&days);
        assert_eq!(
            months.iter().map(|(month, sum)| (month.to_string(), sum.days)).collect::<Vec<_>>(),
            [("2026-11-01".to_owned(), 3), ("2026-10-01".to_owned(), 1)]
        );
    }

    #[test]
    fn hours_are_londons() {
        let hours = by_hour([
            "2026-07-01T08:30:00Z".parse().unwrap(),
            "2026-12-01T09:30:00Z".parse().unwrap(),
            "2026-12-01T23:59:00Z".parse().unwrap(),
        ]);
        assert_eq!((hours[9], hours[23], hours.iter().sum::<u32>()), (2, 1, 3));
    }
}
