//! Help, as markup.

use maud::{Markup, html};

use self::topics::{COUNTS, NOT, TOPICS, Topic};
use crate::{
    href,
    ui::{parts, sheet::Sheet, table},
};

pub(super) mod topics;

/// What counts, and where the rest is explained.
pub(super) fn index() -> Sheet {
    let rows = |lines: &[(&'static str, &'static str)]| -> Vec<Vec<Markup>> {
        lines.iter().map(|(what, counts)| vec![html! { (what) }, html! { (counts) }]).collect()
    };
    let columns = [table::words("What happens"), table::words("Contacts")];
    let topics = html! {
        ul .nhsuk-list {
            @for topic in &TOPICS { li { a href=(href!("/help").seg(topic.code)) { (topic.title) } } }
            li { a href="/who-sees-what" { "Who can see what" } }
        }
    };
    Sheet::outside("What counts as a contact").content(html! {
        (parts::lede(&html! { "One clinician and one patient, or whoever speaks for the patient: in the room, by telephone, by video, online or at home." }))
        (parts::two_columns(
            &html! {
                (parts::panel("It counts", &table::table("What counts as a contact", &columns, &rows(&COUNTS))))
                (parts::panel("It does not", &table::table("What does not count as a contact", &columns, &rows(&NOT))))
            },
            &html! {
                (parts::panel("How it works for you", &topics))
                (parts::panel("Why 25", &html! {
                    p { "The European and British doctors’ organisations UEMO and BMA call 25 contacts a day the most that one clinician can see safely. It is not in the contract. Headroom counts and tells; it stops nobody." }
                }))
            },
        ))
        p .hr-small { "Contacts as NHS England and GPC England define them for appointment data." }
    })
}

/// What one role does here.
pub(super) fn topic(topic: &Topic) -> Sheet {
    Sheet::outside(topic.title).back(&href!("/help"), "Help").content(html! {
        (parts::panel("The first time", &html! {
            ol .nhsuk-list.nhsuk-list--number { @for step in topic.first { li { (step) } } }
        }))
        (parts::panel("From then on", &html! {
            dl .nhsuk-summary-list {
                @for (what, how) in topic.then {
                    div .nhsuk-summary-list__row {
                        dt .nhsuk-summary-list__key { (what) }
                        dd .nhsuk-summary-list__value { (how) }
                    }
                }
            }
        }))
        p { a href="/help" { "What counts as a contact" } }
    })
}
