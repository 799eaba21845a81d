//! England, its regions and every ICB in one measure: the picture first, the table below it.

use entity::ids::OrgCode;
use maud::{Markup, html};

use super::{
    files_view,
    opening_view::{Later, of_the_method, opening},
    picture_view,
};
use crate::{
    domain::disclosure::{Area, AreaKind, Content, Direction, Figure, HAS_RECORDED, NOTES, Series, Shown, frame_year},
    href,
    store::{release_files::Form, releases::Line},
    ui::{
        form::{self, Button, Choice, Field},
        map, parts,
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// What the page shows.
#[derive(Debug)]
pub(super) struct England<'a> {
    /// Every release, newest first.
    pub(super) lines: &'a [Line],
    /// The one that is shown.
    pub(super) content: &'a Content,
    /// The one before it in the same frame year.
    pub(super) earlier: Option<&'a Content>,
    /// The reader's ICB.
    pub(super) own: Option<&'a OrgCode>,
    /// The measure that was asked for.
    pub(super) series: Option<&'a str>,
    /// Tiles instead of the map.
    pub(super) tiles: bool,
    /// ICBs by their share instead of their name.
    pub(super) by_share: bool,
    /// What later releases put right in it.
    pub(super) later: &'a [Later],
    /// Files that are kept.
    pub(super) files: &'a [(Form, String)],
}

/// England in one measure.
pub(super) fn england(view: &England<'_>) -> Sheet {
    let content = view.content;
    let chosen = view.series.and_then(|code| content.series(code));
    let item = content.series.iter().find(|series| series.code != HAS_RECORDED);
    Sheet::new(Section::England, "England").own_heading().content(html! {
        div .hr-release {
            (opening(&format!("England, release {}", content.number), content, view.lines.first(), view.later))
            (of_the_method(content, view.earlier))
            (nothing_known(content))
            @if let Some(series) = chosen.or(item) {
                (picker(view, series))
                (drawn(view, series))
                (figures(view, series))
            }
            div .hr-no-print { (parts::panel("Files", &files_view::links(content, view.files))) }
        }
    })
}

/// Where too few have recorded anything in every area.
fn nothing_known(content: &Content) -> Markup {
    let nothing = !content.areas.iter().any(|area| area.enough);
    html! {
        @if nothing {
            (parts::inset(&html! {
                p { strong { "Too few have recorded to say" } " what practices do, in England and in every region and ICB. Practices that have recorded nothing may be acting too." }
            }))
        }
    }
}

fn picker(view: &England<'_>, series: &Series) -> Markup {
    let number = view.content.number.to_string();
    let releases: Vec<(String, String)> = view
        .lines
        .iter()
        .map(|line| {
            let name = format!("Release {}, {} ({})", line.number, line.published_on.written(), frame_year(line.year));
            (line.number.to_string(), name)
        })
        .collect();
    let releases: Vec<Choice<'_>> = releases.iter().map(|(value, name)| Choice::new(value, name, &number)).collect();
    let measures: Vec<Choice<'_>> =
        view.content.series.iter().map(|other| Choice::new(&other.code, &other.title, &series.code)).collect();
    let picture = if view.tiles { "tiles" } else { "map" };
    let pictures = [Choice::new("map", "Map", picture), Choice::new("tiles", "Tiles", picture)];
    let order = if view.by_share { "share" } else { "name" };
    let orders = [Choice::new("name", "By name", order), Choice::new("share", "By share, highest first", order)];
    // The picture is a choice only where the map knows an area of the release.
    let mapped = picture_view::of(view.content, series, None).is_some();
    html! {
        form .hr-pick .hr-no-print method="get" action="/releases/england" {
            (form::select(&Field::new("release", "Release"), &releases))
            (form::select(&Field::new("series", "Measure"), &measures))
            @if mapped { (form::select(&Field::new("view", "Picture"), &pictures)) }
            (form::select(&Field::new("order", "ICBs"), &orders))
            (form::button(Button::Secondary, "Show"))
        }
    }
}

fn drawn(view: &England<'_>, series: &Series) -> Markup {
    let content = view.content;
    let Some(picture) = picture_view::of(content, series, view.own.map(OrgCode::as_str)) else {
        return html! {};
    };
    let label = format!("{} by ICB, release {}; the table below has the figures", series.title, content.number);
    parts::panel(
        &format!("{} by ICB", series.title),
        &html! {
            @if view.tiles { (map::tiles(&label, &picture)) } @else { (map::map(&label, &picture)) }
        },
    )
}

fn figures(view: &England<'_>, series: &Series) -> Markup {
    let content = view.content;
    let wide = |kind: AreaKind| {
        let areas = content.areas.iter().filter(|area| area.kind == kind);
        let mut areas: Vec<&Area> = areas.collect();
        // Whoever looks for an area knows its name, not its code.
        areas.sort_by(|one, other| one.name.cmp(&other.name));
        if view.by_share {
            areas.sort_by_key(|area| std::cmp::Reverse(height(area, &series.code)));
        }
        areas
    };
    let rows: Vec<Vec<Markup>> = [AreaKind::England, AreaKind::Region, AreaKind::Icb]
        .into_iter()
        .flat_map(wide)
        .filter_map(|area| row(view, area, &series.code))
        .collect();
    let since = view.earlier.map_or_else(|| "Since".to_owned(), |earlier| format!("Since {}", earlier.number));
    let columns = [words("Area"), numbers("Practices"), numbers("Share"), numbers("Likely"), words(&since)];
    parts::panel(
        &series.title,
        &html! {
            (table(&format!("{} by area", series.title), &columns, &rows))
            p .hr-small { (NOTES[0]) " " (NOTES[3]) " " a href="/releases/how-to-read" { "How are these figures made?" } }
        },
    )
}

/// How high an area's share is, in thousandths: for the order of a table alone.
fn height(area: &Area, series: &str) -> Option<u32> {
    let figure: &Figure = area.figure(series)?;
    let practices = match figure.shown {
        Shown::FewerThanTen => 0,
        Shown::About(value) | Shown::OrMore(value) => value,
        Shown::Between => figure.likely?.0.midpoint(figure.likely?.1),
        Shown::TooFew | Shown::Hidden | Shown::NotCounted => return None,
    };
    practices.saturating_mul(1_000).checked_div(area.practices)
}

fn row(view: &England<'_>, area: &Area, series: &str) -> Option<Vec<Markup>> {
    let figure = area.figure(series)?;
    let change =
        view.earlier.map_or(Direction::NotCompared, |earlier| view.content.change_since(earlier, area, series));
    let page = href!("/releases").seg(view.content.number);
    let page = match area.kind {
        AreaKind::Region => page.query("region", &area.code),
        AreaKind::England | AreaKind::Icb => page.query("icb", &area.code),
    };
    Some(vec![
        html! {
            a href=(page.query("series", series)) { (area.name) }
            @if area.kind == AreaKind::Region { " " (parts::small("region")) }
        },
        html! { (figure.in_words(area.practices)) },
        html! { (figure.share_in_words()) },
        html! { (figure.likely_in_words()) },
        html! { (change.in_words()) },
    ])
}
