//! What stands behind a browser's notifications: the push service of its maker, a real HTTP server on this machine, and the browser
//! itself, which opens what it is sent by another library than the one that sealed it.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{self, ECDH_P256, PrivateKey, UnparsedPublicKey},
    hkdf::{HKDF_SHA256, KeyType, Salt},
    signature::{self, ECDSA_P256_SHA256_FIXED},
};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    routing::post,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle};

/// One message as it came to the service.
#[derive(Debug, Clone)]
pub(crate) struct Pushed {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Pushed {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap()
    }

    /// The claims of its signature, where that is of this key (RFC 8292).
    pub(crate) fn signed_by(&self, key: &str) -> Option<Value> {
        let said = self.header("authorization").strip_prefix("vapid ")?;
        let part = |name| said.split(", ").find_map(|part| part.strip_prefix(name));
        let (token, by) = (part("t=")?, part("k=")?);
        let (signed, tag) = token.rsplit_once('.')?;
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        signature::UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes(by))
            .verify(signed.as_bytes(), &bytes(tag))
            .ok()?;
        let (header, claims) = signed.split_once('.')?;
        let header: Value = serde_json::from_slice(&bytes(header)).unwrap();
        assert_eq!((&header["alg"], &header["typ"]), (&Value::from("ES256"), &Value::from("JWT")));
        (by == key).then(|| serde_json::from_slice(&bytes(claims)).unwrap())
    }
}

#[derive(Debug, Clone)]
struct Kept {
    pushed: Arc<Mutex<Vec<Pushed>>>,
    /// Status, and milliseconds until then.
    answers: Arc<Mutex<(u16, u64)>>,
}

/// The service.
pub(crate) struct PushService {
    pub(crate) origin: String,
    kept: Kept,
    browsers: AtomicUsize,
    _serving: JoinHandle<()>,
}

impl PushService {
    /// Starts it; it takes everything.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let kept = Kept { pushed: Arc::default(), answers: Arc::new(Mutex::new((201, 0))) };
        let router = Router::new().route("/push/{browser}", post(take)).with_state(kept.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { origin, kept, browsers: AtomicUsize::new(0), _serving: serving }
    }

    /// A browser that it passes messages on to.
    pub(crate) fn browser(&self) -> Browser {
        let n = self.browsers.fetch_add(1, Ordering::Relaxed);
        let own = PrivateKey::generate(&ECDH_P256).unwrap();
        let public = own.compute_public_key().unwrap().as_ref().to_vec();
        Browser {
            path: format!("/push/{n}"),
            endpoint: format!("{}/push/{n}", self.origin),
            own,
            public,
            auth: [7; 16],
        }
    }

    pub(crate) fn answers(&self, status: u16) {
        self.answers_after(status, 0);
    }

    pub(crate) fn answers_after(&self, status: u16, ms: u64) {
        *self.kept.answers.lock().unwrap() = (status, ms);
    }

    /// Everything that came so far.
    pub(crate) fn pushed(&self) -> Vec<Pushed> {
        self.kept.pushed.lock().unwrap().clone()
    }

    /// What came for a browser, opened.
    pub(crate) fn shown(&self, browser: &Browser) -> Vec<Value> {
        self.pushed().iter().filter(|one| one.path == browser.path).map(|one| browser.open(&one.body)).collect()
    }

    /// The titles of it, but that it begins.
    pub(crate) fn titles(&self, browser: &Browser) -> Vec<String> {
        let titles = self.shown(browser).into_iter().map(|shown| shown["title"].as_str().unwrap().to_owned());
        titles.filter(|title| title != "Notifications are on in this browser").collect()
    }
}

async fn take(State(kept): State<Kept>, headers: HeaderMap, uri: Uri, body: Bytes) -> StatusCode {
    let (status, ms) = *kept.answers.lock().unwrap();
    kept.pushed.lock().unwrap().push(Pushed { path: uri.path().to_owned(), headers, body: body.to_vec() });
    tokio::time::sleep(std::time::Duration::from_millis(ms)).await;
    StatusCode::from_u16(status).unwrap()
}

/// A browser with a subscription.
pub(crate) struct Browser {
    path: String,
    pub(crate) endpoint: String,
    own: PrivateKey,
    public: Vec<u8>,
    auth: [u8; 16],
}

/// So many bytes.
struct Long(usize);

impl KeyType for Long {
    fn len(&self) -> usize {
        self.0
    }
}

fn derived(salt: &[u8], secret: &[u8], info: &[&[u8]], length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    let key = Salt::new(HKDF_SHA256, salt).extract(secret);
    key.expand(info, Long(length)).unwrap().fill(&mut bytes).unwrap();
    bytes
}

impl Browser {
    pub(crate) fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.public)
    }

    pub(crate) fn auth(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.auth)
    }

    /// The same browser with a fresh subscription, as after it was asked again.
    pub(crate) fn key_changed(mut self) -> Self {
        self.auth = [8; 16];
        self
    }

    /// Opens a message as RFC 8291 and RFC 8188 say.
    pub(crate) fn open(&self, body: &[u8]) -> Value {
        let (salt, rest) = body.split_at(16);
        let (size, rest) = rest.split_at(4);
        assert_eq!(size, 4096_u32.to_be_bytes());
        let (length, rest) = rest.split_first().unwrap();
        let (theirs, sealed) = rest.split_at(usize::from(*length));
        let peer = UnparsedPublicKey::new(&ECDH_P256, theirs);
        let agreed = agreement::agree(&self.own, peer, (), |agreed| Ok(agreed.to_vec())).unwrap();
        let shared = derived(&self.auth, &agreed, &[b"WebPush: info\0", &self.public, theirs], 32);
        let key = derived(salt, &shared, &[b"Content-Encoding: aes128gcm\0"], 16);
        let nonce = derived(salt, &shared, &[b"Content-Encoding: nonce\0"], 12);
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).unwrap());
        let mut sealed = sealed.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(&nonce).unwrap();
        let padded = key.open_in_place(nonce, Aad::empty(), &mut sealed).unwrap();
        let end = padded.iter().rposition(|byte| *byte != 0).unwrap();
        assert_eq!(padded[end], 2, "the mark of the last record");
        serde_json::from_slice(&padded[..end]).unwrap()
    }
}
