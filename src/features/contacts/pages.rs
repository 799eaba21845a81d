//! The clinician's screen: what is left, one button, and nothing that competes with it.

use maud::{Markup, html};
use uuid::Uuid;

use super::{
    DayView,
    across::{Across, Part},
    reason::REASONS,
};
use crate::{
    domain::{
        access::ClinicianScope,
        calendar,
        contact::{Kind, Source},
        limit::{self, Headroom, SetBy, Worked},
    },
    href,
    ui::{
        day::{self, Day},
        form,
        href::Href,
        live,
    },
    web::shell,
};

/// Kinds to change the last one to with one touch; the others stand on the page of the day.
const OFTEN: [Kind; 4] = [Kind::InPerson, Kind::Telephone, Kind::Online, Kind::Visit];

/// The address of a clinician's day.
pub(super) fn home(scope: &ClinicianScope) -> Href {
    href!("/practices")
        .seg(scope.practice())
        .seg("clinicians")
        .seg(scope.clinician())
}

/// Whether the device that shows the day has a PIN: then the script shows what it remembers only where that was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pin {
    Asked,
    None,
}

/// The whole screen.
pub(super) fn day(view: &DayView, pin: Pin) -> Markup {
    let contacts = shell::contacts(view.scope.practice(), view.scope.clinician());
    html! {
        div .hr-day data-pin[pin == Pin::Asked] {
            (panel(view))
            (day::plus_one(&contacts, &Uuid::now_v7().to_string()))
            (after(view, false))
            (day::waiting())
            p .hr-seen { a href=(super::detail_pages::address(&view.scope, view.on)) { "The day in full" } ": other kinds, several at once, letters and results" }
            @if view.across.is_some() { p .hr-seen { a href="/device" { "Practices on this device" } ": open another, or remove one" } }
            p .hr-seen { "Seen by you and your practice only. " a href="/who-sees-what" { "Who can see what" } }
        }
    }
}

/// What a tap changes: the panel, and what stands below the button.
pub(super) fn changed(view: &DayView) -> Markup {
    html! { (panel(view)) (after(view, true)) }
}

fn panel(view: &DayView) -> Markup {
    let contacts = shell::contacts(view.scope.practice(), view.scope.clinician());
    let refresh = home(&view.scope).seg("day");
    let limit = view.day.limit;
    let values = Day {
        contacts: &contacts,
        date: &view.on.to_string(),
        heading: &view.on.0.format("%A %-d %B").to_string(),
        counted: view.day.counted,
        limit: limit.contacts,
        nearing_from: limit
            .contacts
            .saturating_mul(limit.nearing_percent)
            .div_ceil(100),
        taps: view.day.taps,
        instead: instead(&view.day),
        says: &says(view),
        across: view.across.as_ref().map(|across| own_total(view, across)),
    };
    day::panel(&values, Some((&refresh, &live::triggers(&["contacts"]))))
}

/// The source that counts where taps do not, in words that follow "from".
pub(super) fn instead(day: &limit::Day) -> Option<&'static str> {
    match day.source {
        _ if day.taps_count => None,
        Some(Source::Import) => Some("the appointments your practice brought in"),
        _ => Some("the day sheet"),
    }
}

/// The person's own total: what is counted here, and at each other place of their device.
fn own_total<'a>(view: &DayView, across: &'a Across) -> day::Across<'a> {
    let elsewhere = |part: &&Part| part.scope != view.scope;
    day::Across {
        here: view.day.counted,
        limit: across.total.limit.contacts,
        elsewhere: across
            .parts
            .iter()
            .filter(elsewhere)
            .map(|part| day::Elsewhere {
                contacts: shell::contacts(part.scope.practice(), part.scope.clinician()),
                home: home(&part.scope),
                name: &part.name,
                counted: part.share.day.counted,
                by_taps: part.share.day.taps_count,
            })
            .collect(),
        locked: across
            .locked
            .iter()
            .map(|(name, unlock)| (name.as_str(), unlock.clone()))
            .collect(),
    }
}

