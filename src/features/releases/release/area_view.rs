//! One area of a release in full: no figure without its range, every hidden cell explained, a paragraph ready to paste.

use std::sync::Arc;

use entity::ids::OrgCode;
use maud::{Markup, html};

use super::{
    files_view,
    opening_view::{Later, of_the_method, opening, title},
    picture_view, trend_view,
};
use crate::{
    domain::disclosure::{Area, AreaKind, Content, Direction, Figure, HAS_RECORDED, Series, Shown, TOO_FEW, is_item},
    href,
    store::{
        lmc_office::Office,
        release_files::Form,
        releases::{Line, Published},
    },
    ui::{
        form::{self, Button, Choice, Field},
        href::Href,
        map, number, parts,
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// What the page of a release shows.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) published: &'a Published,
    /// Those of the same frame year before it, oldest first.
    pub(super) earlier: &'a [Arc<Published>],
    /// The ICB the reader is in, or the area they chose.
    pub(super) area: Option<&'a Area>,
    /// The code of an area that was meant and that the release does not name.
    pub(super) unknown: Option<&'a str>,
    /// The reader's ICB.
    pub(super) own: Option<&'a OrgCode>,
    /// The series that was asked for.
    pub(super) series: Option<&'a str>,
    /// The newest release.
    pub(super) newest: Option<&'a Line>,
    /// LMCs of the area, and what their offices publish.
    pub(super) offices: &'a [(&'a str, Option<Office>)],
    /// What later releases put right in it.
    pub(super) later: &'a [Later],
    /// Files that are kept, with their digests.
    pub(super) files: &'a [(Form, String)],
}

/// A release with one area in full.
pub(super) fn release(view: &View<'_>) -> Sheet {
    let content = &view.published.content;
    let is_newest = view.newest.is_some_and(|newest| newest.number == content.number);
    let section = if is_newest { Section::LatestRelease } else { Section::AllReleases };
    let heading = format!("Release {}, {}", content.number, content.published_on.long());
    Sheet::new(section, format!("Release {}", content.number)).own_heading().content(html! {
        div .hr-release {
            (opening(&heading, content, view.newest, view.later))
            (of_the_method(content, view.earlier.last().map(|found| &found.content)))
            @if let Some(unknown) = view.unknown {
                (parts::inset(&html! { p { "This release names no area " (unknown) ". What follows is England." } }))
            }
            @match view.area {
                Some(area) => (whole(view, area)),
                None => p { "This release holds no area." },
            }
        }
    })
}

fn whole(view: &View<'_>, area: &Area) -> Markup {
    let content = &view.published.content;
    let series = chosen(view, area);
    html! {
        (parts::paste_box("paste", &content.paragraph(area)))
        (places(view, area))
        (parts::two_columns(
            &html! {
                (figures(view, area))
                @if let Some(series) = series { (trend_view::panel(content, view.earlier, area, series)) }
            },
            &html! {
                @if let Some(series) = series { (drawn(view, area, series)) }
                div .hr-no-print { (files_view::panel(view.published, view.files)) (ask(view, area)) }
            },
        ))
        div .hr-no-print { (elsewhere(content, area)) }
    }
}

/// The series that was asked for; else the first item, or where too few have recorded anything how many have.
fn chosen<'a>(view: &View<'a>, area: &Area) -> Option<&'a Series> {
    let content = &view.published.content;
    let asked = view.series.and_then(|code| content.series(code));
    let item = || {
        let mut all = content.series.iter();
        all.find(|series| (series.code == HAS_RECORDED) != area.enough)
    };
    asked.or_else(item).or(content.series.first())
}

fn address(content: &Content, area: &Area) -> Href {
    let page = href!("/releases").seg(content.number);
    match area.kind {
        AreaKind::Region => page.query("region", &area.code),
        AreaKind::England | AreaKind::Icb => page.query("icb", &area.code),
    }
}

