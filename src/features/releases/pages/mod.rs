//! Release pages: no figure without its range, every hidden cell explained, a paragraph ready to paste.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

pub(super) use area::{View, release};
pub(super) use england::{England, england};

use crate::{
    domain::disclosure::{Content, Figure, Period, frame_year},
    href,
    store::releases::Line,
    ui::{
        parts,
        table::{numbers, table, words},
    },
};

mod area;
mod england;

/// When it is from, that it is not live, and what to use instead.
fn lede(content: &Content) -> Markup {
    parts::lede(&html! {
        "Not live. What practices had recorded by the end of " (content.as_of.long()) ". Next release: "
        (content.next_on.written()) ". For operations use the notice letters you hold."
    })
}

/// Says that a series is closed, where the newest release is of another year.
fn closed(content: &Content, newest_year: i32) -> Markup {
    html! {
        @if newest_year != content.year {
            (parts::inset(&html! {
                p {
                    strong { "Series of " (content.frame_year()) ", closed." }
                    " The newest release is of the series of " (frame_year(newest_year))
                    ", counted anew on 1 April. Figures of the two are never compared."
                }
            }))
        }
    }
}

/// How many practices; where no number stands, why not.
fn count(figure: &Figure, of: u32) -> Markup {
    html! {
        (figure.in_words(of))
        @if let Some(why) = figure.why_hidden() { " " span .hr-why { (why) } }
    }
}

fn title<'a>(content: &'a Content, figure: &'a Figure) -> &'a str {
    content
        .series(&figure.series)
        .map_or(figure.series.as_str(), |series| series.title.as_str())
}

/// Every release.
pub(super) fn list(all: &[Line]) -> Markup {
    let newest_year = all.first().map(|line| line.year);
    let rows = |year: i32| -> Vec<Vec<Markup>> {
        all.iter()
            .filter(|line| line.year == year)
            .map(|line| {
                vec![
                    html! { a href=(href!("/releases").seg(line.number)) { "Release " (line.number) } },
                    html! { (line.published_on.written()) },
                    html! { code .hr-code { (line.sha256.get(..12).unwrap_or_default()) "…" } },
                ]
            })
            .collect()
    };
    let mut years: Vec<i32> = all.iter().map(|line| line.year).collect();
    years.dedup();
    html! {
        (parts::heading("All releases"))
        (parts::lede(&html! { "A release every fourth Thursday at nine. Each keeps its number and address for ever." }))
        @if all.is_empty() { p { "There is no release yet." } }
        @for year in years {
            @let closed = if newest_year == Some(year) { "" } else { ", closed" };
            @let title = format!("Series of {}{closed}", frame_year(year));
            (parts::panel(&title, &table(&format!("{title}, newest first"), &[words("Release"), numbers("Published"), words("Digest")], &rows(year))))
        }
    }
}

/// Before the first release.
pub(super) fn none_yet(now: DateTime<Utc>) -> Markup {
    let next = std::iter::successors(Some(Period::FIRST), |period| Some(period.next()))
        .find(|period| period.due_at() > now)
        .map(|period| period.published_on().written());
    html! {
        (parts::heading("No release yet"))
        @if let Some(next) = next { p { "The next one is due on " (next) " at nine." } }
    }
}

/// How a release is made, for those who use it.
pub(super) fn how_to_read() -> Markup {
    html! {
        (parts::heading("How to read a release"))
        (parts::lede(&html! { "Figures you can plan on, from which nobody can work out one practice." }))
        (parts::panel("What a figure is", &html! {
            p { "The number of practices, of all that were open on 1 April, that had recorded an item by the Wednesday before. \
                 A practice that records nothing is not counted as doing nothing: “Least and most” says how far that could move the share." }
            p { "Every count is made for groups of at least ten practices, has a little random noise added once and for ever, and is shown to the nearest five. \
                 Sums for an ICB, a region and England are sums of those same groups, so they agree with each other." }
        }))
        (parts::panel("What is hidden, and why", &html! {
            ul {
                li { "“Fewer than 10”: so few that they might be guessed." }
                li { "“45 or more”: nearly all. It is never said that all practices of an area do something." }
                li { "“Hidden”: the area has fewer than 20 practices." }
            }
            p { "The reason stands beside each of them." }
        }))
        (parts::panel("Changes", &html! {
            p { "Figures change every four weeks, whatever happened. A change under 10 may be noise. A mistake is put right in the next release, with a note." }
            p { "On 1 April the practices are counted anew, the series of the old year close and new ones begin. Figures of two years’ series are never compared: the areas differ." }
        }))
    }
}
