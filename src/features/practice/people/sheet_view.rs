//! The printed sheet of links, to be cut up and handed round.

use entity::ids::OdsCode;
use maud::{Markup, html};

use super::view::people_of;
use crate::ui::{parts, qr, sections::Section, sheet::Sheet};

/// Label of a clinician and the link for their phone.
pub(super) type Handed = (String, String);

/// One card for each link.
pub(super) fn sheet(practice: &OdsCode, name: &str, links: &[Handed]) -> Sheet {
    Sheet::new(Section::People, "Links to hand round").back(&people_of(practice), "People").handout().content(html! {
        @if links.is_empty() {
            p { "Everybody who consults here has a phone or a computer already." }
        } @else {
            (parts::lede(&html! { "One for each clinician without a device. Each works once, within seven days, and is shown only now: print this page." }))
            (parts::actions(&parts::print_button()))
            h2 .nhsuk-heading-m { (name) }
            (parts::grid(&links.iter().map(|link| card(name, link)).collect::<Vec<_>>()))
        }
    })
}

fn card(practice: &str, (label, link): &Handed) -> Markup {
    parts::card(
        label,
        &html! {
            p { (practice) }
            p { (qr::qr(link, &format!("The link of {label} as a QR code"))) }
            ol .nhsuk-list.nhsuk-list--number {
                li { "Point the camera of your own phone at it and open the page." }
                li { "Choose “Enrol this device”." }
                li { "Add the page to your home screen." }
            }
            p { code .hr-code { (link) } }
        },
    )
}
