//! Controls that offer a choice: lists, radios, checkboxes.

use maud::{Markup, html};

use super::Field;

/// One of the things that can be chosen.
#[derive(Clone, Debug)]
pub struct Choice<'a> {
    /// What the form sends.
    pub value: &'a str,
    /// What the person reads.
    pub label: &'a str,
    /// A sentence under it.
    pub hint: Option<&'a str>,
    /// What it belongs to: parts of a form are shown while one of that group is chosen.
    pub group: Option<&'a str>,
    /// Whether it is chosen when the page opens.
    pub chosen: bool,
}

impl<'a> Choice<'a> {
    /// A choice, chosen when its value is `current`.
    pub fn new(value: &'a str, label: &'a str, current: &str) -> Self {
        Self { value, label, hint: None, group: None, chosen: value == current }
    }

    /// Belonging to a group.
    #[must_use]
    pub const fn of_group(mut self, group: Option<&'a str>) -> Self {
        self.group = group;
        self
    }

    /// A sentence under it.
    #[must_use]
    pub const fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }
}

/// A list to choose one from: for more than seven choices; below that, [`radios`].
pub fn select(field: &Field<'_>, choices: &[Choice<'_>]) -> Markup {
    field.group(&html! {
        select .nhsuk-select .nhsuk-select--error[field.error.is_some()] id=(field.id) name=(field.name)
            aria-describedby=[field.described_by()] aria-invalid=[field.error.map(|_| "true")]
            autocomplete=[field.autocomplete] aria-required=[field.required.then_some("true")] {
            @for choice in choices { option value=(choice.value) selected[choice.chosen] { (choice.label) } }
        }
    })
}

/// The same in the cell of a table, whose place says what it is: the label is read out and not drawn.
pub fn bare_select(field: &Field<'_>, choices: &[Choice<'_>]) -> Markup {
    html! {
        select .nhsuk-select .nhsuk-select--error[field.error.is_some()] id=(field.id) name=(field.name) aria-label=(field.label)
            aria-invalid=[field.error.map(|_| "true")] {
            @for choice in choices { option value=(choice.value) selected[choice.chosen] { (choice.label) } }
        }
    }
}

/// Choices of which one can be taken; the field's label is the legend. The first has the field's id, so that an error
/// summary can lead to it.
pub fn radios(field: &Field<'_>, choices: &[Choice<'_>]) -> Markup {
    options(field, choices, "radio", "nhsuk-radios")
}

/// Choices of a few words of which one can be taken, beside each other, each as large as a thumb.
pub fn pills(field: &Field<'_>, choices: &[Choice<'_>]) -> Markup {
    quick(field, "hr-choice", &thumbs(field, choices, 0), None)
}

/// The same as tiles; those after the first few are folded, unless one of them is chosen.
pub fn tiles(field: &Field<'_>, choices: &[Choice<'_>], few: usize) -> Markup {
    let (first, more) = choices.split_at_checked(few).unwrap_or((choices, &[]));
    let open = more.iter().any(|choice| choice.chosen);
    let folded = html! {
        details .nhsuk-details open[open] {
            summary .nhsuk-details__summary { span .nhsuk-details__summary-text { (more.len()) " more" } }
            div .hr-choice .hr-choice--tiles { (thumbs(field, more, first.len())) }
        }
    };
    let more = (!more.is_empty()).then_some(folded);
    quick(field, "hr-choice hr-choice--tiles", &thumbs(field, first, 0), more.as_ref())
}

fn thumbs(field: &Field<'_>, choices: &[Choice<'_>], from: usize) -> Markup {
    html! {
        @for (at, choice) in (from..).zip(choices) {
            @let id = if at == 0 { field.id.to_owned() } else { format!("{}-{}", field.id, at.saturating_add(1)) };
            span {
                input id=(id) name=(field.name) type="radio" value=(choice.value) data-group=[choice.group] checked[choice.chosen];
                label for=(id) { (choice.label) }
            }
        }
    }
}

fn quick(field: &Field<'_>, class: &str, thumbs: &Markup, more: Option<&Markup>) -> Markup {
    html! {
        div .nhsuk-form-group .nhsuk-form-group--error[field.error.is_some()] {
            fieldset .nhsuk-fieldset aria-describedby=[field.described_by()] {
                legend .nhsuk-fieldset__legend .nhsuk-fieldset__legend--s { (field.label) }
                (field.about())
                div class=(class) { (thumbs) }
                @if let Some(more) = more { (more) }
            }
        }
    }
}

/// Choices of which any number can be taken; the field's label is the legend.
pub fn checkboxes(field: &Field<'_>, choices: &[Choice<'_>]) -> Markup {
    options(field, choices, "checkbox", "nhsuk-checkboxes")
}

/// One checkbox that stands alone, such as a consent: its label is the field's.
pub fn checkbox(field: &Field<'_>, value: &str, chosen: Chosen) -> Markup {
    html! {
        div .nhsuk-form-group .nhsuk-form-group--error[field.error.is_some()] {
            (field.about())
            div .nhsuk-checkboxes {
                div .nhsuk-checkboxes__item {
                    input .nhsuk-checkboxes__input id=(field.id) name=(field.name) type="checkbox" value=(value)
                        checked[chosen == Chosen::Yes] aria-describedby=[field.described_by()];
                    label .nhsuk-label .nhsuk-checkboxes__label for=(field.id) { (field.label) }
                }
            }
        }
    }
}

/// Whether a lone checkbox is ticked when the page opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// Ticked.
    Yes,
    /// Not ticked.
    No,
}

fn options(field: &Field<'_>, choices: &[Choice<'_>], kind: &str, block: &str) -> Markup {
    let content = html! {
        (field.about())
        div class=(block) {
            @for (at, choice) in choices.iter().enumerate() {
                @let id = if at == 0 { field.id.to_owned() } else { format!("{}-{}", field.id, at + 1) };
                @let hint_id = choice.hint.map(|_| format!("{id}-item-hint"));
                div class={ (block) "__item" } {
                    input class={ (block) "__input" } id=(id) name=(field.name) type=(kind) value=(choice.value)
                        checked[choice.chosen] aria-describedby=[hint_id.as_deref()];
                    label class={ "nhsuk-label " (block) "__label" } for=(id) { (choice.label) }
                    @if let Some(hint) = choice.hint {
                        div class={ "nhsuk-hint " (block) "__hint" } id=[hint_id.as_deref()] { (hint) }
                    }
                }
            }
        }
    };
    html! {
        div .nhsuk-form-group .nhsuk-form-group--error[field.error.is_some()] {
            fieldset .nhsuk-fieldset aria-describedby=[field.described_by()] {
                legend .nhsuk-fieldset__legend .nhsuk-fieldset__legend--s { (field.label) }
                (content)
            }
        }
    }
}
