//! The first steps of a practice, until they are done.

use entity::ids::OdsCode;
use maud::{Markup, html};

use super::register_view::at;
use crate::ui::{
    href::Href,
    parts::{self, TagKind},
};

/// What a practice does once, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Who consults.
    Clinicians,
    /// By what it is counted.
    Counting,
    /// How many contacts are safe.
    Limit,
    /// Whether the LMC sees it.
    Sharing,
    /// What is paused, or that nothing is.
    Record,
}

impl Step {
    pub(super) const ALL: [Self; 5] = [Self::Clinicians, Self::Counting, Self::Limit, Self::Sharing, Self::Record];

    fn says(self) -> (&'static str, &'static str) {
        match self {
            Self::Clinicians => ("Add the people who consult", "A label such as “Dr A” is enough; no names."),
            Self::Counting => (
                "Give each of them a link for their phone",
                "Or type the day’s numbers from your book, or import appointments.",
            ),
            Self::Limit => {
                ("Look at the limit", "25 contacts a day and 13 in one session, unless the practice sets another.")
            }
            Self::Sharing => (
                "Decide whether your LMC sees your practice",
                "Nothing leaves it until then, and you can change your mind.",
            ),
            Self::Record => ("Record what is paused", "Or say below that nothing is."),
        }
    }

    fn page(self, practice: &OdsCode) -> Href {
        at(practice).seg(match self {
            Self::Clinicians | Self::Counting => "people",
            Self::Limit => "limits",
            Self::Sharing => "sharing",
            Self::Record => "actions",
        })
    }
}

/// Nothing where all of them are done.
pub(super) fn steps(practice: &OdsCode, left: &[Step]) -> Markup {
    if left.is_empty() {
        return html! {};
    }
    parts::panel(
        "First steps",
        &html! {
            ol .nhsuk-list.nhsuk-list--number {
                @for step in Step::ALL {
                    @let (what, how) = step.says();
                    li {
                        @if left.contains(&step) {
                            a href=(step.page(practice)) { (what) } br; (parts::small(how))
                        } @else {
                            (what) " " (parts::tag(TagKind::Quiet, "Done"))
                        }
                    }
                }
            }
        },
    )
}
