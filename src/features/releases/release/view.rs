//! The list of releases, what there is before the first, and how to read one.

use chrono::{DateTime, Utc};
use entity::ids::OrgCode;
use maud::{Markup, html};

use crate::{
    domain::disclosure::{NOTES, PROMISE, Period, frame_year},
    href,
    store::releases::Line,
    ui::{
        happened_link, key_link, parts,
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// Above a release that somebody reads from a practice or an LMC.
pub(super) fn as_an_analyst() -> Markup {
    let pages = [
        ("latest", "Latest release"),
        ("england", "England"),
        ("", "All releases"),
        ("how-to-read", "How to read one"),
    ];
    let pages = pages.map(|(page, name)| {
        let all = href!("/releases");
        (if page.is_empty() { all } else { all.seg(page) }, name)
    });
    html! {
        (parts::inset(&html! { p { "You see what an analyst of an ICB sees: areas, and no practice." } (parts::links(&pages)) }))
    }
}

/// Every release; with the way to the keys of the reader's own ICB.
pub(super) fn list(all: &[Line], own: Option<&OrgCode>, now: DateTime<Utc>) -> Sheet {
    if all.is_empty() {
        return none_yet(now);
    }
    let newest_year = all.first().map(|line| line.year);
    let rows = |year: i32| -> Vec<Vec<Markup>> {
        all.iter()
            .filter(|line| line.year == year)
            .map(|line| {
                vec![
                    html! { a href=(href!("/releases").seg(line.number)) { "Release " (line.number) } },
                    html! { (line.published_on.written()) },
                ]
            })
            .collect()
    };
    let mut years: Vec<i32> = all.iter().map(|line| line.year).collect();
    years.dedup();
    Sheet::new(Section::AllReleases, "All releases").content(html! {
        (parts::lede(&html! { "A release every fourth Thursday at nine. Each keeps its number and address for ever." }))
        (parts::panel("Every release in one file", &html! {
            p { a href="/releases/all.csv" { "CSV" } ", " a href="/releases/all.xlsx" { "Excel" } }
        }))
        @for year in years {
            @let closed = if newest_year == Some(year) { "" } else { ", closed" };
            @let title = format!("Series of {}{closed}", frame_year(year));
            (parts::panel(&title, &table(&format!("{title}, newest first"), &[words("Release"), numbers("Published")], &rows(year))))
        }
        (parts::details("Digests of the ledger", &html! {
            ul .nhsuk-list { @for line in all { li { "Release " (line.number) ": " code .hr-code { (line.sha256) } } } }
        }))
        @if let Some(own) = own { (key_link::link(own)) (happened_link::link(own)) }
    })
}

/// Before the first release.
pub(super) fn none_yet(now: DateTime<Utc>) -> Sheet {
    let next = std::iter::successors(Some(Period::FIRST), |period| Some(period.next()))
        .find(|period| period.due_at() > now)
        .map(|period| period.published_on().written());
    Sheet::new(Section::LatestRelease, "No release yet").content(html! {
        (parts::lede(&html! { "Nothing is known here about what practices do." }))
        @if let Some(next) = next { p { "The next release is due on " (next) " at nine." } }
        p { a href="/releases/how-to-read" { "How a release is made and read" } }
    })
}

/// How a release is made, for those who use it.
pub(super) fn how_to_read(none_yet: bool) -> Sheet {
    Sheet::new(Section::HowToRead, "How to read a release").content(html! {
        (parts::lede(&html! { "How much practices have recorded, and how sure a figure is." }))
        @if none_yet { (parts::inset(&html! { p { "There is no release yet, so nothing is known here about what practices do." } })) }
        (parts::panel("What a figure is", &html! {
            p { "The number of practices, of all that were open on 1 April, that had recorded an item by the Wednesday before. \
                 A practice that records nothing is not counted as doing nothing: “Least and most” says how far that could move the share." }
            p { "A range alone, such as “about 0 to 15”, says that the number lies somewhere in it. Each figure has noise of its own and is rounded: figures \
                 need not add up, and a part may pass its whole." }
            p { "Every count is made for a whole ICB and has a little random noise that goes on from release to release. Regions and England are sums of the same \
                 counts. Nothing smaller than an ICB is published." }
            p { "Days over the limit are those up to that Wednesday, as they had been entered when the release was made. Transferred items are those \
                 that came in the thirteen four weeks up to it and had been logged: five in any of them count." }
            @for note in NOTES { p { (note) } }
        }))
        (parts::panel("What is promised to practices", &html! { @for part in PROMISE.lines() { p { (part) } } }))
        (parts::panel("Changes", &html! {
            p { "Figures come every four weeks, whatever happened. They show levels, not a month’s steps: in one ICB a change of 13 practices is seen half the time, \
                     one of 18 nine times in ten. A mistake is put right in the next release, with a note." }
            p { "On 1 April the practices are counted anew, and figures of two years are never compared. An ICB that merged goes on as the sum of the old ones; \
                     one whose border moved begins anew; where fewer than 20 practices moved, the ICBs are one row for a year." }
        }))
        section #method .hr-panel {
            h2 { "What changed in the method" }
            p { "Releases made by method 1 say so. They added noise to smaller groups and cut it off at nothing, so that rare items read too high, and called changes \
                 up or down that may have been noise. Method 2 counts whole ICBs, sums before it cuts off, and says “up” or “down” only beyond what the noise can do." }
        }
    })
}
