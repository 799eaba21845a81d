//! What can be taken away, and how to check it.

use maud::{Markup, html};

use crate::{
    domain::disclosure::Content,
    href,
    store::{release_files::Form, releases::Published},
    ui::{href::Href, parts},
};

fn file(name: &str) -> Href {
    href!("/releases").seg(name)
}

fn is_there(form: Form, kept: &[(Form, String)]) -> bool {
    // These two are the same before they are kept.
    matches!(form, Form::Csv | Form::Json) || kept.iter().any(|(known, _)| *known == form)
}

/// The files of a release, and those of all.
pub(super) fn links(content: &Content, kept: &[(Form, String)]) -> Markup {
    let number = content.number;
    html! {
        p {
            "Release " (number) ": "
            @for (at, form) in Form::ALL.into_iter().filter(|form| is_there(*form, kept)).enumerate() {
                @if at > 0 { ", " }
                a href=(file(&format!("{number}.{}", form.code()))) { (form.title()) }
            }
        }
        p {
            "Every release in one file: "
            a href=(file("all.csv")) { "CSV" } ", "
            a href=(file("all.xlsx")) { "Excel" }
        }
        p .hr-small { "With the codes of ODS and of the Office for National Statistics." }
        @if kept.len() < Form::ALL.len() {
            p .hr-small { "The files of this release are being made; their digests follow within a minute." }
        }
    }
}

/// The same with the digests, folded.
pub(super) fn panel(published: &Published, kept: &[(Form, String)]) -> Markup {
    let content = &published.content;
    parts::panel(
        "Files",
        &html! {
            (links(content, kept))
            (parts::details("Check a file", &html! {
                p { "A file is as it was published if its SHA-256 is the one shown here." }
                ul .nhsuk-list {
                    @for (form, sha256) in kept { li { (form.title()) ": " code .hr-code { (sha256) } } }
                    li { "Ledger: " code .hr-code { (published.sha256) } }
                }
                p { "This release stays at /releases/" (content.number) "; the newest is always at /releases/latest. Made by " (content.method_in_words()) "." }
            }))
        },
    )
}
