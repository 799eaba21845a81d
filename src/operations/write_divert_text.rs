//! A practice writes a new version of what reception says while it diverts, or of whom it goes on seeing.

use entity::ids::{LocalDate, RowId};
use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::{Authority, By, PracticeScope},
    error::AppError,
    live::What,
    state::AppState,
    store::divert::texts::{self, GROUPS, SCRIPT, Text},
    writer::Tx,
};

/// The script or the list of groups got a new version.
#[derive(Debug, Serialize)]
struct TextWritten {
    kind: &'static str,
    version: i32,
}

impl Event for TextWritten {
    const NAME: &'static str = "divert-text.written";
}

/// Which text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DivertText {
    /// What reception says.
    Script,
    /// The groups the practice goes on seeing, one a line.
    Groups,
}

impl DivertText {
    /// Stable text.
    pub fn code(self) -> &'static str {
        match self {
            Self::Script => SCRIPT,
            Self::Groups => GROUPS,
        }
    }
}

/// A version.
#[derive(Debug, Clone)]
pub struct WriteDivertText {
    /// Made by the client.
    pub id: RowId,
    /// Of which text.
    pub which: DivertText,
    /// From this day on.
    pub effective_on: LocalDate,
    /// The text.
    pub body: String,
}

impl WriteDivertText {
    /// Writes it as the next version; nothing where the id was there before.
    ///
    /// # Errors
    /// [`AppError::Conflict`] where somebody wrote one at the same moment; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<PracticeScope>) -> Result<(), AppError> {
        let (at, practice) = (tx.read(by.scope()), by.scope().practice());
        if texts::has_text(at, self.id).await? {
            return Ok(());
        }
        let kind = self.which.code();
        let text = Text {
            version: texts::last_version(at, kind).await?.saturating_add(1),
            effective_on: self.effective_on,
            body: self.body,
        };
        if !texts::add_text(at, self.id, kind, &text, by.id(), tx.now()).await? {
            return Err(AppError::Conflict("Somebody changed this text at the same moment: open the page again"));
        }
        let version = text.version;
        tx.audit(&practice.into(), &TextWritten { kind, version }).await?;
        tx.changed(practice, What::Divert);
        Ok(())
    }
}
