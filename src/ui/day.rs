//! The clinician's day: what is left, and one button. What `headroom.js` finds and paints is here and nowhere else.
//!
//! The script repaints the panel for taps that are not yet acknowledged, from the attributes that [`panel`] writes; its
//! words must be those of [`words`] and [`kept`]: change both together.

use maud::{Markup, html};
use uuid::Uuid;

use super::{
    figures::{State, meter},
    form,
    href::Href,
};

/// The panel that a tap's answer replaces.
#[derive(Clone, Debug)]
pub struct Day<'a> {
    /// Where taps go: `/practices/{ods}/clinicians/{id}/contacts`. It names the panel, too.
    pub contacts: &'a Href,
    /// The day as `YYYY-MM-DD`: taps of another day are not painted here.
    pub date: &'a str,
    /// The day as people say it.
    pub heading: &'a str,
    /// Contacts counted.
    pub counted: u32,
    /// The day's limit.
    pub limit: u32,
    /// From how many counted it is "nearing".
    pub nearing_from: u32,
    /// Taps of the day, whether they count or not.
    pub taps: u32,
    /// The source that counts where taps do not ("the day sheet"): then taps are kept and said, never added.
    pub instead: Option<&'a str>,
    /// A sentence under the bar ("At this pace you pass 25 at about 15:40.").
    pub says: &'a str,
    /// The person's own total, where they work at several places.
    pub across: Option<Across<'a>>,
}

/// A person's own total across the places that their device counts for. The script paints it from its attributes, too.
#[derive(Clone, Debug)]
pub struct Across<'a> {
    /// Counted on this page.
    pub here: u32,
    /// The limit of the person's day.
    pub limit: u32,
    /// The other places.
    pub elsewhere: Vec<Elsewhere<'a>>,
    /// Places that wait for their PIN, with where it is given.
    pub locked: Vec<(&'a str, Href)>,
}

/// Another place.
#[derive(Clone, Debug)]
pub struct Elsewhere<'a> {
    /// Where taps there go: what waits for it is painted.
    pub contacts: Href,
    /// The day there.
    pub home: Href,
    /// The practice.
    pub name: &'a str,
    /// Counted there.
    pub counted: u32,
    /// Whether taps are what counts there, so that one that waits adds to it.
    pub by_taps: bool,
}

impl Day<'_> {
    /// Where the count stands; the script computes the same.
    pub const fn state(&self) -> State {
        if self.counted > self.limit {
            State::Over
        } else if self.counted == self.limit {
            State::Full
        } else if self.counted >= self.nearing_from {
            State::Nearing
        } else {
            State::Available
        }
    }
}

/// `#day`: the fragment that answers a tap, an undo or a change, and that live pages fetch again.
///
/// `triggers` is [`super::live::triggers`] of the events that change it, with the address to fetch it from.
pub fn panel(day: &Day<'_>, refresh: Option<(&Href, &str)>) -> Markup {
    let (number, text) = words(day.counted, day.limit);
    html! {
        section #day .hr-day__panel aria-live="polite" aria-labelledby="day-heading" data-day=(day.contacts) data-date=(day.date)
            data-base=(day.counted) data-taps=(day.taps) data-instead=[day.instead] data-limit=(day.limit) data-nearing=(day.nearing_from) data-state=(day.state().word())
            hx-get=[refresh.map(|(href, _)| href)] hx-headers=[refresh.map(|_| super::live::QUIET)] hx-trigger=[refresh.map(|(_, triggers)| triggers)]
            hx-swap=[refresh.map(|_| "outerMorph")] hx-status:4xx=[refresh.map(|_| "swap:none")] hx-status:5xx=[refresh.map(|_| "swap:none")] {
            h1 #day-heading .nhsuk-heading-s { (day.heading) }
            p .hr-day__left data-left { (number) }
            p .hr-day__of { span data-left-words { (text) } " · " strong { span data-counted { (day.counted) } " counted" } }
            (meter(u64::from(day.counted), u64::from(day.limit), day.state()))
            p .hr-day__say data-say { (day.says) }
            @if let Some(across) = &day.across { (own_total(across, day.date)) }
        }
    }
}

fn own_total(across: &Across<'_>, date: &str) -> Markup {
    let elsewhere = across.elsewhere.iter();
    let total = elsewhere.fold(across.here, |sum, place| sum.saturating_add(place.counted));
    html! {
        div .hr-day__across {
            @if !across.elsewhere.is_empty() {
                p data-across=(across.limit) data-date=(date) {
                    "Today across your practices: " strong data-across-words { (across_words(total, across.limit)) }
                    " (" span data-here { (across.here) } " here"
                    @for place in &across.elsewhere {
                        ", " a href=(place.home) { span data-elsewhere=(place.contacts) data-base=(place.counted) data-taps[place.by_taps] { (place.counted) } " at " (place.name) }
                    }
                    "). Only you see this total."
                }
            }
            @for (name, unlock) in &across.locked { p { (name) " is left out: " a href=(unlock) { "give its PIN" } "." } }
        }
    }
}

/// A person's total in words; it says what is so and asks for nothing.
pub fn across_words(total: u32, limit: u32) -> String {
    if total > limit {
        format!("{total} contacts, {} over {limit}", total - limit)
    } else {
        format!("{total} of {limit} contacts")
    }
}

/// The big number and the words after it: "11", "left of 25"; past the limit "2", "over 25".
pub fn words(counted: u32, limit: u32) -> (u32, String) {
    if counted > limit {
        (counted - limit, format!("over {limit}"))
    } else {
        (limit - counted, format!("left of {limit}"))
    }
}

/// What is said of taps where another source counts: "3 taps kept; today’s figure comes from the day sheet."
pub fn kept(taps: u32, instead: &str) -> String {
    let taps = if taps == 1 {
        "1 tap".to_owned()
    } else {
        format!("{taps} taps")
    };
    format!("{taps} kept; today’s figure comes from {instead}.")
}

/// The one button. `id` is a fresh version 7 UUID, so that a form sent twice without JavaScript counts once; the script makes
/// its own for each tap.
pub fn plus_one(contacts: &Href, id: &str) -> Markup {
    html! {
        form method="post" action=(contacts) data-tap {
            (form::hidden("id", id))
            button .hr-plus type="submit" { "+1" small { "one more contact" } }
        }
    }
}

/// Where the script says what waits to be sent and what was refused. It stands under the button, so that +1 never moves.
pub fn waiting() -> Markup {
    html! {
        p .hr-day__wait data-waiting role="status" {}
        div .hr-refused data-refused role="alert" hidden {}
    }
}

/// Choices as a row of round buttons, each sending its own value as `name` to `action`; `chosen` is pressed.
pub fn chips(action: &Href, name: &str, chosen: Option<&str>, choices: &[(&str, &str)]) -> Markup {
    html! {
        form method="post" action=(action) hx-post=(action) hx-target="#day" hx-swap="outerMorph" {
            (form::hidden("id", &Uuid::now_v7().to_string()))
            ul .hr-chips {
                @for (value, label) in choices {
                    li { button type="submit" name=(name) value=(value) aria-pressed=(if chosen == Some(*value) { "true" } else { "false" }) { (label) } }
                }
            }
        }
    }
}
