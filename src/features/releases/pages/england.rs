//! England, its regions and every ICB: the table first, the map or the tiles beside it.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::{closed, count, lede};
use crate::{
    domain::disclosure::{Area, AreaKind, Change, Content, HAS_RECORDED, Series, frame_year},
    href,
    store::releases::Line,
    ui::{
        form::{self, Button, Choice, Field},
        map::{self, Key, Shade},
        parts,
        table::{numbers, table, words},
    },
};

/// What the page shows.
#[derive(Debug)]
pub(in super::super) struct England<'a> {
    /// Every release, newest first.
    pub(in super::super) lines: &'a [Line],
    /// The one that is shown.
    pub(in super::super) content: &'a Content,
    /// The one before it in the same frame year.
    pub(in super::super) earlier: Option<&'a Content>,
    /// The measure that was asked for.
    pub(in super::super) series: Option<&'a str>,
    /// Tiles instead of the map.
    pub(in super::super) tiles: bool,
}

/// England in one measure.
pub(in super::super) fn england(view: &England<'_>) -> Markup {
    let content = view.content;
    let newest_year = view.lines.first().map_or(content.year, |line| line.year);
    let chosen = view.series.and_then(|code| content.series(code));
    let first = content
        .series
        .iter()
        .find(|series| series.code != HAS_RECORDED);
    html! {
        (parts::heading(&format!("England, release {}", content.number)))
        (lede(content))
        (closed(content, newest_year))
        @if let Some(series) = chosen.or(first) {
            @let shades = shades(content.areas.as_slice(), &series.code);
            (picker(view, series, !shades.is_empty()))
            (tables(view, series, &shades))
        }
    }
}

/// The picture is a choice only where the map knows an area of the release.
fn picker(view: &England<'_>, series: &Series, mapped: bool) -> Markup {
    let number = view.content.number.to_string();
    let releases: Vec<(String, String)> = view
        .lines
        .iter()
        .map(|line| {
            let name = format!(
                "Release {}, {} ({})",
                line.number,
                line.published_on.written(),
                frame_year(line.year)
            );
            (line.number.to_string(), name)
        })
        .collect();
    let releases: Vec<Choice<'_>> = releases
        .iter()
        .map(|(value, name)| Choice::new(value, name, &number))
        .collect();
    let measures: Vec<Choice<'_>> = view
        .content
        .series
        .iter()
        .map(|other| Choice::new(&other.code, &other.title, &series.code))
        .collect();
    let picture = if view.tiles { "tiles" } else { "map" };
    let pictures = [
        Choice::new("map", "Map", picture),
        Choice::new("tiles", "Tiles", picture),
    ];
    html! {
        form .hr-pick method="get" action="/releases/england" {
            (form::select(&Field::new("release", "Release"), &releases))
            (form::select(&Field::new("series", "Measure"), &measures))
            @if mapped { (form::select(&Field::new("view", "Picture"), &pictures)) }
            (form::button(Button::Secondary, "Show"))
        }
    }
}

fn tables(view: &England<'_>, series: &Series, shades: &BTreeMap<String, Shade>) -> Markup {
    let content = view.content;
    // Whoever looks for an area knows its name, not its code.
    let wide = |kind: AreaKind| {
        let mut areas: Vec<&Area> = content
            .areas
            .iter()
            .filter(|area| area.kind == kind)
            .collect();
        areas.sort_by(|one, other| one.name.cmp(&other.name));
        areas
    };
    let rows: Vec<Vec<Markup>> = [AreaKind::England, AreaKind::Region, AreaKind::Icb]
        .into_iter()
        .flat_map(wide)
        .filter_map(|area| row(view, area, &series.code))
        .collect();
    let since = view.earlier.map_or_else(
        || "Since".to_owned(),
        |earlier| format!("Since {}", earlier.number),
    );
    let columns = [
        words("Area"),
        numbers("Practices"),
        numbers("Share"),
        numbers("Likely"),
        words(&since),
    ];
    let figures = parts::panel(
        &series.title,
        &html! {
            (table(&format!("{} by area", series.title), &columns, &rows))
            p .hr-small {
                "Every number carries a little random noise. “Likely” is where the number lies nineteen times in twenty. "
                a href="/releases/how-to-read" { "How are these made?" }
            }
        },
    );
    if shades.is_empty() {
        return figures;
    }
    let label = format!(
        "England: {} by ICB, release {}; the table has the figures",
        series.title, content.number
    );
    if view.tiles {
        let tiles = map::tiles(&label, shades, &LEGEND);
        html! { (figures) (parts::panel("Tiles", &tiles)) }
    } else {
        let map = map::england(&label, shades, &LEGEND);
        parts::two_columns(&figures, &parts::panel("Map", &map))
    }
}

fn row(view: &England<'_>, area: &Area, series: &str) -> Option<Vec<Markup>> {
    let figure = area.figure(series)?;
    let change = view.earlier.map_or(Change::NotCompared, |earlier| {
        view.content.change_since(earlier, area, series)
    });
    let page = href!("/releases").seg(view.content.number);
    let link = match area.kind {
        AreaKind::Region => page.query("region", &area.code),
        AreaKind::England | AreaKind::Icb => page.query("icb", &area.code),
    };
    Some(vec![
        html! {
            // Thirty-six times in full, the words push the figures off the page.
            a href=(link) { (area.name.replace("Integrated Care Board", "ICB")) }
            @if area.kind == AreaKind::Region { " " (parts::small("region")) }
        },
        count(figure, area.practices),
        html! { (figure.share_in_words()) },
        html! { (figure.likely_in_words()) },
        html! { (change.in_words()) },
    ])
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
                    text: figure.in_words(area.practices),
                },
            ))
        })
        .collect()
}
