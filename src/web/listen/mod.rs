//! The listener: how many may hold a connection, and for how long without doing anything.
//!
//! `axum::serve` has no limits, and a layer sees a request only once its header is complete. So connections are served
//! here, by the same library. Where there is no room, a connection that keeps others waiting (a half-sent header, then a
//! body that stands still, then an idle one) gives way to the new one: a flood of half-open connections closes itself.

use std::{sync::Arc, time::Duration};

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

pub use self::limits::{Limits, Trusts, raise_open_files, trusts_nobody};
use self::{
    bodies::{Answered, Sent},
    connections::{Connections, How, Seat},
    socket::Socket,
};

mod bodies;
mod connections;
mod limits;
mod socket;

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
