//! What pages of a release begin with: when it is from, what puts it right, how it was made.

use maud::{Markup, html};

use crate::{
    domain::disclosure::{Content, Figure, VERSION_1, frame_year},
    href,
    store::releases::Line,
    ui::parts,
};

/// What every page of a release begins with: when it is from, that it is not live, what to use instead; whether its series
/// is closed; what it puts right, and what later ones put right in it.
pub(super) fn opening(heading: &str, content: &Content, newest: Option<&Line>, later: &[Later]) -> Markup {
    let newest = newest.filter(|newest| newest.number > content.number);
    html! {
        (parts::heading(heading))
        (lede(content, newest))
        (older(content, newest))
        (corrections(content, later))
    }
}

/// When it is from, that it is not live, and what to use instead.
fn lede(content: &Content, newest: Option<&Line>) -> Markup {
    parts::lede(&html! {
        "Not live. What practices had recorded by the end of " (content.as_of.long()) ". "
        @if newest.is_some() { "The next release came out on " } @else { "Next release: " }
        (content.next_on.written()) ". For operations use the notice letters you hold."
    })
}

/// Leads from an older release to the newest, and says where its series is closed.
fn older(content: &Content, newest: Option<&Line>) -> Markup {
    html! {
        @if let Some(newest) = newest {
            (parts::inset(&html! {
                p {
                    strong { "The newest is " a href=(href!("/releases/latest")) { "release " (newest.number) } "." }
                    @if newest.year != content.year {
                        " " strong { "Series of " (content.frame_year()) ", closed." } " The newest is of the series of " (frame_year(newest.year))
                        ", counted anew on 1 April. Figures of the two are never compared."
                    }
                }
            }))
        }
    }
}

/// The number of a later release, and what it says was wrong in this one.
pub(super) type Later = (u32, String);

fn corrections(content: &Content, later: &[Later]) -> Markup {
    html! {
        @if !content.notes.is_empty() || !later.is_empty() {
            (parts::inset(&html! {
                @for (number, note) in later {
                    p {
                        strong { "Corrected by " a href=(href!("/releases").seg(number)) { "release " (number) } ". " }
                        (note)
                    }
                }
                @for note in &content.notes { p { strong { "Correction. " } (note) } }
            }))
        }
    }
}

/// Where the method changed with this release, or it was made by an earlier one.
pub(super) fn of_the_method(content: &Content, before: Option<&Content>) -> Markup {
    let changed = before.is_some_and(|before| before.method != content.method);
    let earlier = content.method == VERSION_1;
    html! {
        @if changed || earlier {
            (parts::inset(&html! {
                p {
                    @if earlier { strong { "Made by " (content.method_in_words()) "." } " Its rare items read too high, and its ranges were too narrow." }
                    @else { strong { "From this release on: " (content.method_in_words()) "." } " Its figures are not compared with those before it." }
                    " " a href="/releases/how-to-read#method" { "What changed in the method" }
                }
            }))
        }
    }
}

pub(super) fn title<'a>(content: &'a Content, figure: &'a Figure) -> &'a str {
    content.series(&figure.series).map_or(figure.series.as_str(), |series| series.title.as_str())
}
