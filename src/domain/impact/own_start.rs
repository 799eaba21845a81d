//! Practices around their own start of an action, beside those that did not begin it. Each practice counts once, whatever
//! its size; those that did not begin are read over the same weeks. It says what went together, never what made it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::ids::{ItemCode, LocalDate};

use super::{LEAST_PRACTICES, Likely, Side, TooFew, Windows, likely::Sample};
use crate::domain::{
    action::{self, StatusRow, Trust},
    area::{CountedDay, Shared},
};

/// How a practice went with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// It acts, and has since this day without a break.
    Since {
        /// The day.
        day: LocalDate,
        /// The practice gave the day as about right.
        about: bool,
    },
    /// It acted once and does not today.
    Stopped,
    /// It never acted, as far as it has recorded.
    Never,
    /// It has recorded nothing at all, so nothing is known.
    NotHeardFrom,
}

impl Course {
    /// The day since when it acts.
    pub fn since(self) -> Option<LocalDate> {
        match self {
            Self::Since { day, .. } => Some(day),
            Self::Stopped | Self::Never | Self::NotHeardFrom => None,
        }
    }
}

/// How a practice that shares went with an item up to today. Of several subjects one is enough to act.
pub fn course(shared: &Shared, item: &ItemCode, today: LocalDate, known_at: DateTime<Utc>) -> Course {
    if shared.last_week(today, known_at).is_none() {
        return Course::NotHeardFrom;
    }
    let of_item = shared.rows.iter().filter(|row| row.change.item == *item);
    let rows: Vec<StatusRow> = of_item.cloned().collect();
    let mut days: Vec<LocalDate> = rows.iter().map(|row| row.change.effective_on).collect();
    days.retain(|day| *day <= today);
    days.sort_unstable();
    days.dedup();
    // A register stands still between the days its rows name.
    let mut course = Course::Never;
    for day in days {
        let standings = action::standings(&rows, day, known_at, Trust::AlsoUnanswered);
        let mut acting = standings
            .values()
            .filter(|standing| standing.in_force())
            .filter_map(|standing| standing.current)
            .peekable();
        course = match (acting.peek(), course) {
            (Some(_), Course::Since { .. }) => course,
            (Some(_), _) => Course::Since { day, about: acting.all(|row| row.change.about) },
            (None, Course::Never) => Course::Never,
            (None, _) => Course::Stopped,
        };
    }
    course
}

/// What is known of one practice that shares.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// How it went with the item.
    pub course: Course,
    /// Its days with three or more counted clinicians.
    pub days: &'a [CountedDay],
    /// The days on which it began to divert.
    pub diverts: &'a [LocalDate],
}

/// What is compared, in this order everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Contacts for each clinician and day.
    Contacts,
    /// Clinicians' days past their limit, in per cent.
    Over,
    /// Diverts in four weeks.
    Diverts,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Contacts, Self::Over, Self::Diverts];

    fn of(self, side: &Side, weeks: u64) -> f64 {
        let days = float(side.clinician_days);
        match self {
            Self::Contacts => float(side.contacts) / days,
            Self::Over => float(side.over) * 100.0 / days,
            Self::Diverts => float(side.diverts) * 4.0 / float(weeks),
        }
    }
}

/// One measure in a group: averages of its practices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    /// Before.
    pub before: f64,
    /// From the start on.
    pub after: f64,
    /// After less before, practice by practice.
    pub change: Likely,
}

/// One group of practices.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// How many; five or more.
    pub practices: u32,
    /// Each of [`Measure::ALL`].
    pub shifts: [Shift; 3],
}

/// Those that did not begin, over the same weeks.
#[derive(Debug, Clone, PartialEq)]
pub struct Beside {
    /// They.
    pub group: Group,
    /// The change of those that began less theirs, for each of [`Measure::ALL`].
    pub difference: [Likely; 3],
}

/// Who is in it and who is not: every practice that shares is in one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WhoIsIn {
    /// Practices that share.
    pub sharing: u32,
    /// They act, and are compared around their own start.
    pub began: u32,
    /// They act and are not compared: they began less than a week ago, or have no counted days on both sides.
    pub began_uncounted: u32,
    /// They never acted, and are compared.
    pub beside: u32,
    /// They never acted, and have no counted days on both sides of any start.
    pub beside_uncounted: u32,
    /// They took it up and stopped: in neither group.
    pub stopped: u32,
    /// They have recorded nothing, so nothing is known: in neither group.
    pub not_heard_from: u32,
    /// Of those compared around their own start, the ones that gave their day as about right.
    pub about: u32,
}

/// Practices around their own start.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnStarts {
    /// Who is in it.
    pub who: WhoIsIn,
    /// Those that began; nothing of fewer than five.
    pub began: Result<Group, TooFew>,
    /// Beside them those that did not; nothing of fewer than five.
    pub beside: Result<Beside, TooFew>,
}

/// The first and the last day that is read for these starts.
pub fn span(
    starts: impl IntoIterator<Item = LocalDate>,
    weeks: u64,
    today: LocalDate,
) -> Option<(LocalDate, LocalDate)> {
    let windows = starts.into_iter().filter_map(|start| Windows::new(start, weeks, today));
    windows
        .map(|windows| (windows.first(), windows.last()))
        .reduce(|(first, last), (one, other)| (first.min(one), last.max(other)))
}

