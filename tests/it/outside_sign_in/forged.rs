//! Tokens that a real provider cannot be made to give: signed by hand, or by nobody. The provider here says what it is told.

use std::sync::{Arc, Mutex};

use axum::{
    Json, Router,
    extract::State,
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use headroom::{clock::Clock, domain::access::Role};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PublicKeyData};
use serde_json::{Value, json};

use super::{begin, invitation, opens};
use crate::support::{
    app::TestApp,
    databases::{TestDb, both_databases},
    provider::{BACK, OnTheWay, options},
};

/// What the provider answers.
#[derive(Debug, Clone, Default)]
struct Says {
    discovery: Value,
    keys: Value,
    token: Value,
}

type Shared = Arc<Mutex<Says>>;

/// A provider that says what it is told.
struct Puppet {
    issuer: String,
    says: Shared,
    key: KeyPair,
}

fn said(State(says): State<Shared>, part: fn(&Says) -> &Value) -> Json<Value> {
    Json(part(&says.lock().unwrap()).clone())
}

/// The public half of a key, as providers publish it.
fn public(key: &KeyPair, kid: &str, alg: &str) -> Value {
    let raw = key.public_key_raw();
    let half = (raw.len() - 1) / 2;
    let curve = if alg == "ES256" { "P-256" } else { "P-384" };
    json!({ "kty": "EC", "crv": curve, "kid": kid, "alg": alg, "use": "sig",
        "x": B64.encode(&raw[1..=half]), "y": B64.encode(&raw[half + 1..]) })
}

impl Puppet {
    async fn start() -> Self {
        let says = Shared::default();
        let routes = Router::new()
            .route(
                "/.well-known/openid-configuration",
                get(|s: State<Shared>| async move { said(s, |says| &says.discovery) }),
            )
            .route("/keys", get(|s: State<Shared>| async move { said(s, |says| &says.keys) }))
            .route("/token", post(|s: State<Shared>| async move { said(s, |says| &says.token) }))
            .with_state(Arc::clone(&says));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        *says.lock().unwrap() = Says {
            discovery: json!({ "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
                "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys") }),
            // One that signs and is of another algorithm; ones that are none of ours.
            keys: json!({ "keys": [public(&key, "one", "ES256"), { "kty": "oct", "kid": "one", "k": "AAAA" }, "no key"] }),
            token: Value::Null,
        };
        Self { issuer, says, key }
    }

    /// Signed with its key.
    fn sign(&self, header: &Header, claims: &Value) -> String {
        encode(header, claims, &EncodingKey::from_ec_der(&self.key.serialize_der())).unwrap()
    }

    fn answer(&self, token: &str) {
        self.says.lock().unwrap().token = json!({ "id_token": token, "access_token": "x", "token_type": "Bearer" });
    }
}

fn header() -> Header {
    Header { kid: Some("one".to_owned()), ..Header::new(Algorithm::ES256) }
}

/// As it should be, for whoever went with this nonce.
fn good(app: &TestApp, puppet: &Puppet, way: &OnTheWay) -> Value {
    let now = app.clock.now().timestamp();
    json!({ "iss": puppet.issuer, "sub": "kim", "aud": "headroom", "exp": now + 300, "iat": now, "nonce": way.sent("nonce") })
}

/// A change to the good claims.
type Change = fn(&mut Value);

const WRONG_CLAIMS: [(&str, Change); 16] = [
    ("the issuer of another", |claims| claims["iss"] = json!("https://login.example.org")),
    ("a slash more", |claims| claims["iss"] = json!(format!("{}/", claims["iss"].as_str().unwrap()))),
    ("no issuer", |claims| drop(claims.as_object_mut().unwrap().remove("iss"))),
    ("another client", |claims| claims["aud"] = json!("another")),
    ("no audience", |claims| drop(claims.as_object_mut().unwrap().remove("aud"))),
    ("two, and not for which", |claims| claims["aud"] = json!(["headroom", "another"])),
    ("two, for the other", |claims| {
        claims["aud"] = json!(["headroom", "another"]);
        claims["azp"] = json!("another");
    }),
    ("expired", |claims| claims["exp"] = json!(claims["iat"].as_i64().unwrap() - 61)),
    ("an end in words", |claims| claims["exp"] = json!("2999-01-01")),
    ("no end", |claims| drop(claims.as_object_mut().unwrap().remove("exp"))),
    ("old", |claims| claims["iat"] = json!(claims["iat"].as_i64().unwrap() - 700)),
    ("of the future", |claims| claims["iat"] = json!(claims["iat"].as_i64().unwrap() + 120)),
    ("another nonce", |claims| claims["nonce"] = json!("another")),
    ("no nonce", |claims| drop(claims.as_object_mut().unwrap().remove("nonce"))),
    ("nobody", |claims| claims["sub"] = json!("")),
    ("a number", |claims| claims["sub"] = json!(7)),
];

