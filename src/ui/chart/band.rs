//! A line over time with the band in which it lies: for figures that are only known roughly.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::super::number::{tenths, thousands};

/// One moment of a [`Band`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// What stands under it, such as "19 Nov".
    pub label: String,
    /// Where it lies; nothing where nothing is known, which leaves a gap.
    pub range: Option<(u64, u64)>,
    /// The number within the range, where one is said.
    pub value: Option<u64>,
    /// Its figure as it is read, such as "about 60".
    pub text: String,
}

/// A line with its band.
#[derive(Clone, Copy, Debug)]
pub struct Band<'a> {
    /// Makes the ids of title and description.
    pub id: &'a str,
    /// What is drawn.
    pub title: &'a str,
    /// What it shows, in words.
    pub says: &'a str,
    /// Oldest first.
    pub moments: &'a [Moment],
}

/// The line and its band beside their table, in a drawing of 360 by 180: its ground at 150, the top of its scale at 20. The
/// scale starts at nothing and ends above the highest end of a range. The first and the last moment are written under it.
pub fn band(band: &Band<'_>) -> Markup {
    let moments = band.moments;
    let ends = moments.iter().filter_map(|moment| moment.range);
    let step = step(ends.map(|(_, high)| high).max().unwrap_or(0));
    let top = step * 4;
    let count = moments.len();
    let id = band.id;
    html! {
        svg .hr-columns .hr-trend viewBox="0 0 360 180" role="img" aria-labelledby={ (id) "-title " (id) "-desc" } {
            title id={ (id) "-title" } { (band.title) }
            desc id={ (id) "-desc" } { (band.says) }
            @for part in [0, 2, 4] {
                @let y = down(step * part, top);
                line x1="40" x2="360" y1=(tenths(y)) y2=(tenths(y)) {}
                text .label .scale x="34" y=(tenths(y + 40)) { (thousands(step * part)) }
            }
            @for run in runs(moments) { path .band d=(around(&run, count, top)) {} }
            @let line = through(moments, top);
            @if !line.is_empty() { path d=(line) {} }
            @for (at, moment) in moments.iter().enumerate() {
                @if let Some(value) = moment.value {
                    circle cx=(tenths(across(at, count))) cy=(tenths(down(value, top))) r="3.5" {}
                }
            }
            @if let [first, .., last] = moments {
                text .label .first x="40" y="164" { (first.label) }
                text .first x="40" y="176" { (first.text) }
                text .label .last x="358" y="164" { (last.label) }
                text .last x="358" y="176" { (last.text) }
            } @else if let [only] = moments {
                text .label x="200" y="164" { (only.label) }
                text x="200" y="176" { (only.text) }
            }
        }
        p .hr-small { (band.says) }
    }
}

/// A fourth of the scale: the least of 1, 2, 5, 10, 20, 50, … that four of reach the highest.
fn step(highest: u64) -> u64 {
    let tens = std::iter::successors(Some(1_u64), |ten| ten.checked_mul(10));
    let mut steps = tens.flat_map(|ten| [1, 2, 5].map(|step| ten.saturating_mul(step)));
    steps.find(|step| step.saturating_mul(4) >= highest).unwrap_or(u64::MAX / 4)
}

/// Where a moment stands, in tenths of a unit: from 48 to 352, a single one in the middle.
fn across(at: usize, count: usize) -> u64 {
    let last = u64::try_from(count).unwrap_or(1).saturating_sub(1);
    if last == 0 {
        return 2000;
    }
    480 + u64::try_from(at).unwrap_or(0) * 3040 / last
}

/// How far down a value is: nothing at 150, the top at 20.
fn down(value: u64, top: u64) -> u64 {
    let up = u128::from(value.min(top)) * 1300 / u128::from(top.max(1));
    1500 - u64::try_from(up).unwrap_or(1300)
}

/// Moments beside each other whose ranges are known: place and range.
fn runs(moments: &[Moment]) -> Vec<Vec<(usize, (u64, u64))>> {
    let mut runs = vec![Vec::new()];
    for (at, moment) in moments.iter().enumerate() {
        match (moment.range, runs.last_mut()) {
            (Some(range), Some(run)) => run.push((at, range)),
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// The band of a run; one moment alone is a narrow upright.
fn around(run: &[(usize, (u64, u64))], count: usize, top: u64) -> String {
    let alone = if run.len() == 1 { 40 } else { 0 };
    let mut path = String::new();
    let mut to = |x: u64, y: u64| {
        let sign = if path.is_empty() { "M" } else { "L" };
        // Writing to a String cannot fail.
        let _ = write!(path, "{sign}{} {}", tenths(x), tenths(y));
    };
    for (at, (_, high)) in run {
        to(across(*at, count) - alone, down(*high, top));
        if alone > 0 {
            to(across(*at, count) + alone, down(*high, top));
        }
    }
    for (at, (low, _)) in run.iter().rev() {
        to(across(*at, count) + alone, down(*low, top));
        if alone > 0 {
            to(across(*at, count) - alone, down(*low, top));
        }
    }
    path.push('Z');
    path
}

/// The line through the numbers that are said; it is lifted where none is.
fn through(moments: &[Moment], top: u64) -> String {
    let mut path = String::new();
    let mut lifted = true;
    for (at, moment) in moments.iter().enumerate() {
        if let Some(value) = moment.value {
            let (x, y) = (tenths(across(at, moments.len())), tenths(down(value, top)));
            // Writing to a String cannot fail.
            let _ = write!(path, "{}{x} {y}", if lifted { "M" } else { "L" });
        }
        lifted = moment.value.is_none();
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(value: Option<u64>, range: Option<(u64, u64)>) -> Moment {
        Moment { label: "19 Nov".to_owned(), range, value, text: "about".to_owned() }
    }

    #[test]
    fn a_gap_is_a_gap_and_a_range_has_no_dot() {
        let moments = [
            moment(Some(30), Some((20, 40))),
            moment(Some(35), Some((25, 45))),
            moment(None, None),
            moment(None, Some((0, 10))),
        ];
        let drawn = band(&Band { id: "x", title: "Limit", says: "No clear change", moments: &moments }).into_string();
        assert_eq!(drawn.matches("class=\"band\"").count(), 2, "{drawn}");
        assert_eq!(drawn.matches("<circle").count(), 2, "{drawn}");
        assert_eq!(drawn.matches("<path d=\"M").count(), 1, "{drawn}");
        assert!(drawn.contains(">80<"), "the scale reaches 45: {drawn}");
    }

    #[test]
    fn a_scale_reaches_its_highest_end() {
        let steps = [0, 4, 5, 45, 80, 81, 6_129].map(step);
        assert_eq!(steps, [1, 1, 2, 20, 20, 50, 2_000]);
    }
}
