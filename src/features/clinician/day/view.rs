//! The day in full as a page: values in, markup out.

use entity::ids::{ContactId, LocalDate};
use maud::{Markup, html};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    domain::{
        access::ClinicianScope,
        calendar,
        contact::{ContactKind, MOST_AT_ONCE, VoidReason},
        limit::{COMPLEX_SAFE, COMPLEX_UNSAFE, Day, ROUTINE_SAFE, ROUTINE_UNSAFE, SetBy},
        work::Work,
    },
    error::FieldError,
    store::days::{SeenContact, WorkDone},
    ui::{
        day,
        form::{self, Button, Choice, Field, Width},
        parts,
        parts::TagKind,
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

#[derive(Debug, Deserialize)]
pub(super) struct SeveralForm {
    pub(super) id: String,
    pub(super) n: String,
    pub(super) kind: String,
    #[serde(default)]
    pub(super) complex: String,
    #[serde(default)]
    pub(super) time: String,
}

/// What the page shows.
#[derive(Debug)]
pub(super) struct Detail {
    pub(super) scope: ClinicianScope,
    pub(super) label: String,
    pub(super) on: LocalDate,
    pub(super) today: LocalDate,
    /// The first day that may be looked at and written to.
    pub(super) earliest: LocalDate,
    pub(super) day: Day,
    /// Oldest first, those that do not count included.
    pub(super) contacts: Vec<SeenContact>,
    pub(super) work: WorkDone,
    /// By the imported appointments, where they say so.
    pub(super) did_not_attend: Option<u32>,
    /// The contact that is being changed.
    pub(super) chosen: Option<ContactId>,
    /// What was typed into *Several at once*, where it was refused.
    pub(super) typed: Option<SeveralForm>,
    pub(super) errors: Vec<FieldError>,
}

/// The whole page.
pub(super) fn detail(page: &Detail) -> Sheet {
    let chosen = page.contacts.iter().find(|contact| Some(contact.id) == page.chosen && contact.voided.is_none());
    let sheet = Sheet::new(Section::MyDay, "The day in full")
        .back(&day::home(&page.scope), "My day")
        .errors(&page.errors)
        .heading(page.on.0.format("%A %-d %B").to_string());
    sheet.content(html! {
        (days(page))
        @if let Some(contact) = chosen { div .hr-no-print { (change_panel(page, contact)) } }
        (sums(page))
        div .hr-no-print { (parts::panel("Several at once, or earlier", &several(page))) }
        (parts::panel("Work beside the contacts", &work(page)))
        (parts::panel("Against the limit", &rulers(page)))
        (parts::panel("Contacts", &contacts(page)))
        (parts::print_button())
    })
}

fn days(page: &Detail) -> Markup {
    let before = page.on.minus_days(1);
    html! {
        nav .hr-actions aria-label="Days" {
            @if before >= page.earliest { a href=(day::in_full(&page.scope, before)) { "Day before" } }
            @if page.on < page.today {
                a href=(day::in_full(&page.scope, page.on.plus_days(1))) { "Day after" }
                a href=(day::in_full(&page.scope, page.today)) { "Today" }
            }
        }
    }
}

/// Two rulers, each with its source; the second never takes the place of the first.
fn rulers(page: &Detail) -> Markup {
    let day = &page.day;
    let which = if page.on == page.today { "Today" } else { "The day" };
    let source = match day.limit.set_by {
        SetBy::Recommended => "Safe maximum of UEMO and the BMA; your practice has not set a limit",
        SetBy::Practice => "Your practice’s limit",
        SetBy::Clinician => "Your own limit, set by your practice",
    };
    let weighted = tenths(day.weighted_tenths);
    let band =
        if day.weighted_tenths > ROUTINE_UNSAFE * 10 { "above BMA’s 2018 band" } else { "within BMA’s 2018 band" };
    let rows = [
        vec![html! { "Contacts" }, html! { (day.counted) }, html! { (day.limit.contacts) }],
        vec![html! { "Weighted" }, html! { (weighted) }, html! { (ROUTINE_SAFE) " to " (ROUTINE_UNSAFE) }],
    ];
    html! {
        (table("Both rulers", &[words("Ruler"), numbers("Counted"), numbers("Against")], &rows))
        p .hr-small { (source) ". " (day.worked.words()) "." }
        p .hr-small {
            "Weighted by BMA’s bands of 2018: routine contacts are safe to " (ROUTINE_SAFE) " and unsafe above " (ROUTINE_UNSAFE)
            ", complex ones safe to " (COMPLEX_SAFE) " and unsafe above " (COMPLEX_UNSAFE) ". So a complex one weighs 2.5. " (which) " is " (band) "."
        }
    }
}

fn tenths(n: u32) -> String {
    if n.is_multiple_of(10) { (n / 10).to_string() } else { format!("{}.{}", n / 10, n % 10) }
}

fn contacts(page: &Detail) -> Markup {
    if page.contacts.is_empty() {
        return html! { p { "No single contacts on this day." } };
    }
    let (counted, others): (Vec<_>, Vec<_>) = page.contacts.iter().partition(|contact| contact.voided.is_none());
    let columns = [words("Time"), words("Kind"), words("State"), words("")];
    let rows = |contacts: Vec<&SeenContact>| -> Vec<Vec<Markup>> {
        contacts.into_iter().map(|contact| contact_row(page, contact)).collect()
    };
    let n = others.len();
    html! {
        @if counted.is_empty() { p { "No contact of this day counts." } }
        @else { (table("Contacts of the day", &columns, &rows(counted))) }
        @if n > 0 {
            (parts::details(&format!("{n} that {} not count", if n == 1 { "does" } else { "do" }), &table("Contacts that do not count", &columns, &rows(others))))
        }
    }
}

/// A clinician's sessions by the clock: before 13:00, to the end of core hours, and after it.
const SESSIONS: [(&str, u32); 3] = [("Morning", 13 * 60), ("Afternoon", 18 * 60 + 30), ("Evening", 24 * 60)];

/// The sum of each session, for whoever ends one.
fn sums(page: &Detail) -> Markup {
    let mut sessions: [Vec<&SeenContact>; 3] = Default::default();
    for contact in page.contacts.iter().filter(|contact| contact.voided.is_none()) {
        let minute = calendar::london_minute(contact.occurred_at);
        let session = SESSIONS.iter().zip(&mut sessions).find(|((_, ends), _)| minute < *ends);
        if let Some((_, session)) = session {
            session.push(contact);
        }
    }
    let line = |name: &str, contacts: &[&SeenContact]| {
        let (first, last) = (contacts.first()?.occurred_at, contacts.last()?.occurred_at);
        let complex = contacts.iter().filter(|contact| contact.complex).count();
        let n = contacts.len();
        Some(html! {
            strong { (name) ": " (n) @if n == 1 { " contact" } @else { " contacts" } }
            ", " (calendar::london_time(first)) @if n > 1 { " to " (calendar::london_time(last)) }
            @if complex > 0 { ", " (complex) " complex" }
        })
    };
    let lines: Vec<Markup> =
        SESSIONS.iter().zip(&sessions).filter_map(|((name, _), contacts)| line(name, contacts)).collect();
    html! {
        @if !lines.is_empty() { ul .nhsuk-list data-sums { @for line in lines { li { (line) } } } }
    }
}

fn contact_row(page: &Detail, contact: &SeenContact) -> Vec<Markup> {
    let kind = contact.kind.parse::<ContactKind>();
    let kind = kind.map_or_else(|_| contact.kind.clone(), |kind| kind.title().to_owned());
    let change = day::in_full(&page.scope, page.on).query("contact", contact.id);
    vec![
        html! { (calendar::london_time(contact.occurred_at)) },
        html! { (kind) @if contact.complex { ", complex" } },
        html! {
            @match &contact.voided {
                Some(reason) => {
                    (parts::tag(TagKind::Quiet, "Does not count")) " "
                    span .hr-small { (reason.as_deref().and_then(|code| code.parse::<VoidReason>().ok()).map_or("Taken back", VoidReason::title)) }
                }
                None => {
                    (entered(contact))
                    @if contact.clock_off { " " span .hr-small { "The phone’s clock was wrong, so this has the time at which it arrived." } }
                }
            }
        },
        html! {
            @if contact.voided.is_none() {
                a .hr-no-print href=(change) { "Change" span .nhsuk-u-visually-hidden { " the contact of " (calendar::london_time(contact.occurred_at)) } }
            }
        },
    ]
}

/// How it came in, and when, where that was not at once.
fn entered(contact: &SeenContact) -> Markup {
    let how = match contact.entered.as_str() {
        "set-to" => "Set to…",
        "changed" => "Changed",
        "several" => "Several at once",
        "backfill" => "Entered later",
        _ => "Tapped",
    };
    let late = contact.recorded_at.signed_duration_since(contact.occurred_at) > chrono::Duration::minutes(30);
    html! {
        (how)
        @if late {
            " " span .hr-small { "recorded " (calendar::london_day(contact.recorded_at).written()) ", " (calendar::london_time(contact.recorded_at)) }
        }
    }
}

fn change_panel(page: &Detail, contact: &SeenContact) -> Markup {
    let action = day::in_full(&page.scope, page.on).seg("contacts").seg(contact.id);
    let complex = if contact.complex { "yes" } else { "" };
    let kinds: Vec<Choice<'_>> =
        ContactKind::ALL.iter().map(|kind| Choice::new(kind.code(), kind.title(), &contact.kind)).collect();
    let reasons: Vec<Choice<'_>> = VoidReason::CHOICES
        .iter()
        .map(|reason| Choice::new(reason.code(), reason.title(), VoidReason::Mistake.code()))
        .collect();
    let title = format!("Change the contact of {}", calendar::london_time(contact.occurred_at));
    let day = page.on.to_string();
    parts::panel(
        &title,
        &html! {
            form method="post" action=(action) novalidate {
                (form::hidden("what", "change"))
                (form::select(&Field::new("kind", "Kind").id("change-kind"), &kinds))
                (form::checkboxes(&Field::new("complex", "Complexity").id("change-complex"), &[Choice::new("yes", "Complex: a long-term condition, mental health or the like", complex)]))
                (form::date(&Field::new("day", "Day").value(&day).between(&page.earliest, &page.today)))
                (form::button(Button::Primary, "Save the change"))
            }
            form method="post" action=(action) novalidate {
                (form::hidden("what", "void"))
                (form::select(&Field::new("reason", "Or take it out of the count: why?"), &reasons))
                (form::button(Button::Secondary, "Take it out"))
            }
            p { a href=(day::in_full(&page.scope, page.on)) { "Leave it as it is" } }
        },
    )
}

fn several(page: &Detail) -> Markup {
    let fresh = SeveralForm {
        id: Uuid::now_v7().to_string(),
        n: "1".to_owned(),
        kind: ContactKind::default().code().to_owned(),
        complex: String::new(),
        time: String::new(),
    };
    // Refused, it keeps what was typed.
    let typed = page.typed.as_ref().unwrap_or(&fresh);
    let kinds: Vec<Choice<'_>> =
        ContactKind::ALL.iter().map(|kind| Choice::new(kind.code(), kind.title(), &typed.kind)).collect();
    html! {
        p { "A care-home round or a group is one contact for each patient." }
        form method="post" action=(day::in_full(&page.scope, page.on).seg("contacts")) novalidate {
            (form::hidden("id", &typed.id))
            (form::number(&Field::new("n", "How many").value(&typed.n).errors(&page.errors).inputmode("numeric").between(&1, &MOST_AT_ONCE).width(Width::Four)))
            (form::select(&Field::new("kind", "Kind").errors(&page.errors), &kinds))
            (form::checkboxes(&Field::new("complex", "Complexity"), &[Choice::new("yes", "Complex: a long-term condition, mental health or the like", &typed.complex)]))
            (form::text(&Field::new("time", "About when (optional)").hint("For example 14:30").value(&typed.time).errors(&page.errors).width(Width::Four)))
            (form::button(Button::Secondary, "Add"))
        }
    }
}

fn work(page: &Detail) -> Markup {
    let mut rows: Vec<Vec<Markup>> = Work::ALL
        .into_iter()
        .map(|kind| {
            let n = page.work.get(kind.code()).copied().unwrap_or(0);
            vec![html! { (kind.title()) }, html! { (n) }, work_buttons(page, kind, n)]
        })
        .collect();
    if let Some(n) = page.did_not_attend {
        let what = html! { "Did not attend, according to the imported appointments" };
        rows.insert(1, vec![what, html! { (n) }, html! {}]);
    }
    html! {
        p { "Counted for the day, and never towards the limit." }
        (table("Work beside the contacts", &[words("Work"), numbers(if page.on == page.today { "Today" } else { "That day" }), words("")], &rows))
    }
}

fn work_buttons(page: &Detail, kind: Work, n: i64) -> Markup {
    html! {
        form .hr-tally-marks method="post" action=(day::in_full(&page.scope, page.on).seg("work")) {
            (form::hidden("id", &Uuid::now_v7().to_string()))
            (form::hidden("kind", kind.code()))
            (mark("1", "+1", kind))
            (mark("10", "+10", kind))
            @if n > 0 { (mark("-1", "−1", kind)) }
        }
    }
}

fn mark(n: &str, text: &str, kind: Work) -> Markup {
    html! { button .hr-tally-mark type="submit" name="n" value=(n) aria-label=(format!("{text} {}", kind.title().to_lowercase())) { (text) } }
}
