//! Before and after: values in, markup out.

use entity::ids::OrgCode;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    own_view, sent_back_view,
    week_view::{pictures, tenths_text, weeks},
};
use crate::{
    domain::{
        area::LEAST_CLINICIANS,
        catalogue::Item,
        impact::{Impact, LEAST_PRACTICES, Lies, Month, OwnStarts, Published, SentBack, Side, TooFew, WEEKS, Windows},
    },
    error::FieldError,
    href,
    ui::{
        form::{self, Button, Choice, Field},
        href::Href,
        number, parts,
        sections::Section,
        sheet::Sheet,
        table,
    },
};

/// As asked, in the query.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Asked {
    /// The first day of the second span.
    #[serde(default)]
    pub(super) date: String,
    /// Code of an item.
    #[serde(default)]
    pub(super) item: String,
    /// Weeks on each side.
    #[serde(default)]
    pub(super) weeks: String,
}

/// What was compared.
pub(super) enum Found {
    /// Each practice around its own start of the item.
    OwnStarts(Box<OwnStarts>),
    /// All around one day.
    OneDay(Windows, Result<Impact, TooFew>),
}

/// Everything the page shows.
pub(super) struct View<'a> {
    pub(super) lmc: &'a OrgCode,
    /// Practices of the area.
    pub(super) practices: usize,
    /// Of these, those that share.
    pub(super) sharing: usize,
    pub(super) items: &'a [&'a Item],
    pub(super) asked: &'a Asked,
    pub(super) item: Option<&'a Item>,
    pub(super) asked_weeks: u64,
    pub(super) found: &'a Found,
    /// Transferred work on the same days, where all are compared around one.
    pub(super) transfers: Option<&'a Result<SentBack, TooFew>>,
    /// Minutes of an appointment.
    pub(super) slot: u32,
    pub(super) errors: &'a [FieldError],
}

/// The page's address.
fn address(lmc: &OrgCode) -> Href {
    href!("/lmc").seg(lmc).seg("impact")
}

/// The whole main part.
pub(super) fn page(view: &View<'_>) -> Sheet {
    let sheet =
        Sheet::new(Section::Area, "Before and after").back(&href!("/lmc").seg(view.lmc), "Area").errors(view.errors);
    sheet.content(html! {
        @match view.found {
            Found::OwnStarts(found) => (own_view::page(&own_view::Own {
                item: view.item,
                weeks: view.asked_weeks,
                practices: view.practices,
                found,
            })),
            Found::OneDay(windows, found) => {
                (lede(view, *windows))
                @match found {
                    Ok(impact) => {
                        (parts::two_columns(
                            &html! { (sides(view, impact)) (weeks(*windows, impact)) },
                            &pictures(*windows, impact),
                        ))
                        @if let Some(transfers) = view.transfers { (sent_back_view::panel(transfers, view.slot)) }
                        (limits(view, impact))
                        (published(impact.published.as_ref()))
                    },
                    Err(TooFew(n)) => (too_few(view, *n)),
                }
            },
        }
        (choose(view))
    })
}

fn lede(view: &View<'_>, windows: Windows) -> Markup {
    parts::lede(&html! {
        (number::counted(windows.weeks, "week", "weeks")) " before and after " (windows.date.written()) ": "
        (windows.first().short()) " to " (windows.last_before().short()) ", and "
        (windows.date.short()) " to " (windows.last().short()) ". One day for every practice. "
        @if windows.weeks < view.asked_weeks { "No more whole weeks have passed since. " }
        a href="#choose" { "Choose an item or another day" }
    })
}

fn sides(view: &View<'_>, impact: &Impact) -> Markup {
    let (before, after) = (impact.before, impact.after);
    let of = |side: Side| number::of(side.over, side.clinician_days);
    let row =
        |name: &str, then: Markup, now: Markup, change: String| vec![html! { (name) }, then, now, html! { (change) }];
    let rows = [
        row(
            "Contacts per clinician-day",
            tenths(before.contacts_a_day()),
            tenths(after.contacts_a_day()),
            by_tenths(before.contacts_a_day(), after.contacts_a_day()),
        ),
        row(
            "Clinician-days over the limit",
            html! { (percent(before)) br; (parts::small(&of(before))) },
            html! { (percent(after)) br; (parts::small(&of(after))) },
            points(before, after),
        ),
        row(
            "Diverts per practice",
            html! { (tenths(before.diverts_a_practice())) br; (parts::small(&diverts(before))) },
            html! { (tenths(after.diverts_a_practice())) br; (parts::small(&diverts(after))) },
            by_tenths(before.diverts_a_practice(), after.diverts_a_practice()),
        ),
        row("Behind it: practices", html! { (before.practices) }, html! { (after.practices) }, String::new()),
        row(
            "Behind it: clinician-days",
            html! { (number::thousands(before.clinician_days)) },
            html! { (number::thousands(after.clinician_days)) },
            String::new(),
        ),
    ];
    let columns = [table::words(""), table::numbers("Before"), table::numbers("After"), table::numbers("Change")];
    parts::panel(
        "The same practices on both sides",
        &html! {
            (table::table("Before and after, the same practices", &columns, &rows))
            p .nhsuk-u-margin-top-3 { (each(view, impact)) }
        },
    )
}

fn each(view: &View<'_>, impact: &Impact) -> Markup {
    html! {
        "Of the " (impact.before.practices) " practices, " (impact.fewer) " had fewer contacts per clinician-day after than before and "
        (impact.more) " had more."
        @if let Some(item) = view.item {
            " " (impact.acting) " of them act on “" (item.area_title) "” today."
        }
    }
}

