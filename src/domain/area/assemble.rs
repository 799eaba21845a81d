//! From practices to the area: each practice is read once, then everything is a sum.

use std::collections::{BTreeMap, BTreeSet};

use entity::ids::{ItemCode, LocalDate, OrgCode};

use super::{
    AreaPractice, AreaStatus, Ask, ENDING_DAYS, EndingNotice, Heard, Holding, ItemStatus, Overdue, SILENT_DAYS, Shared,
    WEEKS, Waiting,
    folded::{End, Folded, Then, Voice},
    heard,
    one::menu,
    places,
    trend::{self, Standings, acting},
    weeks,
};
use crate::domain::{
    action::{self, Trust},
    calendar,
    catalogue::Item,
    coverage::{self, coverage},
    disclosure::{Area, AreaKind, Content},
};

/// Puts an area together. `practices` are all of it, those that do not share included.
pub fn assemble(ask: &Ask<'_>, practices: &[AreaPractice<'_>]) -> AreaStatus {
    let items = menu(ask.catalogue, ask.on);
    let folded: Vec<Folded<'_>> = practices.iter().map(|practice| fold(ask, &items, practice)).collect();
    let heard = count_heard(&folded);
    let released = released(ask, practices);
    let place = |of| places::places(&folded, items.len(), of);
    AreaStatus {
        lmc: ask.lmc.clone(),
        on: ask.on,
        week_ending: calendar::week_ending(ask.on),
        since: ask.since,
        items: items.iter().enumerate().map(|(at, item)| item_status(ask, item, at, &folded, &released)).collect(),
        networks: place(places::By::Network),
        icbs: place(places::By::Icb),
        waiting: waiting(&folded),
        ending: ending(&folded),
        overdue: overdue(&folded),
        capacity: weeks::capacity(ask.on, &folded),
        days: weeks::clinician_days(folded.iter().flat_map(Folded::finished)),
        weeks: weeks::weeks(ask.on, &folded),
        over: weeks::over(&folded),
        responses: heard::responses(ask.on, &folded),
        heard,
    }
}

/// The Monday on which the weeks that are shown begin.
pub fn first_day(on: LocalDate) -> LocalDate {
    calendar::week_ending(on).minus_days(7_u64.saturating_mul(WEEKS.saturating_sub(1))).minus_days(4)
}

