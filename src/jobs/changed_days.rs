//! Looks at the days of practices soon after something changed in them, on whatever node, and at all of them once a minute where
//! that was not heard.

use std::{collections::BTreeSet, future, time::Duration};

use entity::ids::OdsCode;
use futures::future::BoxFuture;
use tokio::{
    sync::broadcast::{
        Receiver,
        error::{RecvError, TryRecvError},
    },
    time::Instant,
};

use crate::{
    error::AppError,
    live::{Change, What},
    state::AppState,
};

/// How long changes are gathered before they are looked at.
const GATHER: Duration = Duration::from_secs(1);
/// How often all are looked at.
const ALL: Duration = Duration::from_mins(1);

/// What looks at some practices, or at all.
pub(super) type Look = for<'a> fn(&'a AppState, Option<&'a BTreeSet<OdsCode>>) -> BoxFuture<'a, Result<(), AppError>>;

/// Looks until the server stops.
pub(super) async fn watch(app: &AppState, look: Look) {
    let mut heard = app.live.subscribe();
    let mut all_at = Instant::now();
    loop {
        let changed = tokio::select! {
            () = app.stopping.cancelled() => return,
            () = tokio::time::sleep_until(all_at) => None,
            changed = gather(&mut heard) => changed,
        };
        if changed.is_none() {
            all_at = Instant::now() + ALL;
        }
        if let Err(error) = look(app, changed.as_ref()).await {
            tracing::warn!(%error, "whether limits were reached is looked at again in a minute");
        }
    }
}

/// The practices whose day changed; nothing where some were missed, so that all are looked at.
async fn gather(heard: &mut Receiver<Change>) -> Option<BTreeSet<OdsCode>> {
    let mut changed = BTreeSet::new();
    while changed.is_empty() {
        match heard.recv().await {
            Ok(change) => changed.extend(of_day(change)),
            Err(RecvError::Lagged(_)) => return None,
            // Nobody changes anything any more.
            Err(RecvError::Closed) => future::pending().await,
        }
    }
    tokio::time::sleep(GATHER).await;
    loop {
        match heard.try_recv() {
            Ok(change) => changed.extend(of_day(change)),
            Err(TryRecvError::Lagged(_)) => return None,
            Err(TryRecvError::Empty | TryRecvError::Closed) => return Some(changed),
        }
    }
}

fn of_day(change: Change) -> Option<OdsCode> {
    matches!(change.what, What::Contacts | What::People).then_some(change.practice)
}
