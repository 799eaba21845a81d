//! The listener: how many may hold a connection, and for how long without doing anything.
//!
//! `axum::serve` has no limits, and a layer sees a request only once its header is complete. So connections are served
//! here, by the same library. Where there is no room, a connection that keeps others waiting (a half-sent header, then a
//! body that stands still, then an idle one) gives way to the new one: a flood of half-open connections closes itself.

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use self::{
    bodies::{Answered, Sent},
    connections::{Connections, How, Seat},
    socket::Socket,
};

mod bodies;
mod connections;
mod socket;

/// Every number of the listener, in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From a connection's opening, or a request's first byte, to the end of its header. A phone on a bad network needs
    /// one or two seconds.
    pub header: Duration,
    /// How long a body may stand still. There is no limit on the whole: a large extract takes its time.
    pub body: Duration,
    /// How long an answer may wait for a reader who takes nothing of it.
    pub answer: Duration,
    /// How long an idle connection is kept for the next request: longer than the minute after which pages ask again.
    pub idle: Duration,
    /// Connections in all.
    pub connections: usize,
    /// Connections of one address (of IPv6, one /64). A surgery of 40 people with three tabs each, and browsers with six
    /// connections a tab, stays under it.
    pub per_address: usize,
}

impl Limits {
    /// Most connections of a node: each costs some 20 kB.
    const MOST: usize = 8_192;
    /// Most of one address.
    const MOST_OF_ADDRESS: usize = 512;
    /// Descriptors that are kept from connections: databases, files on their way in, the listener itself.
    const KEPT: u64 = 96;
    /// Fewest connections, whatever the limit of descriptors says.
    const FEWEST: usize = 16;
    /// Header that is taken; the cookies of a phone with three places take 1 kB.
    const MOST_HEADER: usize = 64 * 1024;

    /// What fits into a number of open files: the limit is shared so that connections never take the last one.
    pub fn within(open_files: u64) -> Self {
        let room = usize::try_from(open_files.saturating_sub(Self::KEPT)).unwrap_or(Self::MOST);
        let connections = room.clamp(Self::FEWEST, Self::MOST);
        Self {
            header: Duration::from_secs(10),
            body: Duration::from_secs(30),
            answer: Duration::from_secs(30),
            idle: Duration::from_secs(75),
            connections,
            per_address: Self::MOST_OF_ADDRESS.min(connections.div_ceil(2)),
        }
    }

    /// How many of the connections may be streams: the others stay free for taps and pages.
    pub fn streams(&self) -> usize {
        self.connections / 2
    }
}

/// Whether an address is a proxy that speaks for many: it has no limit of its own.
pub type Trusts = Arc<dyn Fn(IpAddr) -> bool + Send + Sync>;

/// Nobody speaks for others.
pub fn trusts_nobody() -> Trusts {
    Arc::new(|_| false)
}

/// Raises the limit of open files as far as the system lets, and says what it is then.
pub fn raise_open_files() -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if limit.current != limit.maximum
        && let Err(error) = setrlimit(Resource::Nofile, raised)
    {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
    // None is no limit at all.
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

/// Serves until it is told to stop; then ends what is idle or half-sent, and waits for the requests that are being answered.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, trusts: Trusts, stopping: CancellationToken) {
    let connections = Connections::new(limits, trusts);
    let sweeping = tokio::spawn(connections::sweep(connections.clone(), stopping.clone()));
    let (open, all_done) = watch::channel(());
    loop {
        let accepted = tokio::select! {
            biased;
            () = stopping.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                if let Some(seat) = connections.admit(peer.ip()) {
                    let (router, stopping, open) = (router.clone(), stopping.clone(), all_done.clone());
                    tokio::spawn(async move {
                        serve_one(stream, ConnectInfo(peer), router, &seat, &stopping).await;
                        drop((seat, open));
                    });
                }
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                // Most often no descriptor is left: one that keeps others waiting gives it back.
                connections.could_not_accept(&error);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
    drop((listener, all_done));
    open.closed().await;
    sweeping.abort();
}

fn is_of_one_connection(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionRefused | ConnectionAborted | ConnectionReset)
}

async fn serve_one(
    stream: TcpStream,
    peer: ConnectInfo<std::net::SocketAddr>,
    router: Router,
    seat: &Seat,
    stopping: &CancellationToken,
) {
    // An answer goes out when it is ready; nothing waits for more to send.
    drop(stream.set_nodelay(true));
    let state = seat.state();
    let io = TokioIo::new(Socket::new(stream, Arc::clone(state)));
    let service = service_fn(|request: hyper::Request<Incoming>| {
        let router = router.clone();
        let state = Arc::clone(state);
        let limit = seat.limits().body;
        async move {
            state.begins_request();
            let mut request: Request = request.map(|body| {
                if hyper::body::Body::is_end_stream(&body) {
                    Body::empty()
                } else {
                    Body::new(Sent::new(body, Arc::clone(&state), limit))
                }
            });
            request.extensions_mut().insert(peer);
            let answer = router.oneshot(request).await;
            answer.map(|answer| answer.map(|body| Answered::new(body, state)))
        }
    });
    let mut http = http1::Builder::new();
    http.max_header_size(Limits::MOST_HEADER);
    let mut connection = std::pin::pin!(http.serve_connection(io, service));
    let mut told = false;
    loop {
        tokio::select! {
            done = connection.as_mut() => {
                if let Err(error) = done {
                    tracing::trace!(%error, "a connection ended");
                }
                return;
            }
            how = state.is_closed() => match how {
                How::Now => return,
                How::WhenIdle => connection.as_mut().graceful_shutdown(),
            },
            () = stopping.cancelled(), if !told => {
                told = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}
