//! The pages that the links of a reminder lead to.

use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, OdsCode};
use maud::html;

use crate::{
    domain::calendar,
    href,
    ui::{
        form::{self, Button},
        href::Href,
        parts::{self, small},
        sheet::Sheet,
    },
};

/// What the page of a link shows.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) practice: OdsCode,
    pub(super) name: String,
    pub(super) week: LocalDate,
    /// The address of this page, which the button posts to.
    pub(super) path: Href,
    /// When it was answered, by whomever.
    pub(super) sent: Option<DateTime<Utc>>,
    /// Whether the week may still be answered.
    pub(super) open: bool,
}

/// The question of one week, with the button that answers it.
pub(super) fn ask(asked: &Asked) -> Sheet {
    let practice = href!("/practices").seg(&asked.practice);
    let week = asked.week.0.format("%A %-d %B").to_string();
    let sheet = Sheet::outside("Your weekly return");
    if let Some(at) = asked.sent {
        return sheet.heading("Your weekly return is sent").content(html! {
            (parts::lede(&html! {
                (asked.name) ", week to " (week) ". Sent on " (calendar::london_day(at).long()) " at " (calendar::london_time(at)) "."
            }))
            p { a href=(practice) { "Open your week" } }
        });
    }
    if !asked.open {
        return sheet.heading("This week’s return is closed").content(html! {
            (parts::lede(&html! { (asked.name) ", week to " (week) ", was not answered." }))
            p { a href=(practice) { "Open your week" } " to answer the one that is open." }
        });
    }
    sheet.heading("Did anything change this week?").content(html! {
        (parts::lede(&html! { (asked.name) ", week to " (week) "." }))
        p { "It is about what your practice has paused, withdrawn, deferred or given notice on. Counts are taken from what was recorded: there is nothing to type." }
        (parts::actions(&html! {
            form method="post" action=(asked.path) {
                (form::button(Button::Primary, "Nothing changed"))
            }
            (form::button_link(Button::Secondary, "Something changed", &practice.seg("actions")))
        }))
        p { (small("Something changed: you sign in and record it. It counts as your return.")) }
    })
}

/// Stopping mail, with the button that does.
pub(super) fn stop(path: &Href) -> Sheet {
    Sheet::outside("Stop reminders by mail").heading("Stop reminders by mail?").content(html! {
        (parts::lede(&html! { "Reminders go on being shown when you sign in. You can have them mailed again at any time." }))
        form method="post" action=(path) { (form::button(Button::Primary, "Stop the mail")) }
    })
}

/// After stopping.
pub(super) fn stopped() -> Sheet {
    Sheet::outside("No more mail").content(html! {
        (parts::lede(&html! { "Reminders are shown when you sign in, and no longer mailed." }))
        p { a href="/reminders" { "See your reminders" } ", where you can have them mailed again." }
    })
}
