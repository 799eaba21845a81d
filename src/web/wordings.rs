//! A wording of a letter in addresses and forms: a practice's own, and what an LMC offers its practices.

use entity::ids::RowId;
use serde::Deserialize;

use super::forms;
use crate::{
    domain::letter::{
        self,
        book::{LetterBook, LetterKind},
        diff,
    },
    error::{AppError, FieldError},
};

/// The letters of this program.
pub fn book() -> Result<&'static LetterBook, AppError> {
    LetterBook::built_in().map_err(|broken| AppError::Fault(broken.to_owned()))
}

/// A kind of letter by its code; a code that is none names nothing.
pub fn known_kind(code: &str) -> Result<&'static LetterKind, AppError> {
    book()?.kind(code).ok_or(AppError::NotFound)
}

/// The part of an address that names a kind of letter.
#[derive(Debug, Deserialize)]
pub struct KindPath {
    /// Its code.
    pub kind: String,
}

/// The form of a wording.
#[derive(Debug, Clone, Deserialize)]
pub struct WordingForm {
    id: String,
    /// The text as typed.
    #[serde(default)]
    pub text: String,
    #[serde(default)]
    step: String,
}

/// What a form of a wording asks for.
#[derive(Debug)]
pub enum Step {
    /// Look at the changes only.
    Preview,
    /// Write this as the new version; nothing takes the own wording back.
    Write(RowId, Option<String>),
}

impl WordingForm {
    /// Reads the step and checks the text against what lies beneath.
    pub fn read(&self, kind: &LetterKind, beneath: &str) -> Result<Step, FieldError> {
        let id = RowId(forms::id(&self.id, "text")?);
        if self.step == "back" {
            return Ok(Step::Write(id, None));
        }
        let (text, _) =
            letter::check_template(&self.text, kind.form).map_err(|words| FieldError::new("text", words))?;
        if self.step == "look" {
            return Ok(Step::Preview);
        }
        if !diff::differ(beneath, &text) {
            let words = "This is the wording you began with: nothing is changed";
            return Err(FieldError::new("text", words));
        }
        Ok(Step::Write(id, Some(text)))
    }
}
