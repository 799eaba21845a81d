//! Release pages: no figure without its range, every hidden cell explained, a paragraph ready to paste.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use crate::{
    domain::disclosure::{
        Area, AreaKind, Figure, HAS_RECORDED, OVER_LIMIT, Period, Shown as Displayed,
    },
    href,
    store::releases::Published,
    ui::{
        map::{self, Key, Shade},
        parts,
        table::{numbers, table, words},
    },
};

/// What the page of a release shows.
#[derive(Debug)]
pub(super) struct Shown<'a> {
    pub(super) published: &'a Published,
    pub(super) earlier: Option<&'a Published>,
    /// The ICB the reader is in, or chose.
    pub(super) area: Option<&'a Area>,
    /// The series of the second table and the map.
    pub(super) series: Option<&'a str>,
}

/// Under this the difference of two releases may be noise.
const NOISE: u32 = 10;

/// A displayed figure in words.
pub(super) fn practices(figure: &Figure, of: u32) -> String {
    match figure.shown {
        Displayed::FewerThanTen => "fewer than 10".to_owned(),
        Displayed::About(value) => format!("about {value} of {of}"),
        Displayed::OrMore(value) => format!("{value} or more of {of}"),
        Displayed::Hidden => "hidden".to_owned(),
    }
}

fn percent(figure: &Figure) -> String {
    figure
        .percent
        .map_or_else(|| "–".to_owned(), |percent| format!("{percent}%"))
}

fn likely(figure: &Figure) -> String {
    figure
        .likely
        .map_or_else(|| "–".to_owned(), |(low, high)| format!("{low} to {high}"))
}

fn bounds(figure: &Figure) -> String {
    figure.bounds.map_or_else(
        || "–".to_owned(),
        |(low, high)| format!("{low}% to {high}%"),
    )
}

/// A release with one ICB in full.
pub(super) fn release(shown: &Shown<'_>) -> Markup {
    let content = &shown.published.content;
    html! {
        (parts::heading(&format!("Release {}, {}", content.number, content.published_on.long())))
        (parts::lede(&html! {
            "Not live. What practices had recorded by midnight on Wednesday. Next release: " (content.next_on.written())
            ". For operations use the notice letters you hold."
        }))
        @match shown.area {
            Some(area) => { (paste(shown, area)) (figures(shown, area)) }
            None => p { "This release holds no ICB." },
        }
        (by_icb(shown))
        (files(shown.published))
    }
}

fn paste(shown: &Shown<'_>, area: &Area) -> Markup {
    let content = &shown.published.content;
    let said: Vec<String> = area
        .figures
        .iter()
        .filter(|figure| figure.series != HAS_RECORDED && figure.series != OVER_LIMIT)
        .filter(|figure| figure.percent.is_some())
        .take(3)
        .filter_map(|figure| {
            let title = &content.series(&figure.series)?.title;
            Some(format!(
                "{} ({}, likely {}) for “{title}”",
                practices(figure, area.practices),
                percent(figure),
                likely(figure)
            ))
        })
        .collect();
    let text = if said.is_empty() {
        format!(
            "On {} no item in {} reached a figure that can be shown. Source: Headroom release {}.",
            content.published_on.written(),
            area.name,
            content.number
        )
    } else {
        format!(
            "On {}, of the {} practices in {}: {}. Figures are approximate; a change under 10 may be noise. Source: Headroom release {}.",
            content.published_on.written(),
            area.practices,
            area.name,
            said.join("; "),
            content.number
        )
    };
    parts::paste_box("paste", &text)
}

fn figures(shown: &Shown<'_>, area: &Area) -> Markup {
    let content = &shown.published.content;
    let rows: Vec<Vec<Markup>> = area
        .figures
        .iter()
        .map(|figure| {
            let title = content
                .series(&figure.series)
                .map_or(figure.series.as_str(), |series| series.title.as_str());
            vec![
                html! { (title) },
                html! { (practices(figure, area.practices)) },
                html! { (percent(figure)) },
                html! { (likely(figure)) },
                html! { (bounds(figure)) },
                html! { (since(shown, area, figure)) },
            ]
        })
        .collect();
    let since = shown.earlier.map_or_else(
        || "Since the one before".to_owned(),
        |earlier| format!("Since release {}", earlier.content.number),
    );
    let columns = [
        words("Item"),
        numbers("Practices"),
        numbers("Share"),
        numbers("Likely"),
        numbers("Least and most"),
        words(&since),
    ];
    html! {
        (parts::panel(&area.name, &html! {
            (table(&format!("Items in {}", area.name), &columns, &rows))
            p .hr-small {
                "“Fewer than 10” protects practices. “Likely” is where the count lies nineteen times in twenty. “Least and \
                 most” is the share if none, and if each, of the practices that recorded nothing were acting. "
                a href="/releases/how-to-read" { "Why is a figure hidden, and how are these made?" }
            }
        }))
    }
}

