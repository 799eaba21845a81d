//! The area page: values in, markup out.

use maud::{Markup, html};

use super::shown_view::{Area, share_for_a_line};
use crate::{
    domain::{
        area::{ItemStatus, TrendPoint},
        coverage::Coverage,
    },
    href,
    ui::{
        chart, figures,
        form::{self, Button},
        live, number, parts, readers,
        sections::Section,
        sheet::Sheet,
    },
};

mod days;
mod heard;
mod lists;
mod load;
mod places;

/// What changes the area: the names of events.
const EVENTS: [&str; 3] = ["register", "sharing", "contacts"];

/// The whole main part.
pub(super) fn page(area: &Area<'_>) -> Sheet {
    let live = area.live.is_some().then(|| href!("/live/lmc").seg(area.lmc));
    Sheet::new(Section::Area, area.name).errors(area.errors).live(live).content(html! {
        (status(area))
        (days::forms(area))
        (readers::for_an_officer())
    })
}

/// What changes while the page is open.
pub(super) fn status(area: &Area<'_>) -> Markup {
    let content = figures_of(area);
    if area.live.is_none() {
        return html! { section #status { (content) } };
    }
    let asked = [("since", &area.asked.since), ("by", &area.asked.by), ("measure", &area.asked.measure)];
    let get = asked
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .fold(area.own().seg("status"), |get, (name, value)| get.query(name, value));
    live::live_fragment("status", &get, &EVENTS, &content)
}

fn figures_of(area: &Area<'_>) -> Markup {
    let status = area.status;
    if status.heard.practices == 0 {
        return html! {
            (lede(area))
            (heard::nobody(area))
            @if area.live.is_some() && status.heard.sharing > 0 { (lists::waiting(area)) }
            @if status.days.counted > 0 { (load::today(area)) (load::weeks(status)) }
        };
    }
    html! {
        div .hr-area-figures {
            (lede(area))
            (parts::actions(&form::button_link(Button::Primary, "Meeting sheet", &area.own().seg("meeting"))))
            (heard::panel(area))
            h2 .nhsuk-heading-m { "What is paused" }
            (parts::grid_of_figures(&status.items.iter().map(|item| card(area, item)).collect::<Vec<_>>()))
            (places::panel(area))
            (parts::two_columns(
                &html! { (load::today(area)) (load::weeks(status)) },
                &html! { (lists::waiting(area)) (lists::overdue(area)) (lists::ending(area)) },
            ))
        }
    }
}

fn lede(area: &Area<'_>) -> Markup {
    let since = area.status.since;
    parts::lede(&html! {
        @if let Some(time) = &area.live {
            "Week to " (area.status.week_ending.written()) " · live, " (time)
        } @else {
            "As it stood on " (area.status.on.written()) ", as far as is known today · "
            a href=(area.own()) { "back to live" }
        }
        " · changes since "
        @if area.dates.meeting == Some(since) { "the last meeting, " }
        (since.short())
        " · " a href="#days" { "other days" }
        " · " a href=(href!("/lmc").seg(area.lmc).seg("impact")) { "before and after" }
        @match (area.dates.meeting, area.dates.later) {
            (Some(_), _) => {}
            (None, Some(later)) => { " · your last meeting, " (later.written()) ", was after this day" }
            (None, None) => { " · " a href="#met_on" { "say when you last met" } }
        }
    })
}

fn card(area: &Area<'_>, item: &ItemStatus) -> Markup {
    let status = area.status;
    let all = area.which(&[("item", item.code.as_str())]);
    let coverage = item.coverage;
    let share = coverage.percent_of_heard();
    let percent = share.map_or_else(|| "–".to_owned(), |share| format!("{share}%"));
    let counts = number::of(coverage.acting.into(), coverage.heard.into());
    let patients = number::of(coverage.patients_acting, status.heard.patients);
    let (big, of_what) = if coverage.counts_lead() {
        // The blank makes one sentence of both where it is copied or read out.
        let of_what = html! { " heard from (" (percent) "), covering " (patients) " patients" };
        (counts, of_what)
    } else {
        let of_what = html! {
            a href=(area.acting(item)) { (counts.replacen(" of ", " of the ", 1)) }
            " heard from, covering " (patients) " patients"
        };
        (percent, of_what)
    };
    parts::card(
        &item.title,
        &html! {
            (figures::big_link(&big, &area.acting(item), &of_what))
            @if let Some((low, high)) = coverage.bounds() {
                (figures::bounds_bar(low.into(), high.into(), share.unwrap_or(low).into()))
                p .hr-card__q { a href=(all) { "of all " (number::thousands(coverage.all.into())) } ": " (between(coverage, low, high)) }
            }
            p .hr-card__q {
                @for held in &item.held {
                    (held.name) " holds: " strong { (held.figure.in_words(held.practices)) }
                    @if held.figure.shown.about().is_some() { ", likely " (held.figure.likely_in_words()) }
                    " (release " (held.release) ") · "
                }
                "since " (status.since.short()) ": "
                @match item.change {
                    Some(by) => { span .hr-up { (number::change(by)) } }
                    None => { "not counted then" }
                }
            }
            (trend(item))
        },
    )
}

/// Between which bounds the truth lies; of few practices as counts first.
fn between(coverage: Coverage, low: u32, high: u32) -> String {
    if coverage.counts_lead() {
        let (least, most) = coverage.least_and_most();
        format!("between {least} and {most} practices ({low}% to {high}%)")
    } else {
        format!("between {low}% and {high}%")
    }
}

/// How it stood at the end of each week, of those heard from by then, as a line and in numbers. A share of few practices
/// is no line.
fn trend(item: &ItemStatus) -> Markup {
    // Nothing stands before the first record.
    let known = item.trend.iter().skip_while(|point| point.heard == 0);
    let points: Vec<TrendPoint> = known.copied().collect();
    let moved = points
        .iter()
        .any(|point| points.first().is_some_and(|first| (first.acting, first.heard) != (point.acting, point.heard)));
    let says = format!("{} weeks: {}", points.len(), weeks_in_words(&points));
    let shares: Option<Vec<u64>> = points.iter().map(|point| share_for_a_line(point.acting, point.heard)).collect();
    html! {
        @if points.len() > 1 && !moved {
            p .hr-card__q { (points.len()) " weeks: no change" }
        }
        @if moved {
            @match shares {
                Some(shares) => (chart::sparkline(
                    &format!("trend-{}", item.code),
                    &format!("{}: share of practices heard from, at the end of each week", item.title),
                    &chart::with_scale(&says, &shares),
                    &shares,
                    chart::top_of(&shares),
                )),
                None => p .hr-card__q { (says) },
            }
        }
    }
}

/// "24, 25, 27 of 38"; where more were heard from each week, "12 of 20, 25 of 36, 27 of 38".
fn weeks_in_words(points: &[TrendPoint]) -> String {
    let same = |point: &TrendPoint| points.last().is_some_and(|last| last.heard == point.heard);
    let last = points.len().saturating_sub(1);
    let all_same = points.iter().all(same);
    let words = points.iter().enumerate().map(|(at, point)| {
        if all_same && at < last {
            number::thousands(point.acting.into())
        } else {
            number::of(point.acting.into(), point.heard.into())
        }
    });
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
