//! From practices to the area: each practice is read once, then everything is a sum.

use std::collections::BTreeMap;

use entity::ids::{ItemCode, LocalDate, OrgCode, SubjectId};

use super::{
    AreaStatus, Ask, Capacity, ClinicianDays, CountedDay, ENDING_DAYS, Ending, FEW, Heard, Held,
    ItemStatus, NetworkStatus, Practice, SILENT_DAYS, Shared, WEEKS,
};
use crate::domain::{
    action::{self, Standing, Trust},
    calendar,
    catalogue::Item,
    coverage::{Voice, coverage},
    disclosure::AreaKind,
    limit::PracticeDay,
};

/// What one practice adds.
struct Folded<'a> {
    practice: &'a Practice<'a>,
    heard: bool,
    this_week: bool,
    silent: bool,
    /// By item: acting on the day.
    acting: Vec<bool>,
    /// By item: acting on the earlier day.
    acted: Vec<bool>,
    ends: Vec<End<'a>>,
    days: &'a [CountedDay],
}

struct End<'a> {
    item: &'a ItemCode,
    name: &'a str,
    day: LocalDate,
}

/// Puts an area together. `practices` are all of it, those that do not share included.
pub fn assemble(ask: &Ask<'_>, practices: &[Practice<'_>]) -> AreaStatus {
    let items: Vec<&Item> = ask
        .catalogue
        .items_on(ask.on)
        .filter(|item| action::may_leave(item, ask.on))
        .collect();
    let folded: Vec<Folded<'_>> = practices
        .iter()
        .map(|practice| fold(ask, &items, practice))
        .collect();
    let heard = heard(&folded);
    AreaStatus {
        lmc: ask.lmc.clone(),
        on: ask.on,
        week_ending: calendar::week_ending(ask.on),
        since: ask.since,
        items: items
            .iter()
            .enumerate()
            .map(|(at, item)| item_status(ask, item, at, &folded, heard))
            .collect(),
        networks: networks(&folded, items.len()),
        ending: ending(&folded),
        capacity: capacity(ask.on, &folded),
        days: over(folded.iter().flat_map(|practice| practice.days)),
        weeks: weeks(ask.on, &folded),
        heard,
    }
}

/// The Monday on which the weeks that are shown begin.
pub fn first_day(on: LocalDate) -> LocalDate {
    calendar::week_ending(on)
        .minus_days(7_u64.saturating_mul(WEEKS.saturating_sub(1)))
        .minus_days(4)
}

fn fold<'a>(ask: &Ask<'_>, items: &[&'a Item], practice: &'a Practice<'a>) -> Folded<'a> {
    let Some(shared) = practice.shared else {
        return Folded {
            practice,
            heard: false,
            this_week: false,
            silent: false,
            acting: vec![false; items.len()],
            acted: vec![false; items.len()],
            ends: Vec::new(),
            days: &[],
        };
    };
    let week = calendar::week_ending(ask.on);
    let last = shared.last_week(ask.known_at);
    let standings = |on| action::standings(&shared.rows, on, ask.known_at, Trust::AlsoUnanswered);
    let (now, then) = (standings(ask.on), standings(ask.since));
    Folded {
        practice,
        heard: last.is_some(),
        this_week: shared.answered || shared.recorded_weeks(ask.known_at).any(|w| w == week),
        silent: last.is_some_and(|last| week.days_since(last) > SILENT_DAYS),
        acting: acting(items, &now),
        acted: acting(items, &then),
        ends: ends(ask, items, shared, &now),
        days: &shared.days,
    }
}

type Standings<'a> = BTreeMap<(ItemCode, Option<SubjectId>), Standing<'a>>;

fn acting(items: &[&Item], standings: &Standings<'_>) -> Vec<bool> {
    let mut acting = vec![false; items.len()];
    for ((code, _), _) in standings.iter().filter(|(_, standing)| standing.acting()) {
        if let Some(at) = items.iter().position(|item| item.code == *code)
            && let Some(slot) = acting.get_mut(at)
        {
            *slot = true;
        }
    }
    acting
}

/// Named services on which notice was served and whose last day is near.
fn ends<'a>(
    ask: &Ask<'_>,
    items: &[&'a Item],
    shared: &'a Shared,
    standings: &Standings<'_>,
) -> Vec<End<'a>> {
    let horizon = ask.on.plus_days(ENDING_DAYS);
    standings
        .iter()
        .filter_map(|((code, subject), standing)| {
            let day = standing.ends_on().filter(|day| *day <= horizon)?;
            let item = items
                .iter()
                .find(|item| item.code == *code && item.subject.is_service())?;
            let name = shared.subjects.get(subject.as_ref()?)?;
            Some(End {
                item: &item.code,
                name: name.trim(),
                day,
            })
        })
        .collect()
}

