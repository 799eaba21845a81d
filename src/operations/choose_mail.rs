//! A person chooses whether reminders come by mail.

use entity::ids::PersonId;
use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::{AccountScope, By},
    error::AppError,
    state::AppState,
    store::reminders,
};

/// A person chose whether reminders come by mail.
#[derive(Debug, Serialize)]
struct MailChosen {
    person: PersonId,
    wanted: bool,
}

impl Event for MailChosen {
    const NAME: &'static str = "mail.chosen";
}

/// The choice of one person.
#[derive(Debug, Clone, Copy)]
pub struct ChooseMail {
    /// Whose; the link in a mail knows.
    pub person: PersonId,
    /// Whether they want it.
    pub wanted: bool,
}

impl ChooseMail {
    /// Writes it; the same again changes nothing.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<(), AppError> {
        let Self { person, wanted } = self;
        app.writer
            .write(by, move |tx| {
                Box::pin(async move {
                    if reminders::choose_mail(tx.conn(), person, wanted, tx.now()).await? {
                        tx.audit_service(&MailChosen { person, wanted }).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}
