use std::collections::BTreeMap;

use super::*;
use crate::domain::{limit::PracticeDay, working_day::WorkingDays};

fn date(text: &str) -> LocalDate {
    text.parse().unwrap()
}

fn october() -> Windows {
    Windows::new(date("2026-10-01"), 4, date("2026-11-20")).unwrap()
}

fn day(on: &str, clinicians: u32, contacts: u32, over: u32) -> CountedDay {
    let sum = PracticeDay { clinicians, counted: contacts, clinicians_over: over, ..PracticeDay::default() };
    CountedDay::summed(date(on), sum).unwrap()
}

fn practice<'a>(
    days: &'a [CountedDay],
    diverts: &'a [LocalDate],
    published: &'a BTreeMap<LocalDate, u64>,
) -> ImpactPractice<'a> {
    ImpactPractice { days, diverts, acting: true, published }
}

#[test]
fn the_two_spans_are_equal_whole_weeks_that_have_passed() {
    let windows = october();
    assert_eq!(windows.first(), date("2026-09-03"));
    assert_eq!(windows.last_before(), date("2026-09-30"));
    assert_eq!(windows.last(), date("2026-10-28"));
    assert_eq!(windows.week_starts().len(), 8);
    assert_eq!(windows.week_starts()[4], windows.date);
    let today = date("2026-11-20");
    let weeks = |day: &str, asked| Windows::new(date(day), asked, today).map(|w| w.weeks);
    assert_eq!(weeks("2026-10-01", 13), Some(7), "50 days have passed");
    assert_eq!(weeks("2026-11-13", 4), Some(1));
    assert_eq!(weeks("2026-11-14", 4), None, "today is not over");
    assert_eq!(weeks("2026-12-01", 4), None);
}

#[test]
fn only_practices_with_days_on_both_sides_are_summed_and_five_are_needed() {
    let none = BTreeMap::new();
    let both = [
        day("2026-09-29", 3, 90, 3),
        day("2026-10-02", 3, 75, 0),
        day("2026-09-02", 3, 300, 3),
        day("2026-10-29", 3, 300, 3),
    ];
    let one = [day("2026-09-29", 9, 900, 9)];
    let diverts = [date("2026-09-30"), date("2026-10-01"), date("2026-10-28"), date("2026-10-29")];
    let mut practices = vec![practice(&both, &diverts, &none); 4];
    practices.push(practice(&one, &diverts, &none));
    assert_eq!(compare(october(), &practices, None), Err(TooFew(4)));
    practices.push(practice(&both, &[], &none));
    let impact = compare(october(), &practices, None).unwrap();
    let side = |contacts, over, diverts| Side { practices: 5, clinician_days: 15, contacts, over, diverts };
    assert_eq!(impact.before, side(450, 15, 4));
    assert_eq!(impact.after, side(375, 0, 8));
    assert_eq!(impact.before.contacts_a_day(), Some(300));
    assert_eq!(impact.after.contacts_a_day(), Some(250));
    assert_eq!(impact.before.over_percent(), Some(100));
    assert_eq!(impact.after.diverts_a_practice(), Some(16));
    assert_eq!((impact.fewer, impact.more, impact.acting), (5, 0, 5));
    let known: Vec<bool> = impact.weeks.iter().map(Option::is_some).collect();
    assert_eq!(known, [false, false, false, true, true, false, false, false]);
    assert_eq!(impact.published, None);
}

#[test]
fn a_week_that_rests_on_too_few_practices_is_left_out() {
    let none = BTreeMap::new();
    let first = [day("2026-09-29", 3, 90, 3), day("2026-10-02", 3, 75, 0)];
    let other = [day("2026-09-29", 3, 60, 0), day("2026-10-20", 3, 75, 0)];
    let practices = [&first, &first, &first, &first, &other].map(|days| practice(days.as_slice(), &[], &none));
    let impact = compare(october(), &practices, None).unwrap();
    assert!(impact.weeks[3].is_some() && impact.weeks[4].is_none() && impact.weeks[6].is_none());
    assert_eq!((impact.fewer, impact.more), (4, 1));
}

#[test]
fn published_months_are_of_the_same_practices_throughout() {
    let days = [day("2026-09-29", 3, 90, 3), day("2026-10-02", 3, 75, 0)];
    let months = |list: &[(&str, u64)]| -> BTreeMap<LocalDate, u64> {
        list.iter().map(|(month, n)| (date(month), *n)).collect()
    };
    let full = months(&[("2026-08-01", 9999), ("2026-09-01", 2200), ("2026-10-01", 2000)]);
    let half = months(&[("2026-09-01", 100_000)]);
    let mut practices = vec![practice(&days, &[], &full); 5];
    practices.push(practice(&days, &[], &half));
    let working = WorkingDays::england().ok();
    let found = compare(october(), &practices, working).unwrap().published;
    let found = found.unwrap();
    assert_eq!(found.practices, 5);
    let shown: Vec<_> =
        found.months.iter().map(|month| (month.attended, month.working_days, month.a_day(), month.lies)).collect();
    assert_eq!(shown, [(11_000, 22, Some(500), Lies::Before), (10_000, 22, Some(455), Lies::After),]);
    practices.truncate(4);
    practices.push(practice(&days, &[], &half));
    let few = compare(october(), &practices, working).unwrap();
    assert_eq!(few.published, None);
    let across = Windows::new(date("2026-10-15"), 1, date("2026-11-20")).unwrap();
    let near = [day("2026-10-14", 3, 90, 3), day("2026-10-15", 3, 75, 0)];
    let practices = vec![practice(&near, &[], &full); 5];
    let found = compare(across, &practices, working).unwrap().published;
    assert_eq!(found.unwrap().months[0].lies, Lies::Across);
}

#[test]
fn without_an_item_the_usual_day_is_the_first_of_october() {
    assert_eq!(first_of_october(date("2026-11-20")), date("2026-10-01"));
    assert_eq!(first_of_october(date("2026-10-07")), date("2025-10-01"));
    assert_eq!(first_of_october(date("2026-10-08")), date("2026-10-01"));
}

mod own_starts;
