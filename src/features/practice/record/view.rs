//! What is downloaded, as markup.

use entity::ids::OdsCode;
use maud::html;

use crate::{
    href,
    ui::{
        form::{self, Button},
        parts::{self, small},
        sections::Section,
        sheet::Sheet,
    },
};

pub(super) fn content(practice: &OdsCode, tables: usize) -> Sheet {
    let base = href!("/practices").seg(practice);
    let sheet = Sheet::new(Section::People, "Download everything").back(&base.clone().seg("people"), "People");
    sheet.content(html! {
        (parts::lede(&html! { "Everything that Headroom keeps of this practice, as one zip: yours to keep, to check, or to take elsewhere." }))
        ul .nhsuk-list .nhsuk-list--bullet {
            li { (tables) " tables, each as CSV and as JSON, and a README that says what every column means" }
            li { "each clinician’s counts of the last 13 weeks, so keep it where only the practice can read it" }
            li { "no passwords, keys or links that open anything, and nothing of another practice" }
        }
        form method="post" action=(base.seg("everything.zip")) {
            (form::button(Button::Primary, "Download everything"))
        }
        p { (small("It may take some minutes. The download is recorded under “What happened here”.")) }
    })
}
