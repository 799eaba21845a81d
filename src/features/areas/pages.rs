//! The area page: values in, markup out.

use entity::ids::OrgCode;
use maud::{Markup, html};

use super::dates::{Asked, Dates};
use crate::{
    domain::{
        area::{AreaStatus, Capacity, ClinicianDays, Ending, Held, ItemStatus, NetworkStatus},
        coverage::percent,
        disclosure::Shown,
    },
    error::FieldError,
    href,
    ui::{
        chart, figures,
        form::{self, Button, Field},
        href::Href,
        live, number, parts, table,
    },
};

/// Items shown in the table of networks; all of them are on the cards.
const NETWORK_ITEMS: usize = 2;
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
    /// The days as asked, and what was wrong with them.
    pub(super) asked: &'a Asked,
    /// The days shown.
    pub(super) dates: Dates,
    /// What was wrong with what was asked.
    pub(super) errors: &'a [FieldError],
}

/// The whole main part.
pub(super) fn page(area: &Area<'_>) -> Markup {
    html! {
        (form::error_summary(area.errors))
        (parts::heading(area.name))
        (status(area))
        (other_days(area))
    }
}

/// What changes while the page is open.
pub(super) fn status(area: &Area<'_>) -> Markup {
    let content = figures_of(area);
    if area.live.is_none() {
        return html! { section #status { (content) } };
    }
    let base = href!("/lmc").seg(area.lmc).seg("status");
    let get = if area.asked.since.is_empty() {
        base
    } else {
        base.query("since", area.dates.since)
    };
    live::live_fragment("status", &get, &EVENTS, &content)
}

fn figures_of(area: &Area<'_>) -> Markup {
    let status = area.status;
    html! {
        (lede(area))
        (heard(status))
        h2 .nhsuk-heading-m { "What is paused" }
        (parts::grid_of_figures(&status.items.iter().map(|item| card(status, item)).collect::<Vec<_>>()))
        @if status.items.iter().any(|item| item.held == Held::FewNotSharing) { (why_hidden()) }
        (networks(status))
        (parts::two_columns(
            &html! { (ending(&status.ending)) },
            &html! { (capacity(area)) (days_over(status)) },
        ))
    }
}

fn lede(area: &Area<'_>) -> Markup {
    parts::lede(&html! {
        @if let Some(time) = &area.live {
            "Week to " (area.status.week_ending.written()) " · live, " (time)
        } @else {
            "As it stood on " (area.status.on.written()) ", as far as is known today · "
            a href=(href!("/lmc").seg(area.lmc)) { "back to live" }
        }
        " · " a href="#days" { "other days" }
        " · " a href=(href!("/lmc").seg(area.lmc).seg("impact")) { "before and after" }
        " · " a href=(href!("/lmc").seg(area.lmc).seg("meeting")) { "meeting sheet" }
    })
}

fn heard(status: &AreaStatus) -> Markup {
    let heard = status.heard;
    let (practices, all) = (heard.practices.into(), heard.all.into());
    let silent = all - u64::from(heard.this_week);
    html! {
        section .hr-panel {
            h2 {
                "Heard from " (number::of(practices, all)) " practices "
                span .hr-small {
                    "(" (number::percent_text(practices, all)) "; "
                    (number::percent_text(heard.patients, heard.patients_all)) " of patients; "
                    (number::thousands(heard.sharing.into())) " share with you)"
                }
            }
            (figures::share_bar(practices, all))
            p .nhsuk-u-margin-bottom-0 {
                (number::counted(silent, "has", "have")) " not answered this week"
                @if heard.silent > 0 { "; " (heard.silent) " of them not for a month" }
                ". A practice that does not share counts as not heard from. "
                a href=(href!("/lmc").seg(&status.lmc).seg("practices")) { "Practice by practice" }
            }
        }
    }
}

fn card(status: &AreaStatus, item: &ItemStatus) -> Markup {
    let coverage = item.coverage;
    let share = coverage.percent_of_heard();
    let of_what = html! {
        strong { (number::thousands(coverage.acting.into())) " of the " (number::thousands(coverage.heard.into())) }
        " heard from; " (number::counted(coverage.patients_acting, "patient", "patients"))
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
                @match item.held {
                    Held::Nothing => {}
                    Held::FewNotSharing => { "ICB figure: not shown here · " }
                    Held::Figure { shown, release } => {
                        "ICB holds: " strong { (shown_in_words(shown)) } " (release " (release) ") · "
                    }
                }
                "since " (status.since.short()) ": "
                @match item.change {
                    Some(by) => { span .hr-up { (number::change(by)) } }
                    None => { "not counted then" }
                }
            }
        },
    )
}

fn shown_in_words(shown: Shown) -> String {
    match shown {
        Shown::FewerThanTen => "fewer than 10".to_owned(),
        Shown::About(n) => number::about(n.into()),
        Shown::OrMore(n) => format!("{} or more", number::thousands(n.into())),
        Shown::Hidden => "nothing: the area is too small".to_owned(),
    }
}

fn why_hidden() -> Markup {
    parts::inset(&html! {
        p .nhsuk-u-margin-bottom-0 {
            "Fewer than 5 practices of this area do not share with you. The figure the ICB holds is not shown beside "
            "yours: the two together could tell what those practices do. It is in every release."
        }
    })
}

