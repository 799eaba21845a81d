//! Pages of a clinician's past: tables first, pictures beside them.

use entity::ids::LocalDate;
use maud::{Markup, html};

use crate::{
    domain::{
        access::ClinicianScope,
        contact::Source,
        history::{DaysSummary, FoldingNotice, OwnDay, summary},
        limit::SetBy,
    },
    error::FieldError,
    ui::{
        chart::{self, Bar},
        day::home,
        figures,
        form::{self, Button, Chosen, Field},
        number::counted,
        parts,
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// What is kept of one clinician.
#[derive(Debug)]
pub(super) struct Kept {
    /// Days with anything known, oldest first.
    pub(super) days: Vec<OwnDay>,
    /// By week, the latest first.
    pub(super) weeks: Vec<(LocalDate, DaysSummary)>,
    /// By month, the latest first.
    pub(super) months: Vec<(LocalDate, DaysSummary)>,
    /// Contacts by London hour.
    pub(super) hours: [u32; 24],
    /// Contacts caught up later, which have no hour of their own.
    pub(super) without_hour: u32,
    /// What is folded next.
    pub(super) notice: FoldingNotice,
}

/// `243` → `24.3`; a dash where there is nothing.
fn tenths(n: Option<u32>) -> String {
    n.map_or_else(|| "–".to_owned(), |n| format!("{}.{}", n / 10, n % 10))
}

fn dash(n: u32, days: u32) -> String {
    if days == 0 { "–".to_owned() } else { n.to_string() }
}

/// The limits that were used: one, or from one to another.
fn limits(sum: &DaysSummary) -> String {
    if sum.days == 0 {
        "–".to_owned()
    } else if sum.least_limit == sum.greatest_limit {
        sum.least_limit.to_string()
    } else {
        format!("{} to {}", sum.least_limit, sum.greatest_limit)
    }
}

/// Thirteen weeks.
pub(super) fn weeks(scope: &ClinicianScope, kept: &Kept) -> Sheet {
    Sheet::new(Section::MyWeeks, "My weeks").content(html! {
        (parts::lede(&html! { "Your own counts of the last 13 weeks, against the limit that held each day. Seen by you and your practice only." }))
        (notice(scope, kept))
        @if summary(&kept.days).days == 0 {
            p { "Nothing is counted yet. What you count on " a href=(home(scope)) { "My day" } " shows here." }
        } @else {
            (parts::panel("By week", &by_week(scope, kept)))
            (parts::panel("By month", &by_month(kept)))
            (parts::panel("Over the hours of the day", &by_hour(kept)))
            (how_counted(kept))
            (parts::print_button())
        }
        p .hr-no-print { a href=(home(scope).seg("erase")) { "Erase what you counted" } }
    })
}

fn notice(scope: &ClinicianScope, kept: &Kept) -> Markup {
    html! {
        (parts::inset(&html! {
            p {
                "Days before " (kept.notice.before.written()) " lose your name on the night to "
                (kept.notice.night_to.written()) ": the practice keeps its totals, but not whose they were. Download yours first."
            }
            (download(scope))
        }))
    }
}

fn download(scope: &ClinicianScope) -> Markup {
    html! {
        p .hr-no-print { a href=(home(scope).seg("weeks.csv")) download { "Download my contacts (CSV)" } }
    }
}

fn figures(first: Markup, sum: &DaysSummary) -> Vec<Markup> {
    vec![
        first,
        html! { (dash(sum.days, sum.days)) },
        html! { (dash(sum.contacts, sum.days)) },
        html! { (tenths(sum.average_tenths())) },
        html! { (dash(sum.at_limit, sum.days)) },
        html! { (dash(sum.over, sum.days)) },
        html! { (limits(sum)) },
        html! { (tenths(sum.weighted_average_tenths())) },
    ]
}

const FIGURES: [&str; 7] = ["Days", "Contacts", "A day", "At limit", "Over", "Limit", "Weighted"];

fn figures_table(caption: &str, first: &str, rows: &[Vec<Markup>]) -> Markup {
    let mut columns = vec![words(first)];
    columns.extend(FIGURES.map(numbers));
    table(caption, &columns, rows)
}

fn by_week(scope: &ClinicianScope, kept: &Kept) -> Markup {
    let rows: Vec<Vec<Markup>> = kept
        .weeks
        .iter()
        .map(|(friday, sum)| {
            let to = home(scope).seg("weeks").query("week", friday);
            let day = friday.0.format("%-d\u{a0}%b").to_string();
            let first = html! { @if sum.days > 0 { a href=(to) { (day) } } @else { (day) } };
            figures(first, sum)
        })
        .collect();
    html! {
        (figures_table("Your weeks, the latest first", "Week to Friday", &rows))
        (weeks_chart(kept))
    }
}

/// Contacts of a working day, week by week, the earliest first. The line is the limit of a full day.
fn weeks_chart(kept: &Kept) -> Markup {
    let bars: Vec<Bar> = kept
        .weeks
        .iter()
        .rev()
        .map(|(friday, sum)| Bar {
            label: friday.0.format("%-d %b").to_string(),
            value: u64::from(sum.average_tenths().unwrap_or(0)),
            text: sum.average_tenths().map(|n| n.saturating_add(5) / 10).map_or_else(String::new, |n| n.to_string()),
        })
        .collect();
    let all = summary(&kept.days);
    let line = all.greatest_limit.to_string();
    let highest = kept.weeks.iter().filter_map(|(friday, sum)| Some((sum.average_tenths()?, friday))).max();
    let says = match highest {
        Some((most, friday)) => format!(
            "Contacts of a working day, rounded; the dashed line is the limit of {line}. Highest in the week to {}: {}. All weeks: {}.",
            friday.written(),
            tenths(Some(most)),
            tenths(all.average_tenths())
        ),
        None => String::new(),
    };
    let mark = (u64::from(all.greatest_limit).saturating_mul(10), line.as_str());
    chart::columns("weeks", "Contacts of a working day, by week", &says, &bars, Some(mark))
}

fn by_month(kept: &Kept) -> Markup {
    let rows: Vec<Vec<Markup>> =
        kept.months.iter().map(|(month, sum)| figures(html! { (month.0.format("%B %Y")) }, sum)).collect();
    figures_table("Your months, the latest first", "Month", &rows)
}

fn by_hour(kept: &Kept) -> Markup {
    let all: u32 = kept.hours.iter().sum();
    if all == 0 {
        return html! { p { "No contact has an hour of its own: they come from the day sheet, or were caught up later." } };
    }
    let with = |(_, n): &(usize, &u32)| **n > 0;
    let first = kept.hours.iter().enumerate().find(with);
    let last = kept.hours.iter().enumerate().rfind(with);
    let (first, last) = (first.map_or(0, |(hour, _)| hour), last.map_or(23, |(hour, _)| hour));
    let shown: Vec<(usize, u32)> =
        kept.hours.iter().copied().enumerate().filter(|(hour, _)| (first..=last).contains(hour)).collect();
    let rows: Vec<Vec<Markup>> = shown
        .iter()
        .filter(|(_, n)| *n > 0)
        .map(|(hour, n)| {
            let share = crate::ui::number::percent_text(u64::from(*n), u64::from(all));
            vec![html! { (format!("{hour:02}:00 to {:02}:00", hour + 1)) }, html! { (n) }, html! { (share) }]
        })
        .collect();
    html! {
        div .hr-two {
            div { (table("Contacts by hour of the day", &[words("Hour"), numbers("Contacts"), numbers("Share")], &rows)) }
            div { (hours_chart(&shown)) }
        }
        @if kept.without_hour > 0 {
            p .hr-small { (counted(u64::from(kept.without_hour), "contact was", "contacts were")) " caught up later with Set to, and left out here." }
        }
    }
}

fn hours_chart(shown: &[(usize, u32)]) -> Markup {
    let bars: Vec<Bar> = shown
        .iter()
        .map(|(hour, n)| Bar {
            label: format!("{hour:02}"),
            value: u64::from(*n),
            text: if *n == 0 { String::new() } else { n.to_string() },
        })
        .collect();
    let most = shown.iter().max_by_key(|(_, n)| *n);
    let says = most.map_or_else(String::new, |(hour, n)| {
        format!("Most between {hour:02}:00 and {:02}:00: {n} contacts.", hour + 1)
    });
    chart::columns("hours", "Contacts by hour of the day", &says, &bars, None)
}

fn how_counted(kept: &Kept) -> Markup {
    let latest = kept.days.iter().rev().find(|own| own.day.source.is_some());
    let set_by = latest.map(|own| set_by(own.day.limit.set_by));
    parts::details(
        "How this is counted",
        &html! {
            p { "A day counts if you tapped, or if the day sheet has a number for it. If both are there, your taps count. “A day” is contacts divided by days with a count." }
            p {
                "Limit: the one that held on each day; a single session has a smaller one. "
                @if let Some(set_by) = set_by { "On your latest day it was " (set_by) ". " }
                "UEMO and the BMA call 25 contacts a day the safe maximum."
            }
            p { "Weighted: a working day’s average with each complex contact as 2.5 routine ones (BMA’s 2018 bands: safe up to 25 routine or 10 complex contacts a day). It is shown beside the count and never changes it." }
        },
    )
}

fn set_by(who: SetBy) -> &'static str {
    match who {
        SetBy::Recommended => "the recommended maximum",
        SetBy::Practice => "set by your practice",
        SetBy::Clinician => "set by your practice for you",
    }
}

/// One week, day by day.
pub(super) fn week(scope: &ClinicianScope, friday: LocalDate, kept: &Kept) -> Sheet {
    let days: Vec<&OwnDay> = kept.days.iter().filter(|own| own.day.source.is_some()).collect();
    let sheet = Sheet::new(Section::MyWeeks, format!("Week to {}", friday.written()))
        .back(&home(scope).seg("weeks"), "My weeks")
        .heading(format!("Week to {}", friday.long()));
    sheet.content(html! {
        @if days.is_empty() {
            p { "Nothing is kept of this week. Either nothing was counted, or it is now only part of the practice’s totals." }
        } @else {
            (parts::panel("By day", &by_day(&days)))
            (parts::panel("Over the hours of the day", &by_hour(kept)))
            (parts::print_button())
        }
    })
}

fn by_day(days: &[&OwnDay]) -> Markup {
    let rows: Vec<Vec<Markup>> = days
        .iter()
        .map(|own| {
            let day = &own.day;
            vec![
                html! { (own.on.0.format("%a\u{a0}%-d\u{a0}%b")) },
                html! { (day.counted) },
                figures::state_tag(day.headroom),
                html! { (day.limit.contacts) br; span .hr-small { (limit_words(day.limit.set_by)) } },
                html! { (tenths(Some(day.weighted_tenths))) },
                html! { (day.source.map_or("", Source::title)) },
            ]
        })
        .collect();
    let columns = [
        words("Day"),
        numbers("Contacts"),
        words("State"),
        numbers("Limit"),
        numbers("Weighted"),
        words("Counted from"),
    ];
    table("Days with a count", &columns, &rows)
}

fn limit_words(who: SetBy) -> &'static str {
    match who {
        SetBy::Recommended => "recommended",
        SetBy::Practice => "the practice’s",
        SetBy::Clinician => "your own",
    }
}

