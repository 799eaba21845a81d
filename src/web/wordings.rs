//! A wording of a letter in addresses and forms: a practice's own, and what an LMC offers its practices.

use entity::ids::{LocalDate, RowId};
use serde::Deserialize;

use super::forms;
use crate::{
    domain::{
        action,
        catalogue::Catalogue,
        letter::{
            self, Wording,
            book::{LetterBook, LetterKind, Writer},
            diff,
        },
    },
    error::{AppError, FieldError},
    store::letters::NewWording,
};

/// The letters of this program.
pub fn book() -> Result<&'static LetterBook, AppError> {
    LetterBook::built_in().map_err(|broken| AppError::Fault(broken.to_owned()))
}

/// Whether a practice may write a kind: not one of its LMC’s, and not where its item conflicts with the contract today.
pub fn may_be_written(catalogue: &Catalogue, kind: &LetterKind, today: LocalDate) -> bool {
    if kind.written_by() != Writer::Practice {
        return false;
    }
    let item = kind.item.as_ref();
    item.and_then(|code| catalogue.item(code)).is_none_or(|item| action::may_leave(item, today))
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

impl WordingForm {
    /// The new version that it asks for, by which nothing takes the own wording back. Refused with what is wrong with it;
    /// with nothing where somebody only looks at what it would change.
    pub fn read(&self, kind: &LetterKind, beneath: &Wording, today: LocalDate) -> Result<NewWording, Vec<FieldError>> {
        let id = RowId(forms::id(&self.id, "text").map_err(|error| vec![error])?);
        let text = match self.step.as_str() {
            "back" => None,
            step => {
                let wrong = |words| vec![FieldError::new("text", words)];
                let (text, _) = letter::check_template(&self.text, kind).map_err(wrong)?;
                if step == "look" {
                    return Err(Vec::new());
                }
                if !diff::differ(beneath.text.as_deref().unwrap_or_default(), &text) {
                    let words = "This is the wording you began with: nothing is changed";
                    return Err(vec![FieldError::new("text", words)]);
                }
                Some(text)
            }
        };
        let base = (beneath.level, beneath.version);
        Ok(NewWording { id, kind: kind.code.clone(), effective_on: today, text, base })
    }
}
