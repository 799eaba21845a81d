//! Figures and the bars that stand beside them. A bar repeats what words say, so it is hidden from assistive technology.

use maud::{Markup, html};

use super::{
    href::Href,
    number::{permille, tenths, thousands},
    parts::{self, TagKind},
};
use crate::domain::limit::{Headroom, PracticeDay};

/// "160 counted (1 over) of 175": after what is left, so that left + counted − over is the limit on every screen.
pub fn counted_of(sum: PracticeDay) -> String {
    let n = |n: u32| thousands(n.into());
    match sum.over {
        0 => format!("{} counted of {}", n(sum.counted), n(sum.limit)),
        over => format!("{} counted ({} over) of {}", n(sum.counted), n(over), n(sum.limit)),
    }
}

/// "16 left · 160 counted (1 over) of 175", on one line.
pub fn left_and_counted(sum: PracticeDay) -> String {
    format!("{} left · {}", thousands(sum.left().into()), counted_of(sum))
}

/// A practice's day, or that of several: what is left, what it follows from, where that stands, and its bar. `more` stands
/// after the figures: "7 clinicians".
pub fn practice_day(sum: PracticeDay, more: &str) -> Markup {
    let figure = format!("{} left", thousands(sum.left().into()));
    html! {
        @if let Some(headroom) = sum.headroom() {
            (big_number(&figure, &html! {
                (counted_of(sum)) @if !more.is_empty() { ", " (more) } " " (state_tag(headroom))
            }))
            (meter(sum.used().into(), sum.limit.into(), headroom))
        }
    }
}

/// A word before it is a colour.
pub fn state_tag(headroom: Headroom) -> Markup {
    let kind = match headroom {
        Headroom::Available { .. } => TagKind::Run,
        Headroom::Nearing { .. } => TagKind::Soon,
        Headroom::AtLimit | Headroom::Over { .. } => TagKind::Full,
    };
    parts::tag(kind, headroom.title())
}

/// How much of a limit is used.
pub fn meter(used: u64, limit: u64, state: Headroom) -> Markup {
    let width = permille(used, limit).unwrap_or(1000).min(1000);
    html! {
        svg .hr-meter viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" {
            rect .bg width="100" height="4" {}
            rect class=(state.code()) data-meter width=(tenths(width)) height="4" {}
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
    let (low, high, value) = (low.min(100), high.min(100).max(low.min(100)), value.min(100));
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

/// The same where the figure opens what it counts.
pub fn big_link(figure: &str, which: &Href, of_what: &Markup) -> Markup {
    html! { p .hr-card__big { a href=(which) { (figure) } } p .hr-card__n { (of_what) } }
}
