//! Pictures of figures: a small line in a card, a line over time, columns, a distribution. Each stands beside its table or
//! its sentence, never instead of it: a picture is one image to assistive technology, and its values are reached in the
//! table. Every scale starts at nothing. What a colour says a shape or a word says too.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::number::tenths;

mod band;

pub use band::{Band, Moment, band};

/// A sparkline of `points` on a scale from nothing to `top`. `id` makes the ids of its title and description; `says` is
/// what the line shows, in words ("Falling from 52% in September to 37% now").
pub fn sparkline(id: &str, title: &str, says: &str, points: &[u64], top: u64) -> Markup {
    let line = line(points, top);
    html! {
        svg .hr-spark viewBox="0 0 300 56" preserveAspectRatio="none" role="img" aria-labelledby={ (id) "-title " (id) "-desc" } {
            title id={ (id) "-title" } { (title) }
            desc id={ (id) "-desc" } { (says) }
            @if !line.is_empty() {
                path .area d={ (line) "V56H0Z" } {}
                path d=(line) {}
            }
        }
        p .hr-small { (says) }
    }
}

/// The top of a scale of percentages: what changes is seen, and the scale still begins at nothing.
pub fn top_of(points: &[u64]) -> u64 {
    let most = points.iter().copied().max().unwrap_or(0);
    [5, 10, 20, 25, 40, 50, 60, 80].into_iter().find(|top| most <= *top).unwrap_or(100)
}

/// Words of a line of percentages, with how high its scale goes.
pub fn with_scale(says: &str, points: &[u64]) -> String {
    let stop = if says.ends_with('.') { "" } else { "." };
    format!("{says}{stop} Scale: 0 to {}%.", top_of(points))
}

/// The path in tenths of a unit; two units of air above and below keep the stroke whole.
fn line(points: &[u64], top: u64) -> String {
    let steps = u64::try_from(points.len()).unwrap_or(1).saturating_sub(1).max(1);
    let top = top.max(1);
    let mut path = String::new();
    for (at, &point) in (0_u64..).zip(points) {
        let x = tenths(at * 3000 / steps);
        let height = u64::try_from(u128::from(point.min(top)) * 520 / u128::from(top)).unwrap_or(520);
        let y = tenths(540 - height);
        path.push_str(if at == 0 { "M" } else { "L" });
        // Writing to a String cannot fail.
        let _ = write!(path, "{x} {y}");
    }
    if points.len() == 1 {
        path.push_str("H300");
    }
    path
}

/// One column of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// What stands under it; every second is left out where there are many.
    pub label: String,
    /// How high it is.
    pub value: u64,
    /// What stands above it; nothing where there is nothing to say.
    pub text: String,
}

/// Columns beside their table, each with its figure written into it, or above it where it is low. A dashed line stands at
/// `mark`, with its figure beside it. `id` makes the ids of title and description; `says` is what the columns show, in words.
pub fn columns(id: &str, title: &str, says: &str, bars: &[Bar], mark: Option<(u64, &str)>) -> Markup {
    let top = bars.iter().map(|bar| bar.value).chain(mark.map(|(at, _)| at));
    let top = top.max().unwrap_or(0).max(1);
    // Tenths of a unit: the drawing is 360 by 170, its ground at 150, the tallest column 130 high. Columns keep away
    // from the edges, so that the first and the last label have room, and the line's figure too.
    let height = |value: u64| value.min(top) * 1300 / top;
    let count = u64::try_from(bars.len()).unwrap_or(1).max(1);
    let step = 3180 / count;
    let left = |at: u64| 140 + at * step;
    // Labels that would run into each other leave every other one out.
    let letters: usize = bars.iter().map(|bar| bar.label.chars().count() + 1).sum();
    let sparse = bars.len() > 10 || letters > 45;
    html! {
        svg .hr-columns viewBox="0 0 360 170" role="img" aria-labelledby={ (id) "-title " (id) "-desc" } {
            title id={ (id) "-title" } { (title) }
            desc id={ (id) "-desc" } { (says) }
            line x1="0" x2="360" y1="150" y2="150" {}
            @for (at, bar) in (0_u64..).zip(bars) {
                rect x=(tenths(left(at) + step / 8)) width=(tenths(step * 3 / 4))
                    y=(tenths(1500 - height(bar.value))) height=(tenths(height(bar.value))) {}
                @if height(bar.value) < 180 {
                    text x=(tenths(left(at) + step / 2)) y=(tenths(1460 - height(bar.value))) { (bar.text) }
                } @else {
                    text .in x=(tenths(left(at) + step / 2)) y="145" { (bar.text) }
                }
                @if !sparse || at % 2 == 0 {
                    text .label x=(tenths(left(at) + step / 2)) y="164" { (bar.label) }
                }
            }
            @if let Some((value, words)) = mark {
                line .mark x1="0" x2="336" y1=(tenths(1500 - height(value))) y2=(tenths(1500 - height(value))) {}
                text .mark x="340" y=(tenths(1540 - height(value))) { (words) }
            }
        }
        p .hr-small { (says) }
    }
}

/// One moment of a [`trend`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// What stands under it; some are left out where there are many.
    pub label: String,
    /// How high it is; nothing where nothing is known, which leaves a gap.
    pub value: Option<u64>,
    /// Its figure as it is read, such as "24.3".
    pub text: String,
}

