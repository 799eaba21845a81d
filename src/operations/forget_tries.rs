//! Takes away what is counted of wrong tries to sign in, once it counts no longer, and which answers of the organisation's
//! sign-in were taken, once nobody can bring them again.

use crate::{
    domain::access::JobAuthority,
    error::AppError,
    state::AppState,
    store::{outside_identities, tries},
};

/// Says how many rows went.
///
/// # Errors
/// Where the database cannot be written.
pub async fn forget_tries(app: &AppState, by: JobAuthority) -> Result<u64, AppError> {
    app.writer
        .write(&by, |tx| {
            Box::pin(async move {
                let answers = outside_identities::forget_answers(tx.conn(), tx.now()).await?;
                Ok(answers + tries::clean(tx.conn(), tx.now()).await?)
            })
        })
        .await
}
