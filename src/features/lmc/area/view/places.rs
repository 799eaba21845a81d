//! One item taken apart by network or by ICB, and the choice of both.

use entity::ids::OrgCode;
use maud::{Markup, html};

use super::super::shown_view::Area;
use crate::{
    domain::area::{ItemStatus, PlaceStatus},
    ui::{
        figures,
        form::{self, Button, Choice, Field},
        href::Href,
        number, parts, table,
    },
};

/// As the address says.
const BY_ICB: &str = "icb";

/// The choice and the table. An area of one ICB is taken apart by network alone.
pub(super) fn panel(area: &Area<'_>) -> Markup {
    let status = area.status;
    let asked = status.items.iter().position(|item| item.code.as_str() == area.asked.measure);
    let at = asked.unwrap_or(0);
    let by_icb = area.asked.by == BY_ICB && status.icbs.len() > 1;
    let (title, name, places) =
        if by_icb { ("By ICB", "ICB", &status.icbs) } else { ("By primary care network", "Network", &status.networks) };
    html! {
        @if let Some(item) = status.items.get(at) {
            section .hr-panel #places {
                h2 { (title) }
                (picker(area, item))
                (shown(area, (at, item), (title, name), places))
            }
        }
    }
}

/// A plain form; a morph leaves it alone, so that nothing chosen is lost before it is sent.
fn picker(area: &Area<'_>, item: &ItemStatus) -> Markup {
    let by = ["network", BY_ICB];
    let names = ["Network", "ICB"];
    let places: Vec<Choice<'_>> =
        by.into_iter().zip(names).map(|(value, label)| Choice::new(value, label, &area.asked.by)).collect();
    let items: Vec<Choice<'_>> =
        area.status.items.iter().map(|each| Choice::new(each.code.as_str(), &each.title, item.code.as_str())).collect();
    html! {
        form #pick .hr-pick method="get" action={ (area.own()) "#places" } hx-morph-skip {
            @for (name, value) in [("on", &area.asked.on), ("since", &area.asked.since)] {
                @if !value.is_empty() { (form::hidden(name, value)) }
            }
            (form::select(&Field::new("measure", "What"), &items))
            @if area.status.icbs.len() > 1 { (form::select(&Field::new("by", "By"), &places)) }
            (form::button(Button::Secondary, "Show"))
        }
    }
}

fn shown(
    area: &Area<'_>,
    (at, item): (usize, &ItemStatus),
    (title, name): (&str, &str),
    places: &[PlaceStatus],
) -> Markup {
    let since = format!("Since {}", area.status.since.short());
    let columns = [
        table::words(name),
        table::numbers("Heard from"),
        table::numbers("Act"),
        table::words("Of all"),
        table::numbers(&since),
        table::numbers("Days over limit"),
    ];
    let of = if name == "ICB" { "icb" } else { "network" };
    let which = |place: &PlaceStatus, chosen: &[(&str, &str)]| {
        let code = place.code.as_ref().map_or("none", OrgCode::as_str);
        chosen
            .iter()
            .fold(area.which(&[(of, code), ("item", item.code.as_str())]), |to, (name, value)| to.query(name, value))
    };
    let rows: Vec<Vec<Markup>> = places
        .iter()
        .map(|place| {
            let links =
                [&[][..], &[("answers", "heard")][..], &[("stands", "acts")][..]].map(|chosen| which(place, chosen));
            row(place, at, item.change.is_some(), &links)
        })
        .collect();
    let caption = format!("{}, {}", item.title, title.replacen('B', "b", 1));
    html! {
        (table::table(&caption, &columns, &rows))
        (parts::small("Of all: between which shares the truth lies, and where it is among those heard from. Days over limit: clinician-days of four weeks."))
    }
}

fn row(place: &PlaceStatus, at: usize, counted_then: bool, [all, heard, acting]: &[Href; 3]) -> Vec<Markup> {
    let coverage = place.coverage(at);
    let share = coverage.percent_of_heard();
    vec![
        html! { a href=(all) { (place.name) } },
        html! { a href=(heard) { (number::of(place.heard.into(), place.all.into())) } },
        html! {
            a href=(acting) { (coverage.acting) }
            @if let Some(share) = share { " (" (share) "%)" }
        },
        html! {
            @if let Some((low, high)) = coverage.bounds() {
                @if coverage.counts_lead() {
                    @let (least, most) = coverage.least_and_most();
                    (least) " to " (most) " of " (coverage.all) " "
                    (parts::small(&format!("({low}% to {high}%)")))
                } @else {
                    (low) "% to " (high) "%"
                }
                (figures::bounds_bar(low.into(), high.into(), share.unwrap_or(low).into()))
            }
        },
        html! {
            @if counted_then { (number::change(place.change(at))) } @else { "–" }
        },
        html! { (number::percent_text(place.days.over.into(), place.days.counted.into())) },
    ]
}
