//! What a practice is reminded of on a day: its weekly return while nobody has answered it, and days that come near.
//!
//! The same days before a date are the alarms of the calendar feed, so that the two agree.

use entity::ids::LocalDate;

use super::{
    calendar,
    diary::{DiaryEntry, DiaryKind},
    working_day::WorkingDays,
};

/// One thing a practice is reminded of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReminderLine {
    /// The return of the week that ends on this Friday has no answer. It is due on `due`: today, or before.
    Return {
        /// The Friday that names the week.
        week: LocalDate,
        /// The last working day of the week.
        due: LocalDate,
    },
    /// A day of the diary that comes near.
    Ahead {
        /// The day.
        on: LocalDate,
        /// What it is about.
        kind: DiaryKind,
    },
}

/// What is known of a practice on the day.
#[derive(Debug, Clone, Copy)]
pub struct ReminderFacts<'a> {
    /// The day.
    pub today: LocalDate,
    /// Its diary.
    pub diary: &'a [DiaryEntry],
    /// This week's return has an answer, or a change was recorded in the week.
    pub answered: bool,
    /// The same of the week before.
    pub answered_before: bool,
}

/// Everything to say on this day, returns first, then by date. Nothing on days that are not worked: what falls on them is
/// said on the next working day.
pub fn lines(of: &ReminderFacts<'_>, days: &WorkingDays) -> Vec<ReminderLine> {
    if !days.is_working(of.today) {
        return Vec::new();
    }
    let last = days.before(of.today);
    let mut ahead: Vec<ReminderLine> = of
        .diary
        .iter()
        .filter(|entry| {
            let alarms = entry.kind.days_before().iter();
            alarms.map(|before| entry.on.minus_days(*before)).any(|alarm| alarm > last && alarm <= of.today)
        })
        .map(|entry| ReminderLine::Ahead { on: entry.on, kind: entry.kind })
        .collect();
    ahead.sort_unstable();
    returns(of, days, last).into_iter().chain(ahead).collect()
}

/// A return is asked for on the last working day of its week, and once more on the first working day after it.
fn returns(of: &ReminderFacts<'_>, days: &WorkingDays, last: LocalDate) -> Option<ReminderLine> {
    let week = calendar::week_ending(of.today);
    let due = due(week, days);
    if of.today == due && !of.answered {
        return Some(ReminderLine::Return { week, due });
    }
    let week = week.minus_days(7);
    let due = self::due(week, days);
    (last == due && !of.answered_before).then_some(ReminderLine::Return { week, due })
}

/// The last working day of the week that ends on this Friday. A week without one, which has not happened yet, is due on
/// the working day before it.
pub fn due(week: LocalDate, days: &WorkingDays) -> LocalDate {
    if days.is_working(week) { week } else { days.before(week) }
}

#[cfg(test)]
mod tests {
    use entity::ids::RowId;

    use super::*;
    use crate::domain::diary::Of;

    fn day(text: &str) -> LocalDate {
        text.parse().unwrap()
    }

    fn entry(on: &str, kind: DiaryKind) -> DiaryEntry {
        DiaryEntry {
            on: day(on),
            kind,
            name: "Ring pessaries".to_owned(),
            from: None,
            of: Of::Letter(RowId(uuid::Uuid::nil())),
        }
    }

    fn said(today: &str, diary: &[DiaryEntry], answered: bool, answered_before: bool) -> Vec<String> {
        let standing = ReminderFacts { today: day(today), diary, answered, answered_before };
        lines(&standing, WorkingDays::england().unwrap())
            .iter()
            .map(|line| match line {
                ReminderLine::Return { week, due } => format!("return {week} due {due}"),
                ReminderLine::Ahead { on, kind } => format!("{} {on}", kind.code()),
            })
            .collect()
    }

    #[test]
    fn a_return_is_asked_for_on_its_friday_and_once_more_on_monday_while_nobody_answered() {
        let ask = |today| said(today, &[], false, false);
        for quiet in ["2026-11-17", "2026-11-19", "2026-11-21", "2026-11-22"] {
            assert!(ask(quiet).is_empty(), "{quiet}");
        }
        assert_eq!(ask("2026-11-20"), ["return 2026-11-20 due 2026-11-20"]);
        assert_eq!(ask("2026-11-23"), ["return 2026-11-20 due 2026-11-20"]);
        assert!(ask("2026-11-24").is_empty());
        assert!(said("2026-11-20", &[], true, false).is_empty());
        assert!(said("2026-11-23", &[], false, true).is_empty());
    }

    #[test]
    fn bank_holidays_move_the_asking_and_never_the_week() {
        let ask = |today| said(today, &[], false, false);
        // Christmas Day 2026 is the Friday; the Monday after is a holiday too.
        assert_eq!(ask("2026-12-24"), ["return 2026-12-25 due 2026-12-24"]);
        assert!(ask("2026-12-25").is_empty() && ask("2026-12-28").is_empty());
        assert_eq!(ask("2026-12-29"), ["return 2026-12-25 due 2026-12-24"]);
    }

    #[test]
    fn days_come_near_as_in_the_calendar_and_what_falls_on_a_weekend_comes_on_monday() {
        // 28 days before the last day, a Monday; 7 days before it, a Monday too.
        let diary = [entry("2026-12-21", DiaryKind::LastDay)];
        assert_eq!(said("2026-11-23", &diary, true, true), ["last-day 2026-12-21"]);
        assert_eq!(said("2026-12-14", &diary, true, true), ["last-day 2026-12-21"]);
        assert!(said("2026-12-15", &diary, true, true).is_empty());
        // Seven days before is a Saturday.
        let plan = [entry("2026-12-05", DiaryKind::Plan)];
        assert!(said("2026-11-28", &plan, true, true).is_empty());
        assert_eq!(said("2026-11-30", &plan, true, true), ["plan 2026-12-05"]);
        let reply = [entry("2026-11-20", DiaryKind::ReplyDue)];
        assert_eq!(
            said("2026-11-20", &reply, false, true),
            ["return 2026-11-20 due 2026-11-20", "reply-due 2026-11-20"]
        );
    }

    #[test]
    fn each_alarm_is_said_on_exactly_one_day() {
        for offset in 0..400 {
            let on = day("2026-11-01").plus_days(offset);
            let diary = [entry(&on.to_string(), DiaryKind::LastDay)];
            let times = (0..500)
                .filter(|n| {
                    let today = day("2026-09-01").plus_days(*n).to_string();
                    !said(&today, &diary, true, true).is_empty()
                })
                .count();
            assert!(times == 2 || on <= day("2026-11-03"), "{on} is said {times} times");
        }
    }
}
