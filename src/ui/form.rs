//! NHS.UK form controls. Every control has a label, its hint and its error are tied to it, and a summary links to it.

use maud::{Markup, html};

use super::href::Href;

mod choice;
pub use choice::{Choice, Chosen, bare_select, checkbox, checkboxes, pills, radios, select, tiles};

pub use crate::error::FieldError;

/// How wide a text field looks: about as many characters as it expects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// As wide as its container.
    #[default]
    Full,
    /// Twenty characters.
    Twenty,
    /// Ten characters.
    Ten,
    /// Four characters.
    Four,
}

/// The label, name, value and error of one control. Built by chaining.
#[derive(Clone, Debug)]
pub struct Field<'a> {
    name: &'a str,
    id: &'a str,
    label: &'a str,
    hint: Option<&'a str>,
    value: &'a str,
    error: Option<&'a str>,
    autocomplete: Option<&'a str>,
    inputmode: Option<&'a str>,
    min: Option<String>,
    max: Option<String>,
    maxlength: Option<usize>,
    list: Option<&'a str>,
    width: Width,
    required: bool,
}

impl<'a> Field<'a> {
    /// A field whose id is its name.
    pub const fn new(name: &'a str, label: &'a str) -> Self {
        Self {
            name,
            id: name,
            label,
            hint: None,
            value: "",
            error: None,
            autocomplete: None,
            inputmode: None,
            min: None,
            max: None,
            maxlength: None,
            list: None,
            width: Width::Full,
            required: false,
        }
    }

    /// An id of its own, where two forms of a page share a name.
    #[must_use]
    pub const fn id(mut self, id: &'a str) -> Self {
        self.id = id;
        self
    }

    /// A sentence under the label.
    #[must_use]
    pub const fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// What it holds when the page opens.
    #[must_use]
    pub const fn value(mut self, value: &'a str) -> Self {
        self.value = value;
        self
    }

    /// What is wrong with it.
    #[must_use]
    pub const fn error(mut self, error: Option<&'a str>) -> Self {
        self.error = error;
        self
    }

    /// Takes its own error from those of the whole form.
    #[must_use]
    pub fn errors(mut self, errors: &'a [FieldError]) -> Self {
        let own = errors.iter().find(|error| error.field == self.id || error.field == self.name);
        self.error = own.map(|error| error.message.as_ref());
        self
    }

    /// The purpose that browsers and password managers know, such as `username`.
    #[must_use]
    pub const fn autocomplete(mut self, purpose: &'a str) -> Self {
        self.autocomplete = Some(purpose);
        self
    }

    /// The keyboard that a phone shows, such as `numeric`.
    #[must_use]
    pub const fn inputmode(mut self, mode: &'a str) -> Self {
        self.inputmode = Some(mode);
        self
    }

    /// The least and the greatest value of a number or a date.
    #[must_use]
    pub fn between(mut self, min: &impl ToString, max: &impl ToString) -> Self {
        self.min = Some(min.to_string());
        self.max = Some(max.to_string());
        self
    }

    /// The most characters.
    #[must_use]
    pub const fn maxlength(mut self, most: usize) -> Self {
        self.maxlength = Some(most);
        self
    }

    /// The id of a [`datalist`] with texts to choose from; any other can be written too.
    #[must_use]
    pub const fn list(mut self, id: &'a str) -> Self {
        self.list = Some(id);
        self
    }

    /// How wide it looks.
    #[must_use]
    pub const fn width(mut self, width: Width) -> Self {
        self.width = width;
        self
    }

    /// Must be answered. Says so to assistive technology; the server decides.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    fn described_by(&self) -> Option<String> {
        let hint = self.hint.map(|_| format!("{}-hint", self.id));
        let error = self.error.map(|_| format!("{}-error", self.id));
        match (hint, error) {
            (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
            (hint, error) => hint.or(error),
        }
    }

    fn about(&self) -> Markup {
        html! {
            @if let Some(hint) = self.hint { div .nhsuk-hint id={ (self.id) "-hint" } { (hint) } }
            @if let Some(error) = self.error {
                p .nhsuk-error-message id={ (self.id) "-error" } {
                    span .nhsuk-u-visually-hidden { "Error: " } (error)
                }
            }
        }
    }

    fn group(&self, control: &Markup) -> Markup {
        html! {
            div .nhsuk-form-group .nhsuk-form-group--error[self.error.is_some()] {
                label .nhsuk-label for=(self.id) { (self.label) }
                (self.about())
                (control)
            }
        }
    }

    fn classes(&self) -> String {
        let width = match self.width {
            Width::Full => "",
            Width::Twenty => " nhsuk-input--width-20",
            Width::Ten => " nhsuk-input--width-10",
            Width::Four => " nhsuk-input--width-4",
        };
        let error = if self.error.is_some() { " nhsuk-input--error" } else { "" };
        format!("nhsuk-input{width}{error}")
    }

    fn input(&self, kind: &str, value: Option<&str>) -> Markup {
        self.group(&self.control(kind, value))
    }

    fn control(&self, kind: &str, value: Option<&str>) -> Markup {
        html! {
            input class=(self.classes()) id=(self.id) name=(self.name) type=(kind) value=[value]
                aria-describedby=[self.described_by()] aria-invalid=[self.error.map(|_| "true")]
                autocomplete=[self.autocomplete] inputmode=[self.inputmode] maxlength=[self.maxlength] list=[self.list]
                min=[self.min.as_deref()] max=[self.max.as_deref()] aria-required=[self.required.then_some("true")];
        }
    }
}

