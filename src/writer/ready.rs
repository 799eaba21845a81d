//! Whether this node can write, asked by whoever balances the load: seldom enough not to be a load itself.

use std::time::{Duration, Instant};

use sea_orm::DatabaseBackend;
use tokio::sync::{Mutex, oneshot};

use super::{Job, Work, Writer};
use crate::error::AppError;

/// How long an answer is good for everybody who asks.
const GOOD: Duration = Duration::from_secs(1);
/// How long a bad one is: what works again is not kept out.
const BAD: Duration = Duration::from_millis(250);
/// An answer that takes longer than this is none.
const PATIENCE: Duration = Duration::from_secs(2);

/// The last answer. Who asks while somebody finds out waits for the same answer.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<Option<(Instant, Result<(), AppError>)>>);

impl Writer {
    /// Writes a row and reads it back as the readers do, at most once a second whoever asks.
    ///
    /// # Errors
    /// Why this node cannot write.
    pub async fn check(&self) -> Result<(), AppError> {
        let mut known = self.known.0.lock().await;
        if let Some((at, answer)) = &*known
            && at.elapsed() < if answer.is_ok() { GOOD } else { BAD }
        {
            return answer.clone();
        }
        let answer = self.find_out().await;
        *known = Some((Instant::now(), answer.clone()));
        answer
    }

    async fn find_out(&self) -> Result<(), AppError> {
        const LATE: AppError = AppError::Unavailable { retry_after: 2 };
        let (reply, answer) = oneshot::channel();
        let work: Work = Box::new(move |shared| Box::pin(async move { drop(reply.send(shared.db.pulse().await)) }));
        if self.shared.db.backend() == DatabaseBackend::Sqlite {
            // Full of contacts: they are answered the same.
            self.queue.try_send(Job::Other(work)).map_err(|_| LATE)?;
        } else {
            tokio::spawn(work(self.shared.clone()));
        }
        match tokio::time::timeout(PATIENCE, answer).await {
            Ok(Ok(answer)) => answer,
            _ => Err(LATE),
        }
    }
}