/// Compares each practice around its own start: up to so many weeks on each side, or as many as have passed since.
pub fn around_own_starts(today: LocalDate, weeks: u64, members: &[Member<'_>]) -> OwnStarts {
    let mut who = WhoIsIn { sharing: n(members.len()), ..WhoIsIn::default() };
    let mut began: Vec<Values> = Vec::new();
    let mut windows: Vec<Windows> = Vec::new();
    for member in members {
        match member.course {
            Course::Since { day, about } => {
                let own = Windows::new(day, weeks, today);
                let found = own.and_then(|own| Some((own, Values::of(member, own)?)));
                if let Some((own, values)) = found {
                    windows.push(own);
                    began.push(values);
                    who.about = who.about.saturating_add(u32::from(about));
                } else {
                    who.began_uncounted = who.began_uncounted.saturating_add(1);
                }
            }
            Course::Stopped => who.stopped = who.stopped.saturating_add(1),
            Course::NotHeardFrom => who.not_heard_from = who.not_heard_from.saturating_add(1),
            Course::Never => {}
        }
    }
    let never = members.iter().filter(|one| one.course == Course::Never);
    let all: Vec<Option<Values>> = never.map(|one| Values::over(one, &windows)).collect();
    let beside: Vec<Values> = all.iter().copied().flatten().collect();
    who.began = n(began.len());
    who.beside = n(beside.len());
    who.beside_uncounted = n(all.len().saturating_sub(beside.len()));
    OwnStarts {
        who,
        began: group(&began),
        beside: group(&beside).and_then(|group| {
            enough(&began)?;
            let difference = Measure::ALL.map(|measure| changes(&began, measure).less(&changes(&beside, measure)));
            Ok(Beside { group, difference })
        }),
    }
}

fn n(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn enough(values: &[Values]) -> Result<(), TooFew> {
    let practices = n(values.len());
    if practices < LEAST_PRACTICES {
        return Err(TooFew(practices));
    }
    Ok(())
}

fn group(values: &[Values]) -> Result<Group, TooFew> {
    enough(values)?;
    let shifts = Measure::ALL.map(|measure| Shift {
        before: averages(values, measure).0,
        after: averages(values, measure).1,
        change: changes(values, measure).likely(),
    });
    Ok(Group { practices: n(values.len()), shifts })
}

fn averages(values: &[Values], measure: Measure) -> (f64, f64) {
    let (before, after): (Vec<f64>, Vec<f64>) = values.iter().map(|one| one.read(measure)).unzip();
    (Sample::of(&before).mean, Sample::of(&after).mean)
}

fn changes(values: &[Values], measure: Measure) -> Sample {
    let changes: Vec<f64> = values.iter().map(|one| one.change(measure)).collect();
    Sample::of(&changes)
}

/// One practice, before and after, for each of [`Measure::ALL`].
#[derive(Debug, Clone, Copy)]
struct Values([(f64, f64); 3]);

impl Values {
    /// Around one start; nothing of a practice that was not counted on both sides.
    fn of(member: &Member<'_>, windows: Windows) -> Option<Self> {
        let (mut before, mut after) = (Side::default(), Side::default());
        for day in member.days.iter().filter(|day| windows.holds(day.day())) {
            if day.day() < windows.date {
                before.add_day(day);
            } else {
                after.add_day(day);
            }
        }
        if before.clinician_days == 0 || after.clinician_days == 0 {
            return None;
        }
        for day in member.diverts.iter().filter(|day| windows.holds(**day)) {
            let side = if *day < windows.date { &mut before } else { &mut after };
            side.diverts = side.diverts.saturating_add(1);
        }
        Some(Self(Measure::ALL.map(|measure| {
            let of = |side: &Side| measure.of(side, windows.weeks);
            (of(&before), of(&after))
        })))
    }

    /// The average around the starts of others, each as often as it happened.
    fn over(member: &Member<'_>, starts: &[Windows]) -> Option<Self> {
        let mut known: BTreeMap<(LocalDate, u64), Option<Self>> = BTreeMap::new();
        for start in starts {
            known.entry((start.date, start.weeks)).or_insert_with(|| Self::of(member, *start));
        }
        let found: Vec<Self> = starts.iter().filter_map(|start| *known.get(&(start.date, start.weeks))?).collect();
        if found.is_empty() {
            return None;
        }
        Some(Self(Measure::ALL.map(|measure| averages(&found, measure))))
    }

    fn read(&self, measure: Measure) -> (f64, f64) {
        let [contacts, over, diverts] = self.0;
        match measure {
            Measure::Contacts => contacts,
            Measure::Over => over,
            Measure::Diverts => diverts,
        }
    }

    fn change(&self, measure: Measure) -> f64 {
        let (before, after) = self.read(measure);
        after - before
    }
}

/// Counts of practices, clinicians and contacts are far below what a float holds exactly.
fn float(n: u64) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}
