//! A real OpenID provider in a process of its own, which ends with the test; and what a browser does on the way there and
//! back.

use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, ChildStdin, Command, Stdio},
    sync::LazyLock,
    thread,
    time::Duration,
};

use headroom::config::{Options, ProviderOptions};
use reqwest::{Client as Http, Url, redirect::Policy};
use serde_json::{Value, json};
use tokio::sync::mpsc::{self, UnboundedReceiver};

use super::app::{Client, Reply};

/// Where people come back to.
pub(crate) const BACK: &str = "/sign-in/organisation/back";
/// What counts as a second factor in these tests.
pub(crate) const CARD: &str = "card";
const SECRET: &str = "three loud: red & blue chairs";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/browser")
}

/// Installs what the provider needs, once, where it is missing or older than its list.
static INSTALLED: LazyLock<()> = LazyLock::new(|| {
    let written = |name: &str| {
        let file = std::fs::metadata(folder().join(name)).ok()?;
        file.modified().ok()
    };
    if written("node_modules/.package-lock.json") >= written("package-lock.json") {
        return;
    }
    let done =
        Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder()).status();
    let installed = done.is_ok_and(|done| done.success());
    assert!(installed, "npm ci in tests/browser, of Node 20 or newer: ./tests/run installs that where it can");
});

/// Settings that name a provider.
pub(crate) fn options(issuer: &str) -> Options {
    Options {
        provider: ProviderOptions {
            sign_in_issuer: Some(issuer.to_owned()),
            sign_in_client: Some("headroom".to_owned()),
            sign_in_secret: Some(SECRET.to_owned()),
            sign_in_second_factor: Some(format!("{CARD}, mfa")),
            ..ProviderOptions::default()
        },
        ..Options::default()
    }
}

/// The provider.
pub(crate) struct OpenId {
    process: Child,
    told: ChildStdin,
    said: UnboundedReceiver<Value>,
    pub(crate) issuer: String,
}

impl OpenId {
    /// Starts it.
    pub(crate) async fn start() -> Self {
        LazyLock::force(&INSTALLED);
        let mut command = Command::new("node");
        command.args(["provider.mjs", &format!("http://localhost:8025{BACK}")]).current_dir(folder());
        // It says what of it is for development only.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let (line, mut said) = mpsc::unbounded_channel();
        thread::spawn(move || {
            for read in lines.map_while(Result::ok) {
                let Ok(()) = line.send(serde_json::from_str(&read).unwrap()) else {
                    return;
                };
            }
        });
        let told = process.stdin.take().unwrap();
        let issuer = next(&mut said).await["issuer"].as_str().unwrap().to_owned();
        Self { process, told, said, issuer }
    }

    /// Lets the next ones in, or refuses them, as this says.
    pub(crate) async fn next(&mut self, who: Value) {
        self.tell(json!({ "next": who })).await;
    }

    /// Takes a key that it did not have before.
    pub(crate) async fn rotate(&mut self) {
        self.tell(json!({ "rotate": true })).await;
    }

    async fn tell(&mut self, what: Value) {
        self.told.write_all(format!("{what}\n").as_bytes()).unwrap();
        assert_eq!(next(&mut self.said).await, what);
    }

    /// Stops it: it does not answer any more.
    pub(crate) fn stop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

impl Drop for OpenId {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What it says next; within twenty seconds, for it has nothing else to do.
async fn next(said: &mut UnboundedReceiver<Value>) -> Value {
    let next = tokio::time::timeout(Duration::from_secs(20), said.recv()).await;
    next.unwrap().unwrap()
}

/// Somebody on the way: where they are sent, and the note their browser took along.
#[derive(Clone)]
pub(crate) struct OnTheWay {
    pub(crate) address: Url,
    pub(crate) note: String,
}

impl OnTheWay {
    /// From the answer to the button.
    #[track_caller]
    pub(crate) fn of(reply: &Reply) -> Self {
        let refresh = reply.is(200).headers.get("refresh").unwrap().to_str().unwrap();
        let address = refresh.strip_prefix("0; url=").unwrap().parse().unwrap();
        Self { address, note: reply.cookies() }
    }

    /// What was sent along under this name.
    #[track_caller]
    pub(crate) fn sent(&self, name: &str) -> String {
        let found = self.address.query_pairs().find(|(key, _)| key == name);
        found.unwrap_or_else(|| panic!("no {name} in {}", self.address)).1.into_owned()
    }

    /// Goes there as a browser does, with cookies of its own; the path and query at which they come back.
    pub(crate) async fn go(&self) -> String {
        let here = |url: &Url| url.host_str() == Some("localhost") && url.port() == Some(8025);
        let follow = Policy::custom(move |attempt| if here(attempt.url()) { attempt.stop() } else { attempt.follow() });
        let browser = Http::builder().redirect(follow).cookie_store(true).build().unwrap();
        let last = browser.get(self.address.clone()).send().await.unwrap();
        let to = last.headers().get("location").unwrap_or_else(|| panic!("{} leads nowhere", last.url()));
        let to: Url = to.to_str().unwrap().parse().unwrap();
        format!("{}?{}", to.path(), to.query().unwrap())
    }

    /// Goes there and comes back in the same browser.
    pub(crate) async fn there_and_back(&self, browser: &Client) -> Reply {
        let back = self.go().await;
        self.with_note(browser).get(&back).await
    }

    /// The browser with the note beside its other cookies.
    pub(crate) fn with_note(&self, browser: &Client) -> Client {
        let cookies = browser.cookie.iter().map(String::as_str).chain([self.note.as_str()]);
        let mut with = browser.clone();
        with.cookie = Some(cookies.collect::<Vec<_>>().join("; "));
        with
    }
}
