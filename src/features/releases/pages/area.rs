//! One area of a release in full.

use std::sync::Arc;

use maud::{Markup, html};

use super::{closed, count, lede, title};
use crate::{
    domain::disclosure::{Area, AreaKind, Change, Figure},
    href,
    store::{lmc_office::Office, release_files::Form, releases::Published},
    ui::{
        chart,
        form::{self, Button, Choice, Field},
        parts,
        table::{numbers, table, words},
    },
};

/// What the page of a release shows.
#[derive(Debug)]
pub(in super::super) struct View<'a> {
    pub(in super::super) published: &'a Published,
    /// Those of the same frame year before it, oldest first.
    pub(in super::super) earlier: &'a [Arc<Published>],
    /// The ICB the reader is in, or the area they chose.
    pub(in super::super) area: Option<&'a Area>,
    /// Frame year of the newest release.
    pub(in super::super) newest_year: i32,
    /// LMCs of the area, and what their offices publish.
    pub(in super::super) offices: &'a [(&'a str, Option<Office>)],
    /// Files that are kept, with their digests.
    pub(in super::super) files: &'a [(Form, String)],
}

/// A release with one area in full.
pub(in super::super) fn release(view: &View<'_>) -> Markup {
    let content = &view.published.content;
    html! {
        (parts::heading(&format!("Release {}, {}", content.number, content.published_on.long())))
        (lede(content))
        (closed(content, view.newest_year))
        @match view.area {
            Some(area) => {
                (parts::paste_box("paste", &content.paragraph(area)))
                (figures(view, area))
                (trend(view, area))
                (ask(view, area))
            }
            None => p { "This release holds no area." },
        }
        (parts::two_columns(&files(view), &other_areas(view)))
    }
}

fn change(view: &View<'_>, area: &Area, figure: &Figure) -> Change {
    let content = &view.published.content;
    view.earlier.last().map_or(Change::NotCompared, |earlier| {
        content.change_since(&earlier.content, area, &figure.series)
    })
}

