//! Who was heard from and who answered, in numbers that add up; and what there is to do where nobody was.

use maud::{Markup, html};

use super::super::shown_view::{Area, share_for_a_line};
use crate::{
    domain::area::{Heard, WeekResponse},
    href,
    ui::{chart, figures, invitation, number, parts, table},
};

/// Who was heard from, with one meaning on every page: see [`Heard`].
pub(super) fn panel(area: &Area<'_>) -> Markup {
    let heard = area.status.heard;
    let (practices, all) = (heard.practices.into(), heard.all.into());
    html! {
        section .hr-panel {
            h2 {
                "Heard from "
                a href=(area.which(&[("answers", "heard")])) { (number::of(practices, all)) " practices" }
                " "
                @if area.live.is_none() { "by " (area.status.on.written()) " " }
                span .hr-small {
                    "(" (number::percent_text(practices, all)) "; "
                    (number::percent_text(heard.patients, heard.patients_all)) " of patients)"
                }
            }
            (figures::share_bar(practices, all))
            p #heard .nhsuk-u-margin-bottom-2 {
                @if area.live.is_some() { (now(area, heard)) } @else { (then(area, heard)) }
            }
            (responses(&area.status.responses))
            p .hr-small .nhsuk-u-margin-bottom-0 {
                "Heard from: practices that share and have answered or recorded something. "
                "A practice that does not share counts as not heard from. "
                a href=(area.practices()) { "Practice by practice" }
            }
        }
    }
}

/// "46 of 64 share; 39 of them answered this week; 7 have not; 18 do not share."
fn now(area: &Area<'_>, heard: Heard) -> Markup {
    html! {
        (sharing(area, heard)) "; "
        a href=(area.which(&[("answers", "week")])) { (number::thousands(heard.this_week.into())) } " of them answered this week; "
        a href=(area.which(&[("answers", "waiting")])) { (number::counted(heard.waiting().into(), "has", "have")) " not" }
        (in_brackets(area, &[
            (heard.silent, "not for a month", "silent"),
            (heard.never(), "nothing recorded yet", "nothing"),
        ]))
        "; " (not_sharing(area, heard)) "."
    }
}

/// Of a past day: those that had recorded by then, and of these who answered. Whether a practice shares is a matter of today.
fn then(area: &Area<'_>, heard: Heard) -> Markup {
    html! {
        (sharing(area, heard)) " this day with you; "
        a href=(area.which(&[("answers", "heard")])) { (number::thousands(heard.practices.into())) } " of them had recorded something by then: "
        a href=(area.which(&[("answers", "week")])) { (number::thousands(heard.this_week.into())) } " answered in that week, "
        a href="#waiting" { (number::thousands(heard.not_this_week().into())) " had not" }
        (in_brackets(area, &[(heard.silent, "not for a month", "silent")]))
        "; "
        @if heard.never() > 0 { (number::thousands(heard.never().into())) " had recorded nothing yet; " }
        (not_sharing(area, heard)) "."
    }
}

fn in_brackets(area: &Area<'_>, some: &[(u32, &str, &str)]) -> Markup {
    let said: Vec<&(u32, &str, &str)> = some.iter().filter(|(n, ..)| *n > 0).collect();
    html! {
        @if !said.is_empty() { " (" }
        @for (at, (n, what, answers)) in said.iter().enumerate() {
            @if at > 0 { ", " }
            a href=(area.which(&[("answers", answers)])) { (number::thousands((*n).into())) } " of them " (what)
        }
        @if !said.is_empty() { ")" }
    }
}

fn sharing(area: &Area<'_>, heard: Heard) -> Markup {
    html! {
        a href=(area.which(&[("answers", "sharing")])) {
            (number::of(heard.sharing.into(), heard.all.into())) " " (verb(heard.sharing, "shares", "share"))
        }
    }
}

fn not_sharing(area: &Area<'_>, heard: Heard) -> Markup {
    let n = heard.not_sharing();
    html! {
        a href=(area.which(&[("answers", "not-sharing")])) {
            (number::thousands(n.into())) " " (verb(n, "does", "do")) " not share"
        }
    }
}

