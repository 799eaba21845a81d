//! What sending work back gave, in figures that a page, a pack and an LMC read alike.

use maud::{Markup, html};

use super::parts::{self, small};
use crate::domain::{transfer::GivenBack, written::thousands};

/// The sum with how it is worked out; a median where single items are known.
pub fn figures(sum: &GivenBack, slot: u32, method: &str) -> Markup {
    html! {
        p .hr-figure { strong { (thousands(sum.appointments(slot))) } " appointments of " (slot) " minutes" }
        p {
            (small(&format!(
                "{} minutes of clinicians on {} declined or returned, divided by {slot}.",
                thousands(sum.clinicians),
                items(sum.items),
            )))
            @if let Some(median) = sum.median() { (small(&format!(" Median {median} minutes an item."))) }
        }
        p { "Administration on them: " (hours(sum.admin)) "." }
        p { "Done anyway, and lost: " (appointments(sum.lost_appointments(slot))) " on " (items(sum.done_items)) "." }
        (parts::details("How this is worked out", &html! { p { (method) } }))
    }
}

/// "1 appointment".
pub fn appointments(n: u64) -> String {
    if n == 1 { "1 appointment".to_owned() } else { format!("{} appointments", thousands(n)) }
}

/// "14 items".
pub fn items(n: u32) -> String {
    if n == 1 { "1 item".to_owned() } else { format!("{} items", thousands(n.into())) }
}

/// "14 hours", or minutes below an hour.
pub fn hours(minutes: u64) -> String {
    match minutes / 60 {
        0 => format!("{minutes} minutes"),
        1 => "1 hour".to_owned(),
        hours => format!("{} hours", thousands(hours)),
    }
}
