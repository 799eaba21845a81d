//! A figure in words, the same on a page, in a file and in a terminal.

use super::{Content, Figure, Shown};

/// What stands where there is nothing to say.
const NOTHING: &str = "–";

/// What every file and page says of its figures.
pub const NOTES: [&str; 4] = [
    "Approximate: every count has a little random noise and is shown to the nearest five. A change under 10 may be noise.",
    "Likely: where the number of practices lies nineteen times in twenty.",
    "Least and most: the share of all practices if none, and if every practice not heard from were acting.",
    "Fewer than 10, N or more, hidden: so few could be guessed one by one; nearly all, and how near is never said; the area has fewer than 20 practices.",
];

/// Under this the difference of two releases may be noise.
const NOISE: u32 = 10;

impl Figure {
    /// How many practices, of so many: "about 60 of 152".
    pub fn in_words(&self, of: u32) -> String {
        match self.shown {
            Shown::FewerThanTen => format!("fewer than 10 of {of}"),
            Shown::About(value) => format!("about {value} of {of}"),
            Shown::OrMore(value) => format!("{value} or more of {of}"),
            Shown::Hidden => "hidden".to_owned(),
        }
    }

    /// The displayed number alone, for rows of numbers: "60", "under 10", "45+".
    pub fn short(&self) -> String {
        match self.shown {
            Shown::FewerThanTen => "under 10".to_owned(),
            Shown::About(value) => value.to_string(),
            Shown::OrMore(value) => format!("{value}+"),
            Shown::Hidden => "hidden".to_owned(),
        }
    }

    /// Why no number stands there, where none does.
    pub fn why_hidden(&self) -> Option<&'static str> {
        match self.shown {
            Shown::About(_) => None,
            Shown::FewerThanTen => Some("so few could be guessed one by one"),
            Shown::OrMore(_) => Some("nearly all: how near is never said"),
            Shown::Hidden => Some("the area has fewer than 20 practices"),
        }
    }

    /// The share in percent.
    pub fn share_in_words(&self) -> String {
        self.percent
            .map_or_else(|| NOTHING.to_owned(), |percent| format!("{percent}%"))
    }

    /// The likely range in practices.
    pub fn likely_in_words(&self) -> String {
        self.likely.map_or_else(
            || NOTHING.to_owned(),
            |(low, high)| format!("{low} to {high}"),
        )
    }

    /// The share if none, and if every practice not heard from were acting.
    pub fn bounds_in_words(&self) -> String {
        self.bounds.map_or_else(
            || NOTHING.to_owned(),
            |(low, high)| format!("{low}% to {high}%"),
        )
    }

    /// Which way it went since an earlier figure of the same series and frame; never a number, which would look exact.
    pub fn since(&self, before: Option<&Self>) -> &'static str {
        match (
            before.and_then(|before| before.shown.about()),
            self.shown.about(),
        ) {
            (Some(before), Some(now)) if before.abs_diff(now) < NOISE => "may be noise",
            (Some(before), Some(now)) if now > before => "up",
            (Some(_), Some(_)) => "down",
            _ => NOTHING,
        }
    }
}

impl Content {
    /// The frame year as it is written: "2026/27".
    pub fn frame_year(&self) -> String {
        frame_year(self.year)
    }
}

/// A frame year as it is written: "2026/27".
pub fn frame_year(year: i32) -> String {
    format!("{year}/{:02}", year.saturating_add(1).rem_euclid(100))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(shown: Shown) -> Figure {
        Figure {
            series: "x".to_owned(),
            shown,
            percent: None,
            likely: None,
            bounds: None,
        }
    }

    #[test]
    fn what_has_no_number_says_why() {
        for shown in [Shown::FewerThanTen, Shown::OrMore(45), Shown::Hidden] {
            assert!(figure(shown).why_hidden().is_some());
        }
        assert_eq!(figure(Shown::About(30)).why_hidden(), None);
        assert_eq!(figure(Shown::About(30)).in_words(64), "about 30 of 64");
        assert_eq!(figure(Shown::OrMore(50)).in_words(64), "50 or more of 64");
    }

    #[test]
    fn only_a_change_of_ten_or_more_has_a_direction() {
        let now = figure(Shown::About(40));
        let since = |before: Shown| now.since(Some(&figure(before)));
        assert_eq!(since(Shown::About(30)), "up");
        assert_eq!(since(Shown::About(35)), "may be noise");
        assert_eq!(since(Shown::About(50)), "down");
        assert_eq!(since(Shown::FewerThanTen), "–");
        assert_eq!(now.since(None), "–");
    }

    #[test]
    fn frame_years_run_into_the_next() {
        assert_eq!(frame_year(2026), "2026/27");
        assert_eq!(frame_year(2099), "2099/00");
    }
}
