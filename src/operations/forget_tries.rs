//! Takes away what is counted of wrong tries to sign in, once it counts no longer, and which answers of the organisation's
//! sign-in and of passkeys were taken, once nobody can bring them again.

use crate::{
    domain::access::JobAuthority,
    error::AppError,
    state::AppState,
    store::{outside_identities, passkeys, tries},
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
                let challenges = passkeys::forget_challenges(tx.conn(), tx.now()).await?;
                Ok(answers + challenges + tries::clean(tx.conn(), tx.now()).await?)
            })
        })
        .await
}
