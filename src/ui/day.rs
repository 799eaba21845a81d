//! The clinician's day: what is left, and one button. What `headroom.js` finds and paints is here and nowhere else.
//!
//! The script repaints the panel for taps that are not yet acknowledged, from the attributes that [`panel`] writes; its
//! words must be those of [`words`] and [`kept`]: change both together.

use entity::ids::{ClinicianId, LocalDate, OdsCode};
use maud::{Markup, html};

use super::{figures::meter, form, href::Href};
use crate::{
    domain::{
        access::ClinicianScope,
        contact::Source,
        divert::{self, Divert},
        limit::{self, Headroom, Limit},
    },
    href,
};

/// The address of a clinician's day.
pub fn home(scope: &ClinicianScope) -> Href {
    href!("/practices").seg(scope.practice()).seg("clinicians").seg(scope.clinician())
}

/// Where a clinician's taps go.
pub fn contacts(practice: &OdsCode, clinician: ClinicianId) -> Href {
    href!("/practices").seg(practice).seg("clinicians").seg(clinician).seg("contacts")
}

/// The address of a day in full.
pub fn in_full(scope: &ClinicianScope, on: LocalDate) -> Href {
    home(scope).seg("days").seg(on)
}

/// A choice: its value and its words.
pub type Choice<'a> = (&'a str, &'a str);

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
    pub limit: Limit,
    /// Taps of the day, whether they count or not.
    pub taps: u32,
    /// The source that counts where taps do not ("the day sheet"): then taps are kept and said, never added.
    pub instead: Option<&'a str>,
    /// A sentence under the bar ("At this pace you pass 25 at about 15:40."). It has room for two lines of a phone, so
    /// that +1 stays where it is when it changes; anything longer stands below the button.
    pub says: &'a str,
}

/// What stands below the button: it may grow and shrink as it likes.
#[derive(Clone, Debug)]
pub struct After<'a> {
    /// The address of the day; those of the forms follow from it.
    pub home: &'a Href,
    /// A fresh version 7 UUID, so that a form sent twice without JavaScript counts once.
    pub id: &'a str,
    /// The last contact that counts.
    pub last: Option<Last<'a>>,
    /// What it may become with one touch.
    pub kinds: &'a [Choice<'a>],
    /// Where the count stands: from the limit on the practice may be told, past it a reason may be given.
    pub state: Headroom,
    /// Why one goes on.
    pub reasons: &'a [Choice<'a>],
    /// The one that was given.
    pub reason: Option<&'a str>,
    /// When the practice was told, as people say it.
    pub told: Option<&'a str>,
    /// What else there is to say.
    pub also: &'a str,
    /// The person's own total, where they work at several places.
    pub across: Option<Across<'a>>,
    /// The day as `YYYY-MM-DD`.
    pub date: &'a str,
}

/// The last contact that counts.
#[derive(Clone, Debug)]
pub struct Last<'a> {
    /// Its id.
    pub id: &'a str,
    /// When, as people say it.
    pub time: &'a str,
    /// When, to the microsecond: the script puts it back there.
    pub at: &'a str,
    /// Its kind.
    pub kind: &'a str,
    /// Whether it was complex.
    pub complex: bool,
}

/// A person's own total across the places that their device counts for. The script paints it from its attributes, too.
#[derive(Clone, Debug)]
pub struct Across<'a> {
    /// Counted on this page.
    pub here: u32,
    /// The limit of the person's day.
    pub limit: Limit,
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

/// `#day`: the fragment that answers a tap, an undo or a change, and that live pages fetch again.
///
/// `triggers` is [`super::live::triggers`] of the events that change it, with the address to fetch it from.
pub fn panel(day: &Day<'_>, refresh: Option<(&Href, &str)>) -> Markup {
    let (limit, headroom) = (day.limit, Headroom::of(day.counted, day.limit));
    let (number, text) = words(headroom, limit);
    html! {
        section #day .hr-day__panel aria-live="polite" aria-labelledby="day-heading" data-day=(day.contacts) data-date=(day.date)
            data-base=(day.counted) data-taps=(day.taps) data-instead=[day.instead] data-limit=(limit.contacts) data-nearing=(limit.nearing_from()) data-state=(headroom.code())
            hx-get=[refresh.map(|(href, _)| href)] hx-headers=[refresh.map(|_| super::live::QUIET)] hx-trigger=[refresh.map(|(_, triggers)| triggers)]
            hx-swap=[refresh.map(|_| "outerMorph")] hx-status:4xx=[refresh.map(|_| "swap:none")] hx-status:5xx=[refresh.map(|_| "swap:none")] {
            h1 #day-heading .nhsuk-heading-s { (day.heading) }
            p .hr-day__left data-left { (number) }
            p .hr-day__of { span data-left-words { (text) } " · " strong { span data-counted { (day.counted) } " counted" } }
            (meter(u64::from(day.counted), u64::from(limit.contacts), headroom))
            p .hr-day__say data-say=(day.says) { (day.says) }
        }
    }
}