/// What erasing does, and the button.
pub(super) fn erase(scope: &ClinicianScope, label: &str, may: bool, errors: &[FieldError]) -> Sheet {
    let sheet = Sheet::new(Section::MyWeeks, "Erase counts")
        .back(&home(scope).seg("weeks"), "My weeks")
        .errors(errors)
        .heading(format!("Erase what {label} counted"));
    sheet.content(html! {
        p { "This deletes every contact, day sheet entry, session and reason kept of " (label) " at this practice, today’s too. It cannot be taken back." }
        ul .nhsuk-list .nhsuk-list--bullet {
            li { "The practice’s totals of those days stay as they are, without saying whose they were." }
            li { "While a colleague’s count of the same day is kept, the practice could still work out the difference. After 13 weeks it cannot." }
            li { "Every device enrolled for " (label) " is signed out for good. Contacts still waiting on a device will not be accepted: let it send them first." }
            li { "Backups made earlier still hold the rows until they expire." }
        }
        (download(scope))
        @if may {
            form method="post" action=(home(scope).seg("erase")) novalidate {
                (form::checkbox(&Field::new("sure", "Yes, erase it all").errors(errors), "yes", Chosen::No))
                (form::button(Button::Warning, "Erase"))
            }
        } @else {
            (parts::inset(&html! { p { (label) " works here: it is theirs to erase, on their own device. Once they have left, the practice can." } }))
        }
    })
}

/// After erasing.
pub(super) fn erased() -> Sheet {
    Sheet::outside("Counts erased").heading("The counts are erased").content(html! {
        p { "The practice keeps its totals. The devices that were enrolled for these counts no longer work. To count again, ask the practice for a new enrolment link." }
        p { a href="/" { "Go to the start page" } }
    })
}
