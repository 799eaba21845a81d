//! Server-sent events: names of what changed, coalesced; the page fetches again and is authorised again.

use std::{convert::Infallible, future::Future, pin::Pin, sync::Arc, time::Duration};

use axum::{
    http::{HeaderMap, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use entity::ids::OdsCode;
use futures::stream::{self, Stream};
use tokio::{
    sync::broadcast::error::RecvError,
    time::{Instant, timeout},
};

use super::{caller::Caller, routes::still_may};
use crate::{
    domain::access::{Permission, Target},
    error::AppError,
    live::{Change, What},
    state::{AppState, Stream as Open},
};

/// How often at most a page is told.
const PAUSE: Duration = Duration::from_millis(700);
/// How often a quiet stream checks that its reader may still listen.
const CHECK: Duration = Duration::from_secs(10);

/// Asks again whether the reader may listen.
pub type Recheck = Box<dyn Fn() -> Pin<Box<dyn Future<Output = bool> + Send>> + Send + Sync>;

/// A place for one more stream of a reader.
///
/// # Errors
/// Where the reader, or the node, has as many as may be: the page asks every minute instead.
pub fn open(app: &AppState, caller: &Caller) -> Result<Arc<Open>, AppError> {
    let reader = caller.session.map_or_else(|| caller.actor.id(), |session| session.0);
    Ok(Arc::new(app.streams.open(reader)?))
}

/// Asks whether the reader may still do `P` there.
pub fn recheck<P: Permission>(app: &AppState, open: &Arc<Open>, headers: HeaderMap, target: Target) -> Recheck {
    let (app, open, about) = (app.clone(), Arc::clone(open), Arc::new((headers, target)));
    Box::new(move || {
        let (app, open, about) = (app.clone(), Arc::clone(&open), Arc::clone(&about));
        Box::pin(async move { still_may::<P>(&app, &open, &about.0, &about.1).await })
    })
}

/// Streams what changes of one practice, as far as the page shows it, while the reader may still do `P` there.
///
/// # Errors
/// Where the reader, or the node, has as many streams as may be.
pub fn of_practice<P: Permission>(
    app: &AppState,
    caller: &Caller,
    headers: HeaderMap,
    practice: &OdsCode,
    shows: fn(What) -> bool,
) -> Result<Response, AppError> {
    let (open, practice) = (open(app, caller)?, practice.clone());
    let may = recheck::<P>(app, &open, headers, Target::Practice(practice.clone()));
    let concerns = move |change: &Change| change.practice == practice && shows(change.what);
    Ok(stream(app, open, concerns, may))
}

/// Streams the names of changes that concern the reader, until the server stops or the reader may listen no longer.
pub fn stream(
    app: &AppState,
    open: Arc<Open>,
    concerns: impl Fn(&Change) -> bool + Send + Sync + 'static,
    may: Recheck,
) -> Response {
    let feed = Feed {
        _open: open,
        changes: app.live.subscribe(),
        waiting: Vec::new(),
        concerns: Box::new(concerns),
        may,
        asked: Instant::now(),
    };
    let stopping = app.stopping.clone();
    let events = stream::unfold(feed, move |mut feed| {
        let stopping = stopping.clone();
        async move {
            let event = tokio::select! {
                () = stopping.cancelled() => None,
                event = feed.next() => event,
            }?;
            Some((Ok::<Event, Infallible>(Event::default().event(event).data("-")), feed))
        }
    });
    let events: Pin<Box<dyn Stream<Item = Result<Event, Infallible>> + Send>> = Box::pin(events);
    let sse = Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)));
    (
        [
            (header::HeaderName::from_static("x-accel-buffering"), "no"),
            // The framework's own word for a stream would let a browser keep it.
            (header::CACHE_CONTROL, "no-store"),
        ],
        sse,
    )
        .into_response()
}

struct Feed {
    /// Its place, free again when the stream ends.
    _open: Arc<Open>,
    changes: tokio::sync::broadcast::Receiver<Change>,
    waiting: Vec<&'static str>,
    concerns: Box<dyn Fn(&Change) -> bool + Send + Sync>,
    may: Recheck,
    /// When it was last asked whether the reader may listen.
    asked: Instant,
}

impl Feed {
    /// The next name to tell; nothing when the reader may listen no longer.
    async fn next(&mut self) -> Option<&'static str> {
        loop {
            if let Some(name) = self.waiting.pop() {
                return self.still_may().await.then_some(name);
            }
            // Counted from the last question, so that changes which do not concern this reader do not put it off.
            if self.asked.elapsed() >= CHECK && !self.still_may().await {
                return None;
            }
            let rest = CHECK.saturating_sub(self.asked.elapsed());
            match timeout(rest, self.changes.recv()).await {
                Ok(Ok(change)) => {
                    self.note(&change);
                    if !self.waiting.is_empty() {
                        self.gather().await;
                    }
                }
                Ok(Err(RecvError::Lagged(_))) => self.waiting = vec!["resync"],
                Ok(Err(RecvError::Closed)) => return None,
                // Time to ask again.
                Err(_) => (),
            }
        }
    }

    async fn still_may(&mut self) -> bool {
        self.asked = Instant::now();
        (self.may)().await
    }

    fn note(&mut self, change: &Change) {
        if (self.concerns)(change) && !self.waiting.contains(&change.what.name()) {
            self.waiting.push(change.what.name());
        }
    }

    /// Waits a moment and takes what else comes, so that a busy morning is one or two events a second.
    async fn gather(&mut self) {
        tokio::time::sleep(PAUSE).await;
        loop {
            match self.changes.try_recv() {
                Ok(change) => self.note(&change),
                Err(tokio::sync::broadcast::error::TryRecvError::Lagged(_)) => {
                    self.waiting = vec!["resync"];
                }
                Err(_) => return,
            }
        }
    }
}
