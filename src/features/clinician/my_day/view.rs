//! The clinician's screen: what is left, one button, and nothing that competes with it.

use chrono::{DateTime, SecondsFormat, Utc};
use entity::ids::LocalDate;
use maud::{Markup, html};
use uuid::Uuid;

use crate::{
    domain::{
        access::ClinicianScope,
        calendar,
        contact::{ContactKind, Source},
        limit::{self, Headroom, Limit, SetBy, Share, Total, Worked},
    },
    href,
    operations::give_reason::REASONS,
    store::days,
    ui::{
        day::{self, After, Day, Last},
        desk,
        href::Href,
        live,
        sections::Section,
        sheet::Sheet,
    },
};

/// Kinds to change the last one to with one touch; the others stand on the page of the day.
const OFTEN: [ContactKind; 4] =
    [ContactKind::InPerson, ContactKind::Telephone, ContactKind::Online, ContactKind::Visit];

/// A clinician's day as the pages show it.
#[derive(Debug)]
pub(super) struct DayView {
    pub(super) scope: ClinicianScope,
    pub(super) label: String,
    pub(super) on: LocalDate,
    pub(super) day: limit::Day,
    pub(super) sheet: Option<u32>,
    pub(super) last: Option<days::Last>,
    /// When the limit is passed if the day goes on like this.
    pub(super) passes_at: Option<DateTime<Utc>>,
    pub(super) reason: Option<String>,
    /// When they told the practice that they are at their limit.
    pub(super) told: Option<DateTime<Utc>>,
    /// The person's own total, on a device of theirs that counts for several places.
    pub(super) across: Option<Across>,
}

/// One place's part of the day.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) scope: ClinicianScope,
    pub(super) label: String,
    /// The practice's name.
    pub(super) practice: String,
    pub(super) share: Share,
    /// The practice, and as whom where the device counts for two clinician rows of it.
    pub(super) name: String,
}

/// A person's day at every place of their device.
#[derive(Debug)]
pub(super) struct Across {
    pub(super) parts: Vec<Part>,
    /// Practices whose PIN was not given: they are not read and not in the total.
    pub(super) locked: Vec<(String, Href)>,
    pub(super) total: Total,
}

/// The whole screen. On a device with a PIN the script shows what it remembers only where that was given. `own` is a device
/// of the clinician, which may make addresses that count and be told of the limit.
pub(super) fn day(view: &DayView, has_pin: bool, own: bool) -> Sheet {
    let contacts = day::contacts(view.scope.practice(), view.scope.clinician());
    let sheet = Sheet::new(Section::MyDay, "My day").own_heading().steady();
    sheet.live(live::of_practice(view.scope.practice())).content(html! {
        div .hr-day data-pin[has_pin] {
            (panel(view))
            (day::plus_one(&contacts, &Uuid::now_v7().to_string()))
            (after(view, false))
            (day::waiting())
            (day::divert_line(view.scope.practice()))
            (day_in_full(&day::in_full(&view.scope, view.on)))
            @if view.across.is_some() { p .hr-seen { a href="/device" { "Practices on this device" } ": open another, or remove one" } }
            (desk::line(&day::home(&view.scope), own))
            @if own { p .hr-seen { a href=(day::home(&view.scope).seg("notifications")) { "Tell me in this browser" } " when I am at my limit" } }
            (seen_by())
            (desk::keys_sheet())
        }
    })
}

/// The same in a window beside another program. It holds all that answers bring, and its style shows what there is room for.
pub(super) fn small(view: &DayView, has_pin: bool) -> Sheet {
    let contacts = day::contacts(view.scope.practice(), view.scope.clinician());
    let sheet = Sheet::new(Section::MyDay, "My day, small").own_heading().steady().small();
    sheet.live(live::of_practice(view.scope.practice())).content(html! {
        div .hr-day data-pin[has_pin] {
            (panel(view))
            (day::plus_one(&contacts, &Uuid::now_v7().to_string()))
            (after(view, false))
            (day::waiting())
            p .hr-mini__foot { (view.label) span data-needs-js { " · " (desk::keys_button()) } }
            (desk::keys_sheet())
        }
    })
}

fn day_in_full(href: &Href) -> Markup {
    html! { p .hr-seen { a href=(href) data-in-full { "The day in full" } ": your sums, other kinds, several at once, letters and results" } }
}

fn seen_by() -> Markup {
    html! { p .hr-seen { "Seen by you and your practice only. " a href="/who-sees-what" { "Who can see what" } } }
}

/// The same screen of nobody, drawn by the same functions: the script fills it from what the browser knows, where the
/// page itself cannot be had. `unknown` stands there while nothing is known.
pub(super) fn frame(unknown: &Markup) -> Markup {
    let nowhere = href!("/offline");
    let empty = Day {
        contacts: &nowhere,
        date: "",
        heading: "Today",
        counted: 0,
        limit: Limit::RECOMMENDED,
        taps: 0,
        instead: None,
        says: "",
    };
    let kinds = OFTEN.map(|kind| (kind.code(), kind.title()));
    let after = After {
        home: &nowhere,
        id: "",
        last: None,
        kinds: &kinds,
        state: Headroom::of(0, Limit::RECOMMENDED),
        reasons: &REASONS,
        reason: None,
        told: None,
        also: "",
        across: None,
        date: "",
    };
    html! {
        div .hr-day data-shell {
            div data-known hidden {
                (day::panel(&empty, None))
                (day::plus_one(&nowhere, ""))
                (day::after(&after, false))
                (day::waiting())
                (day_in_full(&nowhere))
                (seen_by())
                (desk::keys_sheet())
            }
            (unknown)
        }
    }
}

