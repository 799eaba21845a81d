//! What protection costs a reader: the real frame at the uptake that was seen, each displayed number against the truth.

use std::collections::BTreeMap;

use headroom::domain::disclosure::{
    self, AreaKind, Content, Frame, FramePractice, Key, Series, publish,
};

use super::{
    behaviour::{PERIODS, period},
    world::{Dice, World},
};

/// Practices in a thousand that act, item by item: the shares published between August 2024 and 2026 (46% acting at
/// first, 70% in the autumn, 61% without GP Connect, limiting by 20%, then 41%, then 42%).
const UPTAKE: [usize; 12] = [420, 460, 700, 610, 410, 200, 420, 460, 700, 610, 410, 200];
/// Notices go out in waves: of an LMC that coordinates one, so many in a thousand.
const WAVES: [usize; 3] = [900, 820, 650];
/// Areas differ by so many in a thousand either way.
const SPREAD: usize = 150;

/// Counts of one item, by atom.
fn acting(frame: &Frame, uptake: usize, waves: bool, dice: &mut Dice) -> Vec<u32> {
    let atoms = frame.atoms.iter();
    let counts = atoms.map(|atom| {
        let usual = (uptake + dice.between(0, 2 * SPREAD)).saturating_sub(SPREAD);
        let wave = waves && dice.chance(250);
        let of = if wave {
            WAVES[dice.between(0, 2)]
        } else {
            usual
        };
        let acts = (0..atom.practices).filter(|_| dice.chance(of));
        u32::try_from(acts.count()).unwrap()
    });
    counts.collect()
}

/// Of the areas of one kind: each error of a shown number in practices, the truth beside it, and how many are hidden.
fn errors(
    content: &Content,
    frame: &Frame,
    truth: &BTreeMap<String, Vec<u32>>,
    kind: AreaKind,
) -> (Vec<(u32, u32)>, usize) {
    let mut shown = Vec::new();
    let mut hidden = 0;
    for area in content.areas.iter().filter(|area| area.kind == kind) {
        let inside = frame.atoms_of(kind, &area.code);
        for figure in &area.figures {
            let count: u32 = inside.iter().map(|at| truth[&figure.series][*at]).sum();
            match figure.shown.about() {
                Some(about) => shown.push((about.abs_diff(count), count)),
                None => hidden += 1,
            }
        }
    }
    (shown, hidden)
}

#[test]
fn figures_of_the_real_frame_are_near_enough_to_plan_on() {
    let world = World::real();
    let practices: Vec<FramePractice> = world
        .practices
        .iter()
        .filter(|one| one.region != "Y9D")
        .map(|one| FramePractice {
            code: one.code.clone(),
            icb: one.now.icb.parse().unwrap(),
            lmc: Some(one.now.lmc.parse().unwrap()),
            region: Some(one.region.parse().unwrap()),
        })
        .collect();
    let frame = disclosure::cut(2026, &practices, BTreeMap::new(), Vec::new());
    let series: Vec<Series> = (0..UPTAKE.len())
        .map(|n| Series {
            code: format!("item-{n}"),
            title: format!("Item {n}"),
        })
        .collect();
    let mut dice = Dice(20_261_122);
    let mut boards = Vec::new();
    let (mut hidden, mut england) = (0, Vec::new());
    for at in 0..PERIODS - 1 {
        let truth: BTreeMap<String, Vec<u32>> = series
            .iter()
            .zip(UPTAKE)
            .enumerate()
            .map(|(n, (series, uptake))| {
                let counts = acting(&frame, uptake, n % 4 == 2, &mut dice);
                (series.code.clone(), counts)
            })
            .collect();
        let number = u32::try_from(at + 1).unwrap();
        let key = Key::new([26; 32]);
        let content = publish(number, period(at), &frame, &key, &series, &truth);
        let (shown, dark) = errors(&content, &frame, &truth, AreaKind::Icb);
        boards.extend(shown.into_iter().map(|(error, _)| error));
        hidden += dark;
        england.extend(errors(&content, &frame, &truth, AreaKind::England).0);
    }
    boards.sort_unstable();
    let all = boards.len() + hidden;
    let number = |n: usize| f64::from(u32::try_from(n).unwrap());
    let mean = f64::from(boards.iter().sum::<u32>()) / number(boards.len());
    let most = boards[boards.len() * 95 / 100];
    let dark = 100.0 * number(hidden) / number(all);
    let off = england
        .iter()
        .map(|(error, count)| 100.0 * f64::from(*error) / f64::from(*count))
        .fold(0.0, f64::max);
    println!(
        "utility of the real frame, {} practices, {all} cells of ICB × item × period: mean error {mean:.2} practices \
         (4), 95 of 100 within {most} (12), {dark:.1}% hidden (12%); England within {off:.1}% (5%)",
        practices.len()
    );
    assert_eq!(all, 36 * 12 * 13);
    assert!(mean <= 4.0 && most <= 12 && dark <= 12.0 && off <= 5.0);
}
