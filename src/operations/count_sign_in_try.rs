//! A try to sign in counts before it is made, so that a thousand at once cannot all slip through. A place that has none
//! left is told so by a read alone: guessing on writes nothing.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    domain::access::{AccountScope, By},
    error::AppError,
    state::AppState,
    store::tries,
    writer::Tx,
};

/// Where a try counts. All of it are names that only the master key makes.
#[derive(Debug, Clone)]
pub struct CountSignInTry {
    /// Nothing where the account is known at the place.
    pub account: Option<String>,
    /// Where.
    pub place: String,
}

impl CountSignInTry {
    /// Counts it; answers its id.
    ///
    /// # Errors
    /// [`AppError::TooManyTries`] where there were too many of late; then nothing is counted. [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<Uuid, AppError> {
        self.refuse(app.db.unscoped(), app.clock.now()).await?;
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx).await })).await
    }

    async fn run(self, tx: &Tx) -> Result<Uuid, AppError> {
        let (conn, now) = (tx.conn(), tx.now());
        let account = self.account.as_deref();
        let names: Vec<&str> = account.into_iter().chain([&*self.place]).collect();
        tries::hold(conn, &names).await?;
        self.refuse(conn, now).await?;
        Ok(tries::add(conn, account, &self.place, now).await?)
    }

    async fn refuse(&self, conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<(), AppError> {
        let names = (self.account.as_deref(), &*self.place);
        match tries::wait(conn, names, now).await? {
            Some(retry_after) => Err(AppError::TooManyTries { retry_after }),
            None => Ok(()),
        }
    }
}