/// The reader's ICB, the region and England, and what is shown where it is none of them.
fn places(view: &View<'_>, shown: &Area) -> Markup {
    let content = &view.published.content;
    let own = view.own.and_then(|own| content.area(AreaKind::Icb, own.as_str()));
    let region = [Some(shown), own].into_iter().flatten().find_map(|area| {
        let code = area.region.as_deref()?;
        content.area(AreaKind::Region, code)
    });
    let england = content.area(AreaKind::England, "england");
    let mut all: Vec<&Area> = Vec::new();
    for area in [own, Some(shown), region, england].into_iter().flatten() {
        if !all.iter().any(|known| same(known, area)) {
            all.push(area);
        }
    }
    all.sort_by_key(|area| std::cmp::Reverse(area.kind));
    html! {
        nav .hr-places aria-label="Areas" {
            ul {
                @for area in all {
                    li {
                        a href=(address(content, area)) aria-current=[same(area, shown).then_some("page")] { (area.name) }
                    }
                }
            }
        }
    }
}

fn same(one: &Area, other: &Area) -> bool {
    (one.kind, &one.code) == (other.kind, &other.code)
}

fn change(view: &View<'_>, area: &Area, figure: &Figure) -> Direction {
    let content = &view.published.content;
    view.earlier
        .last()
        .map_or(Direction::NotCompared, |earlier| content.change_since(&earlier.content, area, &figure.series))
}

fn says(figure: &Figure) -> bool {
    !matches!(figure.shown, Shown::TooFew | Shown::Hidden | Shown::NotCounted)
}

fn figures(view: &View<'_>, area: &Area) -> Markup {
    let said: Vec<&Figure> = area.figures.iter().filter(|figure| says(figure)).collect();
    let practices = number::counted(area.practices.into(), "practice", "practices");
    let heading = format!("{}, {practices}", area.name);
    parts::panel(
        &heading,
        &html! {
            @if said.len() < area.figures.len() { (silent(area)) }
            @if !said.is_empty() {
                (listed(view, area, &said))
                p .hr-small {
                    "Nineteen times in twenty the number is in the “likely” range. "
                    @if let Some(noise) = noise_since(view, area) {
                        "“Up” and “down” stand for a change of more than " (number::thousands(noise.into())) ". "
                    }
                    a href="/releases/how-to-read" { "How are these figures made?" }
                }
                div .hr-no-print { (bounds(view, area, &said)) }
            }
        },
    )
}

/// By how many practices a figure must have moved since the release before; nothing where the two are not compared.
fn noise_since(view: &View<'_>, area: &Area) -> Option<u32> {
    let (now, before) = (&view.published.content, &view.earlier.last()?.content);
    let then = before.area(area.kind, &area.code)?;
    let later = now.number.saturating_sub(before.number);
    (before.method == now.method).then(|| then.noise_of_change(later))
}

/// Why items stand nowhere.
fn silent(area: &Area) -> Markup {
    let hidden = area.figures.iter().any(|figure| figure.shown == Shown::Hidden);
    html! {
        p {
            @if hidden { "The area has fewer than 20 practices: nothing of it is shown." }
            @else {
                strong { "Too few have recorded to say" } " what practices do: " (TOO_FEW) "."
            }
        }
    }
}

fn listed(view: &View<'_>, area: &Area, said: &[&Figure]) -> Markup {
    let content = &view.published.content;
    let rows: Vec<Vec<Markup>> = said
        .iter()
        .map(|figure| {
            let page = address(content, area).query("series", &figure.series);
            vec![
                html! { a href=(page) { (title(content, figure)) } },
                html! {
                    (figure.in_words(area.practices))
                    @if figure.percent.is_some() { br; (parts::small(&figure.share_in_words())) }
                    @if let Some(why) = figure.why_hidden() { " " span .hr-why { (why) } }
                },
                html! { (figure.likely_in_words()) },
                html! { (change(view, area, figure).in_words()) },
            ]
        })
        .collect();
    let since = view.earlier.last().map_or_else(
        || "Since the one before".to_owned(),
        |earlier| format!("Since release {}", earlier.content.number),
    );
    let columns = [words("Item"), numbers("Practices"), numbers("Likely"), words(&since)];
    table(&format!("Items in {}", area.name), &columns, &rows)
}

