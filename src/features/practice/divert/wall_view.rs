//! The large view of the day as markup.

use maud::{Markup, html};

use super::view::{Row, Today};
use crate::{
    domain::{
        calendar, divert,
        limit::{Attendance, Headroom},
    },
    href,
    ui::{figures, href::Href, live, number::thousands},
};

/// The page.
pub(super) fn page(today: &Today, demo: bool) -> Markup {
    html! {
        main .hr-wall #main data-awake {
            @if demo { p .hr-demo { "DEMO – invented practices, invented figures" } }
            (board(today))
        }
    }
}

/// Everything on the board. It is morphed, not replaced, so that the one polite line is read out when it changes and
/// only then.
pub(super) fn board(today: &Today) -> Markup {
    let get: Href = href!("/practices").seg(&today.practice).seg("display").seg("now");
    let working: Vec<&Row> = today.rows.iter().filter(|row| row.working).collect();
    let uncounted: Vec<&str> =
        today.rows.iter().filter(|row| row.standing == Attendance::NoCount).map(|row| row.label.as_str()).collect();
    html! {
        section #board hx-get=(get) hx-headers=(live::QUIET) hx-trigger=(live::triggers(&["contacts", "people", "divert"])) hx-swap="outerMorph"
            hx-status:4xx="swap:none" hx-status:5xx="swap:none" {
            h1 {
                @if today.sum.clinicians == 0 { "No count yet today" } @else { (thousands(today.sum.left().into())) " left today" }
                " · " (calendar::london_time(today.at))
            }
            @if let Some(headroom) = today.sum.headroom() {
                p .hr-wall__sum data-state=(headroom.code()) { (figures::counted_of(today.sum)) ": " (headroom.title().to_lowercase()) }
            }
            @if let Some(going) = &today.divert { p .hr-wall__divert { (divert::since(going, today.on)) } }
            p .hr-wall__said role="status" { (said(today)) }
            ul class={ "hr-wall__grid hr-wall__grid--" (size(working.len())) } {
                @for row in &working { (tile(row)) }
            }
            @if !uncounted.is_empty() && !working.is_empty() {
                p .hr-wall__rest { "No count yet: " (uncounted.join(", ")) }
            }
        }
    }
}

/// Changes seldom: what is worth reading out.
fn said(today: &Today) -> String {
    let told = today.told();
    let full = match today.sum.full {
        0 => "Nobody is at the limit.".to_owned(),
        1 => "One clinician is at the limit or over it.".to_owned(),
        n => format!("{n} clinicians are at the limit or over it."),
    };
    let mut says = vec![full];
    if !told.is_empty() {
        let labels: Vec<&str> = told.iter().map(|(label, _)| *label).collect();
        says.push(format!("Told the practice: {}.", labels.join(", ")));
    }
    if today.suggested().is_some() {
        says.push("The practice’s rule for a divert is met.".to_owned());
    }
    says.join(" ")
}

/// Tiles as large as so many allow.
fn size(tiles: usize) -> &'static str {
    match tiles {
        0..=4 => "few",
        5..=12 => "some",
        _ => "many",
    }
}

/// A figure or a word before it is a colour.
fn tile(row: &Row) -> Markup {
    if row.day.source.is_none() {
        return html! { li .hr-wall__c .hr-wall__c--none { b { "–" } span { "no count · " (row.label) } } };
    }
    let state = row.day.headroom;
    let (figure, words) = match state {
        Headroom::Available { left } | Headroom::Nearing { left } => (left.to_string(), "left · "),
        Headroom::AtLimit | Headroom::Over { .. } => (state.short(), ""),
    };
    html! {
        li class={ "hr-wall__c hr-wall__c--" (state.code()) } { b { (figure) } span { (words) (row.label) } }
    }
}