fn limits(view: &View<'_>, impact: &Impact) -> Markup {
    parts::panel(
        "What this cannot show",
        &html! {
            ul .nhsuk-list .nhsuk-list--bullet {
                li { "A cause. Season, holidays, illness and staffing change too; a difference does not say what made it." }
                li {
                    "Practices that are not in it: these are " (impact.before.practices) " of " (view.practices)
                    ", those that share with you and have days with " (LEAST_CLINICIANS)
                    " or more counted clinicians on both sides. Practices that count may differ from those that do not."
                }
                li { "The same people: clinicians come and go, and a practice that counted more of its days on one side weighs more there." }
                li { "Diverts that were not recorded. Diverts are counted over the whole span; bank holidays are not evened out." }
            }
        },
    )
}

fn published(published: Option<&Published>) -> Markup {
    let title = "Published by NHS England, for comparison";
    let Some(published) = published else {
        return parts::panel(
            title,
            &html! { p { "No published figures of these months are here for " (LEAST_PRACTICES) " or more of these practices." } },
        );
    };
    let columns = [table::words("Month"), table::numbers("Attended appointments"), table::numbers("A working day")];
    let rows: Vec<Vec<Markup>> = published.months.iter().map(month).collect();
    parts::panel(
        title,
        &html! {
            (table::table("Attended appointments as published, month by month", &columns, &rows))
            p .hr-small .nhsuk-u-margin-top-3 {
                "Appointments in general practice, as NHS England published them: attended, with all staff, of "
                (number::counted(published.practices.into(), "practice", "practices"))
                " of those above that are in every month. An appointment there is not a contact here: compare the direction, not the height."
            }
        },
    )
}

fn month(month: &Month) -> Vec<Markup> {
    let lies = match month.lies {
        Lies::Before => "before",
        Lies::Across => "the day is in it",
        Lies::After => "after",
    };
    let a_day = month.a_day().map_or_else(|| "–".to_owned(), number::thousands);
    vec![
        html! { (month.first.0.format("%B %Y").to_string()) br; (parts::small(lies)) },
        html! { (number::thousands(month.attended)) },
        html! { (a_day) },
    ]
}

fn too_few(view: &View<'_>, n: u32) -> Markup {
    parts::panel(
        "Not shown",
        &html! {
            p {
                "A comparison needs " (LEAST_PRACTICES) " practices that share with you and have days with " (LEAST_CLINICIANS)
                " or more counted clinicians on both sides. Here "
                (if n == 1 { "there is 1" } else if n == 0 { "there is none" } else { "there are too few" })
                @if n > 1 { ": " (n) }
                ", of " (view.sharing) " that share and " (view.practices) " in your area."
            }
        },
    )
}

fn choose(view: &View<'_>) -> Markup {
    let mut items = vec![Choice::new("", "No item", &view.asked.item)];
    items.extend(view.items.iter().map(|item| Choice::new(item.code.as_str(), &item.area_title, &view.asked.item)));
    let texts = WEEKS.map(|weeks| (weeks.to_string(), format!("{weeks} weeks on each side")));
    let current = view.asked_weeks.to_string();
    let weeks: Vec<Choice<'_>> = texts.iter().map(|(value, label)| Choice::new(value, label, &current)).collect();
    html! {
        section .hr-panel .hr-no-print #choose {
            h2 { "Choose what is compared" }
            form method="get" action=(address(view.lmc)) {
                (form::select(&Field::new("item", "Item").errors(view.errors), &items))
                (form::date(&Field::new("date", "First day of “after”")
                    .hint("With an item, leave it empty to compare each practice around the day on which it began. Without an item, empty is 1 October.")
                    .value(&view.asked.date)
                    .errors(view.errors)))
                (form::radios(&Field::new("weeks", "Weeks to compare").errors(view.errors), &weeks))
                (form::button(Button::Secondary, "Compare"))
            }
        }
    }
}

fn tenths(value: Option<u64>) -> Markup {
    html! { (tenths_text(value)) }
}

fn percent(side: Side) -> String {
    side.over_percent().map_or_else(|| "–".to_owned(), |share| format!("{share}%"))
}

fn diverts(side: Side) -> String {
    number::counted(side.diverts, "divert", "diverts")
}

/// The change between two figures as they are shown.
fn by_tenths(then: Option<u64>, now: Option<u64>) -> String {
    match (then, now) {
        (Some(then), Some(now)) => {
            let by = tenths_text(Some(now.abs_diff(then)));
            signed(then, now, &by)
        }
        _ => "–".to_owned(),
    }
}

fn points(then: Side, now: Side) -> String {
    match (then.over_percent(), now.over_percent()) {
        (Some(then), Some(now)) => {
            let by = number::counted(now.abs_diff(then), "point", "points");
            signed(then, now, &by)
        }
        _ => "–".to_owned(),
    }
}

fn signed(then: u64, now: u64, by: &str) -> String {
    match now.cmp(&then) {
        std::cmp::Ordering::Less => format!("−{by}"),
        std::cmp::Ordering::Equal => "no change".to_owned(),
        std::cmp::Ordering::Greater => format!("+{by}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_those_of_the_figures_that_are_shown() {
        assert_eq!(by_tenths(Some(274), Some(241)), "−3.3");
        assert_eq!(by_tenths(Some(9), Some(12)), "+0.3");
        assert_eq!(by_tenths(Some(9), Some(9)), "no change");
        assert_eq!(by_tenths(None, Some(9)), "–");
        assert_eq!(tenths_text(Some(12_345)), "1,234.5");
        let side = |over| Side { clinician_days: 100, over, ..Side::default() };
        assert_eq!(points(side(52), side(37)), "−15 points");
        assert_eq!(points(side(36), side(37)), "+1 point");
    }
}
