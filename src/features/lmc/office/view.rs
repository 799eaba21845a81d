//! The page on which an office says how it can be reached.

use entity::ids::{LocalDate, OrgCode};
use maud::html;
use serde::Deserialize;

use crate::{
    error::FieldError,
    ui::{
        form::{self, Button, Field},
        happened_link,
        href::Href,
        key_link, parts,
        sections::Section,
        sheet::Sheet,
    },
};

/// The longest address of an office's pages.
pub(super) const LONGEST_WEB: usize = 200;
/// The longest telephone number, with its blanks.
pub(super) const LONGEST_TELEPHONE: usize = 24;

/// The form, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct OfficeForm {
    pub(super) id: String,
    pub(super) email: String,
    pub(super) telephone: String,
    pub(super) web: String,
}

pub(super) fn form(
    (lmc, action): (&OrgCode, &Href),
    typed: &OfficeForm,
    since: Option<LocalDate>,
    errors: &[FieldError],
) -> Sheet {
    Sheet::new(Section::Office, "Office").errors(errors).content(html! {
        (parts::lede(&html! {
            "How your office can be reached, shown beside the figures that ICBs read. Leave empty what you do not publish."
        }))
        (parts::panel("What readers of releases see", &html! {
            form method="post" action=(action) novalidate {
                (form::hidden("id", &typed.id))
                (form::email(&Field::new("email", "Email").hint("A shared mailbox, not a person’s.").value(&typed.email).maxlength(254).errors(errors)))
                (form::text(&Field::new("telephone", "Telephone").value(&typed.telephone).maxlength(LONGEST_TELEPHONE).inputmode("tel").errors(errors)))
                (form::text(&Field::new("web", "Web page").hint("Begins with https://").value(&typed.web).maxlength(LONGEST_WEB).inputmode("url").errors(errors)))
                (form::button(Button::Primary, "Publish"))
            }
            @if let Some(since) = since { p .hr-small { "Published as it stands since " (since.written()) "." } }
        }))
        (key_link::link(lmc))
        (happened_link::link(lmc))
    })
}