/// What a tap changes: the panel, and what stands below the button.
pub(super) fn changed(view: &DayView) -> Markup {
    html! { (panel(view)) (after(view, true)) }
}

fn panel(view: &DayView) -> Markup {
    let contacts = day::contacts(view.scope.practice(), view.scope.clinician());
    let refresh = day::home(&view.scope).seg("day");
    let values = Day {
        contacts: &contacts,
        date: &view.on.to_string(),
        heading: &view.on.0.format("%A %-d %B").to_string(),
        counted: view.day.counted,
        limit: view.day.limit,
        taps: view.day.taps,
        instead: day::instead(&view.day),
        says: &says(view).0,
    };
    day::panel(&values, Some((&refresh, &live::triggers(&["contacts"]))))
}

/// The person's own total: what is counted here, and at each other place of their device.
fn own_total<'a>(view: &DayView, across: &'a Across) -> day::Across<'a> {
    let elsewhere = |part: &&Part| part.scope != view.scope;
    day::Across {
        here: view.day.counted,
        limit: across.total.limit,
        elsewhere: across
            .parts
            .iter()
            .filter(elsewhere)
            .map(|part| day::Elsewhere {
                contacts: day::contacts(part.scope.practice(), part.scope.clinician()),
                home: day::home(&part.scope),
                name: &part.name,
                counted: part.share.day.counted,
                by_taps: part.share.day.taps_count,
            })
            .collect(),
        locked: across.locked.iter().map(|(name, unlock)| (name.as_str(), unlock.clone())).collect(),
    }
}

/// What matters most now, in a sentence that two lines of a phone hold; and what else there is to say, below the button.
fn says(view: &DayView) -> (String, String) {
    let day = &view.day;
    let also = also(day);
    if let Some(instead) = day::instead(day)
        && day.taps > 0
    {
        return (day::kept(day.taps, instead), also);
    }
    let first = match (day.headroom, day.source, view.sheet) {
        (Headroom::Over { .. }, ..) => "Recorded, as every contact is.".to_owned(),
        (_, Some(Source::Sheet), _) => "From the day sheet your practice filled in.".to_owned(),
        (_, Some(Source::Import), _) => "From the appointments your practice brought in.".to_owned(),
        (_, Some(Source::Taps), Some(sheet)) if sheet != day.counted => {
            format!("The day sheet says {sheet}. Your own count is the one that is used.")
        }
        _ => ahead(view),
    };
    // Nothing of the first rank: the second takes its place.
    if first.is_empty() { (also, String::new()) } else { (first, also) }
}

/// The pace, and what the book still holds.
fn ahead(view: &DayView) -> String {
    let limit = view.day.limit.contacts;
    match (view.passes_at.map(calendar::london_time), view.day.booked) {
        (Some(at), 0) => format!("At this pace you pass {limit} at about {at}."),
        (Some(at), booked) => {
            format!("At this pace you pass {limit} at about {at}; your book still holds {booked}.")
        }
        (None, 0) => String::new(),
        (None, booked) => format!("Your book still holds {booked}."),
    }
}

/// Where the limit comes from, where that is not the practice's own for a full day.
fn also(day: &limit::Day) -> String {
    if day.limit.set_by == SetBy::Recommended {
        let limit = day.limit.contacts;
        format!("Recommended maximum {limit}. Your practice has not set a limit.")
    } else if day.worked != Worked::FULL_DAY {
        format!("{} today.", day.worked.words())
    } else {
        String::new()
    }
}

/// What stands below the button.
fn after(view: &DayView, out_of_band: bool) -> Markup {
    let last = view.last.as_ref().map(|last| {
        let (id, time) = (last.id.to_string(), calendar::london_time(last.occurred_at));
        (id, time, last.occurred_at.to_rfc3339_opts(SecondsFormat::Millis, true), last.kind.clone(), last.complex)
    });
    let kinds = OFTEN.map(|kind| (kind.code(), kind.title()));
    let told = view.told.map(calendar::london_time);
    let values = After {
        home: &day::home(&view.scope),
        id: &Uuid::now_v7().to_string(),
        last: last.as_ref().map(|(id, time, at, kind, complex)| Last { id, time, at, kind, complex: *complex }),
        kinds: &kinds,
        state: view.day.headroom,
        reasons: &REASONS,
        reason: view.reason.as_deref(),
        told: told.as_deref(),
        also: &says(view).1,
        across: view.across.as_ref().map(|across| own_total(view, across)),
        date: &view.on.to_string(),
    };
    day::after(&values, out_of_band)
}
