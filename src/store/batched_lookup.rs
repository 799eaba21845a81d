//! Lookups that many requests make at once, made together: whoever asks while a query runs is answered by the next one.
//!
//! A request still asks the database each time, so what was revoked is gone at once; two hundred requests ask it once.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    hash::Hash,
    panic::AssertUnwindSafe,
};

use futures::{FutureExt, future::BoxFuture};
use sea_orm::DbErr;
use tokio::sync::{mpsc, oneshot};

use crate::{db::Db, error::trouble};

/// Lookups that may wait; more wait for room.
const QUEUE: usize = 1024;
/// Lookups of one query: far below the 32,766 values that SQLite takes.
const TOGETHER: usize = 256;

/// Answers the keys it finds, no two of which are the same; the others have no answer.
pub(super) trait Load<K, V>:
    Fn(Db, Vec<K>) -> BoxFuture<'static, Result<HashMap<K, V>, DbErr>> + Send + Sync + 'static
{
}

impl<K, V, F> Load<K, V> for F where
    F: Fn(Db, Vec<K>) -> BoxFuture<'static, Result<HashMap<K, V>, DbErr>> + Send + Sync + 'static
{
}

struct Asked<K, V> {
    key: K,
    reply: oneshot::Sender<Result<Option<V>, DbErr>>,
}

/// Lookups of one kind.
pub(super) struct BatchedLookup<K, V> {
    queue: mpsc::Sender<Asked<K, V>>,
}

impl<K, V> fmt::Debug for BatchedLookup<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BatchedLookup")
    }
}

impl<K, V> BatchedLookup<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + 'static,
{
    /// Starts the task that asks; it ends with the last handle.
    pub(super) fn start(db: Db, load: impl Load<K, V>) -> Self {
        let (queue, mut asked) = mpsc::channel::<Asked<K, V>>(QUEUE);
        tokio::spawn(async move {
            let mut together = Vec::new();
            while asked.recv_many(&mut together, TOGETHER).await > 0 {
                answer(&db, &load, std::mem::take(&mut together)).await;
            }
        });
        Self { queue }
    }

    /// What the database says now.
    pub(super) async fn get(&self, key: K) -> Result<Option<V>, DbErr> {
        let gone = || DbErr::Custom("nobody looks up any more".to_owned());
        let (reply, answer) = oneshot::channel();
        let sent = self.queue.send(Asked { key, reply }).await;
        sent.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

/// One query for all; where that fails, each is tried alone, so that everyone hears of their own failure. Where it is the
/// database that fails, everyone has heard.
async fn answer<K, V>(db: &Db, load: &impl Load<K, V>, together: Vec<Asked<K, V>>)
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + 'static,
{
    let keys: HashSet<K> = together.iter().map(|asked| asked.key.clone()).collect();
    let keys = keys.into_iter().collect();
    let found = careful(load(db.clone(), keys)).await;
    for Asked { key, reply } in together {
        let said = match &found {
            Ok(found) => Ok(found.get(&key).cloned()),
            Err(error) if trouble(error).is_some() => Err(error.clone()),
            Err(_) => {
                let alone = careful(load(db.clone(), vec![key.clone()])).await;
                alone.map(|mut found| found.remove(&key))
            }
        };
        // The phone may have gone.
        drop(reply.send(said));
    }
}

/// A panic is an error of this query, and must not take the task and all later lookups with it.
async fn careful<T>(work: BoxFuture<'static, Result<T, DbErr>>) -> Result<T, DbErr> {
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|_| Err(DbErr::Custom("a lookup panicked".to_owned())))
}
