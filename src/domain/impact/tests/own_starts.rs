//! Each practice around its own start, beside those that did not begin.

use chrono::{DateTime, Utc};
use entity::ids::StatusId;
use uuid::Uuid;

use super::{date, day};
use crate::domain::{
    action::{StatusChange, StatusRow},
    area::{CountedDay, Shared},
    catalogue::Status,
    impact::{Course, Likely, Member, OwnStarts, TooFew, around_own_starts, course, span},
};
use entity::ids::LocalDate;

const ITEM: &str = "safe-contact-limit";

fn today() -> LocalDate {
    date("2026-11-20")
}

fn now() -> DateTime<Utc> {
    "2026-11-20T14:32:00Z".parse().unwrap()
}

fn row(item: &str, status: Status, on: &str, recorded: &str) -> StatusRow {
    StatusChange::of(StatusId(Uuid::nil()), &item.parse().unwrap(), status, date(on))
        .recorded(format!("{recorded}T09:00:00Z").parse().unwrap())
}

fn course_of(rows: Vec<StatusRow>) -> Course {
    let shared = Shared { rows, ..Shared::default() };
    course(&shared, &ITEM.parse().unwrap(), today(), now())
}

#[test]
fn a_start_is_the_first_day_of_acting_without_a_break() {
    let since = |day: &str| Course::Since { day: date(day), about: false };
    let paused = |on: &str, recorded: &str| row(ITEM, Status::PausedSince, on, recorded);
    let again = vec![paused("2026-09-01", "2026-09-02"), paused("2026-10-20", "2026-10-20")];
    assert_eq!(course_of(again), since("2026-09-01"), "saying it again is no start");
    let stopped = row(ITEM, Status::Restarted, "2026-10-01", "2026-10-01");
    let broken = vec![paused("2026-09-01", "2026-09-02"), stopped.clone()];
    assert_eq!(course_of(broken.clone()), Course::Stopped);
    let mut resumed = broken;
    resumed.push(paused("2026-11-02", "2026-11-02"));
    assert_eq!(course_of(resumed), since("2026-11-02"));
    let plan = row(ITEM, Status::PausingFrom, "2026-12-01", "2026-11-02");
    assert_eq!(course_of(vec![plan]), Course::Never, "it has not begun");
    let other = row("dsa-freeze", Status::PausedSince, "2026-11-02", "2026-11-02");
    assert_eq!(course_of(vec![other]), Course::Never);
    assert_eq!(course_of(Vec::new()), Course::NotHeardFrom, "silence is no refusal");
    let mut about = paused("2026-10-01", "2026-10-02");
    about.change.about = true;
    let guessed = Course::Since { day: date("2026-10-01"), about: true };
    assert_eq!(course_of(vec![about]), guessed);
}

/// Three clinicians with so many contacts each, a week before and a week after a day.
fn days(start: &str, before: u32, after: u32) -> Vec<CountedDay> {
    let start = date(start);
    let on = |day: LocalDate, each: u32| {
        let over = if each > 25 { 3 } else { 0 };
        day_of(day, each * 3, over)
    };
    vec![on(start.minus_days(2), before), on(start.plus_days(2), after)]
}

fn day_of(on: LocalDate, contacts: u32, over: u32) -> CountedDay {
    day(&on.to_string(), 3, contacts, over)
}

fn began(day: &str) -> Course {
    Course::Since { day: date(day), about: false }
}

fn near(likely: Likely, mean: f64, low: f64, high: f64) {
    for (found, expected) in [(likely.mean, mean), (likely.low, low), (likely.high, high)] {
        assert!((found - expected).abs() < 0.01, "{likely:?}");
    }
}

fn member<'a>(course: Course, days: &'a [CountedDay], diverts: &'a [LocalDate]) -> Member<'a> {
    Member { course, days, diverts }
}

