//! Which days the page shows, and when the LMC last met.

use entity::ids::LocalDate;
use maud::{Markup, html};

use super::super::shown_view::Area;
use crate::ui::{
    form::{self, Button, Field},
    parts,
};

/// Both forms, beside each other.
pub(super) fn forms(area: &Area<'_>) -> Markup {
    parts::two_columns(&other_days(area), &meeting(area))
}

fn other_days(area: &Area<'_>) -> Markup {
    let text = |asked: &str, shown: LocalDate| {
        if asked.is_empty() { shown.to_string() } else { asked.to_owned() }
    };
    let (on, since) = (text(&area.asked.on, area.dates.on), text(&area.asked.since, area.dates.since));
    html! {
        section .hr-panel #days {
            h2 { "Other days" }
            form .hr-pick method="get" action=(area.own()) {
                @for (name, value) in [("by", &area.asked.by), ("measure", &area.asked.measure)] {
                    @if !value.is_empty() { (form::hidden(name, value)) }
                }
                (form::date(&Field::new("on", "Show the area as it stood on").value(&on).errors(area.errors)))
                (form::date(&Field::new("since", "Count changes since").value(&since).errors(area.errors)))
                (form::button(Button::Secondary, "Show these days"))
            }
        }
    }
}

fn meeting(area: &Area<'_>) -> Markup {
    let known = area.dates.later.or(area.dates.meeting);
    let known = known.map(|day| day.to_string());
    let value = area.meeting.met_on.or(known.as_deref()).unwrap_or_default();
    let field = Field::new("met_on", "The LMC last met on")
        .hint("Changes are counted from this day, for every officer.")
        .value(value)
        .errors(area.errors)
        .between(&"1990-01-01", &area.meeting.today);
    html! {
        section .hr-panel {
            h2 { "Last meeting" }
            form .hr-pick method="post" action=(area.own().seg("meeting")) {
                (form::hidden("id", area.meeting.id))
                (form::date(&field))
                (form::button(Button::Secondary, "Save"))
            }
        }
    }
}