fn fold<'a>(ask: &Ask<'_>, items: &[&'a Item], practice: &'a AreaPractice<'a>) -> Folded<'a> {
    let Some(shared) = practice.shared else {
        return Folded {
            practice,
            voice: Voice::NotYet,
            silent: false,
            last_week: None,
            acting: vec![false; items.len()],
            acted: vec![false; items.len()],
            then: Vec::new(),
            ends: Vec::new(),
            overdue: Vec::new(),
            days: &[],
            today: calendar::london_day(ask.known_at),
        };
    };
    let week = calendar::week_ending(ask.on);
    let voice = |day| shared.voice(day, ask.known_at);
    let last = shared.last_week(ask.on, ask.known_at);
    let standings = action::standings(&shared.rows, ask.on, ask.known_at, Trust::AlsoUnanswered);
    let mut acting = trend::Acting::new(ask, items, shared, acting(items, &standings));
    let nothing = vec![false; items.len()];
    let now = acting.on(ask.on);
    // Practices heard from by the day, on both days: one that was heard from for the first time in between has not begun
    // then. Of a day that is not open nothing is known, so nothing has changed since.
    let acted = match (last, shared.open.open(ask.since)) {
        (None, _) => nothing.clone(),
        (Some(_), true) => acting.on(ask.since),
        (Some(_), false) => now.clone(),
    };
    Folded {
        practice,
        voice: voice(ask.on),
        silent: last.is_some_and(|last| week.days_since(last) > SILENT_DAYS),
        last_week: last,
        then: heard::days(ask.on).map(|day| Then { voice: voice(day), acting: acting.on(day) }).collect(),
        acted,
        acting: if last.is_some() { now } else { nothing },
        ends: last.map_or_else(Vec::new, |_| ends(ask, items, shared, &standings)),
        overdue: unanswered(items, practice, shared),
        days: &shared.days,
        today: calendar::london_day(ask.known_at),
    }
}

/// Named services on which notice was served and whose last day is near.
fn ends<'a>(ask: &Ask<'_>, items: &[&'a Item], shared: &'a Shared, standings: &Standings<'_>) -> Vec<End<'a>> {
    let horizon = ask.on.plus_days(ENDING_DAYS);
    standings
        .iter()
        .filter_map(|((code, subject), standing)| {
            let day = standing.ends_on().filter(|day| *day <= horizon)?;
            let item = items.iter().find(|item| item.code == *code && item.subject.is_service())?;
            let name = shared.subjects.get(subject.as_ref()?)?;
            Some(End { item: &item.code, name: name.trim(), day })
        })
        .collect()
}

/// Only of services of which anything may leave a practice.
fn unanswered(items: &[&Item], practice: &AreaPractice<'_>, shared: &Shared) -> Vec<Overdue> {
    let found = shared.unanswered.iter().filter_map(|notice| {
        items.iter().find(|item| item.code == notice.item)?;
        Some(Overdue {
            practice: practice.code.clone(),
            name: practice.name.to_owned(),
            service: shared.subjects.get(&notice.subject)?.trim().to_owned(),
            due_on: notice.due_on,
        })
    });
    found.collect()
}

fn overdue(folded: &[Folded<'_>]) -> Vec<Overdue> {
    let all = folded.iter().flat_map(|practice| &practice.overdue);
    let mut overdue: Vec<Overdue> = all.cloned().collect();
    overdue
        .sort_by(|one, other| (one.due_on, &one.name, &one.service).cmp(&(other.due_on, &other.name, &other.service)));
    overdue
}

fn waiting(folded: &[Folded<'_>]) -> Vec<Waiting> {
    let silent =
        folded.iter().filter(|practice| practice.practice.shared.is_some() && practice.voice < Voice::InTheWeek);
    let mut waiting: Vec<Waiting> = silent
        .map(|silent| Waiting {
            practice: silent.practice.code.clone(),
            name: silent.practice.name.to_owned(),
            last_week: silent.last_week,
        })
        .collect();
    waiting.sort_by(|one, other| {
        (one.last_week, &one.name, &one.practice).cmp(&(other.last_week, &other.name, &other.practice))
    });
    waiting
}

fn count_heard(folded: &[Folded<'_>]) -> Heard {
    let count = |test: fn(&Folded<'_>) -> bool| {
        u32::try_from(folded.iter().filter(|practice| test(practice)).count()).unwrap_or(u32::MAX)
    };
    let patients = |test: fn(&Folded<'_>) -> bool| {
        folded
            .iter()
            .filter(|practice| test(practice))
            .fold(0_u64, |sum, folded| sum.saturating_add(folded.practice.patients.into()))
    };
    Heard {
        practices: count(|practice| practice.voice.heard()),
        all: count(|_| true),
        sharing: count(|practice| practice.practice.shared.is_some()),
        patients: patients(|practice| practice.voice.heard()),
        patients_all: patients(|_| true),
        this_week: count(|practice| practice.voice == Voice::InTheWeek),
        silent: count(|practice| practice.silent),
    }
}

fn item_status(
    ask: &Ask<'_>,
    item: &Item,
    at: usize,
    folded: &[Folded<'_>],
    released: &[(&Content, &Area)],
) -> ItemStatus {
    let acts = |flags: &[bool]| flags.get(at).copied().unwrap_or(false);
    let coverage = coverage(folded.iter().map(|practice| coverage::Voice {
        patients: practice.practice.patients,
        acting: practice.heard().then(|| acts(&practice.acting)),
    }));
    let counted_then = trend::counts(item, ask.since);
    let acted = folded.iter().filter(|practice| acts(&practice.acted)).count();
    ItemStatus {
        code: item.code.clone(),
        title: item.area_title.clone(),
        coverage,
        change: counted_then
            .then(|| i64::from(coverage.acting).saturating_sub(i64::try_from(acted).unwrap_or(i64::MAX))),
        trend: trend::trend(ask.on, item, at, folded),
        held: held(released, item),
    }
}

/// The rows of the area's ICBs in the release.
fn released<'a>(ask: &Ask<'a>, practices: &[AreaPractice<'_>]) -> Vec<(&'a Content, &'a Area)> {
    let icbs: BTreeSet<&OrgCode> = practices.iter().filter_map(|practice| practice.icb.map(|(code, _)| code)).collect();
    let mut rows: Vec<(&Content, &Area)> = Vec::new();
    let Some(content) = ask.held else {
        return rows;
    };
    for area in icbs.iter().filter_map(|icb| content.area(AreaKind::Icb, icb.as_str())) {
        if !rows.iter().any(|(_, known)| known.code == area.code) {
            rows.push((content, area));
        }
    }
    rows
}

fn held(rows: &[(&Content, &Area)], item: &Item) -> Vec<Holding> {
    let of = rows.iter().filter_map(|(content, area)| {
        Some(Holding {
            name: area.name.clone(),
            practices: area.practices,
            figure: area.figure(item.code.as_str())?.clone(),
            release: content.number,
        })
    });
    of.collect()
}

/// Names are grouped without regard to case, and shown as most practices write them.
fn ending(folded: &[Folded<'_>]) -> Vec<EndingNotice> {
    type Group<'a> = (BTreeMap<&'a str, u32>, Vec<LocalDate>);
    let mut groups: BTreeMap<(&ItemCode, String), Group<'_>> = BTreeMap::new();
    for end in folded.iter().flat_map(|practice| &practice.ends) {
        let (spellings, days) = groups.entry((end.item, end.name.to_lowercase())).or_default();
        let times = spellings.entry(end.name).or_default();
        *times = times.saturating_add(1);
        days.push(end.day);
    }
    let mut ending: Vec<EndingNotice> = groups
        .into_values()
        .filter_map(|(spellings, days)| {
            let name = spellings.iter().max_by_key(|(_, times)| **times)?.0;
            Some(EndingNotice {
                name: (*name).to_owned(),
                practices: u32::try_from(days.len()).unwrap_or(u32::MAX),
                first: days.iter().min().copied()?,
                last: days.iter().max().copied()?,
            })
        })
        .collect();
    ending
        .sort_by(|one, other| (one.first, other.practices, &one.name).cmp(&(other.first, one.practices, &other.name)));
    ending
}
