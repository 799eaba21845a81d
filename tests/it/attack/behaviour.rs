//! Invented behaviour: what each practice does in each period, and what an insider knows of it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{
    action_status,
    ids::{LocalDate, StatusId},
};
use headroom::{
    domain::disclosure::{Period, top_margin},
    store::demo,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::world::{Atom, Dice, World};
use crate::support::databases::TestDb;

/// Thirteen of the first year and the first of the next.
pub(super) const PERIODS: usize = 14;
/// Series in which practices begin and stop.
const CHURNING: [&str; 2] = ["safe-contact-limit", "advice-and-guidance"];
/// Series in which nobody changes for a year, the attacker's dream.
const STEADY: [&str; 2] = ["voluntary-services", "referral-rationing"];
/// Series in which all practices of an atom act, or all but the top-coding margin.
const LEVEL: [&str; 4] = [
    "dsa-withdraw",
    "dsa-freeze",
    "medicines-optimisation-software",
    "pilot-programmes",
];

/// From so many practices of a region on, the attacker takes one series of each sort.
const LARGE: usize = 500;

/// Whether a practice acts, period by period.
type Life = [bool; PERIODS];

/// All that was invented.
pub(super) struct Behaviour {
    /// By series, then practice as in the world.
    acting: BTreeMap<&'static str, Vec<Life>>,
    /// Practices an insider asks about: series, practice, atom.
    asked: Vec<(&'static str, usize, usize)>,
    /// Whether all of the atom act: series, atom.
    level: Vec<(&'static str, usize, bool)>,
}

impl Behaviour {
    pub(super) fn invent(world: &World, atoms: &[Atom], seed: u64) -> Self {
        let mut dice = Dice(seed ^ 0xba5e_ba11);
        let mut this = Self {
            acting: BTreeMap::new(),
            asked: Vec::new(),
            level: Vec::new(),
        };
        for series in CHURNING.into_iter().chain(STEADY) {
            let change = if STEADY.contains(&series) { 0 } else { 40 };
            let mut lives = vec![[false; PERIODS]; world.practices.len()];
            for (at, atom) in atoms.iter().enumerate() {
                // Some areas are quiet, some nearly unanimous, as real ones are.
                let uptake = [20, 150, 400, 600, 850, 980][dice.between(0, 5)];
                for practice in &atom.members {
                    lives[*practice] = life(uptake, change, &mut dice);
                }
                // The one nobody knows about is a coin, and stays what it is.
                let asked = atom.members[dice.between(0, atom.members.len() - 1)];
                lives[asked] = [dice.chance(500); PERIODS];
                this.asked.push((series, asked, at));
            }
            this.acting.insert(series, lives);
        }
        for series in LEVEL {
            let mut lives = vec![[false; PERIODS]; world.practices.len()];
            for (at, atom) in atoms.iter().enumerate() {
                let all = dice.chance(500);
                let n = u32::try_from(atom.members.len()).unwrap();
                let idle = if all { 0 } else { top_margin(n) };
                for practice in atom.members.iter().skip(idle.try_into().unwrap()) {
                    lives[*practice] = [true; PERIODS];
                }
                this.level.push((series, at, all));
            }
            this.acting.insert(series, lives);
        }
        this
    }

    /// Writes it as the register would have, had each practice recorded it ten days before the release.
    pub(super) async fn store(&self, world: &World, test: &TestDb) {
        let mut rows = Vec::new();
        for (series, lives) in &self.acting {
            for (practice, life) in world.practices.iter().zip(lives) {
                let mut stands = false;
                for (at, acts) in life.iter().enumerate() {
                    if *acts != stands {
                        stands = *acts;
                        let day = period(at).published_on().minus_days(10);
                        rows.push(row(practice.code.clone(), series, *acts, day));
                    }
                }
            }
        }
        demo::add::<action_status::Model>(test.db.schema(), rows)
            .await
            .unwrap();
    }

    /// What an insider knows who knows everything but the practice, or the atom, in question.
    pub(super) fn insider(&self, world: &World, atoms: &[Atom]) -> Value {
        let mut cases = Vec::new();
        for (n, (series, practice, atom)) in self.asked.iter().enumerate() {
            let mut case = self.known(world, atoms, *atom, series, |other| other != *practice);
            case["id"] = json!(format!("one-{n}"));
            case["kind"] = json!("one");
            case["practice"] = json!(world.practices[*practice].code.as_str());
            cases.push(case);
        }
        for (n, (series, atom, _)) in self.level.iter().enumerate() {
            let mut case = self.known(world, atoms, *atom, series, |other| {
                !atoms[*atom].members.contains(&other)
            });
            case["id"] = json!(format!("level-{n}"));
            case["kind"] = json!("level");
            cases.push(case);
        }
        let unchanged: Vec<&str> = STEADY.into_iter().chain(LEVEL).collect();
        let large = world.regions.values().any(|region| region.len() > LARGE);
        let bounded = large.then_some([CHURNING[0], STEADY[0], LEVEL[0]]);
        if large {
            cases.retain(|case| {
                bounded
                    .iter()
                    .flatten()
                    .any(|series| case["series"] == *series)
            });
        }
        json!({ "unchanged": unchanged, "bounded": bounded, "cases": cases })
    }

    /// Counts by cell of the whole region, over those practices that are known.
    fn known(
        &self,
        world: &World,
        atoms: &[Atom],
        atom: usize,
        series: &str,
        is_known: impl Fn(usize) -> bool,
    ) -> Value {
        let region = &world.practices[atoms[atom].members[0]].region;
        let lives = &self.acting[series];
        let mut cells: BTreeMap<String, [u32; PERIODS]> = BTreeMap::new();
        for at in world.regions[region].iter().copied() {
            let practice = &world.practices[at];
            let cell = format!("{}|{}", practice.now.icb, practice.now.lmc);
            let sums = cells.entry(cell).or_default();
            if is_known(at) {
                for (sum, acts) in sums.iter_mut().zip(lives[at]) {
                    *sum += u32::from(acts);
                }
            }
        }
        json!({ "series": series, "icb": atoms[atom].icb, "lmc": atoms[atom].lmc, "others": cells })
    }

    /// For the scorer alone.
    pub(super) fn truth(&self, world: &World) -> Value {
        let mut answers = BTreeMap::new();
        for (n, (series, practice, _)) in self.asked.iter().enumerate() {
            answers.insert(format!("one-{n}"), self.acting[series][*practice][0]);
        }
        for (n, (_, _, all)) in self.level.iter().enumerate() {
            answers.insert(format!("level-{n}"), *all);
        }
        let acting: BTreeMap<&str, BTreeMap<&str, String>> = self
            .acting
            .iter()
            .map(|(series, lives)| {
                let practices = world.practices.iter().zip(lives);
                let lives = practices.map(|(practice, life)| {
                    let bits = life.iter().map(|acts| if *acts { '1' } else { '0' });
                    (practice.code.as_str(), bits.collect())
                });
                (*series, lives.collect())
            })
            .collect();
        json!({ "answers": answers, "acting": acting })
    }
}

/// One practice's year.
fn life(uptake: usize, change: usize, dice: &mut Dice) -> Life {
    let mut acts = dice.chance(uptake);
    std::array::from_fn(|_| {
        if dice.chance(change) {
            acts = dice.chance(uptake);
        }
        acts
    })
}

/// The period of this place, from 0.
pub(super) fn period(at: usize) -> Period {
    std::iter::successors(Some(Period::FIRST), |period| Some(period.next()))
        .nth(at)
        .unwrap()
}

fn row(
    practice: entity::ids::OdsCode,
    series: &str,
    acts: bool,
    day: LocalDate,
) -> action_status::Model {
    let recorded_at: DateTime<Utc> = format!("{day}T10:00:00Z").parse().unwrap();
    action_status::Model {
        practice,
        id: StatusId(Uuid::now_v7()),
        item: series.parse().unwrap(),
        subject: None,
        status: if acts { "paused-since" } else { "restarted" }.to_owned(),
        effective_on: day,
        about: false,
        notice_served_on: None,
        decided_on: None,
        staff_told_on: None,
        edition: "england-2026-11".to_owned(),
        position: "permitted".to_owned(),
        guard_rail: "As shown that day.".to_owned(),
        entered_by: "practice".to_owned(),
        recorded_at,
        recorded_by: Uuid::nil(),
    }
}