/// Two began in September, three in October; to five that did not, October brought one contact more each. One began
/// too late, one never counted, one stopped, of one nothing is known.
fn compared() -> OwnStarts {
    let diverts = [date("2026-09-09")];
    let september = [(30, 26), (30, 24)].map(|(then, now)| days("2026-09-08", then, now));
    let october = [(32, 25), (31, 26), (29, 27)].map(|(then, now)| days("2026-10-13", then, now));
    let beside = [days("2026-09-08", 28, 28), days("2026-10-13", 28, 29)].concat();
    let mut members = vec![
        member(began("2026-11-16"), &october[0], &[]),
        member(Course::Never, &[], &[]),
        member(Course::Stopped, &october[0], &[]),
        member(Course::NotHeardFrom, &october[0], &[]),
    ];
    let first = september.iter();
    members.extend(first.map(|days| member(began("2026-09-08"), days, &diverts)));
    let later = october.iter();
    members.extend(later.map(|days| member(began("2026-10-13"), days, &[])));
    members.extend([member(Course::Never, &beside, &[]); 5]);
    around_own_starts(today(), 1, &members)
}

#[test]
fn each_practice_counts_once_around_its_own_start_beside_those_that_did_not_begin() {
    let found = compared();
    let [contacts, over, divert] = found.began.unwrap().shifts;
    assert!((contacts.before - 30.4).abs() < 1e-9 && (contacts.after - 25.6).abs() < 1e-9);
    // Changes of −4, −6, −7, −5 and −2: a standard error of 0.860 and four degrees of freedom.
    near(contacts.change, -4.8, -7.188, -2.412);
    assert!((over.before - 100.0).abs() < 1e-9 && (over.after - 60.0).abs() < 1e-9);
    // Two of five diverted once, in one week of four.
    assert!(divert.before.abs() < 1e-9 && (divert.after - 1.6).abs() < 1e-9);
    let beside = found.beside.unwrap();
    let [contacts, _, _] = beside.group.shifts;
    // Two windows of five are September’s, three are October’s.
    near(contacts.change, 0.6, 0.6, 0.6);
    let [difference, _, _] = beside.difference;
    near(difference, -5.4, -7.788, -3.012);
    assert!(difference.is_clear());
}

#[test]
fn every_practice_that_shares_is_in_one_line() {
    let who = compared().who;
    assert_eq!((who.began, who.began_uncounted), (5, 1), "four days are no week");
    assert_eq!((who.beside, who.beside_uncounted), (5, 1));
    assert_eq!((who.stopped, who.not_heard_from), (1, 1));
    let both = who.began + who.began_uncounted + who.beside + who.beside_uncounted;
    assert_eq!(both + who.stopped + who.not_heard_from, who.sharing);
}

#[test]
fn fewer_than_five_on_either_side_are_not_shown() {
    let one = days("2026-10-13", 30, 25);
    let of = |course| member(course, &one, &[]);
    let mut members = vec![of(began("2026-10-13")); 4];
    members.extend(vec![of(Course::Never); 5]);
    let few = around_own_starts(today(), 4, &members);
    assert_eq!(few.began, Err(TooFew(4)));
    assert_eq!(few.beside, Err(TooFew(4)), "nothing to stand beside");
    members.push(of(began("2026-10-13")));
    let never = members.iter().position(|one| one.course == Course::Never);
    members.remove(never.unwrap());
    let found = around_own_starts(today(), 4, &members);
    assert!(found.began.is_ok());
    assert_eq!(found.beside, Err(TooFew(4)));
}

#[test]
fn the_days_that_are_read_reach_from_the_first_start_to_the_last() {
    let starts = ["2026-10-13", "2026-09-08", "2026-11-16"].map(date);
    let read = span(starts, 4, today()).unwrap();
    assert_eq!(read, (date("2026-08-11"), date("2026-11-09")));
    assert_eq!(span([date("2026-11-16")], 4, today()), None);
}
