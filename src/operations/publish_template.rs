//! An LMC publishes a template notice for its practices, or the next version of one.

use entity::ids::{RowId, TemplateId};
use serde::Serialize;

use super::Written;
use crate::{
    audit::Event,
    domain::{
        access::{Authority, By, LmcScope},
        notice::template::Text,
    },
    error::AppError,
    state::AppState,
    store::templates::{self, Done, NewVersion},
    writer::Tx,
};

/// Another version came first, or the template was withdrawn.
pub const OVERTAKEN: AppError = AppError::Conflict("this template was changed or withdrawn meanwhile: open it again");

/// A version of a template was published.
#[derive(Debug, Serialize)]
struct TemplatePublished {
    template: TemplateId,
    version: i32,
}

impl Event for TemplatePublished {
    const NAME: &'static str = "template.published";
}

/// A version of a template.
#[derive(Debug, Clone)]
pub struct PublishTemplate {
    /// Made by the client.
    pub id: RowId,
    /// The template and the version that this one follows; nothing for a new template.
    pub follows: Option<(TemplateId, i32)>,
    /// What it says.
    pub text: Text,
}

impl PublishTemplate {
    /// Writes it.
    ///
    /// # Errors
    /// [`OVERTAKEN`]; [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<LmcScope>) -> Result<TemplateId, AppError> {
        // A template is named after its first row.
        let (template, after) = self.follows.unwrap_or((TemplateId(self.id.0), 0));
        let new = NewVersion { id: self.id, template, after, withdrawn: false, text: self.text };
        let event = TemplatePublished { template, version: after.saturating_add(1) };
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { append(tx, &own, &new, &event).await })).await?;
        Ok(template)
    }
}

/// Appends a version, and tells of it where it is new.
pub(super) async fn append<E: Event>(tx: &Tx, by: &By<LmcScope>, new: &NewVersion, event: &E) -> Result<(), AppError> {
    let done = templates::add(tx.read(by.scope()), new, by.id(), tx.now()).await?;
    let Done::Written(written) = done else {
        return Err(OVERTAKEN);
    };
    if Written::of(written)? == Written::New {
        tx.audit(by.scope().lmc(), event).await?;
    }
    Ok(())
}
