//! A real mail server in a process of its own, which ends with the test.

use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, ChildStdin, Command, Stdio},
    sync::LazyLock,
    thread,
    time::Duration,
};

use headroom::{
    config::{Options, Settings},
    exchange::mail::Post,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::mpsc::{self, UnboundedReceiver};

/// Where the server and what it needs are.
fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/smtp")
}

/// Installs what the server needs, once, where it is missing or older than its list.
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
    assert!(installed, "npm ci in tests/smtp, of Node 20 or newer: ./tests/run installs that where it can");
});

/// A mail server.
pub(crate) struct Smtp {
    process: Child,
    said: UnboundedReceiver<Value>,
    told: ChildStdin,
    _folder: TempDir,
    /// Speaks to it as the service does.
    pub(crate) post: Post,
    /// How the service is told of it.
    pub(crate) options: Options,
    /// The same with a wrong password, or without trust in its certificate.
    pub(crate) wrong: Vec<Post>,
}

impl Smtp {
    /// Starts it without TLS.
    pub(crate) async fn plain() -> Self {
        Self::start(false).await
    }

    /// Starts it with a certificate that its own authority signed, and a password.
    pub(crate) async fn over_tls() -> Self {
        Self::start(true).await
    }

    async fn start(tls: bool) -> Self {
        LazyLock::force(&INSTALLED);
        let folder = tempfile::tempdir().unwrap();
        let (key, certificate) = (folder.path().join("key.pem"), folder.path().join("cert.pem"));
        let mut command = Command::new("node");
        command.arg("server.mjs").current_dir(self::folder());
        if tls {
            let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
            std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
            std::fs::write(&certificate, made.cert.pem()).unwrap();
            command.arg(&key).arg(&certificate).arg("pass word");
        }
        let (process, told, mut said) = spawn(&mut command);
        let port = next(&mut said).await["port"].as_u64().unwrap();
        let speaks = |url: &str, trusted: bool| {
            let options = Options {
                smtp: Some(url.to_owned()),
                mail_from: Some("Headroom <headroom@example.invalid>".to_owned()),
                smtp_certificate: trusted.then(|| certificate.clone()),
                ..Options::default()
            };
            let settings = Settings::resolve(options.clone()).unwrap();
            (Post::new(&settings.mail.unwrap()).unwrap(), options)
        };
        let (url, wrong) = if tls {
            let with = |password| format!("smtp://headroom:{password}@localhost:{port}");
            (with("pass%20word"), vec![speaks(&with("another"), true).0, speaks(&with("pass%20word"), false).0])
        } else {
            (format!("smtp://127.0.0.1:{port}?tls=none"), Vec::new())
        };
        let (speaker, options) = speaks(&url, tls);
        Self { told, post: speaker, options, process, said, _folder: folder, wrong }
    }

    /// The next mail it took.
    pub(crate) async fn mail(&mut self) -> Value {
        next(&mut self.said).await
    }

    /// Whether it took no more mail: what it says next is the answer to a question put now.
    pub(crate) async fn is_quiet(&mut self) -> bool {
        self.refuse(None).await.get("refuse").is_some()
    }

    /// Answers every recipient with this code from now on, or takes mail again.
    pub(crate) async fn refuse(&mut self, code: Option<u16>) -> Value {
        let line = format!("{}\n", json!({ "refuse": code }));
        self.told.write_all(line.as_bytes()).unwrap();
        next(&mut self.said).await
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Starts the server, with what it says as values.
fn spawn(command: &mut Command) -> (Child, ChildStdin, UnboundedReceiver<Value>) {
    let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut process = spawned.unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let (line, said) = mpsc::unbounded_channel();
    thread::spawn(move || {
        for read in lines.map_while(Result::ok) {
            let Ok(()) = line.send(serde_json::from_str(&read).unwrap()) else {
                return;
            };
        }
    });
    let told = process.stdin.take().unwrap();
    (process, told, said)
}

/// What it says next; within twenty seconds, for it has nothing else to do.
async fn next(said: &mut UnboundedReceiver<Value>) -> Value {
    let next = tokio::time::timeout(Duration::from_secs(20), said.recv()).await;
    next.unwrap().unwrap()
}
