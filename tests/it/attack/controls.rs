//! T9: methods that must not hold, each attacked by the insider of [`super::insider`] or by one that needs less.

use super::{
    dice::Dice,
    insider::{guesses, noise, percent},
    method::{SERIES, SIGMA, THREE_YEARS, YEAR, margin, memory, number, real, whole},
};

#[test]
fn independent_noise_falls_to_all_series_together() {
    let mut dice = Dice(9);
    // Method 1: independent two-sided geometric noise, ε = 0.5, in every release.
    let epsilon = 0.5;
    for (series, releases, limit) in [(14, YEAR, 81.0), (5, YEAR, 81.0), (1, THREE_YEARS, 65.0)] {
        let worlds = 400;
        let hits = (0..worlds).filter(|world| {
            let acts = i64::from(world % 2);
            let evidence: f64 = (0..series * releases)
                .map(|_| {
                    let value = dice.geometric(epsilon) + acts;
                    epsilon * real(value.abs() - (value - 1).abs())
                })
                .sum();
            (evidence > 0.0) == (acts == 1)
        });
        let found = percent(number(hits.count()) / f64::from(worlds));
        println!("T9, method 1, {series} series, {releases} releases: right in {found:.1}% (broken above {limit})");
        assert!(found > limit);
    }
}

#[test]
fn noise_of_the_set_and_noise_of_the_request_fall_to_whoever_compares() {
    let mut dice = Dice(99);
    // Noise drawn from the set of contributors: the others have not changed, so a value that moved is a proof.
    let moved = |dice: &mut Dice| whole((dice.normal() * SIGMA).round());
    let worlds = 2_000;
    let proved = (0..worlds).filter(|_| moved(&mut dice) != moved(&mut dice) + 1).count();
    let proved = percent(number(proved) / f64::from(worlds));
    println!(
        "T9, noise keyed by the set: one item that changes is proved at its release in {proved:.1}% (broken above 7)"
    );
    assert!(proved > 7.0);
    // Noise drawn at each request: the mean of a thousand is the count.
    let exact = (0..200).filter(|_| {
        let asked: i64 = (0..1_000).map(|_| moved(&mut dice)).sum();
        (real(asked) / 1_000.0).abs() < 0.5
    });
    let exact = percent(number(exact.count()) / 200.0);
    println!("T9, noise at each request: the count is known to {exact:.1}% after 1,000 (broken above 7)");
    assert!(exact > 7.0);
}

#[test]
fn republishing_after_five_changes_falls_to_the_moment() {
    let mut dice = Dice(999);
    // Republished only after five changes or more: the insider knows the others' changes and sees the moment.
    let (mut asked, mut certain) = (0, 0);
    for _ in 0..500 {
        let (mut others, mut pending) = (0_u32, 0_u32);
        for _ in 0..YEAR {
            others += dice.between(0, 3);
            // One of the periods in four it changes.
            let own = u32::from(dice.chance(0.25));
            pending += own;
            let published = others + pending >= 5;
            asked += 1;
            // What the others alone would have done, and what happened, differ: it must have changed.
            certain += u32::from(published && others < 5);
            if published {
                (others, pending) = (0, 0);
            }
        }
    }
    let share = percent(f64::from(certain) / f64::from(asked));
    println!(
        "T9, republished after five changes: the moment proves a change in {share:.1}% of its periods (broken above 0)"
    );
    assert!(certain > 0);
}

#[test]
fn all_and_the_margin_less_are_told_apart_only_without_a_top_code() {
    let mut dice = Dice(6);
    let memory = memory(YEAR);
    for n in [20_u32, 30, 50, 170, 510] {
        // Without a top-code the two differ by the margin in every release; with it the exact values are the same.
        let b = f64::from(margin(n));
        let worlds = 200;
        let hits: u32 = (0..worlds)
            .map(|_| {
                let noises: Vec<Vec<i64>> = (0..SERIES).map(|_| noise(&mut dice, &memory)).collect();
                guesses(&noises, &[b; YEAR]).0
            })
            .sum();
        let without = percent(f64::from(hits) / f64::from(2 * worlds));
        println!(
            "T9, no top-code, {n} practices: “all” and “{b} do not” told apart in {without:.1}% after a year (broken above 50.5)"
        );
        assert!(without > 95.0);
    }
}
