//! T1: what linear programs prove about a cell, and the same programs against the NHS rule.
//!
//! The attacker is given more than is published: the exact integers of a cell's series over a whole year in which nobody
//! changes. Every sum that is published is a function of these, so no program over more areas can prove more.

use headroom::domain::disclosure::{Key, noisy};

use super::{
    dice::Dice,
    method::{SIGMA, YEAR, margin, memory, number, real, whole},
    simplex::Program,
    world::{cut, invented, period},
};

/// What is proved about a count: at least, at most.
type Proved = (i64, i64);

/// The count of a cell of `n` practices behind these values; nothing where none fits.
fn proved(n: u32, values: &[i64]) -> Option<Proved> {
    // One count, and a Gaussian for each release, each moved up by the most it can be.
    let most = 9.0 * SIGMA;
    let f = memory(values.len());
    let mut program = Program::new(1 + values.len());
    let coded = n - margin(n);
    let mut count = vec![0.0; 1 + values.len()];
    count[0] = 1.0;
    program.between(&count, 0.0, f64::from(coded));
    for (t, value) in values.iter().enumerate() {
        let mut row = count.clone();
        let mut moved = 0.0;
        for j in 0..=t {
            row[1 + j] = f[t - j];
            moved += f[t - j] * most;
        }
        program.between(&row, real(*value) - 0.5 + moved, real(*value) + 0.5 + moved);
        let mut own = vec![0.0; 1 + values.len()];
        own[1 + t] = 1.0;
        program.between(&own, 0.0, 2.0 * most);
    }
    let (low, high) = program.bounds(&count)?;
    let (low, high) = (whole((low - 1e-6).ceil()), whole((high + 1e-6).floor()));
    // A count at the top-code may be any above it.
    let top = if high >= i64::from(coded) { i64::from(n) } else { high };
    Some((low, top))
}

/// Whether it is more than may be proved.
fn is_broken(n: u32, (low, high): Proved) -> bool {
    let least = 11.min(i64::from(n) + 1);
    high - low + 1 < least || low > i64::from(n) - i64::from(margin(n)) || high <= 0
}

#[test]
fn programs_prove_nothing_about_a_cell() {
    let (mut programs, mut narrowest) = (0, f64::INFINITY);
    for hierarchy in 0..super::hierarchies() {
        let mut dice = Dice(u64::from(hierarchy) + 1_000);
        let key = Key::new(dice.key());
        for cell in cut(period(1), &invented(hierarchy).before, None).cells {
            let n = cell.practices;
            let acting = [0, 1, n / 2, n - 1, n][usize::try_from(dice.between(0, 4)).unwrap()];
            let coded = acting.min(n - margin(n));
            let releases = 1..=u32::try_from(YEAR).unwrap();
            let values: Vec<i64> = releases.map(|t| noisy(&key, "item-1", &cell.id, t, coded)).collect();
            let (low, high) = proved(n, &values).unwrap();
            assert!(!is_broken(n, (low, high)), "{} of {n}: {low} to {high}", cell.id);
            assert!((low..=high).contains(&i64::from(acting)), "it leaves out the truth");
            programs += 2;
            narrowest = narrowest.min(real(high - low + 1) / (f64::from(n) + 1.0).min(11.0));
        }
    }
    println!(
        "T1: {programs} programs over a year each, 0 facts proved, no bound that leaves out the truth; the narrowest is \
         {narrowest:.1} times what it must be"
    );
}

/// What the NHS rule shows of a count: zero, hidden from 1 to 7, to the nearest five.
fn nhs(count: u32) -> (f64, f64) {
    match count {
        0 => (0.0, 0.0),
        1..=7 => (1.0, 7.0),
        _ => {
            let shown = f64::from((count + 2) / 5 * 5);
            ((shown - 2.0).max(8.0), shown + 2.0)
        }
    }
}

#[test]
fn the_nhs_rule_falls_to_the_same_programs() {
    let mut seeds = 0;
    let (mut facts, mut broken) = (0_u32, 0_u32);
    for seed in 0..5_u64 {
        let mut dice = Dice(seed + 700);
        let before = broken;
        for _ in 0..5 {
            // Two ICBs that two LMCs cross, fourteen series, every release alone.
            let sizes: Vec<u32> = (0..4).map(|_| dice.between(10, 40)).collect();
            for _ in 0..super::method::SERIES {
                let uptake = [0.02, 0.15, 0.4, 0.6, 0.85, 0.98][usize::try_from(dice.between(0, 5)).unwrap()];
                let counts: Vec<u32> = sizes.iter().map(|n| dice.of(*n, uptake)).collect();
                let mut program = Program::new(4);
                for (at, n) in sizes.iter().enumerate() {
                    let mut own = vec![0.0; 4];
                    own[at] = 1.0;
                    program.between(&own, 0.0, f64::from(*n));
                }
                for area in [vec![0_usize, 1], vec![2, 3], vec![0, 2], vec![1, 3], vec![0, 1, 2, 3]] {
                    let mut row = vec![0.0; 4];
                    for at in &area {
                        row[*at] = 1.0;
                    }
                    let (low, high) = nhs(area.iter().map(|at| counts[*at]).sum());
                    program.between(&row, low, high);
                }
                for (at, n) in sizes.iter().enumerate() {
                    let mut own = vec![0.0; 4];
                    own[at] = 1.0;
                    let (low, high) = program.bounds(&own).unwrap();
                    let (low, high) = (whole((low - 1e-6).ceil()), whole((high + 1e-6).floor()));
                    broken += u32::from(is_broken(*n, (low, high)));
                    if high == 0 || low == i64::from(*n) {
                        facts += n;
                    }
                }
            }
        }
        seeds += u32::from(broken > before);
    }
    println!(
        "T9, the NHS rule: broken in {seeds} of 5 seeds (4): {broken} of {} cells too narrow, {facts} facts about practices proved",
        number(5 * 5 * 14 * 4)
    );
    assert!(seeds >= 4 && facts > 0);
}
