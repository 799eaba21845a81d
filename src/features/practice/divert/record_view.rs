//! Earlier diverts as markup.

use std::collections::BTreeSet;

use entity::ids::{LocalDate, OdsCode};
use maud::{Markup, html};

use super::view;
use crate::{
    domain::{
        calendar,
        divert::{Divert, DivertReason},
    },
    ui::{
        form::{self, Button},
        parts,
        sections::Section,
        sheet::Sheet,
        table::{table, words},
    },
};

/// Earlier diverts, newest first, and the record of each day.
pub(super) fn history(practice: &OdsCode, today: LocalDate, diverts: &[Divert]) -> Sheet {
    let record = |day: LocalDate| view::base(practice).seg("record").query("day", day);
    let rows: Vec<Vec<Markup>> = diverts.iter().map(row).collect();
    let days: BTreeSet<LocalDate> = diverts.iter().map(|divert| divert.day).filter(|day| *day != today).collect();
    Sheet::new(Section::Divert, "Earlier diverts").back(&view::base(practice), "Divert").content(html! {
        (parts::lede(&html! { "The record of a day has counts by label, the limit used, diverts, where patients were sent, and messages. It holds no patient data." }))
        p { (form::button_link(Button::Primary, "Record of today (PDF)", &record(today))) }
        (parts::panel("Diverts", &html! {
            @if rows.is_empty() { p { "Your practice has not diverted yet." } }
            @else { (table("Diverts, newest first", &[words("Day"), words("From and to"), words("Started and ended by"), words("Reason")], &rows)) }
        }))
        @if !days.is_empty() {
            (parts::panel("Records of earlier days", &html! {
                ul .nhsuk-list { @for day in days.iter().rev() { li { a href=(record(*day)) { (day.long()) " (PDF)" } } } }
            }))
        }
    })
}

fn row(divert: &Divert) -> Vec<Markup> {
    let until = match &divert.ended {
        None => "going on".to_owned(),
        Some((at, _)) if calendar::london_day(*at) == divert.day => calendar::london_time(*at),
        Some((at, _)) => format!("{} on {}", calendar::london_time(*at), calendar::london_day(*at).short()),
    };
    let ended_by = divert.ended.as_ref().map(|(_, role)| view::role(role));
    vec![
        html! { (divert.day.short()) },
        html! { (calendar::london_time(divert.started_at)) " to " (until) },
        html! {
            (view::role(&divert.started_by))
            @if let Some(role) = ended_by { @if role != view::role(&divert.started_by) { ", then " (role) } }
        },
        html! { (DivertReason::words(&divert.ground)) },
    ]
}
