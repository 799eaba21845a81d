//! The page behind a secret address: one button, and after it what is left. It says nothing before it was pressed.

use entity::ids::ContactId;
use maud::{Markup, html};
use uuid::Uuid;

use crate::{
    domain::contact::ContactKind,
    href,
    ui::{form, layout, parts},
};

/// What the page shows.
#[derive(Debug)]
pub(super) struct Shown<'a> {
    pub(super) secret: &'a str,
    /// What the address is for.
    pub(super) name: &'a str,
    pub(super) kind: ContactKind,
    /// What was counted a moment ago, if it may be taken back, and what is left then.
    pub(super) done: Option<(Option<ContactId>, &'a str)>,
    pub(super) demo: bool,
}

pub(super) fn page(shown: &Shown<'_>) -> Markup {
    let address = href!("/tap").seg(shown.secret);
    let kind = shown.kind.code();
    let content = html! {
        (layout::banner(shown.demo))
        main .hr-main.hr-press #main {
            (parts::heading(shown.name))
            @if let Some((counted, left)) = shown.done {
                p .hr-press__left role="status" { @if counted.is_some() { "Counted. " } @else { "Taken back. " } strong { (left) } }
            } @else {
                p { "Nothing is counted yet." }
            }
            form method="post" action=(address) {
                (form::hidden("key", &Uuid::now_v7().to_string()))
                (form::hidden("kind", kind))
                button .hr-plus type="submit" { "+1" small { (shown.kind.title()) } }
            }
            @if let Some((Some(contact), _)) = shown.done {
                form method="post" action=(address.seg("undo")) {
                    (form::hidden("contact", &contact.to_string()))
                    (form::hidden("kind", kind))
                    button .hr-soft type="submit" { "Undo" }
                }
            }
        }
    };
    layout::bare_page("One more contact", None, &content)
}
