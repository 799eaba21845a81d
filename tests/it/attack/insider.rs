//! T4 and T6: somebody who knows what every other practice of the ICB does, in every period, and has no opinion of this one.
//!
//! Before display and after the memory is undone, two stories of the practice differ by a known sequence in independent
//! Gaussians, so the best guess is a likelihood ratio, right in Φ(d / 2) where d is the length of that sequence in standard
//! deviations, over all series together. What is displayed, when and whether, is a function of the exact values, so it cannot
//! help more. The closed form is held against the mechanism itself: the exact integers, and what they are displayed as.

use headroom::domain::disclosure::{Key, PROMISE, noisy};

use super::{
    dice::Dice,
    method::{Mechanism, SERIES, SIGMA, THREE_YEARS, YEAR, cumulative, memory, real, remembered, undone, whole},
};

/// What a practice does, release by release, in one stream of noise: 1 where it acts.
pub(super) type Life = Vec<f64>;

/// It joins before the first release and stays.
pub(super) fn stays(releases: usize) -> Life {
    vec![1.0; releases]
}

/// The square of the distance, in standard deviations, between a life and doing nothing.
pub(super) fn squared(life: &[f64]) -> f64 {
    undone(life).iter().map(|g| (g / SIGMA).powi(2)).sum()
}

/// How often the best guess is right.
pub(super) fn right(squared: f64) -> f64 {
    cumulative(squared.sqrt() / 2.0)
}

/// How often the insider is so sure.
fn sure(squared: f64, of: f64) -> f64 {
    let (d, odds) = (squared.sqrt(), (of / (1.0 - of)).ln());
    let beyond = |end: f64| cumulative((end - odds) / d);
    beyond(squared / 2.0) + beyond(-squared / 2.0)
}

pub(super) fn percent(share: f64) -> f64 {
    100.0 * share
}

/// The most that a practice gives away which joins once and leaves once, whenever, within so many releases.
fn out_again(releases: usize) -> (f64, usize) {
    let lives = (1..releases).map(|stay| {
        let mut life = stays(releases);
        life[stay..].fill(0.0);
        (squared(&life), stay)
    });
    lives.fold((0.0, 0), |most, one| if one.0 > most.0 { one } else { most })
}

/// The most that a practice gives away in a series that begins anew every April, as days over the limit do: it acts from the
/// same release of each year on.
fn anew(releases: usize) -> f64 {
    let lives = (0..YEAR).map(|late| {
        let life = (0..releases).map(|at| if at % YEAR < late { 0.0 } else { 1.0 });
        squared(&life.collect::<Life>())
    });
    lives.fold(0.0, f64::max)
}

/// Everything at once, in the worst case: fourteen series it joins and stays in; or the thirteen there are, one of which begins
/// anew every April.
fn at_once(releases: usize) -> f64 {
    let life = squared(&stays(releases));
    let series = f64::from(SERIES);
    (series * life).max((series - 2.0) * life + anew(releases))
}

#[test]
fn an_insider_guesses_no_better_than_is_promised() {
    let series = f64::from(SERIES);
    println!("T4, right in (target): closed form, exact values, best guess");
    for (releases, everything, one) in [(1, 74.0, 60.0), (YEAR, 81.0, 63.0), (THREE_YEARS, 83.0, 65.0)] {
        let life = squared(&stays(releases));
        let all = percent(right(at_once(releases)));
        let item = percent(right(2.0 * life));
        let sure = [0.95, 0.99].map(|of| percent(sure(at_once(releases), of)));
        println!(
            "  {releases} releases: everything at once {all:.1} ({everything}), 95% sure {:.1}, 99% sure {:.1} (7); one item \
             with has-recorded {item:.1} ({one})",
            sure[0], sure[1]
        );
        // The promise rounds to whole numbers.
        assert!(all <= everything && item < one + 0.5 && sure[1] <= 7.0);
        let over = percent(right(anew(releases) + life));
        println!("    days over the limit, anew each April, with has-recorded {over:.1}");
        let four = percent(right(5.0 * life));
        println!("    four items with has-recorded {four:.1}; five in step on one item {:.1}", {
            percent(right(50.0 * life))
        });
    }
    let (year, stay) = out_again(YEAR);
    let (years, _) = out_again(THREE_YEARS);
    let [year, years] = [year, years].map(|life| percent(right(series * life)));
    println!("  out again once: a year {year:.1} (85), after {stay} releases; three years {years:.1}");
    assert!(year <= 85.0);
    // The old stream ends on 1 April and another begins, at any of the two in three years.
    let recuts = [(YEAR, 2 * YEAR), (2 * YEAR, YEAR), (YEAR, YEAR)];
    for (old, new) in recuts {
        let both = squared(&stays(old)) + squared(&stays(new));
        let both = percent(right(series * both));
        println!("  its ICB re-cut once, after {old} of {} releases: {both:.1} (90)", old + new);
        assert!(both <= 90.0);
    }
}