/// One line of text.
pub fn text(field: &Field<'_>) -> Markup {
    field.input("text", Some(field.value))
}

/// Texts that a field with this list offers.
pub fn datalist<'a>(id: &str, texts: impl IntoIterator<Item = &'a str>) -> Markup {
    html! { datalist id=(id) { @for text in texts { option value=(text) {} } } }
}

/// An e-mail address.
pub fn email(field: &Field<'_>) -> Markup {
    field.input("email", Some(field.value))
}

/// A password. Never filled from the server; paste and password managers are welcome.
pub fn password(field: &Field<'_>) -> Markup {
    field.input("password", None)
}

/// A whole number, as text with a number pad: `type=number` changes under a scrolling wheel and hides what was typed.
pub fn number(field: &Field<'_>) -> Markup {
    let mut field = field.clone();
    field.inputmode = field.inputmode.or(Some("numeric"));
    (field.min, field.max) = (None, None);
    field.input("text", Some(field.value))
}

/// A day, as `YYYY-MM-DD`; the browser shows it in the reader's own order.
pub fn date(field: &Field<'_>) -> Markup {
    let mut field = field.clone();
    if field.width == Width::Full {
        field.width = Width::Ten;
    }
    let control = field.control("date", Some(field.value));
    field.group(&html! { (control) (not_given(&field)) })
}

/// Beside a day that may be left out and is: some browsers draw today's date into an empty field, in grey, and it reads
/// as if it had been given. The script shows it while the field is empty, and only there.
fn not_given(field: &Field<'_>) -> Markup {
    html! {
        @if !field.required {
            span .hr-small .hr-not-given id={ (field.id) "-not-given" } data-not-given=(field.id) hidden { "Not given" }
        }
    }
}

/// A file. The form needs `enctype="multipart/form-data"`.
pub fn file(field: &Field<'_>) -> Markup {
    field.input("file", None)
}

/// One or more files. The form needs `enctype="multipart/form-data"`.
pub fn files(field: &Field<'_>) -> Markup {
    field.group(&html! {
        input class=(field.classes()) id=(field.id) name=(field.name) type="file" multiple accept=".csv,.txt,.tsv,.xlsx,.zip"
            aria-describedby=[field.described_by()] aria-invalid=[field.error.map(|_| "true")];
    })
}

/// A few lines of text.
pub fn textarea(field: &Field<'_>, rows: u8) -> Markup {
    field.group(&html! {
        textarea .nhsuk-textarea .nhsuk-textarea--error[field.error.is_some()] id=(field.id) name=(field.name) rows=(rows)
            aria-describedby=[field.described_by()] aria-invalid=[field.error.map(|_| "true")]
            autocomplete=[field.autocomplete] maxlength=[field.maxlength]
            aria-required=[field.required.then_some("true")] { (field.value) }
    })
}

/// A text to be selected and copied, which cannot be changed here.
pub fn readonly_textarea(field: &Field<'_>, rows: u8) -> Markup {
    field.group(&html! {
        textarea .nhsuk-textarea id=(field.id) rows=(rows) readonly aria-describedby=[field.described_by()] { (field.value) }
    })
}

/// Fields that belong together, under a legend.
pub fn fieldset(legend: &str, content: &Markup) -> Markup {
    html! {
        fieldset .nhsuk-fieldset {
            legend .nhsuk-fieldset__legend .nhsuk-fieldset__legend--m { (legend) }
            (content)
        }
    }
}

/// A value that the person does not see. Anyone can change it: the server checks it like any other.
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// What a button is for. A page has at most one [`Button::Primary`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// The one thing the page is for.
    Primary,
    /// Anything else.
    Secondary,
    /// What cannot be taken back.
    Warning,
}

impl Button {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "nhsuk-button",
            Self::Secondary => "nhsuk-button nhsuk-button--secondary",
            Self::Warning => "nhsuk-button nhsuk-button--warning",
        }
    }
}

/// A button that sends its form.
pub fn button(kind: Button, label: &str) -> Markup {
    html! { button class=(kind.class()) type="submit" { (label) } }
}

/// A button that sends its form with `name=value`, where a form has several.
pub fn button_named(kind: Button, label: &str, name: &str, value: &str) -> Markup {
    html! { button class=(kind.class()) type="submit" name=(name) value=(value) { (label) } }
}

/// A button in a row of a table, with the rest of its name for those who do not see the row.
pub fn small_button(label: &str, rest: &str) -> Markup {
    html! {
        button .nhsuk-button .nhsuk-button--secondary .nhsuk-button--small type="submit" {
            (label) span .nhsuk-u-visually-hidden { " " (rest) }
        }
    }
}

/// A link that looks like a button: it leads somewhere and changes nothing.
pub fn button_link(kind: Button, label: &str, href: &Href) -> Markup {
    html! { a class=(kind.class()) href=(href) { (label) } }
}

/// All errors of a form, above it, each leading to its field. Nothing where there are none.
/// `headroom.js` moves the focus here; the page's title begins with "Error: ".
pub fn error_summary(errors: &[FieldError]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div .nhsuk-error-summary tabindex="-1" data-focus {
                div role="alert" {
                    h2 .nhsuk-error-summary__heading .nhsuk-error-summary__title { "There is a problem" }
                    div .nhsuk-error-summary__body {
                        ul .nhsuk-list .nhsuk-error-summary__list {
                            @for error in errors { li { a href={ "#" (error.field) } { (error.message) } } }
                        }
                    }
                }
            }
        }
    }
}
