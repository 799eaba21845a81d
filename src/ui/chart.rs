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
}
