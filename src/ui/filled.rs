//! What a form shows: texts to begin with or as they were typed, and what is wrong with them.

use super::form::{Chosen, Field};
use crate::{error::FieldError, operations::Sent};

/// What a form shows.
#[derive(Debug, Clone, Default)]
pub struct Filled {
    /// What was typed, or what it begins with.
    pub sent: Sent,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

impl Filled {
    /// A form that nobody has sent yet.
    pub fn fresh<const N: usize>(texts: [(&str, String); N]) -> Self {
        Self { sent: Sent::form(texts.map(|(name, text)| (name.to_owned(), text))), errors: Vec::new() }
    }

    /// The text of a control.
    pub fn text(&self, name: &str) -> &str {
        self.sent.text(name)
    }

    /// Whether a box is ticked.
    pub fn ticked(&self, name: &str) -> Chosen {
        if self.sent.has(name) { Chosen::Yes } else { Chosen::No }
    }

    /// A control with what was typed into it and what is wrong with it.
    pub fn field<'a>(&'a self, name: &'a str, label: &'a str) -> Field<'a> {
        Field::new(name, label).value(self.text(name)).errors(&self.errors)
    }
}
