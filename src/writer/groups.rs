//! Contacts, voids and tally marks are committed in groups: one transaction for whatever waits.

use tokio::sync::oneshot;

use super::transaction::{Shared, Tx};
use crate::{
    domain::contact::{CountOp, StepOutcome},
    error::{AppError, gave_way},
    live::What,
};

/// What one request wants counted, and who waits for the outcome.
pub(super) struct Counting {
    pub(super) ops: Vec<CountOp>,
    pub(super) reply: oneshot::Sender<Result<Vec<StepOutcome>, AppError>>,
}

/// One commit for the whole group; where that fails, each request is tried alone, so that one bad row cannot take the
/// others with it.
pub(super) async fn count_group(group: Vec<Counting>, shared: &Shared) {
    let all: Vec<&CountOp> = group.iter().flat_map(|counting| &counting.ops).collect();
    match count_together(&all, shared).await {
        Ok(mut outcomes) => {
            for Counting { ops, reply } in group {
                let rest = outcomes.split_off(ops.len().min(outcomes.len()));
                // The phone may have gone; its contacts are recorded all the same.
                drop(reply.send(Ok(std::mem::replace(&mut outcomes, rest))));
            }
        }
        // What is wrong is one of the requests, and not the database.
        Err(Failed { why: AppError::Fault(why), .. }) if group.len() > 1 => {
            tracing::warn!(error = %why, requests = group.len(), "a group of contacts failed; trying each request alone");
            for Counting { ops, reply } in group {
                let ops: Vec<&CountOp> = ops.iter().collect();
                let result = count_together(&ops, shared).await;
                drop(reply.send(result.map_err(|failed| failed.why)));
            }
        }
        Err(failed) => {
            for Counting { reply, .. } in group {
                drop(reply.send(Err(failed.why.clone())));
            }
        }
    }
}

/// Why nothing was recorded.
struct Failed {
    why: AppError,
    /// Whether the same may go again at once.
    gave_way: bool,
}

impl From<AppError> for Failed {
    fn from(why: AppError) -> Self {
        Self { why, gave_way: false }
    }
}

/// PostgreSQL breaks a deadlock of two nodes by failing one of them; that one goes again, and finds the way free.
async fn count_together(ops: &[&CountOp], shared: &Shared) -> Result<Vec<StepOutcome>, Failed> {
    match count_once(ops, shared).await {
        Err(failed) if failed.gave_way => count_once(ops, shared).await,
        result => result,
    }
}

async fn count_once(ops: &[&CountOp], shared: &Shared) -> Result<Vec<StepOutcome>, Failed> {
    let db = &shared.db;
    let tx = Tx::new(db.begin_contacts().await?, String::new(), shared);
    match tx.count(ops).await {
        Ok(outcomes) => {
            // A repeat was told when it was recorded, and what is refused is nothing to look at.
            let told = ops.iter().zip(&outcomes);
            for (op, _) in told.filter(|(_, outcome)| **outcome == StepOutcome::Recorded) {
                tx.changed(op.practice(), What::Contacts);
            }
            tx.commit(shared).await?;
            Ok(outcomes)
        }
        Err(error) => {
            let gave_way = gave_way(&error);
            let why = db.roll_back(tx.conn, error.into()).await;
            Err(Failed { why, gave_way })
        }
    }
}