fn figures(view: &View<'_>, area: &Area) -> Markup {
    let content = &view.published.content;
    let rows: Vec<Vec<Markup>> = area
        .figures
        .iter()
        .map(|figure| {
            vec![
                html! { (title(content, figure)) },
                count(figure, area.practices),
                html! { (figure.share_in_words()) },
                html! { (figure.likely_in_words()) },
                html! { (figure.bounds_in_words()) },
                html! { (change(view, area, figure).in_words()) },
            ]
        })
        .collect();
    let since = view.earlier.last().map_or_else(
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
    parts::panel(
        &area.name,
        &html! {
            (table(&format!("Items in {}", area.name), &columns, &rows))
            p .hr-small {
                "“Likely” is where the number lies nineteen times in twenty. “Least and most” is the share of all practices if none, \
                 and if every practice not heard from were acting. "
                a href="/releases/how-to-read" { "Why is a figure hidden, and how are these made?" }
            }
        },
    )
}

fn trend(view: &View<'_>, area: &Area) -> Markup {
    let content = &view.published.content;
    let year = content.frame_year();
    let heading = format!("Over the series of {year}");
    let Some(last) = view.earlier.last() else {
        return parts::panel(
            &heading,
            &html! {
                p { "This is the first release of this series that is kept here: there is nothing to compare it with. Figures of another year are never compared." }
            },
        );
    };
    let shown: Vec<(u32, Option<&Area>)> = view
        .earlier
        .iter()
        .map(|found| &found.content)
        .chain([content])
        .map(|content| (content.number, content.area(area.kind, &area.code)))
        .collect();
    let heads: Vec<String> = shown.iter().map(|(n, _)| format!("Release {n}")).collect();
    let mut columns = vec![words("Item")];
    columns.extend(heads.iter().map(|head| numbers(head)));
    columns.push(words("Trend"));
    let rows: Vec<Vec<Markup>> = area
        .figures
        .iter()
        .map(|figure| {
            let values: Vec<Option<&Figure>> = shown
                .iter()
                .map(|(_, area)| area.and_then(|area| area.figure(&figure.series)))
                .collect();
            let mut row = vec![html! { (title(content, figure)) }];
            row.extend(values.iter().map(|value| {
                html! { (value.map_or_else(|| "–".to_owned(), Figure::short)) }
            }));
            let says = match change(view, area, figure) {
                Change::Up => format!("Up since release {}", last.content.number),
                Change::Down => format!("Down since release {}", last.content.number),
                Change::NotClear | Change::NotCompared => "No clear change".to_owned(),
            };
            row.push(picture(
                title(content, figure),
                figure,
                &values,
                &says,
                area,
            ));
            row
        })
        .collect();
    parts::panel(
        &heading,
        &html! {
            (table(&format!("Releases of {year} in {}", area.name), &columns, &rows))
            p .hr-small { "About so many of " (area.practices) " practices. Lines draw “under 10” at 5." }
        },
    )
}

/// A line of displayed values, where every release shows one.
fn picture(
    title: &str,
    figure: &Figure,
    values: &[Option<&Figure>],
    says: &str,
    area: &Area,
) -> Markup {
    let points: Vec<u64> = values
        .iter()
        .filter_map(|value| value.as_ref()?.shown.centre().map(u64::from))
        .collect();
    if points.len() < values.len() {
        return html! { (parts::small(says)) };
    }
    let id = format!("trend-{}", figure.series);
    chart::sparkline(&id, title, says, &points, u64::from(area.practices))
}

fn ask(view: &View<'_>, area: &Area) -> Markup {
    if area.kind != AreaKind::Icb {
        return html! {};
    }
    let rows: Vec<Vec<Markup>> = view
        .offices
        .iter()
        .map(|(name, office)| vec![html! { (name) }, reach(office.as_ref())])
        .collect();
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
    let parts: Vec<&str> = parts
        .into_iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    html! { @for (at, part) in parts.iter().enumerate() { @if at > 0 { br; } (part) } }
}

fn files(view: &View<'_>) -> Markup {
    let number = view.published.content.number;
    let content = &view.published.content;
    let kept = |form: Form| view.files.iter().find(|(kept, _)| *kept == form);
    html! {
        (parts::panel("Files", &html! {
            ul .nhsuk-list {
                @for form in Form::ALL {
                    @match kept(form) {
                        Some((_, sha256)) => li {
                            a href={ "/releases/" (number) "." (form.code()) } { (form.title()) }
                            " " span .hr-small { "SHA-256 " code .hr-code { (sha256) } }
                        },
                        None if matches!(form, Form::Csv | Form::Json) => li {
                            a href={ "/releases/" (number) "." (form.code()) } { (form.title()) }
                        },
                        None => {}
                    }
                }
            }
            @if view.files.len() < Form::ALL.len() {
                p .hr-small { "The files of this release are being made; their digests follow within a minute." }
            }
            p .hr-small { "Permanent address: /releases/" (number) "; the newest is always at /releases/latest. Digest of the ledger (SHA-256): " code .hr-code { (view.published.sha256) } }
            p .hr-small { "Method: " (content.method_in_words()) "." }
        }))
    }
}

fn other_areas(view: &View<'_>) -> Markup {
    let content = &view.published.content;
    let current = view.area.map_or("england", |area| area.code.as_str());
    let choices: Vec<Choice<'_>> = [AreaKind::England, AreaKind::Icb]
        .into_iter()
        .flat_map(|kind| content.areas.iter().filter(move |area| area.kind == kind))
        .map(|area| Choice::new(&area.code, &area.name, current))
        .collect();
    let england = href!("/releases/england").query("release", content.number);
    html! {
        (parts::panel("Elsewhere", &html! {
            p { a href=(england) { "England, its regions and every ICB, as a table and a map" } }
            form method="get" action={ "/releases/" (content.number) } {
                (form::select(&Field::new("icb", "Another area"), &choices))
                (form::button(Button::Secondary, "Show"))
            }
        }))
    }
}
