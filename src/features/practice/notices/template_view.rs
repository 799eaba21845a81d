//! Templates as the practice sees them.

use entity::ids::{LocalDate, OdsCode};
use maud::{Markup, html};

use super::view::notices_href;
use crate::{
    domain::{
        notice::template::{Common, Version},
        working_day::WorkingDays,
    },
    ui::{
        form::{self, Button},
        parts::{self, small},
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
        template::template,
    },
};

/// `Templates from your LMC`, on the page of notices; nothing where there are none.
pub(super) fn panel(practice: &OdsCode, lmc: &str, offered: &[&Version]) -> Markup {
    let rows: Vec<Vec<Markup>> = offered
        .iter()
        .map(|version| {
            let page = notices_href(practice).seg("templates").seg(version.template);
            vec![
                html! { a href=(page) { (version.text.title) } br; (small(&version.text.service)) },
                html! { @match version.text.common { Some(common) => { (common.words()) }, None => "–" } },
            ]
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            (parts::panel("Templates from your LMC", &html! {
                p { "Notices that " (lmc) " offers its practices to use, adapt or ignore. Headroom does not record that you looked." }
                (table("Templates from your LMC", &[words("Template"), numbers("Date in common")], &rows))
            }))
        }
    }
}

/// One template.
pub(super) fn one(practice: &OdsCode, lmc: &str, version: &Version) -> Sheet {
    let fill = notices_href(practice).seg("new").query("template", version.template);
    Sheet::new(Section::Actions, &version.text.title).back(&notices_href(practice), "Notices").content(html! {
        (parts::lede(&html! { "A template from " (lmc) ", version " (version.version) ". Your practice decides alone whether it serves notice, when and in which words." }))
        (parts::two_columns(
            &parts::panel("What your LMC writes", &html! {
                (template(&version.text))
                (form::button_link(Button::Primary, "Use it", &fill))
                p .hr-small { "It fills in the form of a notice that was served. Every field can be changed." }
            }),
            &parts::panel("Who sees what", &html! {
                p { "Headroom does not record who reads this page, or who decides not to use it." }
                p .nhsuk-u-margin-bottom-0 {
                    "If you record a notice on this service from it, and share your record with " (lmc)
                    ", it sees your practice’s name, the day of service and the last day. No other practice sees it."
                }
            }),
        ))
    })
}

/// Above a form that was begun from a template.
pub(super) fn used(version: &Version, lmc: &str, today: LocalDate) -> Markup {
    let england = WorkingDays::england().ok();
    let late = england.and_then(|england| version.text.begin(today, england).too_late_for);
    parts::inset(&html! {
        p {
            "Filled in from " (lmc) "’s template " strong { (version.text.title) } ", version " (version.version)
            ". Change whatever differs in your practice."
        }
        @if late.is_none() && matches!(version.text.common, Some(Common::LastDay(_))) {
            p { "The period runs from today to the common last day: check it against your own agreement." }
        }
        @if let Some(last) = late {
            p { "It names " (last.written()) " as the last day. A notice served today with the suggested period ends later." }
        }
        @if let Some(Common::ServeOn(day)) = version.text.common {
            p { "It names " (day.written()) " as the day of service. A notice is recorded once it has been served." }
        }
    })
}
