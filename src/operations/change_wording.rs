//! A practice, or an LMC for its practices, writes its wording of a letter, or takes it back.

use serde::Serialize;

use super::Written;
use crate::{
    audit::Event,
    domain::access::{Authority, By, LmcScope, PracticeScope},
    error::AppError,
    state::AppState,
    store::letters::{self, NewWording},
};

/// A version of a wording was written, or the wording was taken back. Holds no word of it.
#[derive(Debug, Serialize)]
struct WordingWritten {
    kind: String,
    version: i32,
    own: bool,
}

impl Event for WordingWritten {
    const NAME: &'static str = "letter-wording.written";
}

impl WordingWritten {
    fn of(wording: NewWording, version: i32) -> Self {
        Self { kind: wording.kind, version, own: wording.text.is_some() }
    }
}

/// A version of the practice's own wording.
#[derive(Debug, Clone)]
pub struct ChangeOwnWording {
    /// What it says.
    pub wording: NewWording,
}

impl ChangeOwnWording {
    /// Writes it.
    ///
    /// # Errors
    /// [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let (own, new) = (by.clone(), self.wording);
        app.writer
            .write(by, move |tx| {
                Box::pin(async move {
                    let at = tx.read(own.scope());
                    let added = letters::add_own_wording(at, &new, own.id(), tx.now());
                    let (added, version) = added.await?;
                    if Written::of(added)? == Written::New {
                        let event = WordingWritten::of(new, version);
                        tx.audit(&own.scope().practice().into(), &event).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

/// A version of the wording that an LMC offers its practices.
#[derive(Debug, Clone)]
pub struct ChangeLmcWording {
    /// What it says.
    pub wording: NewWording,
}

impl ChangeLmcWording {
    /// Writes it.
    ///
    /// # Errors
    /// [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<LmcScope>) -> Result<(), AppError> {
        let (own, new) = (by.clone(), self.wording);
        app.writer
            .write(by, move |tx| {
                Box::pin(async move {
                    let at = tx.read(own.scope());
                    let added = letters::add_lmc_wording(at, &new, own.id(), tx.now());
                    let (added, version) = added.await?;
                    if Written::of(added)? == Written::New {
                        let event = WordingWritten::of(new, version);
                        tx.audit(own.scope().lmc(), &event).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}
