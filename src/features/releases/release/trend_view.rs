//! One series of an area over every release of its frame year.

use std::sync::Arc;

use maud::{Markup, html};

use crate::{
    domain::disclosure::{Area, Content, Direction, Figure, Series, Shown},
    href,
    store::releases::Published,
    ui::{
        chart::{self, Band, Moment},
        parts,
        table::{numbers, table, words},
    },
};

/// The line with its band, and the same as a table. Figures of another method or year are never beside these.
pub(super) fn panel(content: &Content, earlier: &[Arc<Published>], area: &Area, series: &Series) -> Markup {
    let title = format!("{}, release by release", series.title);
    let contents: Vec<&Content> = earlier
        .iter()
        .map(|found| &found.content)
        .filter(|earlier| earlier.method == content.method)
        .chain([content])
        .collect();
    if let [_] = contents[..] {
        return parts::panel(
            &title,
            &html! {
                p { "This is the first release of this series that is kept here: there is nothing to compare it with. Figures of another year or made by another method are never compared." }
            },
        );
    }
    let moments: Vec<Moment> = contents.iter().map(|content| moment(content, area, series)).collect();
    let says = said(&contents, area, series);
    let drawn = Band { id: "trend", title: &title, says: &says, moments: &moments };
    parts::panel(
        &title,
        &html! {
            (chart::band(&drawn))
            p .hr-small { "Nineteen times in twenty the number is inside the band. Where there is no dot, only the band is known." }
            div .hr-no-print { (parts::details("As a table", &listed(&contents, area, series))) }
        },
    )
}

fn figure_of<'a>(content: &'a Content, area: &Area, series: &Series) -> Option<&'a Figure> {
    content.area(area.kind, &area.code)?.figure(&series.code)
}

fn moment(content: &Content, area: &Area, series: &Series) -> Moment {
    let label = content.published_on.0.format("%-d %b").to_string();
    let figure = figure_of(content, area, series);
    let Some(figure) = figure else {
        return Moment { label, range: None, value: None, text: "–".to_owned() };
    };
    let range = match figure.shown {
        Shown::FewerThanTen => Some((0, 10)),
        Shown::OrMore(least) => Some((least, area.practices)),
        Shown::About(_) | Shown::Between => figure.likely,
        Shown::TooFew | Shown::Hidden | Shown::NotCounted => None,
    };
    Moment {
        label,
        range: range.map(|(low, high)| (low.into(), high.into())),
        value: figure.shown.about().map(u64::from),
        text: figure.number_in_words(),
    }
}

/// How the newest stands to the one before and to the first.
fn said(contents: &[&Content], area: &Area, series: &Series) -> String {
    let (Some((now, before)), Some(first)) = (contents.split_last(), contents.first()) else {
        return String::new();
    };
    let since = |then: &Content| {
        let says = match now.change_since(then, area, &series.code) {
            Direction::NotCompared => "nothing to compare",
            change => change.in_words(),
        };
        format!("since release {}: {says}", then.number)
    };
    let mut says = before.last().map_or_else(String::new, |last| since(last));
    if before.len() > 1 {
        says = format!("{says}; {}", since(first));
    }
    says.replacen("since", "Since", 1) + "."
}

fn listed(contents: &[&Content], area: &Area, series: &Series) -> Markup {
    let befores = [None].into_iter().chain(contents.iter().map(|content| Some(*content)));
    let mut rows: Vec<Vec<Markup>> =
        contents.iter().zip(befores).map(|(content, before)| row(content, before, area, series)).collect();
    rows.reverse();
    let columns = [
        words("Release"),
        numbers("Published"),
        numbers("Practices"),
        numbers("Likely"),
        words("Since the one before"),
    ];
    table(&format!("{} in {}", series.title, area.name), &columns, &rows)
}

fn row(content: &Content, before: Option<&Content>, area: &Area, series: &Series) -> Vec<Markup> {
    let figure = figure_of(content, area, series);
    let dash = || "–".to_owned();
    let then = content.area(area.kind, &area.code);
    let change = before
        .zip(then)
        .map_or(Direction::NotCompared, |(before, then)| content.change_since(before, then, &series.code));
    vec![
        html! { a href=(href!("/releases").seg(content.number)) { "Release " (content.number) } },
        html! { (content.published_on.written()) },
        html! { (figure.map_or_else(dash, |figure| figure.in_words(area.practices))) },
        html! { (figure.map_or_else(dash, Figure::likely_in_words)) },
        html! { (change.in_words()) },
    ]
}
