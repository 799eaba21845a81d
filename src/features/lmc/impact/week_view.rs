//! The weeks before and after a day, as a table and as pictures.

use maud::{Markup, html};

use crate::{
    domain::impact::{Impact, LEAST_PRACTICES, Side, Windows},
    ui::{
        chart::{self, Point, Trend},
        number, parts, table,
    },
};

/// The figures of the pictures.
pub(super) fn weeks(windows: Windows, impact: &Impact) -> Markup {
    let columns = [
        table::words("Week from"),
        table::numbers("Contacts per clinician-day"),
        table::numbers("Days over the limit"),
    ];
    let rows: Vec<Vec<Markup>> = windows
        .week_starts()
        .into_iter()
        .zip(&impact.weeks)
        .map(|(first, week)| {
            let side = if first < windows.date { "before" } else { "after" };
            let name = html! { (first.short()) " " (parts::small(side)) };
            match week {
                Some(week) => vec![
                    name,
                    html! { (tenths_text(week.contacts_a_day())) },
                    html! {
                        (number::percent_text(week.over, week.clinician_days)) br;
                        (parts::small(&number::of(week.over, week.clinician_days)))
                    },
                ],
                None => vec![name, html! { "–" }, html! { "–" }],
            }
        })
        .collect();
    parts::panel(
        "Week by week",
        &html! {
            (table::table("Week by week", &columns, &rows))
            @if impact.weeks.iter().any(Option::is_none) {
                p .hr-small .nhsuk-u-margin-top-3 {
                    "– stands where fewer than " (LEAST_PRACTICES) " of the practices counted in that week."
                }
            }
        },
    )
}

/// The weeks as two lines; their figures are in the table beside them.
pub(super) fn pictures(windows: Windows, impact: &Impact) -> Markup {
    let drawn =
        |id: &str, title: &str, top: u64, figure: &dyn Fn(&Side) -> Option<u64>, text: &dyn Fn(u64) -> String| {
            let points = points(windows, impact, figure, text);
            chart::trend(&Trend {
                id,
                title,
                says: &says(&points),
                points: &points,
                top,
                divide: Some((usize::try_from(windows.weeks).unwrap_or(usize::MAX), &windows.date.short())),
            })
        };
    html! {
        (parts::panel("Contacts per clinician-day", &drawn(
            "contacts", "Contacts per clinician-day, week by week", 300,
            &|week| week.contacts_a_day(), &|value| tenths_text(Some(value)),
        )))
        (parts::panel("Clinician-days over the limit", &drawn(
            "over", "Share of clinician-days over the limit, week by week", 100,
            &|week| week.over_percent(), &|value| format!("{value}%"),
        )))
    }
}

fn points(
    windows: Windows,
    impact: &Impact,
    figure: &dyn Fn(&Side) -> Option<u64>,
    text: &dyn Fn(u64) -> String,
) -> Vec<Point> {
    windows
        .week_starts()
        .into_iter()
        .zip(&impact.weeks)
        .map(|(first, week)| {
            let value = week.as_ref().and_then(figure);
            Point { label: first.0.format("%-d %b").to_string(), value, text: value.map(text).unwrap_or_default() }
        })
        .collect()
}

/// `243` → `24.3`.
pub(super) fn tenths_text(value: Option<u64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{}.{}", number::thousands(value / 10), value % 10))
}

/// "From 30.0 in the week from 3 Sep to 25.0 in the week from 22 Oct. The dashed line is the day."
fn says(points: &[Point]) -> String {
    let mut known = points.iter().filter(|point| point.value.is_some());
    match (known.next(), known.next_back()) {
        (Some(first), Some(last)) => format!(
            "From {} in the week from {} to {} in the week from {}. The dashed line is the day; the figures are in the table.",
            first.text, first.label, last.text, last.label
        ),
        _ => "Too few practices counted week by week for a line.".to_owned(),
    }
}