fn verb(n: u32, one: &'static str, many: &'static str) -> &'static str {
    if n == 1 { one } else { many }
}

/// Who answered, week by week: as a line where ten or more were heard from, and as a table.
fn responses(weeks: &[WeekResponse]) -> Markup {
    let title = "Answers, week by week";
    let first = weeks.iter().position(|week| week.heard > 0);
    let weeks = first.and_then(|at| weeks.get(at..)).unwrap_or_default();
    if weeks.len() < 2 {
        return html! {};
    }
    let shares: Option<Vec<u64>> = weeks.iter().map(|week| share_for_a_line(week.answered, week.heard)).collect();
    let columns = [
        table::words("Week to"),
        table::numbers("Answered"),
        table::numbers("Heard from by then"),
        table::numbers("Share"),
    ];
    let rows: Vec<Vec<Markup>> = weeks
        .iter()
        .rev()
        .map(|week| {
            vec![
                html! { (week.week_ending.short()) },
                html! { (number::thousands(week.answered.into())) },
                html! { (number::thousands(week.heard.into())) },
                html! { (number::percent_text(week.answered.into(), week.heard.into())) },
            ]
        })
        .collect();
    html! {
        @match shares {
            Some(shares) => {
                h3 .hr-small { "Of those heard from by then, the share that answered each week" }
                (chart::sparkline("responses", title, &chart::with_scale(&in_words(weeks), &shares), &shares, chart::top_of(&shares)))
            },
            None => p .hr-small { (in_words(weeks)) },
        }
        (parts::details(title, &table::table(title, &columns, &rows)))
    }
}

/// "Answered: 12 of 20 in the week to 16 Oct 2026, then 22 of 28, 39 of 45."
fn in_words(weeks: &[WeekResponse]) -> String {
    let said = |week: &WeekResponse| number::of(week.answered.into(), week.heard.into());
    let Some((first, rest)) = weeks.split_first() else {
        return String::new();
    };
    let rest: Vec<String> = rest.iter().map(said).collect();
    format!(
        "Answered, of those heard from by then: {} in the week to {}, then {}.",
        said(first),
        first.week_ending.short(),
        rest.join(", ")
    )
}

/// Where nobody was heard from there is no figure.
pub(super) fn nobody(area: &Area<'_>) -> Markup {
    if area.live.is_some() {
        return begin(area);
    }
    let heard = area.status.heard;
    html! {
        section .hr-panel {
            h2 { "Nothing had been recorded by " (area.status.on.written()) }
            p #heard {
                (sharing(area, heard)) " this day with you, and had recorded nothing by then; " (not_sharing(area, heard)) ". "
                "So there are no figures of that day."
            }
            p .nhsuk-u-margin-bottom-0 { a href="#days" { "Show another day" } " · " a href=(area.own()) { "back to live" } }
        }
    }
}

/// What an office can do first.
fn begin(area: &Area<'_>) -> Markup {
    let heard = area.status.heard;
    let practices = area.practices();
    let office = href!("/lmc").seg(area.lmc).seg("office");
    html! {
        section .hr-panel {
            h2 { "Heard from " (number::of(0, heard.all.into())) " practices" }
            p #heard {
                (sharing(area, heard)) ", and "
                @if heard.sharing == 0 { "nothing can be shown yet" } @else { "nothing is recorded yet" }
                "; " (not_sharing(area, heard)) ". "
                "Figures begin with the first practice that shares and records something."
            }
            h3 { "How to begin" }
            ol .nhsuk-list .nhsuk-list--number {
                li {
                    "Write to practices. Each decides for itself whether it shares, and can stop at any time."
                    (parts::paste_box("invitation", &invitation::text(area.name)))
                }
                li { "Enter what a practice tells you by telephone: " a href=(practices) { "practice by practice" } ". It counts once the practice shares." }
                li { "Say how your office can be reached, beside the figures that ICBs read: " a href=(office) { "office" } "." }
            }
        }
    }
}
