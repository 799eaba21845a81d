//! T4 on what is displayed: a reader of pages knows less than one of exact values, who is attacked in [`super::insider`].

use super::{
    dice::Dice,
    insider::{noise, percent, right, squared, stays},
    method::{Cell, Display, SERIES, SIGMA, YEAR, cumulative, display, margin, memory, number, real, undone},
};

/// How far from the counts of a cell a value can be.
const FAR: i64 = 60;

/// A cell of so many practices of which the insider knows that so many act, or one more.
#[derive(Clone, Copy)]
struct Case {
    practices: u32,
    acting: u32,
}

impl Case {
    fn coded(self, more: u32) -> i64 {
        i64::from((self.acting + more).min(self.practices - margin(self.practices)))
    }

    fn seen(self, value: i64, t: usize) -> Display {
        display(&[Cell { value, practices: self.practices, t }])
    }

    /// Everything the t-th release can show, and for each a number that the insider takes from the values that fit it.
    fn table(self, t: usize, of: impl Fn(&[i64]) -> f64) -> Vec<(Display, f64)> {
        let mut table: Vec<(Display, Vec<i64>)> = Vec::new();
        for value in -FAR..=i64::from(self.practices) + FAR {
            let shown = self.seen(value, t);
            match table.iter_mut().find(|(known, _)| *known == shown) {
                Some((_, values)) => values.push(value),
                None => table.push((shown, vec![value])),
            }
        }
        let table = table.into_iter();
        table.map(|(shown, values)| (shown, of(&values))).collect()
    }

    /// The log of how much likelier one more makes it that the first release shows one of these.
    fn odds(self, values: &[i64]) -> f64 {
        let chance = |more: u32| -> f64 {
            let from = |value: i64, end: f64| cumulative((real(value - self.coded(more)) + end) / SIGMA);
            values.iter().map(|value| from(*value, 0.5) - from(*value, -0.5)).sum()
        };
        (chance(1).max(1e-300) / chance(0).max(1e-300)).ln()
    }

    /// One release of all series: the best guess there is.
    fn one_release(self, dice: &mut Dice, worlds: u32) -> f64 {
        let table = self.table(1, |values| self.odds(values));
        let hits = (0..worlds).filter(|world| {
            let acts = world % 2;
            let odds = (0..SERIES).map(|_| {
                let shown = self.seen(noise(dice, &[1.0])[0] + self.coded(acts), 1);
                table.iter().find(|(known, _)| *known == shown).unwrap().1
            });
            (odds.sum::<f64>() > 0.0) == (acts == 1)
        });
        number(hits.count()) / f64::from(worlds)
    }

    /// A year of all series: the middle of what fits is taken for the value.
    fn year(self, dice: &mut Dice, worlds: u32) -> f64 {
        let middle = |values: &[i64]| values.iter().map(|value| real(*value)).sum::<f64>() / number(values.len());
        let tables: Vec<_> = (1..=YEAR).map(|t| self.table(t, middle)).collect();
        let (memory, difference) = (memory(YEAR), undone(&stays(YEAR)));
        let half = f64::from(SERIES) * squared(&stays(YEAR)) / 2.0;
        let hits = (0..worlds).filter(|world| {
            let acts = world % 2;
            let evidence = (0..SERIES).map(|_| {
                let noise = noise(dice, &memory);
                let values = noise.iter().zip(&tables).enumerate().map(|(at, (z, table))| {
                    let shown = self.seen(z + self.coded(acts), at + 1);
                    table.iter().find(|(known, _)| *known == shown).unwrap().1 - real(self.coded(0))
                });
                let gaussians = undone(&values.collect::<Vec<f64>>());
                gaussians.iter().zip(&difference).map(|(g, d)| g * d).sum::<f64>() / SIGMA.powi(2)
            });
            (evidence.sum::<f64>() > half) == (acts == 1)
        });
        number(hits.count()) / f64::from(worlds)
    }
}

#[test]
fn what_is_displayed_tells_no_more_than_exact_values() {
    let mut dice = Dice(50);
    for (practices, acting) in [(50, 20), (170, 60), (170, 8), (50, 44), (50, 45)] {
        let case = Case { practices, acting };
        let found = [(1, 2_000, case.one_release(&mut dice, 2_000)), (YEAR, 200, case.year(&mut dice, 200))];
        for (releases, worlds, found) in found {
            let exact = right(f64::from(SERIES) * squared(&stays(releases)));
            let error = (exact * (1.0 - exact) / f64::from(worlds)).sqrt();
            println!(
                "T4, displayed, {acting} or one more of {practices}, {releases} releases, all series: right in {:.1}% \
                 (exact values {:.1}%)",
                percent(found),
                percent(exact)
            );
            assert!(found < exact + 3.0 * error);
        }
    }
}
