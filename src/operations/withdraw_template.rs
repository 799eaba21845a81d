//! An LMC takes a template notice back; what was served from it stands.

use entity::ids::{RowId, TemplateId};
use serde::Serialize;

use super::publish_template::append;
use crate::{
    audit::Event,
    domain::{
        access::{By, LmcScope},
        notice::template::Version,
    },
    error::AppError,
    state::AppState,
    store::templates::NewVersion,
};

/// A template was withdrawn.
#[derive(Debug, Serialize)]
struct TemplateWithdrawn {
    template: TemplateId,
    version: i32,
}

impl Event for TemplateWithdrawn {
    const NAME: &'static str = "template.withdrawn";
}

/// Which template, as it stands.
#[derive(Debug, Clone)]
pub struct WithdrawTemplate {
    /// Made by the client.
    pub id: RowId,
    /// Its newest version.
    pub newest: Version,
}

impl WithdrawTemplate {
    /// Writes that it is withdrawn.
    ///
    /// # Errors
    /// [`OVERTAKEN`](super::publish_template::OVERTAKEN); [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<LmcScope>) -> Result<(), AppError> {
        let newest = self.newest;
        let event = TemplateWithdrawn { template: newest.template, version: newest.version.saturating_add(1) };
        let new = NewVersion {
            id: self.id,
            template: newest.template,
            after: newest.version,
            withdrawn: true,
            text: newest.text,
        };
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { append(tx, &own, &new, &event).await })).await
    }
}