async fn came_back(app: &TestApp, way: &OnTheWay) -> crate::support::app::Reply {
    let back = format!("{BACK}?code=x&state={}", way.sent("state"));
    way.with_note(&app.stranger()).get(&back).await
}

async fn start(test: TestDb) -> (TestApp, Puppet) {
    let puppet = Puppet::start().await;
    let app = TestApp::start_with(test, options(&puppet.issuer)).await;
    app.clock.set(Clock::system().now());
    // Somebody is known as kim.
    let person = app.add_person(Role::PracticeManager, "Z90001").await;
    let link = invitation(&app, person).await;
    let way = begin(&app.stranger(), &format!("{link}/organisation"), &[]).await;
    puppet.answer(&puppet.sign(&header(), &good(&app, &puppet, &way)));
    came_back(&app, &way).await.is(303);
    (app, puppet)
}

async fn refused(app: &TestApp, puppet: &Puppet, what: &str, make: impl FnOnce(&Value) -> String) {
    let way = begin(&app.stranger(), "/sign-in/organisation", &[]).await;
    puppet.answer(&make(&good(app, puppet, &way)));
    let reply = came_back(app, &way).await;
    assert!(
        reply.status == 400 && reply.body.contains("could not be trusted"),
        "{what}: {} {}",
        reply.status,
        reply.body
    );
    assert!(!opens(&reply), "{what}");
}

both_databases!(what_a_token_says_is_held_to_what_was_asked, |test: TestDb| async move {
    let (app, puppet) = start(test).await;
    for (what, change) in WRONG_CLAIMS {
        refused(&app, &puppet, what, |good| {
            let mut claims = good.clone();
            change(&mut claims);
            puppet.sign(&header(), &claims)
        })
        .await;
    }
    let way = begin(&app.stranger(), "/sign-in/organisation", &[]).await;
    puppet.answer(&puppet.sign(&header(), &good(&app, &puppet, &way)));
    came_back(&app, &way).await.is(303);
});

/// As it stands, with a signature of this secret.
fn sealed(header: &Value, claims: &Value, secret: &[u8]) -> String {
    let body = format!("{}.{}", B64.encode(header.to_string()), B64.encode(claims.to_string()));
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret).unwrap();
    mac.update(body.as_bytes());
    format!("{body}.{}", B64.encode(mac.finalize().into_bytes()))
}

