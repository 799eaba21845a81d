//! What became of a row whose id the client made.

use crate::{domain::contact::NotTaken, error::AppError};

/// Whether a write with a client-made id was new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Now.
    New,
    /// Before, with the same content.
    Repeat,
    /// The id stands for something else.
    IdReused,
    /// The day has as many entries of this kind as it takes; nothing was written.
    Full,
    /// It is of before its clinician had everything erased; nothing was written.
    Erased,
}

impl Outcome {
    /// What a row that was there before means: the same write again, or another one under the same id.
    pub(super) fn again(same: bool) -> Self {
        if same { Self::Repeat } else { Self::IdReused }
    }

    /// Written now or before; or the error that says that the id stands for something else.
    pub fn or_conflict(self) -> Result<(), AppError> {
        match self {
            Self::New | Self::Repeat => Ok(()),
            Self::IdReused => Err(AppError::IdReused),
            Self::Full => {
                let (field, message) = NotTaken::TallyMarks.explain();
                Err(AppError::field(field, message))
            }
            Self::Erased => {
                let (field, message) = NotTaken::Erased.explain();
                Err(AppError::field(field, message))
            }
        }
    }
}
