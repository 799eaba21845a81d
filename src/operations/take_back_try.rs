//! A try to sign in is taken back: the password could not be looked at, so nobody has guessed.

use uuid::Uuid;

use crate::{
    domain::access::{AccountScope, By},
    error::AppError,
    state::AppState,
    store::tries,
};

/// Which try.
#[derive(Debug, Clone, Copy)]
pub struct TakeBackTry(pub Uuid);

impl TakeBackTry {
    /// Takes it back.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<(), AppError> {
        app.writer.write(by, move |tx| Box::pin(async move { Ok(tries::take_back(tx.conn(), self.0).await?) })).await
    }
}