/// The insider against the exact integers of releases: how many of two guesses a world (it acts, it does not) are right,
/// and how many are 99% sure.
pub(super) fn guesses(noises: &[Vec<i64>], life: &[f64]) -> (u32, u32) {
    let difference = undone(life);
    let most = squared(life) * f64::from(u32::try_from(noises.len()).unwrap());
    let evidence: f64 = noises
        .iter()
        .map(|noise| {
            let noise: Vec<f64> = noise.iter().map(|z| real(*z)).collect();
            let gaussians = undone(&noise);
            let products = gaussians.iter().zip(&difference);
            products.map(|(g, d)| g * d).sum::<f64>() / SIGMA.powi(2)
        })
        .sum();
    // The log of the likelihood ratio where it does not act, and where it does.
    let odds = [evidence - most / 2.0, evidence + most / 2.0];
    let right = u32::from(odds[0] < 0.0) + u32::from(odds[1] > 0.0);
    let sure = odds.iter().filter(|odds| odds.abs() >= 99.0_f64.ln()).count();
    (right, u32::try_from(sure).unwrap())
}

/// Noise of one series as integers, of Gaussians of a computer's own.
pub(super) fn noise(dice: &mut Dice, memory: &[f64]) -> Vec<i64> {
    let step = |dice: &mut Dice| (dice.normal() * SIGMA * 64.0).round() / 64.0;
    let gaussians: Vec<f64> = memory.iter().map(|_| step(dice)).collect();
    let noise = remembered(&gaussians, memory);
    noise.into_iter().map(|z| whole(z.round_ties_even())).collect()
}

#[test]
fn the_mechanism_is_the_one_that_was_computed() {
    // Integer by integer, computed here in another way.
    let mechanism = Mechanism::new();
    let mut dice = Dice(4);
    for n in 0..400_u32 {
        let key = dice.key();
        let (t, coded) = (dice.between(1, 39), dice.between(0, 400));
        let (series, cell) = (format!("item-{n}"), format!("Q{n}@2026-04-01"));
        let published = noisy(&Key::new(key), &series, &cell, t, coded);
        let mine = mechanism.published(&key, (&series, &cell), t.try_into().unwrap(), coded);
        assert_eq!(published, mine, "{series} {cell} {t} {coded}");
    }
    // And the insider's guesses on them, all 14 series: as often right as the closed form says.
    for (releases, worlds) in [(1, 2_000_u32), (YEAR, 150)] {
        let life = stays(releases);
        let mut hits = 0;
        for _ in 0..worlds {
            let key = Key::new(dice.key());
            let noises: Vec<Vec<i64>> = (0..SERIES)
                .map(|series| {
                    let series = format!("item-{series}");
                    let releases = 1..=u32::try_from(releases).unwrap();
                    releases.map(|t| noisy(&key, &series, "QAA@2026-04-01", t, 40) - 40).collect()
                })
                .collect();
            hits += guesses(&noises, &life).0;
        }
        let says = near(releases, "noise of the release code", (hits, 2 * worlds), right(14.0 * squared(&life)));
        println!("{says}");
    }
}

/// As often as expected, within three standard errors; in words.
fn near(releases: usize, what: &str, (hits, of): (u32, u32), expected: f64) -> String {
    let found = f64::from(hits) / f64::from(of);
    let error = (expected * (1.0 - expected) / f64::from(of)).sqrt();
    let says = format!(
        "T4, {releases} releases, all series, {what}: right in {:.1}% of {of} guesses; {:.1}% by the closed form",
        percent(found),
        percent(expected)
    );
    assert!((found - expected).abs() < 3.0 * error, "{says}");
    says
}

#[test]
fn an_insider_is_as_often_right_on_exact_integers_as_computed() {
    let mut dice = Dice(14);
    for (releases, worlds) in [(1, 4_000_u32), (YEAR, 2_000), (THREE_YEARS, 600)] {
        let (life, memory) = (stays(releases), memory(releases));
        let (mut hits, mut certain) = (0, 0);
        for _ in 0..worlds {
            let noises: Vec<Vec<i64>> = (0..SERIES).map(|_| noise(&mut dice, &memory)).collect();
            let (right, sure) = guesses(&noises, &life);
            hits += right;
            certain += sure;
        }
        let all = 14.0 * squared(&life);
        println!("{}", near(releases, "rounded", (hits, 2 * worlds), right(all)));
        let share = percent(f64::from(certain) / f64::from(2 * worlds));
        println!("    99% sure in {share:.1}% ({:.1}% by the closed form; 7)", percent(sure(all, 0.99)));
        assert!(share <= 7.0);
    }
}

/// How often the best guess between c and c + 1 is right when a table of both is known.
fn told_apart(none: &[f64], one: &[f64]) -> f64 {
    let apart: f64 = none.iter().zip(one).map(|(a, b)| (a - b).abs()).sum();
    0.5 + apart / 4.0
}

const SPAN: i64 = 34;

/// Where a Gaussian on a grid of its own lies: its steps in practices, with their probabilities and those up to them.
struct Grid(Vec<(f64, f64, f64)>);