fn own_total(across: &Across<'_>, date: &str) -> Markup {
    let elsewhere = across.elsewhere.iter();
    let total = elsewhere.fold(across.here, |sum, place| sum.saturating_add(place.counted));
    html! {
        div .hr-day__across {
            @if !across.elsewhere.is_empty() {
                p data-across=(across.limit.contacts) data-date=(date) {
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
pub fn across_words(total: u32, limit: Limit) -> String {
    match Headroom::of(total, limit) {
        Headroom::Over { by } => format!("{total} contacts, {by} over {}", limit.contacts),
        _ => format!("{total} of {} contacts", limit.contacts),
    }
}

/// The big number and the words after it: "11", "left of 25"; past the limit "2", "over 25".
pub fn words(headroom: Headroom, limit: Limit) -> (u32, String) {
    match headroom {
        Headroom::Over { by } => (by, format!("over {}", limit.contacts)),
        headroom => (headroom.left(), format!("left of {}", limit.contacts)),
    }
}

/// What is said of taps where another source counts: "3 taps kept; today’s figure comes from the day sheet."
pub fn kept(taps: u32, instead: &str) -> String {
    let taps = if taps == 1 { "1 tap".to_owned() } else { format!("{taps} taps") };
    format!("{taps} kept; today’s figure comes from {instead}.")
}

/// The source that counts where taps do not, in words that follow "from".
pub fn instead(day: &limit::Day) -> Option<&'static str> {
    match day.source {
        _ if day.taps_count => None,
        Some(Source::Import) => Some("your practice’s appointments"),
        _ => Some("the day sheet"),
    }
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

/// Where the script says what waits to be sent, what may not have been saved and what was refused. All of it stands under
/// the button, so that +1 never moves.
pub fn waiting() -> Markup {
    html! {
        p .hr-day__wait data-waiting role="status" {}
        p .hr-notice role="status" data-notice hidden {}
        div .hr-refused data-refused role="alert" hidden {}
    }
}

/// Whether the practice diverts, in a line that the page fetches once it is there, and again whenever a divert starts or ends:
/// answers to taps do without it.
pub fn divert_line(practice: &OdsCode) -> Markup {
    let triggers = format!("load, {}", super::live::triggers(&["divert"]));
    divert_box(practice, &triggers, &html! {})
}

/// The line as it is fetched. Nothing stands there while the practice does not divert.
pub fn diverting(practice: &OdsCode, going: Option<&Divert>, today: LocalDate) -> Markup {
    let practice_today = href!("/practices").seg(practice).seg("today");
    let line = html! {
        @if let Some(divert) = going {
            p .hr-day__wait { strong { (divert::since(divert, today)) "." } " " a href=(practice_today) { "Your practice today" } }
        }
    };
    divert_box(practice, &super::live::triggers(&["divert"]), &line)
}

fn divert_box(practice: &OdsCode, triggers: &str, line: &Markup) -> Markup {
    let get = href!("/practices").seg(practice).seg("today").seg("divert");
    html! {
        div #diverting role="status" hx-get=(get) hx-headers=(super::live::QUIET) hx-trigger=(triggers) hx-swap="outerMorph" hx-status:4xx="swap:none" hx-status:5xx="swap:none" { (line) }
    }
}

/// `#after`: undo, set, the kind of the last one, the reason, and word to the practice. It comes with each answer, out of
/// band, and is morphed in, so that whoever pressed a button of it keeps the focus there.
///
/// What needs the server is not taken away without a connection: the script switches it off and shows the sentence that
/// says when it works. `headroom.js` counts an undo and a kind by itself, and sends both later.
pub fn after(after: &After<'_>, out_of_band: bool) -> Markup {
    html! {
        div #after hx-swap-oob=[out_of_band.then_some("outerMorph")] {
            div .hr-row {
                (undo(after))
                a .hr-soft href=(after.home.clone().seg("set")) data-under="set" { "Set to…" }
            }
            (last(after))
            section data-why hidden[!after.state.is_over()] {
                h2 .nhsuk-heading-xs { "Why today? One answer is enough" }
                (reasons(after))
                (later("A reason can be given when you are back online."))
            }
            div data-tell { (tell(after)) }
            @if !after.also.is_empty() { p .hr-small { (after.also) } }
            @if let Some(across) = &after.across { (own_total(across, after.date)) }
        }
    }
}

/// When what is switched off works again; the script shows it.
fn later(words: &str) -> Markup {
    html! { p .hr-small data-later hidden { (words) } }
}

fn undo(after: &After<'_>) -> Markup {
    html! {
        // The script sends it with the taps, and unlocks it where only this browser knows of a tap.
        form method="post" action=(after.home.clone().seg("undo")) data-undo data-under="undo" {
            (form::hidden("id", after.id))
            @if let Some(last) = &after.last { (form::hidden("contact", last.id)) }
            button #undo .hr-soft type="submit" disabled[after.last.is_none()] { "Undo" }
        }
    }
}

/// The kind of the last one. The script names the tap that waits, where one does.
fn last(after: &After<'_>) -> Markup {
    let action = after.home.clone().seg("last");
    let last = after.last.as_ref();
    let is = |kind: &str| last.is_some_and(|last| last.kind == kind);
    html! {
        p .hr-small data-first hidden[last.is_some()] { "Tap once for each patient you see, call or answer." }
        section data-last-one hidden[last.is_none()] {
            h2 .nhsuk-heading-xs { "Change the last one (" span data-last-time=(last.map_or("", |last| last.time)) data-last-at=[last.map(|last| last.at)] { (last.map_or("", |last| last.time)) } ")" }
            form method="post" action=(action) hx-post=(action) hx-target="#day" hx-swap="outerMorph" data-last data-under="last"
                data-kind=[last.map(|last| last.kind)] data-complex[last.is_some_and(|last| last.complex)] {
                @if let Some(last) = last { (form::hidden("contact", last.id)) }
                ul .hr-chips {
                    @for (code, title) in after.kinds { li { (chip("kind", (code, title), is(code))) } }
                    li { (chip("kind", ("complex", "Complex"), last.is_some_and(|last| last.complex))) }
                }
            }
            (later("What was sent already can be changed when you are back online."))
        }
    }
}

/// The id is that of the button in every answer: the focus finds it again.
fn chip(name: &str, (value, label): Choice<'_>, pressed: bool) -> Markup {
    html! {
        button id={ (name) "-" (value) } type="submit" name=(name) value=(value) aria-pressed=(if pressed { "true" } else { "false" }) { (label) }
    }
}

fn reasons(after: &After<'_>) -> Markup {
    let action = after.home.clone().seg("reason");
    html! {
        form method="post" action=(action) hx-post=(action) hx-target="#day" hx-swap="outerMorph" data-under="reason" {
            (form::hidden("id", after.id))
            ul .hr-chips {
                @for (code, title) in after.reasons { li { (chip("reason", (code, title), after.reason == Some(*code))) } }
            }
        }
    }
}

/// One press, once a day: the practice sees it on its capacity page and at the desk. The script writes the same button,
/// switched off, where the limit is reached without a connection.
fn tell(after: &After<'_>) -> Markup {
    html! {
        @match (after.told, after.state.is_full()) {
            (Some(at), _) => { p .hr-small role="status" { "You told the practice at " (at) " that you are at your limit." } },
            (None, true) => {
                form method="post" action=(after.home.clone().seg("at-limit")) {
                    (form::hidden("id", after.id))
                    button .hr-soft type="submit" { "Tell the practice I am at my limit" }
                }
                (later("The practice can be told here when you are back online."))
            },
            (None, false) => {},
        }
    }
}
