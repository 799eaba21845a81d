use proptest::prelude::*;

use super::*;

fn day(text: &str) -> LocalDate {
    text.parse().unwrap()
}

fn last(n: u16, unit: Unit, served: &str) -> LocalDate {
    let period = NoticePeriod::new(n, unit).unwrap();
    period.last_day(day(served), WorkingDays::england().unwrap()).day
}

#[test]
fn last_days_that_somebody_looked_up() {
    for (n, unit, served, expected) in [
        (3, Unit::Months, "2026-11-22", "2027-02-22"),
        (3, Unit::Months, "2026-11-30", "2027-02-28"),
        (3, Unit::Months, "2027-11-30", "2028-02-29"),
        (1, Unit::Months, "2027-01-31", "2027-02-28"),
        (12, Unit::Months, "2028-02-29", "2029-02-28"),
        (3, Unit::MonthsToMonthEnd, "2026-11-22", "2027-02-28"),
        (1, Unit::MonthsToMonthEnd, "2027-01-31", "2027-02-28"),
        (6, Unit::MonthsToMonthEnd, "2026-12-31", "2027-06-30"),
        (28, Unit::Days, "2026-11-22", "2026-12-20"),
        (4, Unit::Weeks, "2026-11-22", "2026-12-20"),
        (10, Unit::WorkingDays, "2026-12-18", "2027-01-06"),
        (0, Unit::Days, "2026-11-22", "2026-11-22"),
    ] {
        assert_eq!(last(n, unit, served), day(expected), "{n} {unit} {served}");
    }
}

#[test]
fn a_period_has_a_bound_and_words() {
    assert_eq!(NoticePeriod::new(25, Unit::Months).unwrap_err(), "Enter 24 months or fewer");
    let period = NoticePeriod::new(1, Unit::WorkingDays).unwrap();
    assert_eq!(period.words(), "1 working day");
}

/// The same arithmetic a second time and another way: by walking the calendar day by day.
fn walked(n: u16, unit: Unit, served: LocalDate, england: &WorkingDays) -> LocalDate {
    let mut on = served;
    match unit {
        Unit::Days => (0..n).for_each(|_| on = on.plus_days(1)),
        Unit::Weeks => (0..n * 7).for_each(|_| on = on.plus_days(1)),
        Unit::WorkingDays => {
            let mut passed = 0;
            while passed < n {
                on = on.plus_days(1);
                let weekend = matches!(on.0.weekday(), chrono::Weekday::Sat | chrono::Weekday::Sun);
                if !weekend && england.holiday(on).is_none() {
                    passed += 1;
                }
            }
        }
        Unit::Months | Unit::MonthsToMonthEnd => {
            // Into the month, by its first days; then on while the day's number is not passed.
            let mut firsts = 0;
            while firsts < n {
                on = on.plus_days(1);
                if on.0.day() == 1 {
                    firsts += 1;
                }
            }
            let month = on.0.month();
            let wanted = match unit {
                Unit::Months => served.0.day(),
                _ => 31,
            };
            while on.0.day() < wanted && on.plus_days(1).0.month() == month {
                on = on.plus_days(1);
            }
        }
    }
    on
}

/// Every day of 40 years with the periods that are used.
#[test]
fn the_calendar_walked_day_by_day_agrees_for_forty_years() {
    let england = WorkingDays::england().unwrap();
    let mut served = day("2008-01-01");
    let mut compared = 0_u32;
    while served < day("2048-01-01") {
        for unit in Unit::ALL {
            for n in [1, 3, 6, 12] {
                let period = NoticePeriod::new(n, *unit).unwrap();
                let counted = period.last_day(served, england);
                assert_eq!(counted.day, walked(n, *unit, served, england), "{n} {unit} from {served}");
                compared += 1;
            }
        }
        served = served.plus_days(1);
    }
    assert_eq!(compared, 14_610 * 20);
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    prop::collection::vec(prop::sample::select(Event::ALL.to_vec()), 0..12)
}

proptest! {
    /// A longer notice never ends earlier, and no notice ends before it was served.
    #[test]
    fn longer_is_later(n in 0_u16..24, more in 0_u16..12, at in 0_u64..14_000, unit in prop::sample::select(Unit::ALL.to_vec())) {
        let england = WorkingDays::england().unwrap();
        let served = day("2010-01-01").plus_days(at);
        let short = NoticePeriod { n, unit }.last_day(served, england).day;
        let long = NoticePeriod { n: n + more, unit }.last_day(served, england).day;
        prop_assert!(served <= short && short <= long);
    }

    /// Whatever is recorded, in whatever order, is a state; an outcome stands unless it was an error.
    #[test]
    fn any_sequence_is_a_state(events in events()) {
        let first = events.iter().position(|event| event.is_outcome());
        let state = state(events.iter().copied());
        match first {
            None => prop_assert!(!state.is_closed()),
            Some(at) if events[at..].contains(&Event::EnteredInError) => {
                prop_assert_eq!(state, NoticeState::Closed(Event::EnteredInError));
            }
            Some(at) => prop_assert_eq!(state, NoticeState::Closed(events[at])),
        }
    }
}