impl Grid {
    fn new(steps: impl Iterator<Item = (f64, f64)>) -> Self {
        let sums = steps.scan(0.0, |sum, (g, p)| {
            *sum += p;
            Some((g, p, *sum))
        });
        Self(sums.collect())
    }

    fn sixty_fourths() -> Self {
        let steps = Mechanism::new().steps;
        Self::new(steps.into_iter().map(|(k, p)| (f64::from(k) / 64.0, p)))
    }

    fn whole_numbers() -> Self {
        let weight = |k: i32| (-f64::from(k).powi(2) / (2.0 * SIGMA * SIGMA)).exp();
        let all: f64 = (-28..=28).map(weight).sum();
        Self::new((-28..=28).map(|k| (f64::from(k), weight(k) / all)))
    }

    fn up_to(&self, end: f64) -> f64 {
        let n = self.0.partition_point(|(g, ..)| *g <= end);
        if n == 0 { 0.0 } else { self.0[n - 1].2 }
    }

    /// P(that, once added to `middle`, it rounds to this number), half to even.
    fn rounds_to(&self, number: i64, middle: f64) -> f64 {
        let ends = if number % 2 == 0 { 1e-6 } else { -1e-6 };
        let (low, high) = (-0.5 - ends, 0.5 + ends);
        self.up_to(real(number) - middle + high) - self.up_to(real(number) - middle + low)
    }

    /// P(first), and P(first and second release), of a count.
    fn releases(&self, count: f64) -> (Vec<f64>, Vec<f64>) {
        let side = usize::try_from(2 * SPAN + 1).unwrap();
        let at = |value: i64| usize::try_from(value + SPAN).unwrap();
        let (mut one, mut both) = (vec![0.0; side], vec![0.0; side * side]);
        for (g, p, _) in &self.0 {
            let first = at(whole((count + g).round_ties_even()));
            one[first] += p;
            for second in -SPAN..=SPAN {
                both[first * side + at(second)] += p * self.rounds_to(second, count + g / 2.0);
            }
        }
        (one, both)
    }

    /// How often the best guess between none and one is right after one release, and after two.
    fn told_apart(&self) -> (f64, f64) {
        let (none, one) = (self.releases(0.0), self.releases(1.0));
        (told_apart(&none.0, &one.0), told_apart(&none.1, &one.1))
    }
}

#[test]
fn the_grid_rules_nothing_out_and_whole_numbers_would() {
    // Exactly, with every step of the grid: the fractions of the memory meet the rounding.
    let [one, two] = [1, 2].map(|releases| percent(right(squared(&stays(releases)))));
    let (first, both) = Grid::sixty_fourths().told_apart();
    println!(
        "T4, one series, exactly: {:.2}% after one release, {:.2}% after two (without a grid {one:.2}%, {two:.2}%)",
        percent(first),
        percent(both)
    );
    assert!(percent(first) < one + 0.1 && percent(both) < two + 0.1);
    let (_, control) = Grid::whole_numbers().told_apart();
    println!(
        "T9, Gaussians on whole numbers: {:.1}% after two releases of one item (broken above 65)",
        percent(control)
    );
    assert!(percent(control) > 65.0);
}

#[test]
fn what_is_promised_is_what_was_computed() {
    let [one, year, years] = [1, YEAR, THREE_YEARS].map(|releases| squared(&stays(releases)));
    let all = f64::from(SERIES);
    let of_all = |life: f64| percent(right(all * life));
    let of_one = |life: f64| percent(right(2.0 * life));
    let spans = [1, YEAR, THREE_YEARS].map(at_once);
    let [after_one, in_a_year, in_three] = spans.map(|most| percent(right(most)));
    let certain = |of: f64| spans.map(|most| percent(sure(most, of)));
    let ([four, nineteen, twenty_seven], [none, three, seven]) = (certain(0.95), certain(0.99));
    let computed = [
        50.0,
        100.0,
        of_one(one),
        100.0,
        of_one(year),
        of_one(years),
        after_one,
        in_a_year,
        in_three,
        100.0,
        95.0,
        four,
        nineteen,
        twenty_seven,
        100.0,
        99.0,
        none,
        three,
        seven,
        percent(right(anew(THREE_YEARS) + years)),
        100.0,
        of_all(out_again(YEAR).0),
        100.0,
        of_all(out_again(THREE_YEARS).0),
        of_all(year + squared(&stays(2 * YEAR))),
        percent(right(2.0 * 25.0 * year)),
        100.0,
    ];
    let promised: Vec<f64> =
        PROMISE.split(|c: char| !c.is_ascii_digit()).filter_map(|text| text.parse().ok()).collect();
    assert_eq!(promised.len(), computed.len(), "{PROMISE}");
    for (promised, computed) in promised.iter().zip(computed) {
        println!("T4, promised {promised}, computed {computed:.1}");
        assert!((promised - computed).abs() < 0.65, "{promised} is {computed:.2}");
    }
}
