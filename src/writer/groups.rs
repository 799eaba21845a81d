//! Contacts, voids and ticks are committed in groups: one transaction for whatever waits.

use sea_orm::DbErr;

use super::{Counting, Tx};
use crate::{
    clock::Clock,
    db::Db,
    domain::contact::{CountOp, Outcome},
    error::{AppError, is_deadlock},
    live::{Live, What},
    store,
};

/// One commit for the whole group; where that fails, each request is tried alone, so that one bad row cannot take the
/// others with it.
pub(super) async fn count_group(group: Vec<Counting>, db: &Db, live: &Live, clock: &Clock) {
    let all: Vec<&CountOp> = group.iter().flat_map(|counting| &counting.ops).collect();
    match count_together(&all, db, live, clock).await {
        Ok(mut outcomes) => {
            for Counting { ops, reply } in group {
                let rest = outcomes.split_off(ops.len().min(outcomes.len()));
                // The phone may have gone; its contacts are recorded all the same.
                drop(reply.send(Ok(std::mem::replace(&mut outcomes, rest))));
            }
        }
        Err(error) if group.len() == 1 => {
            if let Some(Counting { reply, .. }) = group.into_iter().next() {
                drop(reply.send(Err(AppError::from(error))));
            }
        }
        Err(error) => {
            tracing::warn!(%error, requests = group.len(), "a group of contacts failed; trying each request alone");
            for Counting { ops, reply } in group {
                let ops: Vec<&CountOp> = ops.iter().collect();
                let result = count_together(&ops, db, live, clock).await;
                drop(reply.send(result.map_err(AppError::from)));
            }
        }
    }
}

/// PostgreSQL breaks a deadlock of two nodes by failing one of them; that one goes again, and finds the way free.
async fn count_together(
    ops: &[&CountOp],
    db: &Db,
    live: &Live,
    clock: &Clock,
) -> Result<Vec<Outcome>, DbErr> {
    match count_once(ops, db, live, clock).await {
        Err(error) if is_deadlock(&error) => count_once(ops, db, live, clock).await,
        result => result,
    }
}

async fn count_once(
    ops: &[&CountOp],
    db: &Db,
    live: &Live,
    clock: &Clock,
) -> Result<Vec<Outcome>, DbErr> {
    let tx = Tx::new(db.begin_contacts().await?, String::new(), clock);
    match store::contacts::append(tx.conn(), ops, tx.now()).await {
        Ok(outcomes) => {
            for op in ops {
                tx.changed(op.practice(), What::Contacts);
            }
            tx.commit(live).await?;
            Ok(outcomes)
        }
        Err(error) => {
            tx.conn.rollback().await?;
            Err(error)
        }
    }
}