both_databases!(only_the_providers_own_keys_sign, |test: TestDb| async move {
    let (app, puppet) = start(test).await;
    let plain = |alg: &str, kid: &str| json!({ "alg": alg, "typ": "JWT", "kid": kid });
    for alg in ["none", "None", "", "EdDSA", "ES512"] {
        refused(&app, &puppet, alg, |good| {
            format!("{}.{}.", B64.encode(plain(alg, "one").to_string()), B64.encode(good.to_string()))
        })
        .await;
    }
    // What everybody knows is no secret: the public key, in each of its spellings; nor is the one we have.
    let raw = puppet.key.public_key_raw().to_vec();
    let (der, pem) = (puppet.key.subject_public_key_info(), puppet.key.public_key_pem());
    for secret in [raw.as_slice(), &der, pem.as_bytes(), b"three loud: red & blue chairs", &[0, 0, 0]] {
        refused(&app, &puppet, "HS256", |good| sealed(&plain("HS256", "one"), good, secret)).await;
    }
    let (strange, other) = (
        KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap(),
        KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap(),
    );
    let by = |key: &KeyPair| EncodingKey::from_ec_der(&key.serialize_der());
    refused(&app, &puppet, "another key under its name", |good| encode(&header(), good, &by(&strange)).unwrap()).await;
    let unnamed = Header { kid: None, ..header() };
    refused(&app, &puppet, "another key without a name", |good| encode(&unnamed, good, &by(&strange)).unwrap()).await;
    let unknown = Header { kid: Some("two".to_owned()), ..header() };
    refused(&app, &puppet, "a name that is not known", |good| puppet.sign(&unknown, good)).await;
    let longer = Header { kid: Some("one".to_owned()), ..Header::new(Algorithm::ES384) };
    refused(&app, &puppet, "another curve", |good| encode(&longer, good, &by(&other)).unwrap()).await;
    // A key in the token itself is whoever's who wrote it.
    let carried =
        json!({ "alg": "ES256", "kid": "two", "jwk": public(&strange, "two", "ES256"), "jku": "http://127.0.0.1:1" });
    refused(&app, &puppet, "a key that is carried", |good| {
        let signed = encode(&unnamed, good, &by(&strange)).unwrap();
        let (_, rest) = signed.split_once('.').unwrap();
        format!("{}.{rest}", B64.encode(carried.to_string()))
    })
    .await;
    refused(&app, &puppet, "crit", |good| {
        let signed = puppet.sign(&header(), good);
        let critical = json!({ "alg": "ES256", "kid": "one", "crit": ["x"], "x": 1 });
        format!("{}.{}", B64.encode(critical.to_string()), signed.split_once('.').unwrap().1)
    })
    .await;
    refused(&app, &puppet, "claims changed after", |good| {
        let signed = puppet.sign(&header(), good);
        let parts: Vec<&str> = signed.split('.').collect();
        let mut claims = good.clone();
        claims["acr"] = json!("card");
        format!("{}.{}.{}", parts[0], B64.encode(claims.to_string()), parts[2])
    })
    .await;
    for garbage in ["", ".", "a.b.c", "...", &"x".repeat(40_000)] {
        refused(&app, &puppet, garbage, |_| garbage.to_owned()).await;
    }
    // Without a name, the key that fits is its own.
    let way = begin(&app.stranger(), "/sign-in/organisation", &[]).await;
    puppet.answer(&puppet.sign(&unnamed, &good(&app, &puppet, &way)));
    came_back(&app, &way).await.is(303);
});

both_databases!(a_provider_that_says_nonsense_is_no_fault_of_ours, |test: TestDb| async move {
    let (app, puppet) = start(test).await;
    let set = |change: &dyn Fn(&mut Says)| change(&mut puppet.says.lock().unwrap());
    for token in [
        json!(null),
        json!([]),
        json!({ "id_token": 7 }),
        json!({ "id_token": "x", "error": "server_error" }),
        json!({ "id_token": "x".repeat(300_000) }),
    ] {
        let way = begin(&app.stranger(), "/sign-in/organisation", &[]).await;
        set(&|says| says.token = token.clone());
        came_back(&app, &way).await.is(502);
    }
    // Whose answer says that it is of another (RFC 9207) is not redeemed.
    let way = begin(&app.stranger(), "/sign-in/organisation", &[]).await;
    puppet.answer(&puppet.sign(&header(), &good(&app, &puppet, &way)));
    let back = format!("{BACK}?code=x&state={}&iss=https%3A%2F%2Flogin.example.org", way.sent("state"));
    way.with_note(&app.stranger()).get(&back).await.is(400);
    // Keys that are none, once they are asked for again.
    let way = begin(&app.stranger(), "/sign-in/organisation", &[]).await;
    set(&|says| says.keys = json!({ "keys": [] }));
    app.clock.set(app.clock.now() + chrono::Duration::minutes(61));
    puppet.answer(&puppet.sign(&header(), &good(&app, &puppet, &way)));
    // The note is late by then: the next one meets the keys.
    came_back(&app, &way).await.is(400);
    let way = begin(&app.stranger(), "/sign-in/organisation", &[]).await;
    puppet.answer(&puppet.sign(&header(), &good(&app, &puppet, &way)));
    came_back(&app, &way).await.is(502);
    for discovery in [json!("x"), json!({ "issuer": puppet.issuer }), json!({ "issuer": "https://login.example.org" })]
    {
        app.clock.set(app.clock.now() + chrono::Duration::minutes(61));
        set(&|says| says.discovery = discovery.clone());
        let reply = app.stranger().form("/sign-in/organisation", &[]).await;
        assert!(reply.is(502).body.contains("does not answer"));
    }
});
