//! Whether this node can write, asked by whoever balances the load: seldom enough not to be a load itself.

use std::time::{Duration, Instant};

use tokio::{sync::Mutex, time::timeout};

use crate::error::AppError;

/// How long an answer is good for everybody who asks.
const GOOD: Duration = Duration::from_secs(1);
/// How long a bad one is: what works again is not kept out.
const BAD: Duration = Duration::from_millis(250);
/// An answer that takes longer than this is none.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is said where there is no answer in time.
pub(super) const LATE: AppError = AppError::Unavailable { retry_after: 2 };

/// The last answer. Who asks while somebody finds out waits for the same answer.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<Option<(Instant, Result<(), AppError>)>>);

impl Known {
    /// The last answer while it is good, and then a new one.
    pub(super) async fn or_find_out(
        &self,
        find_out: impl Future<Output = Result<(), AppError>>,
    ) -> Result<(), AppError> {
        let mut known = self.0.lock().await;
        if let Some((at, answer)) = &*known
            && at.elapsed() < if answer.is_ok() { GOOD } else { BAD }
        {
            return answer.clone();
        }
        let answer = timeout(PATIENCE, find_out).await.unwrap_or(Err(LATE));
        *known = Some((Instant::now(), answer.clone()));
        answer
    }
}
