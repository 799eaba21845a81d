//! The area page: values in, markup out.

use entity::ids::{LocalDate, OrgCode};
use maud::{Markup, html};

use super::dates::{Asked, Dates};
use crate::{
    domain::area::{AreaStatus, ItemStatus},
    error::FieldError,
    href,
    ui::{chart, figures, form, href::Href, live, number, parts, readers},
};

mod days;
mod lists;
mod load;
mod places;

/// What changes the area: the names of events.
const EVENTS: [&str; 3] = ["register", "sharing", "contacts"];

/// Everything the page shows.
pub(super) struct Area<'a> {
    /// The LMC.
    pub(super) lmc: &'a OrgCode,
    /// Its name.
    pub(super) name: &'a str,
    /// The figures.
    pub(super) status: &'a AreaStatus,
    /// The time in London, where the page is live.
    pub(super) live: Option<String>,
    /// What was asked, as it was asked.
    pub(super) asked: &'a Asked,
    /// The days shown.
    pub(super) dates: Dates,
    /// The form of the last meeting.
    pub(super) meeting: Meeting<'a>,
    /// What was wrong with what was asked or sent.
    pub(super) errors: &'a [FieldError],
}

/// The form of the last meeting.
#[derive(Clone, Copy)]
pub(super) struct Meeting<'a> {
    /// Made with the page: sending the form twice records once.
    pub(super) id: &'a str,
    /// What was typed, where that could not be taken.
    pub(super) met_on: Option<&'a str>,
    /// Today.
    pub(super) today: LocalDate,
}

impl Area<'_> {
    fn own(&self) -> Href {
        href!("/lmc").seg(self.lmc)
    }

    /// The list of practices on the day that is shown.
    fn practices(&self) -> Href {
        let list = self.own().seg("practices");
        if self.live.is_some() {
            list
        } else {
            list.query("on", self.status.on)
        }
    }
}

/// The whole main part.
pub(super) fn page(area: &Area<'_>) -> Markup {
    html! {
        (form::error_summary(area.errors))
        (parts::heading(area.name))
        (status(area))
        (days::forms(area))
        (readers::for_an_officer())
    }
}

/// What changes while the page is open.
pub(super) fn status(area: &Area<'_>) -> Markup {
    let content = figures_of(area);
    if area.live.is_none() {
        return html! { section #status { (content) } };
    }
    let asked = [
        ("since", &area.asked.since),
        ("by", &area.asked.by),
        ("measure", &area.asked.measure),
    ];
    let get = asked
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .fold(area.own().seg("status"), |get, (name, value)| {
            get.query(name, value)
        });
    live::live_fragment("status", &get, &EVENTS, &content)
}

fn figures_of(area: &Area<'_>) -> Markup {
    let status = area.status;
    html! {
        (lede(area))
        (heard(area))
        h2 .nhsuk-heading-m { "What is paused" }
        (parts::grid_of_figures(&status.items.iter().map(|item| card(status, item)).collect::<Vec<_>>()))
        (places::panel(area))
        (parts::two_columns(
            &html! { (load::today(area)) (load::weeks(status)) },
            &html! { (lists::waiting(area)) (lists::overdue(area)) (lists::ending(&status.ending)) },
        ))
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
        " · " a href=(href!("/lmc").seg(area.lmc).seg("meeting")) { "meeting sheet" }
        @if area.dates.meeting.is_none() { " · " a href="#met_on" { "say when you last met" } }
    })
}

/// Who was heard from, with one meaning on every page: a practice that shares and has recorded or answered something by
/// the day. Of those that share, who answered in the week.
fn heard(area: &Area<'_>) -> Markup {
    let heard = area.status.heard;
    let (practices, all) = (heard.practices.into(), heard.all.into());
    let list = area.practices();
    let week = if area.live.is_some() {
        "this week"
    } else {
        "in that week"
    };
    html! {
        section .hr-panel {
            h2 {
                "Heard from " (number::of(practices, all)) " practices "
                span .hr-small {
                    "(" (number::percent_text(practices, all)) "; "
                    (number::percent_text(heard.patients, heard.patients_all)) " of patients)"
                }
            }
            (figures::share_bar(practices, all))
            p #heard .nhsuk-u-margin-bottom-2 {
                a href={ (list) "#sharing" } { (number::of(heard.sharing.into(), all)) " " (verb(heard.sharing, "shares", "share")) } "; "
                (number::thousands(heard.this_week.into())) " of them answered " (week) "; "
                a href="#waiting" { (number::counted(heard.waiting().into(), "has", "have")) " not" }
                @if heard.silent > 0 { " (" (number::thousands(heard.silent.into())) " of them not for a month)" }
                "; "
                a href={ (list) "#not-sharing" } { (number::thousands(heard.not_sharing().into())) " " (verb(heard.not_sharing(), "does", "do")) " not share" }
                "."
            }
            p .hr-small .nhsuk-u-margin-bottom-0 {
                "Heard from: practices that share and have answered or recorded something. "
                @if heard.never() > 0 {
                    (number::counted(heard.never().into(), "practice shares", "practices share")) " and "
                    (verb(heard.never(), "has", "have")) " not yet. "
                }
                "A practice that does not share counts as not heard from. "
                a href=(list) { "Practice by practice" }
            }
        }
    }
}

fn verb(n: u32, one: &'static str, many: &'static str) -> &'static str {
    if n == 1 { one } else { many }
}

fn card(status: &AreaStatus, item: &ItemStatus) -> Markup {
    let coverage = item.coverage;
    let share = coverage.percent_of_heard();
    let of_what = html! {
        strong { (number::thousands(coverage.acting.into())) " of the " (number::thousands(coverage.heard.into())) }
        " heard from, covering " (number::of(coverage.patients_acting, status.heard.patients)) " patients"
    };
    let big = share.map_or_else(|| "–".to_owned(), |share| format!("{share}%"));
    parts::card(
        &item.title,
        &html! {
            (figures::big_number(&big, &of_what))
            @if let Some((low, high)) = coverage.bounds() {
                (figures::bounds_bar(low.into(), high.into(), share.unwrap_or(low).into()))
                p .hr-card__q { "of all " (number::thousands(coverage.all.into())) ": between " (low) "% and " (high) "%" }
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

/// How many practices acted at the end of each week, as a line and in numbers.
fn trend(item: &ItemStatus) -> Markup {
    let points: Vec<u64> = item.trend.iter().map(|(_, n)| (*n).into()).collect();
    let numbers: Vec<String> = points.iter().map(|n| number::thousands(*n)).collect();
    let says = format!("{} weeks: {}", numbers.len(), numbers.join(", "));
    let moved = points.iter().any(|n| Some(n) != points.first());
    html! {
        @if points.len() > 1 && !moved {
            p .hr-card__q { (numbers.len()) " weeks: no change" }
        }
        @if moved {
            (chart::sparkline(
                &format!("trend-{}", item.code),
                &format!("{}: practices at the end of each week", item.title),
                &says,
                &points,
                item.coverage.heard.into(),
            ))
        }
    }
}

//LOCAL #[cfg(test)]
//LOCAL mod tests;
