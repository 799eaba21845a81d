//! A line that shows which way a figure went. It stands beside its table or its sentence, never instead of it.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::number::tenths;

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

/// The path in tenths of a unit; two units of air above and below keep the stroke whole.
fn line(points: &[u64], top: u64) -> String {
    let steps = u64::try_from(points.len())
        .unwrap_or(1)
        .saturating_sub(1)
        .max(1);
    let top = top.max(1);
    let mut path = String::new();
    for (at, &point) in (0_u64..).zip(points) {
        let x = tenths(at * 3000 / steps);
        let height =
            u64::try_from(u128::from(point.min(top)) * 520 / u128::from(top)).unwrap_or(520);
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
pub fn columns(
    id: &str,
    title: &str,
    says: &str,
    bars: &[Bar],
    mark: Option<(u64, &str)>,
) -> Markup {
    let top = bars
        .iter()
        .map(|bar| bar.value)
        .chain(mark.map(|(at, _)| at));
    let top = top.max().unwrap_or(0).max(1);
    // Tenths of a unit: the drawing is 360 by 170, its ground at 150, the tallest column 130 high. Columns keep away
    // from the edges, so that the first and the last label have room, and the line's figure too.
    let height = |value: u64| value.min(top) * 1300 / top;
    let count = u64::try_from(bars.len()).unwrap_or(1).max(1);
    let step = 3180 / count;
    let left = |at: u64| 140 + at * step;
    let sparse = bars.len() > 10;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_inside_its_picture() {
        assert_eq!(line(&[0, 50, 100, 400], 100), "M0 54L100 28L200 2L300 2");
        assert_eq!(line(&[5], 10), "M0 28H300");
        assert_eq!(line(&[], 10), "");
        assert_eq!(line(&[u64::MAX, 0], 0), "M0 2L300 54");
    }

    #[test]
    fn columns_stand_on_the_ground_and_say_their_figures() {
        let bar = |label: &str, value| Bar {
            label: label.to_owned(),
            value,
            text: value.to_string(),
        };
        let bars = [bar("09", 10), bar("10", 20)];
        let drawn = columns("x", "Hours", "Most at 10", &bars, Some((40, "40"))).into_string();
        assert!(
            drawn.contains("aria-labelledby=\"x-title x-desc\""),
            "{drawn}"
        );
        assert!(drawn.contains("y=\"117.5\" height=\"32.5\""), "{drawn}");
        assert!(drawn.contains("y=\"85\" height=\"65\""), "{drawn}");
        assert!(drawn.contains("y1=\"20\" y2=\"20\""), "{drawn}");
        columns("x", "Nothing", "Nothing", &[], None);
    }
}
