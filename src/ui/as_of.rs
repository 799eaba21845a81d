//! A page as it stood on another day: the form that asks for the day.

use entity::ids::LocalDate;
use maud::{Markup, html};

use super::{
    form::{self, Button, Field},
    href::Href,
    parts,
};
use crate::error::FieldError;

/// What the form is made of.
#[derive(Debug)]
pub struct AsOf<'a> {
    /// The page, without a day.
    pub page: &'a Href,
    /// "Show the register as it stood on".
    pub label: &'a str,
    /// The day that is shown.
    pub on: LocalDate,
    /// Today.
    pub today: LocalDate,
    /// What was typed, where it was no day.
    pub typed: &'a str,
    /// What is wrong with it.
    pub errors: &'a [FieldError],
}

/// Folded on the page of today; open on that of another day, with the way back.
pub fn as_of(asked: &AsOf<'_>) -> Markup {
    let on = asked.on.to_string();
    let typed = if asked.errors.is_empty() { &on } else { asked.typed };
    let field = Field::new("on", asked.label).value(typed).between(&"2024-08-01", &asked.today).errors(asked.errors);
    let inner = html! {
        form method="get" action=(asked.page) {
            (form::date(&field))
            (form::button(Button::Secondary, "Show this day"))
        }
        @if asked.on != asked.today { (form::button_link(Button::Secondary, "Show today", asked.page)) }
    };
    html! {
        @if asked.errors.is_empty() && asked.on == asked.today { (parts::details("Show another day", &inner)) }
        @else { (parts::panel("Another day", &inner)) }
    }
}
