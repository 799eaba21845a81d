//! A practice records what the preview of a spreadsheet showed, all of it or nothing.

use std::fmt::Write as _;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::ids::{LocalDate, OdsCode};
use sha2::{Digest, Sha256};

use super::record_status::{self, Ready};
use crate::{
    domain::{
        access::{By, PracticeScope},
        action,
    },
    error::AppError,
    state::AppState,
    store::actions::{self, NewStatus, Recorded, Subjects},
    writer::Tx,
};

/// Changes that were shown together.
#[derive(Debug)]
pub struct RecordChanges {
    /// Checked, each as one of its own would be.
    pub changes: Vec<Ready>,
    /// The day on which they were.
    pub today: LocalDate,
    /// What [`seen`] said of all that was shown.
    pub shown: String,
}

/// What became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All changes are recorded, now or before.
    Recorded {
        /// How many.
        changes: usize,
        /// The practice had recorded nothing before.
        first: bool,
    },
    /// The register is not what it was when they were shown. Nothing was recorded.
    Stale,
}

impl RecordChanges {
    /// Writes all of them in one transaction, or none.
    ///
    /// # Errors
    /// [`AppError::IdReused`] where some of them were recorded before and others were not; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<Outcome, AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, own.scope()).await })).await
    }

    async fn run(self, tx: &Tx, scope: &PracticeScope) -> Result<Outcome, AppError> {
        let at = tx.read(scope);
        let before = actions::register(at, None).await?;
        let known = actions::subjects(at).await?;
        let there = |new: &NewStatus| before.iter().any(|stored| stored.row.change.id == new.change.id);
        let changes = self.changes.len();
        let news = || self.changes.iter().map(|ready| &ready.new);
        let repeated = news().filter(|new| there(new)).count();
        // The first time it must be what was shown; a repeat finds its own rows.
        let now = seen(scope.practice(), self.today, (&*before, &known), news());
        if repeated == 0 && now != self.shown {
            return Ok(Outcome::Stale);
        }
        if repeated > 0 && repeated < changes {
            return Err(AppError::IdReused);
        }
        let first = repeated == 0 && record_status::is_first(tx, scope).await?;
        for ready in self.changes {
            record_status::append(ready, tx, scope, &known).await?;
        }
        Ok(Outcome::Recorded { changes, first })
    }
}

/// A digest of all that was shown: whose register, the day, what it held, and the guard-rails of the changes.
pub fn seen<'n>(
    practice: &OdsCode,
    today: LocalDate,
    (recorded, subjects): (&[Recorded], &Subjects),
    news: impl Iterator<Item = &'n NewStatus>,
) -> String {
    let mut text = format!("{practice} {today}\n");
    for recorded in recorded {
        let answer = recorded.row.answer.map_or("", action::EntryAnswer::code);
        let _ = writeln!(text, "{} {answer}", recorded.row.change.id);
    }
    for id in subjects.keys() {
        let _ = writeln!(text, "{id}");
    }
    for new in news {
        let row = &new.change;
        let _ = writeln!(text, "{} {} {} {} {}", row.item, row.effective_on, new.edition, new.position, new.guard_rail);
    }
    URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
}
