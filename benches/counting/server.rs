//! A throw-away PostgreSQL.

use std::{
    env,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

/// One throw-away server, gone with this; or the one that `HEADROOM_TEST_POSTGRES` names.
pub(crate) struct Server {
    pub(crate) url: String,
    process: Option<Child>,
}

impl Server {
    pub(crate) fn start() -> Self {
        if let Some(url) = env::var_os("HEADROOM_TEST_POSTGRES") {
            return Self { url: url.into_string().unwrap(), process: None };
        }
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/postgres");
        let mut process = Command::new(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut url = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut url).unwrap();
        Self { url: url.trim().to_owned(), process: Some(process) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            drop(process.stdin.take());
            drop(process.wait());
        }
    }
}
