//! The reception desk as markup.

use maud::{Markup, html};
use uuid::Uuid;

use super::view::{self, Today};
use crate::{
    domain::{
        divert::{self, Destination},
        limit::Day,
    },
    href,
    store::divert::texts::{Place, Text},
    ui::{
        figures, form, live,
        number::counted,
        parts::{self, TagKind},
        sections::Section,
        sheet::Sheet,
    },
};

/// What the page shows.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) today: Today,
    pub(super) script: Text,
    pub(super) groups: Text,
    pub(super) places: Vec<Place>,
    pub(super) counts: Vec<(Destination, u32)>,
}

/// The page.
pub(super) fn page(desk: &Desk) -> Sheet {
    let stream = live::of_practice(&desk.today.practice).seg("display");
    Sheet::new(Section::Divert, "Reception desk").live(stream).content(html! {
        (parts::lede(&html! { (desk.today.name) ", " (desk.today.on.long()) }))
        (now(&desk.today))
        (parts::two_columns(
            &html! {
                (sent(desk))
                (parts::panel("What to say", &html! { p .hr-lines .hr-say { (desk.script.body) } p .hr-small { (version(&desk.script)) } }))
            },
            &html! {
                (parts::panel("Still seen here today", &html! {
                    ul { @for group in desk.groups.body.lines().filter(|line| !line.trim().is_empty()) { li { (group) } } }
                    p .hr-small { "And every urgent need: it is assessed here the same day. The online form stays open from 08:00 to 18:30." }
                }))
                (parts::panel("Where to", &directory(&desk.places)))
                (parts::panel("Work that a hospital passed on", &html! {
                    p { "When a hospital or another provider asks for work that is not yours, log it. It takes half a minute, and names no patient." }
                    p { a href=(href!("/practices").seg(&desk.today.practice).seg("transfers").seg("new")) { "Log transferred work" } }
                }))
            },
        ))
    })
}

fn version(text: &Text) -> String {
    if text.version == 0 {
        "The text that comes with Headroom.".to_owned()
    } else {
        format!("Version {}, since {}.", text.version, text.effective_on.written())
    }
}

/// Where the day stands: fetched again when it changes.
pub(super) fn now(today: &Today) -> Markup {
    let get = href!("/practices").seg(&today.practice).seg("desk").seg("now");
    let left = |day: &Day| match day.source {
        None => "no count yet".to_owned(),
        Some(_) => day.headroom.short(),
    };
    live::live_fragment(
        "desk-now",
        &get,
        &["contacts", "people", "divert"],
        &html! {
            section .hr-panel {
                h2 {
                    (divert::says(today.divert.as_ref(), today.on))
                    @if today.divert.is_some() { " " (parts::tag(TagKind::Full, "Diverting")) }
                }
                @if today.sum.clinicians == 0 { p .hr-card__big { "No count yet" } }
                (figures::practice_day(today.sum, ""))
                (view::told(today))
                ul .hr-lefts {
                    @for row in today.rows.iter().filter(|row| row.working) {
                        li { span { (row.label) } b { (left(&row.day)) } }
                    }
                }
            }
        },
    )
}

/// Each kind of place on the list, in its order.
fn offered(desk: &Desk) -> Vec<Destination> {
    let mut kinds = Vec::new();
    for kind in desk.places.iter().filter_map(|place| Destination::of(&place.kind)) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

/// One press for each patient sent, with what was counted today. It is fetched again when another desk counts, and
/// morphed then: a button that is being pressed stays where it is.
pub(super) fn sent(desk: &Desk) -> Markup {
    let counts = &desk.counts;
    let own = href!("/practices").seg(&desk.today.practice).seg("desk");
    let (get, to) = (own.clone().seg("sent"), own.seg("counts"));
    let of = |kind: Destination| {
        let mut counts = counts.iter();
        counts.find(|(known, _)| *known == kind).map_or(0, |(_, n)| *n)
    };
    let all: u32 = counts.iter().map(|(_, n)| n).sum();
    html! {
        section #sent .hr-panel hx-get=(get) hx-headers=(live::QUIET) hx-trigger=(live::triggers(&["contacts"])) hx-swap="outerMorph"
            hx-status:4xx="swap:none" hx-status:5xx="swap:none" {
            h2 { "Sent to" }
            p { "One press for each patient. It counts, and says nothing about whom." }
            ul .hr-sent {
                @for kind in &offered(desk) {
                    li {
                        form method="post" action=(to) hx-post=(to) hx-target="#sent" hx-swap="outerMorph" {
                            (form::hidden("id", &Uuid::now_v7().to_string()))
                            (form::hidden("kind", kind.code()))
                            button .hr-soft type="submit" name="n" value="1" {
                                (kind.title()) " " b { (of(*kind)) }
                                @if *kind == Destination::EmergencyDepartment { span .hr-small { "clinical need only" } }
                            }
                            @if of(*kind) > 0 {
                                button .hr-undo type="submit" name="n" value="-1" { "Undo one" span .nhsuk-u-visually-hidden { " " (kind.title()) } }
                            }
                        }
                    }
                }
            }
            p .hr-small role="status" { (counted(all.into(), "patient", "patients")) " sent elsewhere or booked today." }
        }
    }
}

fn directory(places: &[Place]) -> Markup {
    html! {
        @for place in places {
            div .hr-place {
                h3 { (place.name) }
                p {
                    (place.hours)
                    @if !place.phone.is_empty() { br; strong { (place.phone) } }
                }
            }
        }
    }
}
