//! How an item went, week by week, as far as is known today.

use std::collections::BTreeMap;

use entity::ids::{ItemCode, LocalDate, SubjectId};

use super::{Ask, Shared, TrendPoint, folded::Folded, heard::days};
use crate::domain::{
    action::{self, StatusRow, SubjectStatus, Trust},
    calendar,
    catalogue::Item,
};

/// Whether an item counted on a day.
pub(super) fn counts(item: &Item, day: LocalDate) -> bool {
    item.exists_on(day) && action::may_leave(item, day)
}

/// One item's trend, oldest first, each point under the Friday of its week.
pub(super) fn trend(on: LocalDate, item: &Item, at: usize, folded: &[Folded<'_>]) -> Vec<TrendPoint> {
    let mut points: Vec<TrendPoint> = days(on)
        .enumerate()
        .filter(|(_, day)| counts(item, *day))
        .map(|(week, day)| {
            let then = folded.iter().filter_map(|practice| practice.then.get(week));
            let heard = then.filter(|then| then.voice.heard());
            let none = TrendPoint { week_ending: calendar::week_ending(day), acting: 0, heard: 0 };
            heard.fold(none, |sum, then| {
                let acts = then.acting.get(at) == Some(&true);
                TrendPoint {
                    acting: sum.acting.saturating_add(u32::from(acts)),
                    heard: sum.heard.saturating_add(1),
                    ..sum
                }
            })
        })
        .collect();
    points.reverse();
    points
}

pub(super) type Standings<'a> = BTreeMap<(ItemCode, Option<SubjectId>), SubjectStatus<'a>>;

pub(super) fn acting(items: &[&Item], standings: &Standings<'_>) -> Vec<bool> {
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

/// On which items one practice acted, day by day. A register stands still between the days its rows name, so few days
/// are folded.
pub(super) struct Acting<'a> {
    ask: &'a Ask<'a>,
    items: &'a [&'a Item],
    shared: &'a Shared,
    known: BTreeMap<LocalDate, Vec<bool>>,
}

impl<'a> Acting<'a> {
    /// From what is known of the day that is asked about.
    pub(super) fn new(ask: &'a Ask<'a>, items: &'a [&'a Item], shared: &'a Shared, today: Vec<bool>) -> Self {
        Self { ask, items, shared, known: BTreeMap::from([(ask.on, today)]) }
    }

    /// By item: acting on a day.
    pub(super) fn on(&mut self, day: LocalDate) -> Vec<bool> {
        if !self.shared.open.open(day) {
            return vec![false; self.items.len()];
        }
        let near = self.known.range(day..).next();
        if let Some((later, flags)) = near
            && !self.shared.rows.iter().any(|row| moves(row, day, *later))
        {
            return flags.clone();
        }
        let (rows, known_at) = (&self.shared.rows, self.ask.known_at);
        let standings = action::standings(rows, day, known_at, Trust::AlsoUnanswered);
        let flags = acting(self.items, &standings);
        self.known.insert(day, flags.clone());
        flags
    }
}

/// Whether a row is about a day after the first and up to the last one: it holds from then, or notice was served then.
fn moves(row: &StatusRow, first: LocalDate, last: LocalDate) -> bool {
    let within = |day: LocalDate| first < day && day <= last;
    within(row.change.effective_on) || row.change.notice_served_on.is_some_and(within)
}
