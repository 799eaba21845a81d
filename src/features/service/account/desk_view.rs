//! Keys and signals of a browser, as markup.

use maud::html;

use crate::{
    href,
    ui::{
        desk::KEYS,
        form::{self, Button, Choice, Field},
        href::Href,
        parts,
        sheet::Sheet,
        table,
    },
};

/// What is on; what was saved a moment ago.
pub(super) fn desk((back, to): &(Href, &'static str), (keys, signals): (bool, bool), saved: bool) -> Sheet {
    let yes = |on: bool| if on { "yes" } else { "" };
    let rows: Vec<_> = KEYS.iter().map(|(key, does)| vec![html! { kbd { (key) } }, html! { (does) }]).collect();
    let sheet = Sheet::outside("Keys and signals").back(back, to).done(saved.then_some("Saved in this browser."));
    sheet.content(html! {
        (parts::lede(&html! { "For the computer or phone in front of you; other browsers keep their own." }))
        form method="post" action=(href!("/account/desk")) {
            (form::checkboxes(&Field::new("keys", "Keys"), &[
                Choice::new("yes", "Single keys count on My day and in the small window", yes(keys))
                    .hint("Switch them off if you dictate, or if keys are pressed by mistake"),
            ]))
            (form::checkboxes(&Field::new("signals", "Signals"), &[
                Choice::new("yes", "A short vibration and a badge on the icon, when you near your limit and when you reach it", yes(signals))
                    .hint("Where the phone or computer can"),
            ]))
            (form::button(Button::Primary, "Save"))
        }
        (parts::panel("The keys", &table::table("Keys and what they do", &[table::words("Key"), table::words("Does")], &rows)))
    })
}