/// What is not known: the share if none, and if every practice that recorded nothing were acting.
fn bounds(view: &View<'_>, area: &Area, said: &[&Figure]) -> Markup {
    let content = &view.published.content;
    let rows: Vec<Vec<Markup>> = said
        .iter()
        .filter(|figure| is_item(&figure.series))
        .map(|figure| {
            let number = figure.number_in_words();
            vec![
                html! { (title(content, figure)) },
                html! { @if figure.bounds.is_some() { (figure.bounds_in_words()) } @else { "not given: " (number) } },
            ]
        })
        .collect();
    if said.iter().all(|figure| figure.bounds.is_none()) {
        return html! {};
    }
    let caption = format!("Least and most in {}", area.name);
    let columns = [words("Item"), numbers("Least and most")];
    parts::details(
        "And practices that recorded nothing?",
        &html! {
            p { "They may be acting too. This is the share of all practices if none of them were, and if every one were." }
            (table(&caption, &columns, &rows))
        },
    )
}

fn drawn(view: &View<'_>, area: &Area, series: &Series) -> Markup {
    let content = &view.published.content;
    let own = match area.kind {
        AreaKind::Icb => Some(area.code.as_str()),
        _ => view.own.map(OrgCode::as_str),
    };
    let own = own.and_then(|code| code.split('+').next());
    let Some(picture) = picture_view::of(content, series, own) else {
        return html! {};
    };
    let page = href!("/releases/england").query("release", content.number).query("series", &series.code);
    let label = format!("{} by ICB, release {}; the page of England has it as a table", series.title, content.number);
    parts::panel(
        &format!("By ICB: {}", series.title),
        &html! {
            (map::map(&label, &picture))
            p { a href=(page) { "Every ICB as a table, as a map and as tiles" } }
        },
    )
}

fn ask(view: &View<'_>, area: &Area) -> Markup {
    if area.kind != AreaKind::Icb {
        return html! {};
    }
    let rows: Vec<Vec<Markup>> =
        view.offices.iter().map(|(name, office)| vec![html! { (name) }, reach(office.as_ref())]).collect();
    parts::panel(
        "Who to ask",
        &html! {
            @if rows.is_empty() { p { "This release names no LMC for the area." } }
            @else { (table("LMCs of the area", &[words("LMC"), words("Office")], &rows)) }
            p .hr-small { "Nobody there or here can say more about one practice. For operations use the notice letters you hold." }
        },
    )
}

fn reach(office: Option<&Office>) -> Markup {
    let Some(office) = office else {
        return parts::small("has published no contact here");
    };
    let parts = [&office.email, &office.telephone, &office.web];
    let parts: Vec<&str> = parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    html! { @for (at, part) in parts.iter().enumerate() { @if at > 0 { br; } (part) } }
}

/// Every ICB by name; those of a country all begin alike, so that is left away.
fn elsewhere(content: &Content, current: &Area) -> Markup {
    let mut icbs: Vec<(&str, &str)> = content
        .areas
        .iter()
        .filter(|area| area.kind == AreaKind::Icb)
        .map(|area| {
            let name = area.name.strip_prefix("NHS ").unwrap_or(&area.name);
            (name, area.code.as_str())
        })
        .collect();
    icbs.sort_unstable();
    let choices: Vec<Choice<'_>> = [("England", "england")]
        .into_iter()
        .chain(icbs)
        .map(|(name, code)| Choice::new(code, name, &current.code))
        .collect();
    let england = href!("/releases/england").query("release", content.number);
    parts::panel(
        "Elsewhere",
        &html! {
            p { a href=(england) { "England, its regions and every ICB" } }
            form method="get" action={ "/releases/" (content.number) } {
                (form::select(&Field::new("icb", "Another area"), &choices))
                (form::button(Button::Secondary, "Show"))
            }
        },
    )
}
