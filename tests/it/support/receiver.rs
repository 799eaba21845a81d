//! A practice's own program: a real HTTP server on this machine that keeps what it is told, and answers as a test wants.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_lc_rs::hmac;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::any,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures::stream;
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle};

/// How it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answers {
    /// With a status.
    With(u16),
    /// With a status, after so many milliseconds.
    After(u64, u16),
    /// By sending the asker to its other path.
    Elsewhere,
    /// With 200 and a body that never ends.
    Endless,
}

/// One request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Told {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap()
    }

    pub(crate) fn id(&self) -> &str {
        self.header("webhook-id")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Whether it was signed with this secret, by another library than the one that signed it.
    pub(crate) fn is_signed_with(&self, secret: &str) -> bool {
        let secret = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let signed = format!("{}.{}.{}", self.id(), self.header("webhook-timestamp"), self.body);
        let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        self.header("webhook-signature").split(' ').any(|one| {
            let tag = one.strip_prefix("v1,").and_then(|tag| STANDARD.decode(tag).ok());
            tag.is_some_and(|tag| hmac::verify(&key, signed.as_bytes(), &tag).is_ok())
        })
    }
}

#[derive(Debug, Clone)]
struct Kept {
    told: Arc<Mutex<Vec<Told>>>,
    answers: Arc<Mutex<Answers>>,
}

/// The program.
pub(crate) struct Receiver {
    pub(crate) address: String,
    kept: Kept,
    serving: JoinHandle<()>,
}

impl Receiver {
    /// Starts it; it takes everything.
    pub(crate) async fn start() -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    /// Starts one where another was.
    pub(crate) async fn at(address: &str) -> Self {
        let place = address.trim_start_matches("http://").split('/').next().unwrap();
        Self::on(TcpListener::bind(place).await.unwrap())
    }

    fn on(listener: TcpListener) -> Self {
        let address = format!("http://{}/told?token=quiet", listener.local_addr().unwrap());
        let kept = Kept { told: Arc::default(), answers: Arc::new(Mutex::new(Answers::With(204))) };
        let router = Router::new().fallback(any(take)).with_state(kept.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, kept, serving }
    }

    pub(crate) fn answers(&self, how: Answers) {
        *self.kept.answers.lock().unwrap() = how;
    }

    /// Everything that came so far.
    pub(crate) fn told(&self) -> Vec<Told> {
        self.kept.told.lock().unwrap().clone()
    }

    /// Goes away: nobody listens there any more.
    pub(crate) async fn leave(self) {
        self.serving.abort();
        drop(self.serving.await);
    }
}

async fn take(State(kept): State<Kept>, headers: HeaderMap, uri: axum::http::Uri, body: Bytes) -> Response {
    let told = Told { path: uri.path().to_owned(), headers, body: String::from_utf8(body.to_vec()).unwrap() };
    kept.told.lock().unwrap().push(told);
    let how = *kept.answers.lock().unwrap();
    let status = |code: u16| StatusCode::from_u16(code).unwrap();
    match how {
        Answers::With(code) => (status(code), "Dr Secret says hello").into_response(),
        Answers::After(ms, code) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            status(code).into_response()
        }
        Answers::Elsewhere => (StatusCode::FOUND, [(header::LOCATION, "/elsewhere")]).into_response(),
        Answers::Endless => {
            let more = stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 1024])));
            Body::from_stream(more).into_response()
        }
    }
}
