//! Somebody came back from the organisation's sign-in with an answer, which is taken once, whatever becomes of it.

use crate::{
    domain::access::{AccountScope, By},
    error::AppError,
    state::AppState,
    store::outside_identities,
};

/// Hash of the state that the answer brought back.
#[derive(Debug, Clone)]
pub struct TakeProviderAnswer(pub String);

impl TakeProviderAnswer {
    /// Takes it; false where it was taken before, on whatever node.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<bool, AppError> {
        app.writer
            .write(by, move |tx| {
                Box::pin(async move { Ok(outside_identities::take_answer(tx.conn(), self.0, tx.now()).await?) })
            })
            .await
    }
}