/// Up or down where it can be told; never a figure, which would look exact.
fn since(shown: &Shown<'_>, area: &Area, figure: &Figure) -> &'static str {
    let before = shown
        .earlier
        .filter(|earlier| earlier.content.year == shown.published.content.year)
        .and_then(|earlier| earlier.content.area(area.kind, &area.code))
        .and_then(|area| area.figure(&figure.series))
        .and_then(|figure| figure.shown.about());
    match (before, figure.shown.about()) {
        (Some(before), Some(now)) if before.abs_diff(now) < NOISE => "may be noise",
        (Some(before), Some(now)) if now > before => "up",
        (Some(_), Some(_)) => "down",
        _ => "–",
    }
}

fn by_icb(shown: &Shown<'_>) -> Markup {
    let content = &shown.published.content;
    let first = content
        .series
        .iter()
        .find(|series| series.code != HAS_RECORDED);
    let Some(series) = shown.series.and_then(|code| content.series(code)).or(first) else {
        return html! {};
    };
    let row = |area: &Area| {
        let figure = area.figure(&series.code)?;
        let link = href!("/releases")
            .seg(content.number)
            .query("icb", &area.code);
        let name = if area.kind == AreaKind::Icb {
            html! { a href=(link) { (area.name) } }
        } else {
            html! { (area.name) }
        };
        Some(vec![
            name,
            html! { (practices(figure, area.practices)) },
            html! { (percent(figure)) },
            html! { (likely(figure)) },
        ])
    };
    let wide = |kind: AreaKind| content.areas.iter().filter(move |area| area.kind == kind);
    let rows: Vec<Vec<Markup>> = wide(AreaKind::England)
        .chain(wide(AreaKind::Region))
        .chain(wide(AreaKind::Icb))
        .filter_map(row)
        .collect();
    let shades = shades(content.areas.as_slice(), &series.code);
    html! {
        div .hr-two[!shades.is_empty()] {
            (parts::panel(&format!("Everywhere: {}", series.title), &html! {
                (table(&format!("{} by area", series.title), &[words("Area"), numbers("Practices"), numbers("Share"), numbers("Likely")], &rows))
                p .hr-small { "Another item: "
                    @for (at, other) in content.series.iter().enumerate() {
                        @if at > 0 { ", " }
                        a href=(href!("/releases").seg(content.number).query("series", &other.code)) { (other.title) }
                    }
                }
            }))
            @if !shades.is_empty() {
                (parts::panel("Map", &map::england(&format!("England: {} by ICB; the table has the figures", series.title), &shades, &LEGEND)))
            }
        }
    }
}

const LEGEND: [Key<'static>; 5] = [
    Key {
        class: Some(1),
        text: "under 20%",
    },
    Key {
        class: Some(2),
        text: "20 to 40%",
    },
    Key {
        class: Some(3),
        text: "40 to 60%",
    },
    Key {
        class: Some(4),
        text: "60% and over",
    },
    Key {
        class: None,
        text: "no figure shown",
    },
];

/// Classes for the boards the map knows; empty where the release speaks of none of them.
fn shades(areas: &[Area], series: &str) -> BTreeMap<String, Shade> {
    let known: Vec<&str> = map::boards().map(|(code, _)| code).collect();
    areas
        .iter()
        .filter(|area| area.kind == AreaKind::Icb && known.contains(&area.code.as_str()))
        .filter_map(|area| {
            let figure = area.figure(series)?;
            let class = figure.percent.map(|percent| match percent {
                0..20 => 1,
                20..40 => 2,
                40..60 => 3,
                _ => 4,
            });
            Some((
                area.code.clone(),
                Shade {
                    class,
                    text: format!("{}: {}", area.name, practices(figure, area.practices)),
                },
            ))
        })
        .collect()
}

fn files(published: &Published) -> Markup {
    let number = published.content.number;
    html! {
        (parts::panel("Files", &html! {
            ul .nhsuk-list {
                li { a href={ "/releases/" (number) ".csv" } { "CSV" } }
                li { a href={ "/releases/" (number) ".json" } { "JSON" } }
            }
            p .hr-small { "Permanent address: /releases/" (number) ". Digest of the ledger (SHA-256): " code .hr-code { (published.sha256) } }
            p .hr-small { "Privacy budget: ε = " (published.content.epsilon_per_year) " for each series and year. Method: " (published.content.method) "." }
        }))
    }
}

/// Every release.
pub(super) fn list(all: &[Published]) -> Markup {
    let rows: Vec<Vec<Markup>> = all
        .iter()
        .map(|published| {
            let content = &published.content;
            vec![
                html! { a href=(href!("/releases").seg(content.number)) { "Release " (content.number) } },
                html! { (content.published_on.written()) },
                html! { code .hr-code { (published.sha256.get(..12).unwrap_or_default()) "…" } },
            ]
        })
        .collect();
    html! {
        (parts::heading("All releases"))
        (parts::lede(&html! { "A release every fourth Thursday at nine. Each keeps its number and address for ever." }))
        @if all.is_empty() { p { "There is no release yet." } } @else {
            (parts::panel("Releases", &table("Releases, newest first", &[words("Release"), numbers("Published"), words("Digest")], &rows)))
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
        }))
        (parts::panel("Changes", &html! {
            p { "Figures change every four weeks, whatever happened. A change under 10 may be noise. A mistake is put right in the next release, with a note." }
        }))
    }
}
