//! The bodies of a connection tell it what it is doing: a request is still coming in, an answer went out.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use tokio::time::{Sleep, sleep};

use super::connections::State;

/// The body of a request. It ends with an error where it stands still for too long.
#[derive(Debug)]
pub(super) struct Sent {
    body: Incoming,
    state: Arc<State>,
    limit: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Sent {
    pub(super) fn new(body: Incoming, state: Arc<State>, limit: Duration) -> Self {
        state.receives();
        Self { body, state, limit, waiting: None }
    }
}

impl HttpBody for Sent {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = &mut *self;
        match Pin::new(&mut this.body).poll_frame(cx) {
            Poll::Ready(frame) => {
                this.waiting = None;
                if frame.is_some() {
                    this.state.receives();
                } else {
                    this.state.received();
                }
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Poll::Pending => {
                let limit = this.limit;
                let waiting = this.waiting.get_or_insert_with(|| Box::pin(sleep(limit)));
                waiting.as_mut().poll(cx).map(|()| {
                    let why = io::Error::new(io::ErrorKind::TimedOut, "the body stood still");
                    Some(Err(why.into()))
                })
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        self.state.received();
    }
}

/// The body of an answer. With its end the connection is idle.
#[derive(Debug)]
pub(super) struct Answered {
    body: Body,
    state: Arc<State>,
}

impl Answered {
    pub(super) fn new(body: Body, state: Arc<State>) -> Self {
        Self { body, state }
    }
}

impl HttpBody for Answered {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answered {
    fn drop(&mut self) {
        self.state.rests();
    }
}
