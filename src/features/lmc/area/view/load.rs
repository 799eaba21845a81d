//! How loaded clinicians are, on the day and over weeks: only where three or more of a practice were counted.

use maud::{Markup, html};

use super::super::shown_view::Area;
use crate::{
    domain::{
        area::{AreaStatus, Capacity, ClinicianDays, WeekStatus},
        coverage::percent,
    },
    ui::{chart, figures, number, parts, table},
};

/// Room on the day.
pub(super) fn today(area: &Area<'_>) -> Markup {
    let Capacity { practices, sum, diverts } = area.status.capacity;
    let title =
        if area.live.is_some() { "Left today".to_owned() } else { format!("Left on {}", area.status.on.written()) };
    parts::panel(
        &title,
        &html! {
            @if practices == 0 {
                p { "No practice that shares has three or more clinicians counted." }
            } @else {
                (figures::practice_day(sum, ""))
                p .hr-card__q {
                    (number::thousands(sum.full.into())) " of " (number::counted(sum.clinicians.into(), "clinician", "clinicians"))
                    " at or over the limit, in "
                    a href=(area.which(&[("counted", "yes")])) { (number::counted(practices.into(), "practice", "practices")) }
                    " with three or more counted; " (number::counted(diverts.into(), "divert", "diverts")) " began"
                }
            }
        },
    )
}

/// Week by week.
pub(super) fn weeks(status: &AreaStatus) -> Markup {
    let shares: Vec<u64> =
        status.weeks.iter().filter_map(|week| percent(week.days.over, week.days.counted).map(u64::from)).collect();
    let title = "Clinicians’ load by week";
    let columns = [
        table::words("Week to"),
        table::numbers("At or over limit"),
        table::numbers("Over"),
        table::numbers("Per 1,000"),
        table::numbers("Diverts"),
    ];
    let rows: Vec<Vec<Markup>> = status.weeks.iter().rev().map(row).collect();
    parts::panel(
        title,
        &html! {
            @if status.days.counted == 0 {
                p { "No days are counted in these four weeks." }
            } @else {
                (table::table(title, &columns, &rows))
                p .hr-small {
                    "Clinician-days at or over the limit, and over it; contacts for each 1,000 patients; diverts that began. "
                    "Only what was counted, on days that are over and on which three or more clinicians of a practice were: in four weeks "
                    (number::of(status.days.full.into(), status.days.counted.into())) " days at or over."
                }
                @if shares.len() > 1 {
                    (chart::sparkline("over", "Share of clinician-days over the limit, week by week", &chart::with_scale(&in_words(status), &shares), &shares, chart::top_of(&shares)))
                }
                (spread(&status.over))
            }
        },
    )
}

/// How many practices have which share of their days over the limit. Fewer than five are no distribution.
fn spread(over: &[u32]) -> Markup {
    let [low, .., high] = over else {
        return html! {};
    };
    if over.len() < 5 {
        return html! {};
    }
    let middle = over.get(over.len() / 2).unwrap_or(high);
    let says = format!(
        "In {} practices the share of days over the limit goes from {low}% to {high}%; half of them have {middle}% or less.",
        over.len()
    );
    let shares: Vec<u64> = over.iter().copied().map(u64::from).collect();
    html! {
        h3 .hr-small { "Practices by their share of days over the limit, in percent" }
        (chart::distribution("spread", "Practices by their share of clinician-days over the limit", &says, &chart::classes(&shares)))
    }
}

fn row(week: &WeekStatus) -> Vec<Markup> {
    let ClinicianDays { over, full, counted } = week.days;
    let per_thousand = week.per_thousand();
    vec![
        html! { (week.week_ending.short()) },
        html! { (number::percent_text(full.into(), counted.into())) },
        html! { (number::percent_text(over.into(), counted.into())) },
        html! { (per_thousand.map_or_else(|| "–".to_owned(), number::thousands)) },
        html! { @if week.practices == 0 { "–" } @else { (week.diverts) } },
    ]
}

/// "From 52% in the week to 30 October to 37% in the week to 20 November."
fn in_words(status: &AreaStatus) -> String {
    let shares: Vec<_> = status
        .weeks
        .iter()
        .filter_map(|week| {
            let share = percent(week.days.over, week.days.counted)?;
            Some((week.week_ending, share))
        })
        .collect();
    match (shares.first(), shares.last()) {
        (Some((first, then)), Some((last, now))) => format!(
            "Over the limit: from {then}% in the week to {} to {now}% in the week to {}.",
            first.short(),
            last.short()
        ),
        _ => String::new(),
    }
}
