//! What `headroom.js` reads from the answer to a batch of taps. It takes this list out before it shows the day.

use maud::{Markup, html};

/// What became of one operation.
#[derive(Clone, Debug)]
pub struct Settled<'a> {
    /// Its id, where it could be read.
    pub id: Option<String>,
    /// `recorded`, `repeat`, `id-reused` or `refused`.
    pub result: &'a str,
    /// Why it was not taken.
    pub reason: Option<&'a str>,
}

/// The results, and what our clock said when they were made.
pub fn results<'a>(now: &str, all: impl Iterator<Item = Settled<'a>>) -> Markup {
    html! {
        ul data-results data-now=(now) hidden {
            @for one in all { li data-id=[one.id] data-result=(one.result) { @if let Some(reason) = one.reason { (reason) } } }
        }
    }
}