/// A line over time.
#[derive(Clone, Copy, Debug)]
pub struct Trend<'a> {
    /// Makes the ids of title and description.
    pub id: &'a str,
    /// What is drawn.
    pub title: &'a str,
    /// What the line shows, in words.
    pub says: &'a str,
    /// Oldest first.
    pub points: &'a [Point],
    /// The top of the scale, such as 100 for a share; the highest point where that is more.
    pub top: u64,
    /// A dashed upright before this point, and what begins there.
    pub divide: Option<(usize, &'a str)>,
}

/// Figures are written at so many points at most.
const WRITTEN: usize = 8;

/// A line over time beside its table, in a drawing of 360 by 170: its ground at 150, the top of its scale at 30. A point
/// is a dot, and its figure stands over it where there is room; a gap is a gap.
pub fn trend(trend: &Trend<'_>) -> Markup {
    let points = trend.points;
    let top = points.iter().filter_map(|point| point.value);
    let top = top.max().unwrap_or(0).max(trend.top).max(1);
    let count = points.len();
    let written = |at: usize| (count - 1 - at).is_multiple_of(count.div_ceil(WRITTEN));
    let id = trend.id;
    html! {
        svg .hr-columns .hr-trend viewBox="0 0 360 170" role="img" aria-labelledby={ (id) "-title " (id) "-desc" } {
            title id={ (id) "-title" } { (trend.title) }
            desc id={ (id) "-desc" } { (trend.says) }
            line x1="0" x2="360" y1="150" y2="150" {}
            text .label x="4" y="146" { "0" }
            @if let Some((at, words)) = trend.divide && at < count {
                @let x = across(at, count).saturating_sub(step(count) / 2);
                line .mark x1=(tenths(x)) x2=(tenths(x)) y1="14" y2="150" {}
                @if x > 1800 { text .mark .before x=(tenths(x - 40)) y="11" { (words) } }
                @else { text .mark x=(tenths(x + 40)) y="11" { (words) } }
            }
            @let drawn = runs(points, top);
            @if !drawn.is_empty() { path d=(drawn) {} }
            @for (at, point) in points.iter().enumerate() {
                @let x = tenths(across(at, count));
                @if let Some(value) = point.value {
                    @let y = high(value, top);
                    circle cx=(x) cy=(tenths(y)) r="3.5" {}
                    @if written(at) { text x=(x) y=(tenths(y - 80)) { (point.text) } }
                }
                @if written(at) { text .label x=(x) y="164" { (point.label) } }
            }
        }
        p .hr-small { (trend.says) }
    }
}

/// How far apart points are, in tenths of a unit; their labels have room at both edges.
fn step(count: usize) -> u64 {
    2960 / u64::try_from(count).unwrap_or(1).saturating_sub(1).max(1)
}

/// Where a point stands: from 32 to 328, a single one in the middle.
fn across(at: usize, count: usize) -> u64 {
    if count <= 1 {
        return 1800;
    }
    320 + u64::try_from(at).unwrap_or(0) * step(count)
}

/// How far down a value is: nothing at 150, the top at 30.
fn high(value: u64, top: u64) -> u64 {
    let up = u128::from(value.min(top)) * 1200 / u128::from(top.max(1));
    1500 - u64::try_from(up).unwrap_or(1200)
}

/// The line through the points that are known; it is lifted over a gap.
fn runs(points: &[Point], top: u64) -> String {
    let mut path = String::new();
    let mut lifted = true;
    for (at, point) in points.iter().enumerate() {
        if let Some(value) = point.value {
            let (x, y) = (tenths(across(at, points.len())), tenths(high(value, top)));
            // Writing to a String cannot fail.
            let _ = write!(path, "{}{x} {y}", if lifted { "M" } else { "L" });
        }
        lifted = point.value.is_none();
    }
    path
}

/// At most so many columns of a distribution.
const CLASSES: u64 = 10;

/// How often values fall where: at most ten classes of one width, from nothing to the highest value. The width is one,
/// two or five, or ten, a hundred, … times that. Without values there are no classes.
pub fn classes(values: &[u64]) -> Vec<Bar> {
    let Some(most) = values.iter().max() else {
        return Vec::new();
    };
    let width = class_width(*most);
    (0..=most / width)
        .map(|class| {
            let low = class * width;
            let n = values.iter().filter(|value| *value / width == class).count();
            Bar {
                label: if width == 1 { low.to_string() } else { format!("{low}–{}", low.saturating_add(width - 1)) },
                value: u64::try_from(n).unwrap_or(u64::MAX),
                text: n.to_string(),
            }
        })
        .collect()
}

/// The least of 1, 2, 5, 10, 20, 50, … that needs no more than ten classes.
fn class_width(most: u64) -> u64 {
    let tens = std::iter::successors(Some(1_u64), |ten| ten.checked_mul(10));
    let widths = tens.flat_map(|ten| [1, 2, 5].map(|step| ten.saturating_mul(step)));
    let mut fitting = widths.filter(|width| most / width < CLASSES);
    fitting.next().unwrap_or(u64::MAX)
}

/// A distribution beside its table: the [`classes`] as columns that touch each other's ground. Empty where there is
/// nothing to distribute.
pub fn distribution(id: &str, title: &str, says: &str, bars: &[Bar]) -> Markup {
    html! { @if !bars.is_empty() { (columns(id, title, says, bars, None)) } }
}

#[cfg(test)]
mod tests;