fn heard(folded: &[Folded<'_>]) -> Heard {
    let count = |test: fn(&Folded<'_>) -> bool| {
        u32::try_from(folded.iter().filter(|practice| test(practice)).count()).unwrap_or(u32::MAX)
    };
    let patients = |test: fn(&Folded<'_>) -> bool| {
        folded
            .iter()
            .filter(|practice| test(practice))
            .fold(0_u64, |sum, folded| {
                sum.saturating_add(folded.practice.patients.into())
            })
    };
    Heard {
        practices: count(|practice| practice.heard),
        all: count(|_| true),
        sharing: count(|practice| practice.practice.shared.is_some()),
        patients: patients(|practice| practice.heard),
        patients_all: patients(|_| true),
        this_week: count(|practice| practice.this_week),
        silent: count(|practice| practice.silent),
    }
}

fn item_status(
    ask: &Ask<'_>,
    item: &Item,
    at: usize,
    folded: &[Folded<'_>],
    heard: Heard,
) -> ItemStatus {
    let acts = |flags: &[bool]| flags.get(at).copied().unwrap_or(false);
    let coverage = coverage(folded.iter().map(|practice| Voice {
        patients: practice.practice.patients,
        acting: practice.heard.then(|| acts(&practice.acting)),
    }));
    let counted_then = item.exists_on(ask.since) && action::may_leave(item, ask.since);
    let acted = folded
        .iter()
        .filter(|practice| acts(&practice.acted))
        .count();
    ItemStatus {
        code: item.code.clone(),
        title: item.area_title.clone(),
        coverage,
        change: counted_then.then(|| {
            i64::from(coverage.acting).saturating_sub(i64::try_from(acted).unwrap_or(i64::MAX))
        }),
        held: held(ask, item, heard),
    }
}

/// A protected figure beside a true one tells on the practices in the difference, unless there are enough of them.
fn held(ask: &Ask<'_>, item: &Item, heard: Heard) -> Held {
    let figure = ask.held.and_then(|content| {
        let figure = content
            .area(AreaKind::Lmc, ask.lmc.as_str())?
            .figure(item.code.as_str())?;
        Some((figure.shown, content.number))
    });
    let not_sharing = heard.all.saturating_sub(heard.sharing);
    match figure {
        None => Held::Nothing,
        Some(_) if (1..=FEW).contains(&not_sharing) => Held::FewNotSharing,
        Some((shown, release)) => Held::Figure { shown, release },
    }
}

fn networks(folded: &[Folded<'_>], items: usize) -> Vec<NetworkStatus> {
    let mut found: BTreeMap<Option<&OrgCode>, NetworkStatus> = BTreeMap::new();
    for practice in folded {
        let network = practice.practice.network;
        let code = network.map(|(code, _)| code);
        let sum = found.entry(code).or_insert_with(|| NetworkStatus {
            code: code.cloned(),
            name: network.map_or_else(|| "No network".to_owned(), |(_, name)| name.to_owned()),
            heard: 0,
            all: 0,
            acting: vec![0; items],
            days: ClinicianDays::default(),
        });
        sum.all = sum.all.saturating_add(1);
        sum.heard = sum.heard.saturating_add(u32::from(practice.heard));
        for (total, acts) in sum.acting.iter_mut().zip(&practice.acting) {
            *total = total.saturating_add(u32::from(*acts));
        }
        sum.days = sum.days.plus(over(practice.days));
    }
    let mut networks: Vec<NetworkStatus> = found.into_values().collect();
    networks.sort_by(|one, other| {
        (one.code.is_none(), &one.name, &one.code).cmp(&(
            other.code.is_none(),
            &other.name,
            &other.code,
        ))
    });
    networks
}

/// Names are grouped without regard to case, and shown as most practices write them.
fn ending(folded: &[Folded<'_>]) -> Vec<Ending> {
    type Group<'a> = (BTreeMap<&'a str, u32>, Vec<LocalDate>);
    let mut groups: BTreeMap<(&ItemCode, String), Group<'_>> = BTreeMap::new();
    for end in folded.iter().flat_map(|practice| &practice.ends) {
        let (spellings, days) = groups
            .entry((end.item, end.name.to_lowercase()))
            .or_default();
        let times = spellings.entry(end.name).or_default();
        *times = times.saturating_add(1);
        days.push(end.day);
    }
    let mut ending: Vec<Ending> = groups
        .into_values()
        .filter_map(|(spellings, days)| {
            let name = spellings.iter().max_by_key(|(_, times)| **times)?.0;
            Some(Ending {
                name: (*name).to_owned(),
                practices: u32::try_from(days.len()).unwrap_or(u32::MAX),
                first: days.iter().min().copied()?,
                last: days.iter().max().copied()?,
            })
        })
        .collect();
    ending.sort_by(|one, other| {
        (one.first, other.practices, &one.name).cmp(&(other.first, one.practices, &other.name))
    });
    ending
}

fn capacity(on: LocalDate, folded: &[Folded<'_>]) -> Capacity {
    let today = folded.iter().flat_map(|practice| practice.days);
    today
        .filter(|day| day.day() == on)
        .fold(Capacity::default(), |sum, day| {
            let (one, other) = (sum.sum, day.sum());
            Capacity {
                practices: sum.practices.saturating_add(1),
                sum: PracticeDay {
                    clinicians: one.clinicians.saturating_add(other.clinicians),
                    counted: one.counted.saturating_add(other.counted),
                    limit: one.limit.saturating_add(other.limit),
                    left: one.left.saturating_add(other.left),
                    full: one.full.saturating_add(other.full),
                },
            }
        })
}

fn weeks(on: LocalDate, folded: &[Folded<'_>]) -> Vec<(LocalDate, ClinicianDays)> {
    let last = calendar::week_ending(on);
    (0..WEEKS)
        .rev()
        .map(|back| last.minus_days(back.saturating_mul(7)))
        .map(|week| {
            let days = folded.iter().flat_map(|practice| practice.days);
            let days = days.filter(|day| calendar::week_ending(day.day()) == week);
            (week, over(days))
        })
        .collect()
}

fn over<'a>(days: impl IntoIterator<Item = &'a CountedDay>) -> ClinicianDays {
    days.into_iter().fold(ClinicianDays::default(), |sum, day| {
        sum.plus(ClinicianDays {
            over: day.over(),
            counted: day.sum().clinicians,
        })
    })
}

impl ClinicianDays {
    fn plus(self, other: Self) -> Self {
        Self {
            over: self.over.saturating_add(other.over),
            counted: self.counted.saturating_add(other.counted),
        }
    }
}