fn networks(status: &AreaStatus) -> Markup {
    let mut shown: Vec<(usize, &ItemStatus)> = status.items.iter().enumerate().collect();
    shown.sort_by_key(|(at, item)| (std::cmp::Reverse(item.coverage.acting), *at));
    shown.truncate(NETWORK_ITEMS);
    shown.sort_by_key(|(at, _)| *at);
    let mut columns = vec![table::words("Network"), table::numbers("Heard from")];
    columns.extend(shown.iter().map(|(_, item)| table::numbers(&item.title)));
    columns.push(table::numbers("Days over limit"));
    let rows: Vec<Vec<Markup>> = status
        .networks
        .iter()
        .map(|network| network_row(network, &shown))
        .collect();
    parts::panel(
        "By primary care network",
        &table::table("By primary care network", &columns, &rows),
    )
}

fn network_row(network: &NetworkStatus, shown: &[(usize, &ItemStatus)]) -> Vec<Markup> {
    let mut cells = vec![
        html! { (network.name) },
        html! { (number::of(network.heard.into(), network.all.into())) },
    ];
    cells.extend(shown.iter().map(|(at, _)| {
        let acting = network.acting.get(*at).copied().unwrap_or(0);
        html! { (acting) }
    }));
    cells.push(
        html! { (number::percent_text(network.days.over.into(), network.days.counted.into())) },
    );
    cells
}

fn ending(ending: &[Ending]) -> Markup {
    let rows: Vec<Vec<Markup>> = ending
        .iter()
        .map(|service| {
            vec![
                html! { (service.name) },
                html! { (number::counted(service.practices.into(), "practice", "practices")) },
                html! {
                    (service.first.short())
                    @if service.last != service.first { " to " (service.last.short()) }
                },
            ]
        })
        .collect();
    let columns = [
        table::words("Service"),
        table::words("Practices"),
        table::words("Last day"),
    ];
    parts::panel(
        "Services ending in 90 days",
        &html! {
            @if rows.is_empty() { p { "No practice that shares has recorded a served notice that ends in the next 90 days." } }
            @else { (table::table("Services ending in 90 days", &columns, &rows)) }
        },
    )
}

fn capacity(area: &Area<'_>) -> Markup {
    let Capacity { practices, sum } = area.status.capacity;
    let title = if area.live.is_some() {
        "Left today".to_owned()
    } else {
        format!("Left on {}", area.status.on.written())
    };
    parts::panel(
        &title,
        &html! {
            @if practices == 0 {
                p { "No practice that shares has three or more clinicians counted." }
            } @else {
                (figures::big_number(&number::thousands(sum.left.into()), &html! {
                    "contacts before the safe limit; " (number::thousands(sum.counted.into())) " counted"
                }))
                p .hr-card__q {
                    (number::thousands(sum.full.into())) " of " (number::counted(sum.clinicians.into(), "clinician", "clinicians"))
                    " at or over the limit, in " (number::counted(practices.into(), "practice", "practices"))
                    " with three or more counted"
                }
            }
        },
    )
}

fn days_over(status: &AreaStatus) -> Markup {
    let ClinicianDays { over, counted } = status.days;
    let shares: Vec<u64> = status
        .weeks
        .iter()
        .filter_map(|(_, days)| percent(days.over, days.counted).map(u64::from))
        .collect();
    parts::panel(
        "Clinicians’ days over the limit",
        &html! {
            @if counted == 0 {
                p { "No days are counted in these four weeks." }
            } @else {
                (figures::big_number(&number::percent_text(over.into(), counted.into()), &html! {
                    (number::of(over.into(), counted.into())) " clinician-days, last 4 weeks"
                }))
                @if shares.len() > 1 {
                    (chart::sparkline("over", "Share of clinician-days over the limit, week by week", &in_words(status), &shares, 100))
                }
            }
        },
    )
}

/// "From 52% in the week to 30 October to 37% in the week to 20 November."
fn in_words(status: &AreaStatus) -> String {
    let shares: Vec<_> = status
        .weeks
        .iter()
        .filter_map(|(week, days)| Some((week, percent(days.over, days.counted)?)))
        .collect();
    match (shares.first(), shares.last()) {
        (Some((first, then)), Some((last, now))) => format!(
            "From {then}% in the week to {} to {now}% in the week to {}.",
            first.short(),
            last.short()
        ),
        _ => String::new(),
    }
}

fn other_days(area: &Area<'_>) -> Markup {
    let text = |asked: &str, shown: entity::ids::LocalDate| {
        if asked.is_empty() {
            shown.to_string()
        } else {
            asked.to_owned()
        }
    };
    let (on, since) = (
        text(&area.asked.on, area.dates.on),
        text(&area.asked.since, area.dates.since),
    );
    let action: Href = href!("/lmc").seg(area.lmc);
    html! {
        section .hr-panel #days {
            h2 { "Other days" }
            form method="get" action=(action) {
                (form::date(&Field::new("on", "Show the area as it stood on").value(&on).errors(area.errors)))
                (form::date(&Field::new("since", "Count changes since").value(&since).errors(area.errors)))
                (form::button(Button::Secondary, "Show these days"))
            }
        }
    }
}

#[cfg(test)]
mod tests;
