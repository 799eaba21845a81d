//! A figure in words, the same on a page, in a file and in a terminal.

use super::{Content, Figure, Shown, VERSION_1};
use crate::domain::written;

/// What stands where there is nothing to say.
const NOTHING: &str = "–";

/// From when on the items of an area are shown.
pub const TOO_FEW: &str =
    "an area's items are shown once about 20 of its practices have recorded anything, of a region or England more";

/// What every file and page says of its figures.
pub const NOTES: [&str; 4] = [
    "About: the number with a little random noise, to the nearest five. Likely: the range that holds it nineteen times in twenty.",
    "Up or down: more than the noise can do between two releases of one frame year. Otherwise: no clear change.",
    "Least and most: the share of all practices if none, and if every practice that has recorded nothing were acting.",
    "Fewer than 10, N or more: few, or nearly all, and how near is never said. Too few to say: fewer than about 20 have recorded anything, or in a region or England too few to tell from noise. Hidden: the area has fewer than 20 practices.",
];

/// What is promised to practices, word for word wherever it is said: a paragraph a line.
pub const PROMISE: &str = "\
Nothing that is published proves what one practice does, but it helps to guess.
Take somebody who knows what every other practice of the ICB does, and has no opinion of this one. While few use Headroom, \
that is anybody who knows who uses it. Without releases they guess right in 50 of 100 cases, like a coin.
Whether the practice does one action: right in 59 of 100 after one release, 63 after a year, 64 after three years.
Whether it takes part in everything at once, joining once and staying: right in 73, 80 and 83 of 100. They can be 95% sure in \
4, 19 and 27 of 100 cases, and 99% sure in 0, 3 and 7.
Whether it had a clinician’s day over the limit, which is counted anew each April: right in 68 of 100 after three years.
If it stops again once: right in 84 of 100 after a year, 87 after three years. If the border of its ICB moves once: 89. \
Whoever already suspects something is surer still.
Not protected: several practices that act in step (five: right in 94 of 100 on one action after a year), and what a whole ICB \
does. The promise holds while the key of the noise is secret.";

impl Figure {
    /// What is shown, without how many there are: "about 60", "fewer than 10".
    pub fn number_in_words(&self) -> String {
        match (self.shown, self.likely) {
            (Shown::FewerThanTen, _) => "fewer than 10".to_owned(),
            (Shown::About(value), _) => format!("about {}", written::thousands(value.into())),
            (Shown::OrMore(value), _) => format!("{} or more", written::thousands(value.into())),
            (Shown::Between, Some((low, high))) => {
                let (low, high) = (written::thousands(low.into()), written::thousands(high.into()));
                format!("about {low} to {high}")
            }
            (Shown::Between | Shown::TooFew, _) => "too few have recorded to say".to_owned(),
            (Shown::Hidden, _) => "hidden".to_owned(),
            (Shown::NotCounted, _) => "not counted any more".to_owned(),
        }
    }

    /// How many practices, of so many: "about 60 of 152".
    pub fn in_words(&self, of: u32) -> String {
        let number = self.number_in_words();
        match self.shown {
            Shown::Hidden | Shown::TooFew | Shown::NotCounted => number,
            _ => format!("{number} of {}", written::thousands(of.into())),
        }
    }

    /// The displayed number alone, for rows of numbers: "60", "under 10", "45+".
    pub fn short(&self) -> String {
        match (self.shown, self.likely) {
            (Shown::FewerThanTen, _) => "under 10".to_owned(),
            (Shown::About(value), _) => written::thousands(value.into()),
            (Shown::OrMore(value), _) => format!("{}+", written::thousands(value.into())),
            (Shown::Between, Some((low, high))) => {
                format!("{}–{}", written::thousands(low.into()), written::thousands(high.into()))
            }
            (Shown::Between | Shown::TooFew, _) => "too few".to_owned(),
            (Shown::Hidden, _) => "hidden".to_owned(),
            (Shown::NotCounted, _) => "ended".to_owned(),
        }
    }

    /// Why no number stands there, where none does.
    pub fn why_hidden(&self) -> Option<&'static str> {
        match self.shown {
            Shown::About(_) | Shown::Between => None,
            Shown::FewerThanTen => Some("few: how few is never said"),
            Shown::OrMore(_) => Some("nearly all: how near is never said"),
            Shown::TooFew => Some(TOO_FEW),
            Shown::Hidden => Some("the area has fewer than 20 practices"),
            Shown::NotCounted => Some("the contract conflicts with it since: it is not counted any more"),
        }
    }

    /// The share in percent.
    pub fn share_in_words(&self) -> String {
        self.percent.map_or_else(|| NOTHING.to_owned(), |percent| format!("{percent}%"))
    }

    /// The likely range in practices, beside a number; a class or a range has none beside it.
    pub fn likely_in_words(&self) -> String {
        let likely = self.likely.filter(|_| self.shown.about().is_some());
        likely.map_or_else(|| NOTHING.to_owned(), range)
    }

    /// The share if none, and if every practice not heard from were acting.
    pub fn bounds_in_words(&self) -> String {
        self.bounds.map_or_else(|| NOTHING.to_owned(), |(low, high)| format!("{low}% to {high}%"))
    }
}

pub(super) fn range((low, high): (u32, u32)) -> String {
    format!("{} to {}", written::thousands(low.into()), written::thousands(high.into()))
}

impl Content {
    /// The frame year as it is written: "2026/27".
    pub fn frame_year(&self) -> String {
        frame_year(self.year)
    }

    /// How to read its figures; of a release by an earlier method nothing of this holds.
    pub fn how_to_read(&self) -> &'static [&'static str] {
        if self.method == super::VERSION { &NOTES } else { &[] }
    }

    /// What was promised to practices when it was made, as this method promises it.
    pub fn promise(&self) -> &'static str {
        if self.method == super::VERSION { PROMISE } else { "" }
    }

    /// The method as it is written.
    pub fn method_in_words(&self) -> &str {
        match self.method.as_str() {
            super::VERSION => "method 2",
            VERSION_1 => "method 1",
            other => other,
        }
    }
}

/// A frame year as it is written: "2026/27".
pub fn frame_year(year: i32) -> String {
    format!("{year}/{:02}", year.saturating_add(1).rem_euclid(100))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(shown: Shown, likely: Option<(u32, u32)>) -> Figure {
        Figure { series: "x".to_owned(), shown, percent: None, likely, bounds: None }
    }

    #[test]
    fn a_figure_is_a_number_with_its_range_or_a_class_and_never_both() {
        let about = figure(Shown::About(1_430), Some((1_380, 1_480)));
        assert_eq!(about.in_words(6_129), "about 1,430 of 6,129");
        assert_eq!(about.likely_in_words(), "1,380 to 1,480");
        let between = figure(Shown::Between, Some((0, 55)));
        assert_eq!(between.in_words(6_129), "about 0 to 55 of 6,129");
        assert_eq!(between.likely_in_words(), "–");
        for shown in [Shown::FewerThanTen, Shown::OrMore(45), Shown::TooFew, Shown::Hidden] {
            assert!(figure(shown, None).why_hidden().is_some());
            assert_eq!(figure(shown, None).likely_in_words(), "–");
        }
    }

    #[test]
    fn frame_years_run_into_the_next() {
        assert_eq!(frame_year(2026), "2026/27");
        assert_eq!(frame_year(2099), "2099/00");
    }
}