/// What matters most now, in a sentence or two.
fn says(view: &DayView) -> String {
    let day = &view.day;
    if let Some(instead) = instead(day)
        && day.taps > 0
    {
        return day::kept(day.taps, instead);
    }
    match (day.headroom, day.source, view.sheet) {
        (Headroom::Over { .. }, ..) => return "Recorded, as every contact is.".to_owned(),
        (_, Some(Source::Sheet), _) => {
            return "From the day sheet your practice filled in.".to_owned();
        }
        (_, Some(Source::Import), _) => {
            return "From the appointments your practice brought in.".to_owned();
        }
        (_, Some(Source::Taps), Some(sheet)) if sheet != day.counted => {
            return format!("The day sheet says {sheet}. Your own count is the one that is used.");
        }
        _ => {}
    }
    let limit = day.limit.contacts;
    let mut says = Vec::new();
    match (view.passes_at.map(calendar::london_time), day.booked) {
        (Some(at), 0) => says.push(format!("At this pace you pass {limit} at about {at}.")),
        (Some(at), booked) => says.push(format!(
            "At this pace you pass {limit} at about {at}; your book still holds {booked}."
        )),
        (None, 1..) => says.push(format!("Your book still holds {}.", day.booked)),
        (None, 0) => {}
    }
    if day.limit.set_by == SetBy::Recommended {
        says.push(format!(
            "Recommended maximum {limit}. Your practice has not set a limit."
        ));
    } else if day.worked != Worked::FULL_DAY {
        says.push(format!("{} today.", day.worked.words()));
    }
    says.join(" ")
}

/// Undo, set, and what can be said about the last contact or the reason. Below the button, so that +1 never moves.
fn after(view: &DayView, out_of_band: bool) -> Markup {
    html! {
        div #after hx-swap-oob=[out_of_band.then_some("true")] {
            div .hr-row {
                (undo(view))
                a .hr-soft href=(home(&view.scope).seg("set")) { "Set to…" }
            }
            @if matches!(view.day.headroom, Headroom::Over { .. }) { (why(view)) } @else { (last(view)) }
            @if matches!(view.day.headroom, Headroom::AtLimit | Headroom::Over { .. }) { (tell(view)) }
        }
    }
}

fn undo(view: &DayView) -> Markup {
    let action = home(&view.scope).seg("undo");
    html! {
        // The script sends it with the taps, and unlocks it where only this browser knows of a tap.
        form method="post" action=(action) data-undo {
            (form::hidden("id", &Uuid::now_v7().to_string()))
            @if let Some(last) = &view.last { (form::hidden("contact", &last.id.to_string())) }
            button .hr-soft type="submit" disabled[view.last.is_none()] { "Undo" }
        }
    }
}

fn last(view: &DayView) -> Markup {
    let Some(last) = &view.last else {
        return html! { p .hr-small { "Tap once for each patient you see, call or answer." } };
    };
    let action = home(&view.scope).seg("last");
    let chips = OFTEN.into_iter().map(|kind| (kind.code(), kind.title()));
    html! {
        h2 .nhsuk-heading-xs { "Change the last one (" (calendar::london_time(last.occurred_at)) ")" }
        form method="post" action=(action) hx-post=(action) hx-target="#day" hx-swap="outerMorph" {
            (form::hidden("contact", &last.id.to_string()))
            ul .hr-chips {
                @for (code, title) in chips {
                    li { (chip("kind", code, title, last.kind == code)) }
                }
                li { (chip("kind", "complex", "Complex", last.complex)) }
            }
        }
    }
}

fn chip(name: &str, value: &str, title: &str, pressed: bool) -> Markup {
    html! {
        button type="submit" name=(name) value=(value) aria-pressed=(if pressed { "true" } else { "false" }) { (title) }
    }
}

/// One press, once a day: the practice sees it on its capacity page and at the desk.
fn tell(view: &DayView) -> Markup {
    html! {
        @match view.told {
            Some(at) => { p .hr-small role="status" { "You told the practice at " (calendar::london_time(at)) " that you are at your limit." } },
            None => {
                form method="post" action=(home(&view.scope).seg("at-limit")) {
                    (form::hidden("id", &Uuid::now_v7().to_string()))
                    button .hr-soft type="submit" { "Tell the practice I am at my limit" }
                }
            },
        }
    }
}

fn why(view: &DayView) -> Markup {
    html! {
        h2 .nhsuk-heading-xs { "Why today? One answer is enough" }
        (day::chips(&home(&view.scope).seg("reason"), "reason", view.reason.as_deref(), &REASONS))
    }
}
