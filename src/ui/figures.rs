//! Figures and the bars that stand beside them. A bar repeats what words say, so it is hidden from assistive technology.

use maud::{Markup, html};

use super::number::{permille, tenths};

/// Where a count stands against its limit; the word is said elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Room left.
    Available,
    /// Little room left.
    Nearing,
    /// At the limit.
    Full,
    /// Past the limit.
    Over,
}

impl State {
    /// The word that stylesheet and script know.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Nearing => "nearing",
            Self::Full => "full",
            Self::Over => "over",
        }
    }
}

/// How much of a limit is counted.
pub fn meter(counted: u64, limit: u64, state: State) -> Markup {
    let width = permille(counted, limit).unwrap_or(1000).min(1000);
    html! {
        svg .hr-meter viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" {
            rect .bg width="100" height="4" {}
            rect class=(state.word()) data-meter width=(tenths(width)) height="4" {}
        }
    }
}

/// A share of a whole, without judgement ("heard from 38 of 64").
pub fn share_bar(part: u64, whole: u64) -> Markup {
    let width = permille(part, whole).unwrap_or(0).min(1000);
    html! {
        svg .hr-meter viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" {
            rect .bg width="100" height="4" {}
            rect .val width=(tenths(width)) height="4" {}
        }
    }
}

/// Between which per cent a share may lie, and where it is among those heard from.
pub fn bounds_bar(low: u64, high: u64, value: u64) -> Markup {
    let (low, high, value) = (
        low.min(100),
        high.min(100).max(low.min(100)),
        value.min(100),
    );
    // The mark is 1.6 wide and stays inside the bar.
    let mark = (value * 10).saturating_sub(8).min(984);
    html! {
        svg .hr-meter viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" {
            rect .bg width="100" height="4" {}
            rect .bound x=(low) width=(high - low) height="4" {}
            rect .val x=(tenths(mark)) width="1.6" height="4" {}
        }
    }
}

/// A figure to be seen first, and what it is a figure of.
pub fn big_number(figure: &str, of_what: &Markup) -> Markup {
    html! { p .hr-card__big { (figure) } p .hr-card__n { (of_what) } }
}
